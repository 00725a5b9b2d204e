/** Comparing two methods over the same test set by their AUROC. @module */
import { auroc } from "./auroc.ts";
import { normalTail } from "./normal_tail.ts";
import { type BinaryLabels, type Scores, splitScores } from "./split_scores.ts";

/** Two AUROCs over the same parts. */
export interface PairedComparison {
  /** The first method's AUROC less the second's, −1 to 1. */
  readonly difference: number;
  /** Standard error of the difference. */
  readonly error: number;
  /** Two-sided: how often a difference as large comes of this many parts where there is none. 0 to 1. */
  readonly p: number;
}

/**
 * DeLong's test (DeLong, DeLong and Clarke-Pearson, Biometrics 44, 1988): both methods score the same parts, so what is
 * hard for both does not count. It holds the trained models as given: a difference over other training parts is another
 * question.
 *
 * p is 1 where the methods order the parts alike, and 0 where they differ without any spread.
 *
 * @param labels of the parts that both score, in the same order
 * @throws {TypeError | RangeError} as {@linkcode splitScores}; {@linkcode RangeError} for fewer than 2 parts of a class
 *
 * ```ts
 * import { compareAuroc } from "./delong.ts";
 * const { difference, p } = compareAuroc([1, 2, 3, 4, 5, 6], [1, 5, 3, 4, 2, 6], [0, 0, 0, 1, 1, 1]);
 * console.assert(Math.abs(difference - 1 / 3) < 1e-12 && p > 0.05);
 * ```
 */
export function compareAuroc(first: Scores, second: Scores, labels: BinaryLabels): PairedComparison {
  return compareMeanAuroc([first], [second], labels);
}

/**
 * {@linkcode compareAuroc} for the AUROC averaged over several seeds that score the same parts: parts differ by chance,
 * the seeds are held as given. A part's placements are averaged over the seeds first.
 *
 * @throws {RangeError} where a method has no seed; otherwise as {@linkcode compareAuroc}
 *
 * ```ts
 * import { compareMeanAuroc } from "./delong.ts";
 * const { difference } = compareMeanAuroc([[1, 2, 3, 4], [2, 1, 4, 3]], [[1, 3, 2, 4]], [0, 0, 1, 1]);
 * console.assert(difference === 0.25);
 * ```
 */
export function compareMeanAuroc(
  first: readonly Scores[],
  second: readonly Scores[],
  labels: BinaryLabels,
): PairedComparison {
  const [a, b] = [meanPlacements(first, labels), meanPlacements(second, labels)];
  const difference = a.auroc - b.auroc;
  const less = (x: readonly number[], y: readonly number[]) => x.map((value, i) => value - y[i]);
  const error = Math.sqrt(errorSquared(less(a.good, b.good)) + errorSquared(less(a.bad, b.bad)));
  return { difference, error, p: chanceOf(difference, error) };
}

/**
 * The standard error of an AUROC averaged over seeds that score the same parts: how far it would scatter over other test
 * sets of this size (DeLong).
 *
 * @throws {RangeError} as {@linkcode compareMeanAuroc}
 *
 * ```ts
 * import { aurocError } from "./delong.ts";
 * console.assert(aurocError([[1, 2, 3, 4]], [0, 0, 1, 1]) === 0);
 * ```
 */
export function aurocError(seeds: readonly Scores[], labels: BinaryLabels): number {
  const { good, bad } = meanPlacements(seeds, labels);
  return Math.sqrt(errorSquared(good) + errorSquared(bad));
}

/** The AUROC of a method averaged over its seeds, and how much each part moves it. */
export interface SeedsAuroc {
  readonly auroc: number;
  /** By part, of each class; each class adds up to 0. */
  readonly good: ReadonlyMap<string, number>;
  readonly bad: ReadonlyMap<string, number>;
}

/**
 * The AUROC averaged over seeds that may judge different parts, for {@linkcode compareSeeds}. A part's weight is the sum over
 * the seeds that judge it of how far its placement is from their mean, over the number of its class there.
 *
 * @throws {RangeError} where there is no seed, or one has fewer than 2 parts of a class
 */
export function aurocOverSeeds(
  seeds: readonly { readonly ids: readonly string[]; readonly scores: Scores; readonly labels: BinaryLabels }[],
): SeedsAuroc {
  if (seeds.length === 0) throw new RangeError("Cannot compare AUROCs as a method has no scores");
  const moves = [new Map<string, number>(), new Map<string, number>()];
  let sum = 0;
  for (const { ids, scores, labels } of seeds) {
    const { good, bad } = placements(scores, labels);
    const area = bad.reduce((all, value) => all + value, 0) / bad.length;
    sum += area;
    const next = [good.values(), bad.values()];
    const counts = [good.length, bad.length];
    for (const [i, id] of ids.entries()) {
      const label = labels[i];
      const move = (next[label].next().value! - area) / (counts[label] * seeds.length);
      moves[label].set(id, (moves[label].get(id) ?? 0) + move);
    }
  }
  return { auroc: sum / seeds.length, good: moves[0], bad: moves[1] };
}

/**
 * {@linkcode compareMeanAuroc} for seeds that need not judge the same parts: both methods are judged on the same parts with
 * each seed, parts differ by chance, and one that several seeds judge is one part. Where all seeds judge the same parts, it is
 * the same test.
 *
 * It is DeLong's estimate with parts as clusters (Obuchowski, Biometrics 53, 1997, does so for several findings of one
 * patient; here they are several seeds' scores of one part).
 *
 * @throws {RangeError} where the methods were judged on different parts
 *
 * ```ts
 * import { aurocOverSeeds, compareSeeds } from "./delong.ts";
 * const labels = [0, 0, 1, 1];
 * const of = (...scores: number[]) => aurocOverSeeds([{ ids: ["a", "b", "c", "d"], scores, labels }]);
 * console.assert(compareSeeds(of(1, 2, 3, 4), of(1, 3, 2, 4)).difference === 0.25);
 * ```
 */
export function compareSeeds(first: SeedsAuroc, second: SeedsAuroc): PairedComparison {
  const difference = first.auroc - second.auroc;
  const squared = (a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>) => {
    if (a.size !== b.size || ![...a.keys()].every((id) => b.has(id))) {
      throw new RangeError(`Cannot compare methods as they are judged on different parts: ${a.size} and ${b.size}`);
    }
    let sum = 0;
    for (const [id, move] of a) sum += (move - b.get(id)!) ** 2;
    return sum * a.size / (a.size - 1);
  };
  const error = Math.sqrt(squared(first.good, second.good) + squared(first.bad, second.bad));
  return { difference, error, p: chanceOf(difference, error) };
}

function chanceOf(difference: number, error: number): number {
  return difference === 0 ? 1 : error === 0 ? 0 : Math.min(1, 2 * normalTail(Math.abs(difference) / error));
}

function meanPlacements(seeds: readonly Scores[], labels: BinaryLabels) {
  if (seeds.length === 0) throw new RangeError("Cannot compare AUROCs as a method has no scores");
  const all = seeds.map((scores) => placements(scores, labels));
  const mean = (of: (one: { good: number[]; bad: number[] }) => number[]) =>
    of(all[0]).map((_, i) => all.reduce((sum, one) => sum + of(one)[i], 0) / all.length);
  const average = seeds.reduce((sum, scores) => sum + auroc(scores, labels), 0) / seeds.length;
  return { auroc: average, good: mean((one) => one.good), bad: mean((one) => one.bad) };
}

/** For each good part the share of bad ones above it, and for each bad part the share of good ones below; ties half. */
function placements(scores: Scores, labels: BinaryLabels): { good: number[]; bad: number[] } {
  const { good, bad } = splitScores(scores, labels, "compare AUROCs");
  if (good.length < 2 || bad.length < 2) {
    throw new RangeError(
      `Cannot compare AUROCs as two parts of each class are needed: there are ${good.length} good and ${bad.length} bad`,
    );
  }
  const places: { good: number[]; bad: number[] } = { good: [], bad: [] };
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] === 0) places.good.push(1 - shareBelow(bad, scores[i]));
    else places.bad.push(shareBelow(good, scores[i]));
  }
  return places;
}

function shareBelow(sorted: Float64Array, score: number): number {
  return (firstAt(sorted, (value) => value >= score) + firstAt(sorted, (value) => value > score)) / (2 * sorted.length);
}

function firstAt(sorted: Float64Array, reached: (value: number) => boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (reached(sorted[middle])) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The sample variance over the number of values: the squared error of their mean. */
function errorSquared(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1) / values.length;
}
