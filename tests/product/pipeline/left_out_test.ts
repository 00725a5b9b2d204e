import assert from "node:assert/strict";
import { seededRandom } from "../../../lib/base/tensor/random.ts";
import { features } from "../../../lib/domain.ts";
import { foundKinds } from "../../../lib/method/learn/found_kinds.ts";
import { auroc } from "../../../lib/method/evaluate/auroc.ts";
import { belowOnKinds, leftOutAuroc, type LeftOutKind } from "../../../lib/product/experiment/left_out.ts";
import type { ScoreSet } from "../../../lib/product/experiment/results.ts";
import type { ScoredPart } from "../../../lib/product/experiment/scored_part.ts";
import { bestOf, mayBeChosen } from "../../../lib/product/run/judge/choice.ts";
import { kindsTogether, scalesOf } from "../../../lib/product/run/judge/scales.ts";

/** Normal scores; `shift` is how far bad parts lie above good ones. */
function parts(seed: number, good: number, bad: number, shift: number): ScoredPart[] {
  const random = seededRandom(seed);
  return Array.from({ length: good + bad }, (_, i) => ({
    id: `${i}`,
    label: i < good ? "good" : "bad",
    unseen: false,
    score: 10 + random.normal() + (i < good ? 0 : shift),
  }));
}

/** A method that finds known kinds by `known` deviations, and kinds that it has not seen by `unseen`. */
function set(method: string, seed: number, known: number, unseen: number, found = false): ScoreSet {
  const leftOut = ["dent", "hole"].map((kind, k): LeftOutKind => ({
    kind,
    ...found && { found },
    parts: parts(seed + 10 + k, 60, 30, unseen),
  }));
  return { benchmark: "all", method, seed: 1, parts: parts(seed, 200, 60, known), leftOut };
}

Deno.test("the AUROC of kinds left out is that of each kind, weighted by its bad parts", () => {
  const part = (label: "good" | "bad", score: number): ScoredPart => ({ id: "", label, unseen: false, score });
  const kinds = [
    { kind: "a", parts: [part("good", 1), part("good", 3), part("bad", 2)] },
    { kind: "b", parts: [part("good", 1), part("bad", 2), part("bad", 3), part("bad", 4)] },
  ];
  // One of two pairs of the first, all of the second.
  assert.equal(leftOutAuroc(kinds), (1 * 0.5 + 3 * 1) / 4);
  assert.equal(belowOnKinds(kinds, kinds), 0);
});

Deno.test("a judge that loses kinds it has not seen is not chosen, nor is a sum: the detector counts as much as it takes", () => {
  const detector = set("PaDiM", 1, 1.5, 1.5);
  const blind = set("Regression", 2, 4, 0);
  const robust = set("Forest", 3, 2.5, 2.5);
  assert.ok(belowOnKinds(blind.leftOut!, detector.leftOut!) > 3);
  assert.equal(bestOf([blind, detector], [false, true]), 1);
  assert.equal(bestOf([robust, detector], [false, true]), 0);
  // Clusters that nobody has named may be kinds of parts: they take no judge out.
  assert.equal(bestOf([set("Regression", 2, 4, 0, true), set("PaDiM", 1, 1.5, 1.5, true)], [false, true]), 0);
  const usual = scalesOf([robust, detector], [false, true]);
  assert.ok(Math.abs(usual[1].weight - 10 / 80) < 1e-12);
  const careful = scalesOf([blind, detector], [false, true]);
  assert.ok(careful[1].weight >= 1, `${careful[1].weight}`);
  const sum = leftOutAuroc(kindsTogether([blind, detector], careful)!);
  assert.ok(sum > leftOutAuroc(detector.leftOut!) - 0.06, `${sum}`);
});

Deno.test("the first of some methods is taken unless another is better by more than a standard error", () => {
  // Two methods that agree on what is hard: the difference is known well; two that do not: it may be chance.
  const first = set("Together", 1, 2, 2);
  const own = (method: string, score: (part: ScoredPart, n: number) => number): ScoreSet => ({
    ...first,
    method,
    parts: first.parts.map((part, n) => ({ ...part, score: score(part, n) })),
  });
  const clearly = own("Forest", ({ score, label }) => score + (label === "bad" ? 0.5 : 0));
  const chance = set("PaDiM", 9, 2.05, 2);
  const figure = ({ parts }: ScoreSet) =>
    auroc(parts.map(({ score }) => score), parts.map(({ label }) => Number(label === "bad")));
  assert.ok(
    figure(chance) > figure(first) && figure(chance) - figure(first) < 0.02,
    `${figure(chance) - figure(first)}`,
  );
  assert.equal(bestOf([first, chance], [false, true]), 0);
  assert.equal(bestOf([first, chance, clearly], [false, true, false]), 2);
  // Where one bad part is left nobody knows by how much a method scatters.
  assert.equal(bestOf([first, clearly], [false, false], (id) => Number(id) <= 200), 0);
  assert.equal(bestOf([first, own("Copy", ({ score }) => 2 * score)], [false, false]), 0);
});

Deno.test("kinds need not be left out of a method that is chosen with none of them, nor of the parts of all folds but one", () => {
  const folds = new Map(Array.from({ length: 260 }, (_, i) => [`${i}`, i % 5]));
  const alone = [false, false, true];
  let spared = 0;
  for (let seed = 0; seed < 60; seed++) {
    const random = seededRandom(seed);
    const shift = () => 1 + 1.5 * random.uniform();
    const [first, forest, detector] = ["Together", "Forest", "PaDiM"].map((method, m) =>
      set(method, 100 * seed + 20 * m, shift(), shift())
    );
    const { leftOut, ...bare } = forest;
    const asked = mayBeChosen([first, bare, detector], alone, 1, folds);
    if (asked) continue;
    spared++;
    for (const kinds of [leftOut, set("Forest", seed, 1, 0).leftOut, set("Forest", seed, 1, 9).leftOut]) {
      for (const counts of [() => true, ...[0, 1, 2, 3, 4].map((fold) => (id: string) => folds.get(id) !== fold)]) {
        const known = bestOf([first, { ...bare, leftOut: kinds }, detector], alone, counts);
        assert.equal(known, bestOf([first, bare, detector], alone, counts), `${seed}`);
        assert.notEqual(known, 1);
      }
    }
  }
  assert.ok(spared > 10 && spared < 50, `${spared}`);
  // Whatever else is chosen would be compared with it.
  const blind = set("Together", 2, 4, 0);
  const { leftOut: _, ...bare } = set("Forest", 3, 1, 1);
  assert.ok(mayBeChosen([blind, bare, set("PaDiM", 1, 1.5, 1.5)], alone, 1, folds));
});

Deno.test("clusters of bad parts are the kinds that they were drawn from; too few bad parts are no kinds", () => {
  const random = seededRandom(4);
  const kinds = Array.from({ length: 100 }, (_, i) => i < 60 ? undefined : i % 2 === 0 ? "x" : "y");
  const values = Float32Array.from({ length: 100 * 6 }, (_, at) => {
    const kind = kinds[Math.floor(at / 6)];
    return 0.5 * random.normal() + (kind === "x" && at % 6 < 2 ? 5 : kind === "y" && at % 6 >= 4 ? 5 : 0);
  });
  values[0] = NaN;
  const found = foundKinds(features([100, 6], values), kinds.map((kind) => Number(kind !== undefined)), {
    seed: 1,
    blocks: [3, 3],
  });
  const pairs = new Set(kinds.map((kind, i) => `${kind} ${found[i]}`));
  assert.equal(pairs.size, 3, [...pairs].join());
  assert.ok(pairs.has("undefined undefined"));
  const few = foundKinds(features([40, 6], values.slice(0, 240)), kinds.map((_, i) => Number(i < 20)).slice(0, 40), {
    seed: 1,
  });
  assert.ok(few.every((kind) => kind === undefined));
});
