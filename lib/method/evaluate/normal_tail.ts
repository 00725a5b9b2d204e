/** The upper tail of the normal distribution. @module */

/**
 * The probability that a standard normal number exceeds z.
 *
 * The series of the error function below 3 and Lentz's continued fraction of its complement from there on (Abramowitz
 * and Stegun, 7.1.6 and 7.1.14): about 1e-13 of the value.
 *
 * @param z from 0
 * @throws {RangeError} where z is below 0 or NaN
 *
 * ```ts
 * import { normalTail } from "./normal_tail.ts";
 * console.assert(Math.abs(normalTail(1.959963984540054) - 0.025) < 1e-14);
 * ```
 */
export function normalTail(z: number): number {
  if (!(z >= 0)) {
    throw new RangeError(`Cannot take the tail of the normal distribution from ${z}: it must be 0 or more`);
  }
  const density = Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI);
  if (z < 3) {
    let [sum, term] = [z, z];
    for (let k = 3; term > sum * 1e-17; k += 2) sum += term *= z * z / k;
    return 0.5 - density * sum;
  }
  let rest = z;
  for (let k = 200; k >= 1; k--) rest = z + k / rest;
  return density / rest;
}
