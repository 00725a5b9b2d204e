/** Features that `tools/oracles/forest.py` makes too, value for value. @module */
import { type Features, features } from "../../../lib/domain.ts";
import { makeInput as makeTable } from "../../../packages/xgboost-wasm/tests/inputs.ts";

export { makeColumns } from "../../../packages/xgboost-wasm/tests/inputs.ts";

/** Uniform features in steps of 2⁻²⁴; a part is bad where its first and last column are large, or one in five so. */
export function makeInput(rows: number, columns: number, missing: boolean, salt: number, noisy = false): {
  features: Features;
  labels: number[];
} {
  const { values, labels } = makeTable(rows, columns, missing, salt, noisy);
  return { features: features([rows, columns], values), labels };
}
