/** Quantiles of sorted numbers. @module */

/**
 * The quantile of ascending values by the `linear` rule of numpy and pandas: at position `q·(n − 1)`.
 *
 * @param q from 0 to 1
 * @throws {RangeError} where there is no value or q is out of range
 *
 * ```ts
 * import { linearQuantile } from "./linear_quantile.ts";
 * console.assert(linearQuantile(Float64Array.of(1, 2, 4), 0.75) === 3);
 * ```
 */
export function linearQuantile(sorted: Float64Array, q: number): number {
  if (sorted.length === 0) throw new RangeError("Cannot take a quantile as there is no value");
  if (!(q >= 0 && q <= 1)) throw new RangeError(`Cannot take a quantile at ${q} as it must be from 0 to 1`);
  const position = q * (sorted.length - 1);
  const rank = Math.floor(position);
  const low = sorted[rank];
  const high = sorted[Math.min(rank + 1, sorted.length - 1)];
  const fraction = position - rank;
  return fraction < 0.5 ? low + (high - low) * fraction : high - (high - low) * (1 - fraction);
}

/**
 * The number of ascending values that are at least `threshold`.
 *
 * ```ts
 * import { countFrom } from "./linear_quantile.ts";
 * console.assert(countFrom(Float64Array.of(1, 2, 2, 3), 2) === 3);
 * ```
 */
export function countFrom(sorted: Float64Array, threshold: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle] < threshold) low = middle + 1;
    else high = middle;
  }
  return sorted.length - low;
}
