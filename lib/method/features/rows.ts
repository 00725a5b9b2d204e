/** Some rows of a table of features, and tables side by side. @module */
import { type Features, features } from "../../domain.ts";
import { bindAxes } from "../../base/tensor/tensor.ts";

/** The rows with these numbers, in this order, copied. */
export function takeFeatures({ data, shape: [, F] }: Features, rows: ArrayLike<number>): Features {
  const taken = features([rows.length, F]);
  for (let i = 0; i < rows.length; i++) taken.data.set(data.subarray(rows[i] * F, (rows[i] + 1) * F), i * F);
  return taken;
}

/**
 * Tables of the same pictures as one, their columns in this order.
 *
 * @throws {TypeError} where they have not the same number of rows, or there is none
 */
export function joinFeatures(tables: readonly Features[]): Features {
  if (tables.length === 0) throw new TypeError("Cannot join tables of features as there is none");
  const [N] = tables[0].shape;
  for (const table of tables) bindAxes(table, [N, "F"], "join tables of features");
  const F = tables.reduce((sum, { shape }) => sum + shape[1], 0);
  const joined = features([N, F]);
  let offset = 0;
  for (const { data, shape: [, width] } of tables) {
    for (let n = 0; n < N; n++) joined.data.set(data.subarray(n * width, (n + 1) * width), n * F + offset);
    offset += width;
  }
  return joined;
}
