import assert from "node:assert/strict";
import { aurocOverSeeds, compareSeeds } from "../../../lib/method/evaluate/delong.ts";
import { compareMethods } from "../../../lib/product/experiment/compare_methods.ts";
import type { ScoreSet } from "../../../lib/product/experiment/results.ts";
import { summarise } from "../../../lib/product/experiment/summarise.ts";

function set(
  seed: number,
  scores: readonly [id: string, label: "good" | "bad", unseen: boolean, score: number][],
): ScoreSet {
  const parts = scores.map(([id, label, unseen, score]) => ({ id, label, unseen, score }));
  return { benchmark: "high-shot", method: "PatchCore", seed, parts };
}

Deno.test("a row holds the figures of each seed in order, counted by hand", () => {
  const [row] = summarise([
    set(1, [["a", "good", false, 1], ["b", "good", false, 3], ["c", "bad", false, 2], ["d", "bad", true, 4]]),
    set(2, [["a", "good", false, 1], ["b", "good", false, 2], ["c", "bad", false, 3], ["d", "bad", true, 4]]),
  ]);
  assert.deepEqual(row.auroc, { mean: 0.875, std: 0.125, values: [0.75, 1] });
  // The threshold is the linear 5 % quantile of the bad scores: 2.1 and 3.05.
  assert.deepEqual(row.fpr95.values, [0.5, 0]);
  assert.deepEqual(row.aurocUnseen?.values, [1, 1]);
  assert.deepEqual(row.n, { good: 2, bad: 2, unseen: 1 });
  assert.equal(row.paper, undefined);
});

Deno.test("the paper's figures stand in the row of their benchmark and method alone", () => {
  const one = set(1, [["a", "good", false, 1], ["c", "bad", false, 2]]);
  const paper = { "high-shot": { PatchCore: { auroc: 0.883, fpr95: 0.604 } } };
  const rows = summarise([one, { ...one, method: "PaDiM" }], paper);
  assert.deepEqual(rows.map((row) => row.paper), [paper["high-shot"].PatchCore, undefined]);
  assert.equal(rows[0].aurocUnseen, undefined);
});

Deno.test("methods are compared over the parts that all seeds judge; p is corrected over the run", () => {
  const scores = (seed: number, method: string, of: (i: number) => number): ScoreSet => ({
    ...set(seed, Array.from({ length: 40 }, (_, i) => [String(i), i % 2 === 0 ? "good" : "bad", false, of(i)])),
    method,
  });
  const good = (i: number) => (i % 2) * 30 + i;
  const chance = (i: number) => (i * 7) % 40;
  const sets = [1, 2].flatMap((seed) => [
    scores(seed, "A", good),
    scores(seed, "B", good),
    scores(seed, "C", (i) => chance(i + seed)),
  ]);
  const [same, apart, also] = compareMethods(sets);
  assert.deepEqual([same.first, same.second, same.difference, same.p], ["A", "B", 0, 1]);
  assert.ok(apart.difference > 0.2 && apart.p < 0.01 && apart.corrected === Math.min(1, 3 * apart.p));
  assert.equal(also.corrected, apart.corrected);
  const [row] = summarise(sets);
  assert.ok(row.interval!.low < row.auroc.mean && row.interval!.high > row.auroc.mean);
  const other = { ...sets[3], parts: [...sets[3].parts].reverse() };
  assert.deepEqual(compareMethods([...sets.slice(0, 3), other]), []);
  assert.equal(summarise([sets[0], other])[0].interval, undefined);
});

Deno.test("seeds with other test parts are compared over all of them, and each row has its intervals", () => {
  const sets = [1, 2].flatMap((seed) =>
    [0, 9, 25].map((noise): ScoreSet => ({
      ...set(
        seed,
        // Seed 2 judges the last thirty of the parts that seed 1 judges, and ten others.
        Array.from({ length: 40 }, (_, i) => {
          const part = i + 10 * (seed - 1);
          return [
            String(part),
            part % 2 === 0 ? "good" : "bad",
            false,
            (part % 2) * 12 + (part * 7 * seed) % 40 +
            (part * 13) % (noise + 1),
          ];
        }),
      ),
      method: `noise ${noise}`,
    }))
  );
  const found = compareMethods(sets);
  assert.deepEqual(found.map(({ first, second }) => [first, second]), [
    ["noise 0", "noise 9"],
    ["noise 0", "noise 25"],
    ["noise 9", "noise 25"],
  ]);
  const area = (method: string) =>
    aurocOverSeeds(
      sets.filter((each) => each.method === method).map(({ parts }) => ({
        ids: parts.map(({ id }) => id),
        labels: parts.map(({ label }) => label === "bad" ? 1 : 0),
        scores: parts.map(({ score }) => score),
      })),
    );
  const { difference, error, p } = found[1];
  assert.deepEqual({ difference, error, p }, compareSeeds(area("noise 0"), area("noise 25")));
  for (const { auroc, fpr95, bootstrap, interval } of summarise(sets)) {
    assert.equal(interval, undefined);
    assert.ok(bootstrap!.auroc.low < auroc.mean && auroc.mean < bootstrap!.auroc.high);
    assert.ok(bootstrap!.fpr95.low <= fpr95.mean && fpr95.mean <= bootstrap!.fpr95.high);
  }
  // A seed with a single bad part has no error; other methods than all must have judged the same parts.
  const [first] = sets;
  const single = { ...first, parts: first.parts.filter(({ label, id }) => label === "good" || id === "1") };
  assert.deepEqual(compareMethods([single, { ...single, method: "B" }, ...sets.slice(3, 5)]), []);
  assert.equal(summarise([single])[0].bootstrap, undefined);
  assert.deepEqual(compareMethods([first, { ...sets[4], seed: 1 }]), []);
});

Deno.test("rows of the same parts have an interval by DeLong and one by drawing parts, and they agree", () => {
  const scores = Array.from({ length: 200 }, (_, i): [string, "good" | "bad", boolean, number] => [
    ...[String(i), i % 2 === 0 ? "good" : "bad", false] as const,
    (i % 2) * 15 + (i * 31) % 47,
  ]);
  const [{ interval, bootstrap }] = summarise([set(1, scores), set(2, scores)]);
  for (const end of ["low", "high"] as const) {
    assert.ok(
      Math.abs(interval![end] - bootstrap!.auroc[end]) < 0.01,
      `${interval![end]} and ${bootstrap!.auroc[end]}`,
    );
  }
});
