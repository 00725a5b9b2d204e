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
  const [a, b] = [placements(first, labels), placements(second, labels)];
  const difference = auroc(first, labels) - auroc(second, labels);
  const variance = spreadOf(a.good, b.good) + spreadOf(a.bad, b.bad);
  const error = Math.sqrt(variance);
  const p = difference === 0 ? 1 : error === 0 ? 0 : Math.min(1, 2 * normalTail(Math.abs(difference) / error));
  return { difference, error, p };
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

/** The sample variance of the differences over their number. */
function spreadOf(a: readonly number[], b: readonly number[]): number {
  const differences = a.map((value, i) => value - b[i]);
  const mean = differences.reduce((sum, value) => sum + value, 0) / differences.length;
  const squares = differences.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return squares / (differences.length - 1) / differences.length;
}
