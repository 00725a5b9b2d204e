import assert from "node:assert/strict";
import fc from "fast-check";
import type { ScoreSet } from "../../../lib/product/experiment/results.ts";
import type { ScoredPart } from "../../../lib/product/experiment/scored_part.ts";
import { selectPictures } from "../../../lib/product/report/select.ts";

const parts = fc.uniqueArray(
  fc.record({
    id: fc.string({ maxLength: 4 }),
    label: fc.constantFrom("good" as const, "bad" as const),
    unseen: fc.boolean(),
    // Few values, so that ties are common.
    score: fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ noNaN: true })),
  }),
  { selector: (part) => part.id, maxLength: 40 },
);
const sets = fc.record({ parts, threshold: fc.option(fc.double({ noNaN: true }), { nil: undefined }) })
  .map(({ parts, threshold }): ScoreSet => ({ benchmark: "b", method: "m", seed: 1, threshold, parts }));

function part(id: string, label: "good" | "bad", score: number): ScoredPart {
  return { id, label, unseen: false, score };
}

Deno.test("as many parts are chosen as are asked for, or all, and none twice", () => {
  fc.assert(fc.property(sets, fc.nat({ max: 60 }), (set, count) => {
    const ids = selectPictures(set, count).map(({ id }) => id);
    assert.equal(ids.length, Math.min(count, set.parts.length));
    assert.equal(new Set(ids).size, ids.length);
    assert(ids.every((id) => set.parts.some((part) => part.id === id)));
  }));
});

Deno.test("the order of the parts changes nothing", () => {
  const withOrder = sets.chain((set) =>
    fc.tuple(fc.constant(set), fc.shuffledSubarray([...set.parts], { minLength: set.parts.length }))
  );
  fc.assert(fc.property(withOrder, fc.nat({ max: 30 }), ([set, shuffled], count) => {
    assert.deepEqual(selectPictures({ ...set, parts: shuffled }, count), selectPictures(set, count));
  }));
});

Deno.test("no bad part left out scores lower than a chosen missed one, and no good part higher than a false alarm", () => {
  fc.assert(fc.property(sets, fc.nat({ max: 30 }), (set, count) => {
    const chosen = selectPictures(set, count);
    const left = set.parts.filter((part) => !chosen.some(({ id }) => id === part.id));
    for (const { id, why } of chosen) {
      const { score, label } = set.parts.find((part) => part.id === id)!;
      const missed = why === "missed defect" || why === "nearly missed";
      const alarm = why === "false alarm" || why === "nearly a false alarm";
      assert.equal(label, missed || why === "clear defect" ? "bad" : "good");
      const others = left.filter((part) => part.label === label);
      if (missed) assert(others.every((other) => other.score >= score));
      if (alarm || why === "clear defect") assert(others.every((other) => alarm || missed || other.score <= score));
      if (alarm) assert(others.every((other) => other.score <= score));
    }
  }));
});

Deno.test("wrong is what the threshold gets wrong; the rest of the group was nearly so", () => {
  fc.assert(fc.property(sets.filter((set) => set.threshold !== undefined), (set) => {
    for (const { id, why } of selectPictures(set, 30)) {
      const { score } = set.parts.find((part) => part.id === id)!;
      if (why === "missed defect") assert(score < set.threshold!);
      if (why === "nearly missed") assert(score >= set.threshold!);
      if (why === "false alarm") assert(score >= set.threshold!);
      if (why === "nearly a false alarm") assert(score < set.threshold!);
    }
  }));
});

Deno.test("each group has its share: the wrong ones first, then clear defects and good parts about the median", () => {
  const parts = [
    ...[0, 1, 2, 3, 4, 5, 20, 21].map((score) => part(`g${score}`, "good", score)),
    ...[1, 2, 10, 30, 40, 50].map((score) => part(`b${score}`, "bad", score)),
  ];
  const chosen = selectPictures({ benchmark: "", method: "", seed: 1, threshold: 8, parts }, 8);
  assert.deepEqual(chosen, [
    { id: "b1", why: "missed defect" },
    { id: "b2", why: "missed defect" },
    { id: "g21", why: "false alarm" },
    { id: "g20", why: "false alarm" },
    { id: "b50", why: "clear defect" },
    { id: "b40", why: "clear defect" },
    { id: "g3", why: "typical good" },
    { id: "g2", why: "typical good" },
  ]);
});

Deno.test("without a threshold, that of 95 % TPR tells what was missed", () => {
  const parts = Array.from({ length: 41 }, (_, i) => part(`b${i}`, "bad", i)).concat(part("g", "good", -1));
  const missed = selectPictures({ benchmark: "", method: "", seed: 1, parts }, 40)
    .filter(({ why }) => why === "missed defect");
  assert.deepEqual(missed.map(({ id }) => id), ["b0", "b1"]); // the threshold is at position 0.05 · 40 = 2
});

Deno.test("what is no count and no score is refused", () => {
  const set = { benchmark: "", method: "", seed: 1, parts: [part("a.png", "good", NaN)] };
  assert.throws(() => selectPictures(set, 1), {
    name: "RangeError",
    message: 'Cannot select pictures by score as the score of "a.png" is not a number',
  });
  assert.throws(() => selectPictures({ ...set, parts: [] }, 1.5), {
    name: "RangeError",
    message: "Cannot select 1.5 pictures as the count is a whole number from 0",
  });
});
