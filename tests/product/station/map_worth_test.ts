import assert from "node:assert/strict";
import { seededRandom } from "../../../lib/base/tensor/random.ts";
import type { ScoreSet } from "../../../lib/product/experiment/results.ts";
import { describeMapWorth } from "../../../lib/product/station/map_worth.ts";

/** Parts whose bad ones score higher by so many deviations; the noise of a part is its own, whoever scores. */
function scored(separation: number, { parts = 200, more = 0, seed = 1 } = {}): ScoreSet {
  const [shared, own] = [seededRandom(7), seededRandom(seed)];
  return {
    ...{ benchmark: "supervised", method: "Any", seed: 1 },
    parts: Array.from({ length: parts }, (_, i) => {
      const bad = i % 2 === 1;
      const score = shared.normal() + more * own.normal() + (bad ? separation : 0);
      return { id: `${i}`, label: bad ? "bad" as const : "good" as const, unseen: false, score };
    }),
  };
}

Deno.test("a map that helps much is said to, beyond chance, and one that harms much too", () => {
  const [weak, strong] = [scored(0.5), scored(2)];
  assert.match(
    describeMapWorth(strong, weak)!,
    /^With the segment map the model has \d+\.\d points of AUROC more than without it, beyond chance \(p below 0\.001\)\.$/,
  );
  assert.match(describeMapWorth(weak, strong)!, /points of AUROC less than without it, beyond chance/);
});

Deno.test("where the difference is noise it is said to be chance but in about one case of twenty", () => {
  let beyond = 0;
  for (let seed = 1; seed <= 200; seed++) {
    const sentence = describeMapWorth(scored(1.5, { more: 0.5, seed }), scored(1.5, { more: 0.5, seed: seed + 1000 }))!;
    if (sentence.includes("beyond chance")) beyond++;
    else assert.match(sentence, /which may be chance \(p = 0?\.?\d[\d.e-]*\)|the same AUROC here/);
  }
  // 10 are expected of 200; 22 or more come once in a thousand times.
  assert.ok(beyond <= 21, `${beyond}`);
});

Deno.test("parts that are not the same are not compared", () => {
  assert.equal(describeMapWorth(scored(1), scored(1, { parts: 198 })), undefined);
  assert.equal(
    describeMapWorth(scored(1), scored(1)),
    "The model has the same AUROC here with the segment map and without it.",
  );
});
