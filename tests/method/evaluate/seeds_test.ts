/** Intervals and comparisons over seeds that judge the same, other, or partly the same parts. */
import assert from "node:assert/strict";
import { auroc } from "../../../lib/method/evaluate/auroc.ts";
import { intervalOf } from "../../../lib/method/evaluate/bootstrap.ts";
import { bootstrapSeeds, type JudgedParts } from "../../../lib/method/evaluate/bootstrap_seeds.ts";
import { aurocOverSeeds, compareMeanAuroc, compareSeeds } from "../../../lib/method/evaluate/delong.ts";
import { fprAtTpr } from "../../../lib/method/evaluate/fpr_at_tpr.ts";
import { meanStd } from "../../../lib/method/evaluate/mean_std.ts";
import { type Random, seededRandom } from "../../../lib/base/tensor/random.ts";

/** Parts g00 … and b00 …, half of each class or all, with scores that are partly the parts' own. */
function judge(random: Random, own: ReadonlyMap<string, number>, share: number, shift: number, coarse = false) {
  const ids = [...own.keys()].filter((id) => /0$/.test(id) || random.uniform() < share);
  const score = (id: string) => own.get(id)! + random.normal() + (id[0] === "b" ? shift : 0);
  return {
    ids,
    labels: ids.map((id) => id[0] === "b" ? 1 : 0),
    scores: ids.map((id) => coarse ? Math.round(score(id)) : score(id)),
  };
}

function ownScores(random: Random, good: number, bad: number): Map<string, number> {
  const names = (letter: string, count: number) =>
    Array.from({ length: count }, (_, i) => `${letter}${String(i).padStart(3, "0")}`);
  return new Map([...names("g", good), ...names("b", bad)].map((id) => [id, random.normal()]));
}

Deno.test("intervals are those of AUROC and FPR@95TPR over parts drawn one by one, ties and all", () => {
  const random = seededRandom(3);
  const own = ownScores(random, 23, 31);
  const seeds = [0.5, 1, 0.7].map((share) => judge(random, own, share, 1, true));
  const all = [...new Set(seeds.flatMap(({ ids }) => ids))].sort();
  const classes = [all.filter((id) => id[0] === "g"), all.filter((id) => id[0] === "b")];
  const draws = seededRandom(9);
  const found: number[][] = [[], []];
  for (let r = 0; r < 40; r++) {
    const drawn = classes.flatMap((some) => some.map(() => some[draws.below(some.length)]));
    const figures = seeds.map(({ ids, labels, scores }) => {
      const places = drawn.map((id) => ids.indexOf(id)).filter((place) => place >= 0);
      const [s, l] = [places.map((i) => scores[i]), places.map((i) => labels[i])];
      return [auroc(s, l), fprAtTpr(s, l, 0.95)];
    });
    [0, 1].forEach((which) => found[which].push(figures.reduce((sum, each) => sum + each[which], 0) / 3));
  }
  const [both] = bootstrapSeeds([seeds], { seed: 9, resamples: 40 });
  assert.deepEqual(both.auroc, intervalOf(Float64Array.from(found[0]), 0.95));
  assert.deepEqual(both.fpr95, intervalOf(Float64Array.from(found[1]), 0.95));
  // Neither the order of parts nor other methods change a bit.
  const turned = seeds.map(({ ids, labels, scores }) => ({
    ids: ids.toReversed(),
    labels: labels.toReversed(),
    scores: scores.toReversed(),
  }));
  assert.deepEqual(bootstrapSeeds([seeds.slice(1), turned, seeds], { seed: 9, resamples: 40 })[1], both);
});

Deno.test("many seeds on the same parts narrow an interval only by their own noise, on other parts they do", () => {
  const width = (seeds: readonly JudgedParts[]) => {
    const [{ auroc: { low, high } }] = bootstrapSeeds([seeds], { seed: 1 });
    return high - low;
  };
  const random = seededRandom(5);
  const one = judge(random, ownScores(random, 200, 200), 1, 1);
  const others = [1, 2, 3].map((n) => {
    const { ids, ...rest } = judge(random, ownScores(random, 200, 200), 1, 1);
    return { ids: ids.map((id) => `${id}/${n}`), ...rest };
  });
  assert.equal(width([one, one, one, one]), width([one]));
  const ratio = width([one, ...others]) / width([one]);
  assert.ok(ratio > 0.42 && ratio < 0.58, `${ratio} for 1/√4`);
});

Deno.test("over the same parts the comparison is DeLong's; a method does not differ from itself", () => {
  const random = seededRandom(6);
  const own = ownScores(random, 40, 25);
  const of = (shift: number) => [1, 2, 3].map(() => judge(random, own, 1, shift));
  const [first, second] = [of(1), of(0.5)];
  const found = compareSeeds(aurocOverSeeds(first), aurocOverSeeds(second));
  const scores = (seeds: typeof first) => seeds.map((each) => each.scores);
  const expected = compareMeanAuroc(scores(first), scores(second), first[0].labels);
  for (const name of ["difference", "error", "p"] as const) {
    assert.ok(Math.abs(found[name] - expected[name]) < 1e-12, `${name}: ${found[name]} for ${expected[name]}`);
  }
  assert.deepEqual(compareSeeds(aurocOverSeeds(first), aurocOverSeeds(first)), { difference: 0, error: 0, p: 1 });
  const fewer = aurocOverSeeds([judge(random, own, 0.5, 1)]);
  assert.throws(() => compareSeeds(aurocOverSeeds(first), fewer), /judged on different parts/);
  assert.throws(() => aurocOverSeeds([]), /no scores/);
});

Deno.test("where seeds share some parts, the error is how far the difference scatters over other parts", () => {
  const differences: number[] = [];
  const errors: number[] = [];
  for (let trial = 0; trial < 300; trial++) {
    const random = seededRandom(1000 + trial);
    const own = ownScores(random, 60, 40);
    const seeds = [1, 2, 3].map(() => judge(random, own, 0.6, 1));
    // The second method has much of the first in it.
    const other = seeds.map((seed) => ({ ...seed, scores: seed.scores.map((score) => score + random.normal()) }));
    const { difference, error } = compareSeeds(aurocOverSeeds(seeds), aurocOverSeeds(other));
    differences.push(difference);
    errors.push(error);
  }
  const ratio = meanStd(errors).mean / meanStd(differences).std;
  assert.ok(ratio > 0.88 && ratio < 1.12, String(ratio));
});

Deno.test("a resample without a class of a seed leaves that seed out; what does not fit together is refused", () => {
  const few = { ids: ["a", "b", "c", "d"], labels: [0, 0, 1, 1], scores: [1, 3, 2, 4] };
  const tiny = { ids: ["e", "f"], labels: [0, 1], scores: [1, 2] };
  const [{ auroc: both }] = bootstrapSeeds([[few, tiny]], { seed: 1, resamples: 200 });
  assert.ok(both.low >= 0 && both.low < 0.75 && both.high === 1);
  const odd = { ...tiny, ids: ["c", "a"] };
  assert.throws(() => bootstrapSeeds([[few], [odd]], { seed: 1 }), /"c" is good and bad/);
  assert.throws(() => bootstrapSeeds([[{ ...few, ids: ["a"] }]], { seed: 1 }), /one label a part/);
  assert.throws(() => bootstrapSeeds([[few]], { seed: 1, resamples: 0 }), RangeError);
});
