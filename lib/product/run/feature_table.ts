/** Features of the pictures of one seed, by picture and column. @module */
import type { Features } from "../../domain.ts";
import { tensor } from "../../base/tensor/tensor.ts";

/** All columns of all detectors; a method sees those of its own. */
export interface FeatureTable {
  readonly columns: readonly string[];
  /** One row of F values a picture, by the id of its source. */
  readonly rows: ReadonlyMap<string, Float32Array>;
  /** The detectors' own scores, by the id of the source, in the order of the pipeline's detectors. */
  readonly scores: ReadonlyMap<string, Float32Array>;
}

/**
 * The features of some pictures in some columns.
 *
 * @throws {RangeError} where a column or a picture is not in the table
 */
export function selectFeatures(
  table: FeatureTable,
  ids: readonly string[],
  columns: readonly string[],
): Features {
  const places = columns.map((column) => {
    const place = table.columns.indexOf(column);
    if (place < 0) throw new RangeError(`Cannot select the column "${column}" as there is none of this name`);
    return place;
  });
  const data = new Float32Array(ids.length * columns.length);
  for (const [n, id] of ids.entries()) {
    const row = table.rows.get(id);
    if (!row) throw new RangeError(`Cannot select the features of "${id}" as there are none`);
    for (let f = 0; f < places.length; f++) data[n * places.length + f] = row[places[f]];
  }
  return tensor<"f32", ["N", "F"], "feature">("f32", [ids.length, columns.length], data);
}
