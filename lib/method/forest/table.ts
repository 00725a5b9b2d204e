/** Features as XGBoost takes them, checked. @module */
import type { Features } from "../../domain.ts";
import { bindAxes, type Dim } from "../../base/tensor/tensor.ts";
import type { Table } from "../../../packages/xgboost-wasm/mod.ts";

/**
 * Checks features against the names of their columns. NaN is a missing value; an infinite one is a mistake.
 *
 * @param action what is about to be done, for the message: `score parts`
 * @throws {TypeError} where the number of columns is another than that of the names
 * @throws {RangeError} where a value is infinite, with its row and column
 */
export function toTable<F extends Dim>(features: Features<"N", F>, columns: readonly string[], action: string): Table {
  const [rows, width] = features.shape as readonly [number, number];
  bindAxes(features, ["N", "F"], action);
  if (width !== columns.length) {
    throw new TypeError(`Cannot ${action} as the forest has ${columns.length} columns: the features have ${width}`);
  }
  const { data } = features;
  for (let i = 0; i < data.length; i++) {
    if (data[i] === Infinity || data[i] === -Infinity) {
      const [row, column] = [Math.floor(i / width), columns[i % width]];
      throw new RangeError(
        `Cannot ${action} as column "${column}" of row ${row} is ${
          data[i]
        }: a value is finite, or NaN where it is missing`,
      );
    }
  }
  // A view is copied, as a worker would be sent all that lies behind it.
  const values = data.byteLength === data.buffer.byteLength ? data : data.slice();
  return { values, rows, columns, width };
}

/**
 * Checks that names are unique and without the characters that XGBoost keeps for itself.
 *
 * @throws {TypeError} with the first name that is not
 */
export function checkColumns(columns: readonly string[]): void {
  const seen = new Set<string>();
  for (const name of columns) {
    if (name === "" || /[[\]<]/.test(name)) {
      throw new TypeError(`Cannot name a column "${name}" as a name has characters, but none of "[", "]" and "<"`);
    }
    if (seen.has(name)) throw new TypeError(`Cannot name two columns "${name}" as names are unique`);
    seen.add(name);
  }
}
