/** Whether many numbers are all finite. @module */

/**
 * Whether no number is NaN or infinite. 0 times a number is 0 only where it is finite, which needs no branch; four sums at a
 * time do not wait for each other.
 *
 * ```ts
 * import { allFinite } from "./all_finite.ts";
 * console.assert(allFinite(new Float32Array([1, 2])) && !allFinite(new Float32Array([1, NaN])));
 * ```
 */
export function allFinite(values: Float32Array): boolean {
  let [a, b, c, d] = [0, 0, 0, 0];
  const even = values.length - values.length % 4;
  for (let i = 0; i < even; i += 4) {
    a += 0 * values[i];
    b += 0 * values[i + 1];
    c += 0 * values[i + 2];
    d += 0 * values[i + 3];
  }
  for (let i = even; i < values.length; i++) a += 0 * values[i];
  return a + b + c + d === 0;
}
