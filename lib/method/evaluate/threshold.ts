/** Thresholds to decide by: a part whose score is at least the threshold is called bad. @module */
import { type BootstrapOptions, drawInto, type Interval, percentileInterval } from "./bootstrap.ts";
import { countFrom } from "../../base/tensor/linear_quantile.ts";
import { type Scores, sortScores } from "./split_scores.ts";

/** A threshold, what it does to the parts it was chosen on, and how sure that is. */
export interface Threshold {
  /** A part whose score is at least this is bad. */
  readonly threshold: number;
  /** Share of the given parts whose score is at least the threshold. */
  readonly rate: number;
  /**
   * Where the rate falls if the threshold is chosen on other parts of the same kind, as many: thresholds are chosen on
   * resamples and applied to the given parts.
   */
  readonly interval: Interval;
}

/**
 * The highest threshold that catches at least the share `recall` of bad parts.
 *
 * @param bad scores of bad parts
 * @param recall above 0, at most 1
 * @throws {RangeError} where there is no score, one is not finite, or the recall is out of range
 *
 * ```ts
 * import { thresholdAtRecall } from "./threshold.ts";
 * const { threshold, rate } = thresholdAtRecall([5, 1, 3, 4], 0.75, { seed: 0 });
 * console.assert(threshold === 3 && rate === 0.75);
 * ```
 */
export function thresholdAtRecall(bad: Scores, recall: number, bootstrap: BootstrapOptions): Threshold {
  if (!(recall > 0 && recall <= 1)) {
    throw new RangeError(`Cannot choose a threshold as the recall must be above 0 and at most 1: it is ${recall}`);
  }
  const sorted = sortScores(bad, "choose a threshold");
  const caught = wholeCount(recall * sorted.length, Math.ceil);
  return choose(sorted, (scores) => scores[scores.length - caught], bootstrap);
}

/**
 * The lowest threshold that flags at most the share `rate` of good parts: for when no bad part is known. With rate 0 it
 * is just above the highest score.
 *
 * @param good scores of good parts that neither detector nor forest was fitted on
 * @param rate from 0, below 1
 * @throws {RangeError} where there is no score, one is not finite, or the rate is out of range
 *
 * ```ts
 * import { thresholdAtFalsePositiveRate } from "./threshold.ts";
 * const { threshold, rate } = thresholdAtFalsePositiveRate([1, 2, 3, 4], 0.25, { seed: 0 });
 * console.assert(threshold > 3 && threshold < 3.001 && rate === 0.25);
 * ```
 */
export function thresholdAtFalsePositiveRate(good: Scores, rate: number, bootstrap: BootstrapOptions): Threshold {
  if (!(rate >= 0 && rate < 1)) {
    throw new RangeError(`Cannot choose a threshold as the rate must be from 0 and below 1: it is ${rate}`);
  }
  const sorted = sortScores(good, "choose a threshold");
  const flagged = wholeCount(rate * sorted.length, Math.floor);
  return choose(sorted, (scores) => nextUp(scores[scores.length - flagged - 1]), bootstrap);
}

function choose(
  sorted: Float64Array,
  pick: (sorted: Float64Array) => number,
  bootstrap: BootstrapOptions,
): Threshold {
  const rateAt = (threshold: number) => countFrom(sorted, threshold) / sorted.length;
  const drawn = new Float64Array(sorted.length);
  const interval = percentileInterval((random) => {
    drawInto(drawn, sorted, random);
    return rateAt(pick(drawn.sort()));
  }, bootstrap);
  const threshold = pick(sorted);
  return { threshold, rate: rateAt(threshold), interval };
}

/** Rounds in one direction, but takes 0.95 · 100 for the 95 that is meant. */
function wholeCount(count: number, round: (value: number) => number): number {
  const nearest = Math.round(count);
  return Math.abs(count - nearest) < 1e-9 * Math.max(1, nearest) ? nearest : round(count);
}

/** The next larger double. */
export function nextUp(value: number): number {
  if (value === 0) return Number.MIN_VALUE;
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  view.setBigInt64(0, view.getBigInt64(0) + (value > 0 ? 1n : -1n));
  return view.getFloat64(0);
}
