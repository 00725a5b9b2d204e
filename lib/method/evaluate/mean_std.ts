/** Mean and spread over seeds. @module */

/** A figure over several seeds. */
export interface MeanStd {
  /** The arithmetic mean. */
  readonly mean: number;
  /** Population standard deviation. */
  readonly std: number;
}

/**
 * Mean and population standard deviation (numpy's default, `ddof` 0): the spread of these seeds, 0 for a single one.
 * The papers do not say which they use; the sample one is √(n / (n − 1)) times as large, 1.12 for five seeds.
 *
 * @throws {RangeError} where there is no value, or one is NaN or infinite
 *
 * ```ts
 * import { meanStd } from "./mean_std.ts";
 * const { mean, std } = meanStd([0.9, 0.92]);
 * console.assert(Math.abs(mean - 0.91) < 1e-15 && Math.abs(std - 0.01) < 1e-15);
 * ```
 */
export function meanStd(values: ArrayLike<number>): MeanStd {
  const all = Array.from(values);
  if (all.length === 0) throw new RangeError("Cannot take mean and deviation as there is no value");
  all.forEach((value, i) => {
    if (!Number.isFinite(value)) {
      throw new RangeError(`Cannot take mean and deviation as values must be finite numbers: value ${i} is ${value}`);
    }
  });
  // About the first value, so that equal values have a deviation of 0 and not one of rounding.
  const shift = all[0];
  const mean = shift + all.reduce((sum, value) => sum + (value - shift), 0) / all.length;
  const variance = all.reduce((sum, value) => sum + (value - mean) ** 2, 0) / all.length;
  return { mean, std: Math.sqrt(variance) };
}
