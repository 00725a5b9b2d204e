/** Exact bounds on a share that was counted. @module */
import { betaQuantile } from "./beta.ts";
import type { Interval } from "./bootstrap.ts";

/**
 * The share that the true one is at least, with the given confidence, where `count` of `total` independent parts were
 * counted (Clopper and Pearson 1934, one-sided).
 *
 * @param confidence above 0, below 1
 * @throws {RangeError} where the count is not from 0 to the total, or the confidence is out of range
 *
 * ```ts
 * import { lowerShare } from "./clopper_pearson.ts";
 * console.assert(Math.abs(lowerShare(59, 59, 0.95) - 0.95) < 1e-3); // all of 59: at least 95 % of all
 * ```
 */
export function lowerShare(count: number, total: number, confidence: number): number {
  check(count, total, confidence);
  return count === 0 ? 0 : betaQuantile(1 - confidence, count, total - count + 1);
}

/**
 * The share that the true one is at most, with the given confidence. See {@linkcode lowerShare}.
 *
 * ```ts
 * import { upperShare } from "./clopper_pearson.ts";
 * console.assert(Math.abs(upperShare(0, 299, 0.95) - 0.01) < 1e-4); // none of 299: at most 1 % of all
 * ```
 */
export function upperShare(count: number, total: number, confidence: number): number {
  check(count, total, confidence);
  return count === total ? 1 : betaQuantile(confidence, count + 1, total - count);
}

/**
 * Where the true share lies with at least the confidence `level`, where `count` of `total` independent parts were
 * counted: the interval of Clopper and Pearson, half of what is left at each end.
 *
 * @throws {RangeError} as {@linkcode lowerShare}
 *
 * ```ts
 * import { clopperPearson } from "./clopper_pearson.ts";
 * const { low, high } = clopperPearson(19, 20, 0.95);
 * console.assert(low > 0.75 && low < 0.76 && high > 0.998);
 * ```
 */
export function clopperPearson(count: number, total: number, level: number): Interval {
  const side = (1 + level) / 2;
  return { low: lowerShare(count, total, side), high: upperShare(count, total, side) };
}

function check(count: number, total: number, confidence: number): void {
  if (!(Number.isInteger(count) && Number.isInteger(total) && count >= 0 && count <= total && total >= 1)) {
    throw new RangeError(`Cannot bound a share as the count must be from 0 to the total: it is ${count} of ${total}`);
  }
  if (!(confidence > 0 && confidence < 1)) {
    throw new RangeError(`Cannot bound a share as the confidence must be between 0 and 1: it is ${confidence}`);
  }
}
