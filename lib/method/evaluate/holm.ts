/** Many comparisons at once. @module */

/**
 * p-values that allow for their number (Holm, Scandinavian Journal of Statistics 6, 1979): with them, the chance of even
 * one false finding in the whole table is at most the level that they are compared with.
 *
 * @param values p-values, 0 to 1
 * @returns one for each, in their order; at least as large, at most 1
 * @throws {RangeError} where a value is not from 0 to 1
 *
 * ```ts
 * import { holm } from "./holm.ts";
 * console.assert(holm([0.01, 0.5, 0.02]).join() === "0.03,0.5,0.04");
 * ```
 */
export function holm(values: readonly number[]): number[] {
  const odd = values.findIndex((value) => !(value >= 0 && value <= 1));
  if (odd >= 0) throw new RangeError(`Cannot correct p-values as value ${odd} is ${values[odd]}: they are from 0 to 1`);
  const order = values.map((_, i) => i).sort((a, b) => values[a] - values[b]);
  const corrected = new Array<number>(values.length);
  let least = 0;
  for (const [rank, i] of order.entries()) {
    least = Math.max(least, Math.min(1, (values.length - rank) * values[i]));
    corrected[i] = least;
  }
  return corrected;
}
