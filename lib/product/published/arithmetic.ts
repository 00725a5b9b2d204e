/**
 * Statistics in the arithmetic of numpy 2 and scipy 1.17: in the precision of the values, with pairwise sums.
 *
 * `kernel.ts` computes the same statistics in double precision, which is closer to the truth. SegAD's published code
 * leaves them to numpy and scipy, which stay in single precision for single-precision maps; a difference in the last
 * bit can move a value across a bin of the forest, so whoever wants that code's results needs that code's bits.
 * @module
 */
import { powf } from "./powf.ts";

/** The pixels of a map in one of the two precisions. */
export type Values = Float32Array | Float64Array;

/** q99.5, skewness, kurtosis and mean, in the order of the published code. */
export type FourStatistics = readonly [q995: number, skewness: number, kurtosis: number, mean: number];

/**
 * The sum as `numpy.add.reduce` takes it: up to 128 values in eight lanes, more in halves that are multiples of eight.
 *
 * ```ts
 * import { pairwiseSum } from "./arithmetic.ts";
 * console.assert(pairwiseSum(Float32Array.of(16777216, 1, 1)) === 16777216);
 * ```
 */
export function pairwiseSum(values: Values): number {
  return sumRange(values, 0, values.length, roundingOf(values));
}

type Rounding = (value: number) => number;

function roundingOf(values: Values): Rounding {
  return values instanceof Float32Array ? Math.fround : (value) => value;
}

function sumRange(values: Values, from: number, count: number, round: Rounding): number {
  if (count < 8) {
    let sum = 0;
    for (let i = from; i < from + count; i++) sum = round(sum + values[i]);
    return sum;
  }
  if (count > 128) {
    const half = (count >> 1) - (count >> 1) % 8;
    return round(sumRange(values, from, half, round) + sumRange(values, from + half, count - half, round));
  }
  let [a, b, c, d] = [values[from], values[from + 1], values[from + 2], values[from + 3]];
  let [e, f, g, h] = [values[from + 4], values[from + 5], values[from + 6], values[from + 7]];
  const whole = from + count - count % 8;
  for (let i = from + 8; i < whole; i += 8) {
    a = round(a + values[i]);
    b = round(b + values[i + 1]);
    c = round(c + values[i + 2]);
    d = round(d + values[i + 3]);
    e = round(e + values[i + 4]);
    f = round(f + values[i + 5]);
    g = round(g + values[i + 6]);
    h = round(h + values[i + 7]);
  }
  let sum = round(round(round(a + b) + round(c + d)) + round(round(e + f) + round(g + h)));
  for (let i = whole; i < from + count; i++) sum = round(sum + values[i]);
  return sum;
}

/**
 * The statistics of a segment: `quantile(x, 0.995)`, `scipy.stats.skew`, `scipy.stats.kurtosis` and `mean` with their
 * defaults. All four are 0 for a segment without pixels; skewness and kurtosis are NaN where the pixels hardly differ.
 *
 * @param values finite; sorted by the call
 *
 * ```ts
 * import { fourStatistics } from "./arithmetic.ts";
 * console.assert(fourStatistics(Float64Array.of(1, 3, 9))[3] === 13 / 3);
 * console.assert(Number.isNaN(fourStatistics(Float32Array.of(2, 2))[1]));
 * ```
 */
export function fourStatistics(values: Values): FourStatistics {
  const count = values.length;
  if (count === 0) return [0, 0, 0, 0];
  const round = roundingOf(values);
  const mean = round(pairwiseSum(values) / count);
  // One array for the powers of the deviations, one after the other.
  const powers = values.slice();
  for (let i = 0; i < count; i++) {
    const deviation = round(values[i] - mean);
    powers[i] = deviation * deviation;
  }
  const second = round(pairwiseSum(powers) / count);
  const [skewness, kurtosis] = shape(values, powers, mean, second, round);
  return [quantile(values.sort(), 0.995, round), skewness, kurtosis, mean];
}

function shape(values: Values, squares: Values, mean: number, second: number, round: Rounding): [number, number] {
  const { length } = values;
  const single = squares instanceof Float32Array;
  const epsilon = single ? 2 ** -23 : 2 ** -52;
  const power = single ? powf : Math.pow;
  if (second <= power(round(epsilon * Math.abs(mean)), 2)) return [NaN, NaN];
  const fourths = squares.slice();
  for (let i = 0; i < length; i++) fourths[i] = squares[i] * squares[i];
  const fourth = round(pairwiseSum(fourths) / length);
  for (let i = 0; i < length; i++) squares[i] = squares[i] * round(values[i] - mean);
  const third = round(pairwiseSum(squares) / length);
  return [round(third / power(second, 1.5)), round(round(fourth / power(second, 2)) - 3)];
}

/** The `linear` quantile of ascending values, for a quantile given as a plain number. */
function quantile(sorted: Values, q: number, round: Rounding): number {
  const position = q * (sorted.length - 1);
  const rank = Math.floor(position);
  if (position >= sorted.length - 1) return sorted[sorted.length - 1];
  const [low, high] = [sorted[rank], sorted[rank + 1]];
  const fraction = position - rank;
  const step = round(high - low);
  return fraction >= 0.5 ? round(high - round(step * round(1 - fraction))) : round(low + round(step * round(fraction)));
}
