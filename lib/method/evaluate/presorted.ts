/**
 * How many parts need no second look: presorted good and presorted bad parts (Baitieva et al., Beyond Academic Benchmarks,
 * CVPR Workshops 2025, by SegAD's author).
 * @module
 */
import { countFrom, linearQuantile } from "../../base/tensor/linear_quantile.ts";
import { nextUp } from "./threshold.ts";
import { type BinaryLabels, type Scores, splitScores } from "./split_scores.ts";

/** What can be sorted where a share of the other class may go wrong. */
export interface PresortedPoint {
  /** The share of the other class that may be called wrong. */
  readonly share: number;
  /** PG: the share of good parts below the threshold that misses so many bad ones. */
  readonly good: number;
  /** PB: the share of bad parts above the threshold that flags so many good ones. */
  readonly bad: number;
}

/**
 * PG: the share of good parts that can be passed unseen where the share `missed` of bad ones goes with them: those with a
 * score below the linear quantile of the bad scores. It is 1 − FPR at that TPR.
 *
 * @param missed 0 to 1; 0.05 is PG5
 * @returns 0 to 1
 * @throws {TypeError | RangeError} as {@linkcode splitScores}; {@linkcode RangeError} where the share is out of range
 *
 * ```ts
 * import { presortedGood } from "./presorted.ts";
 * console.assert(presortedGood([1, 4, 2, 3, 5], [0, 0, 1, 1, 1]) === 0.5);
 * ```
 */
export function presortedGood(scores: Scores, labels: BinaryLabels, missed = 0.05): number {
  checkShare(missed);
  const { good, bad } = splitScores(scores, labels, "presort good parts");
  return shareBelow(good, linearQuantile(bad, missed));
}

/**
 * PB: the share of bad parts that can be rejected unseen where the share `alarms` of good ones goes with them: those with a
 * score above the linear quantile of the good scores.
 *
 * @param alarms 0 to 1; 0.05 is PB5
 * @returns 0 to 1
 * @throws {TypeError | RangeError} as {@linkcode splitScores}; {@linkcode RangeError} where the share is out of range
 *
 * ```ts
 * import { presortedBad } from "./presorted.ts";
 * console.assert(presortedBad([1, 2, 1.5, 3], [0, 0, 1, 1]) === 0.5);
 * ```
 */
export function presortedBad(scores: Scores, labels: BinaryLabels, alarms = 0.05): number {
  checkShare(alarms);
  const { good, bad } = splitScores(scores, labels, "presort bad parts");
  return shareAbove(bad, good, alarms);
}

/**
 * The PG and PB curves, at each share of parts that may be called wrong.
 *
 * @param shares 0 to 1 each; 0 to 20 % by one percent where left out
 * @throws {TypeError | RangeError} as {@linkcode presortedGood}
 *
 * ```ts
 * import { presortedCurve } from "./presorted.ts";
 * const [point] = presortedCurve([1, 2, 1.5, 3], [0, 0, 1, 1], [0]);
 * console.assert(point.good === 0.5 && point.bad === 0.5);
 * ```
 */
export function presortedCurve(
  scores: Scores,
  labels: BinaryLabels,
  shares: readonly number[] = Array.from({ length: 21 }, (_, percent) => percent / 100),
): PresortedPoint[] {
  shares.forEach(checkShare);
  const { good, bad } = splitScores(scores, labels, "presort parts");
  return shares.map((share) => ({
    share,
    good: shareBelow(good, linearQuantile(bad, share)),
    bad: shareAbove(bad, good, share),
  }));
}

function shareBelow(sorted: Float64Array, threshold: number): number {
  return (sorted.length - countFrom(sorted, threshold)) / sorted.length;
}

function shareAbove(bad: Float64Array, good: Float64Array, alarms: number): number {
  // 1 − 0.05 is 0.95 for all but the last bits; with ties the quantile that is meant differs.
  const threshold = linearQuantile(good, Number((1 - alarms).toFixed(12)));
  return countFrom(bad, nextUp(threshold)) / bad.length;
}

function checkShare(share: number): void {
  if (share >= 0 && share <= 1) return;
  throw new RangeError(`Cannot presort parts as the share of parts called wrong must be 0 to 1: it is ${share}`);
}
