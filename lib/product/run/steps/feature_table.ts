/** Features of the pictures of one seed, by picture and column. @module */
import { type Features, features as featuresOf } from "../../../domain.ts";
import { selectColumns } from "../../../method/features/select.ts";
import { readSafetensors } from "../../../base/io/safetensors.ts";
import { bindAxes } from "../../../base/tensor/tensor.ts";
import type { Cache } from "../cache/cache.ts";
import { readRows, type RowPlace } from "../cache/kept_rows.ts";
import { readScores } from "./score_step.ts";

/** Where the features of some pictures are, and the scores that stand beside them as columns. */
export interface TableSpec {
  /** What the rows are features of: the fits, segments and settings behind them. */
  readonly shelf: string;
  /** All columns of a row. */
  readonly columns: readonly string[];
  /** One a picture: what it is called, and where it is. */
  readonly rows: readonly { readonly id: string; readonly name: string; readonly place: RowPlace }[];
  /** Where the evidence of the same pictures is, whose columns follow. */
  readonly evidence?: { readonly columns: readonly string[]; readonly places: readonly RowPlace[] };
  /**
   * Scores of classifiers, each with its column and the pictures that it has, in the order of the entry. Of several with one
   * column the first that has a picture counts.
   */
  readonly scores: readonly { readonly column: string; readonly key: string; readonly ids: readonly string[] }[];
}

/** All columns of all detectors; a method sees those of its own. */
export interface FeatureTable {
  readonly columns: readonly string[];
  /** One row of F values a picture, by the id of its source. */
  readonly rows: ReadonlyMap<string, Float32Array>;
}

/**
 * Reads a table.
 *
 * @throws {Error} where something of it is not kept
 */
export async function readTable(cache: Cache, { columns, rows, evidence, scores }: TableSpec): Promise<FeatureTable> {
  const features = await readFeatureRows(cache, rows.map(({ place }) => place), columns.length);
  const more = evidence && await readFeatureRows(cache, evidence.places, evidence.columns.length);
  const read = await Promise.all(
    scores.map(async ({ column, key, ids }) => ({ column, own: await readScores(cache, key, ids) })),
  );
  const beside = [...Map.groupBy(read, ({ column }) => column).entries()];
  const scoreOf = (some: typeof read, id: string) => some.find(({ own }) => own.has(id))?.own.get(id) ?? NaN;
  const names = [...columns, ...evidence?.columns ?? [], ...beside.map(([column]) => column)];
  return {
    columns: names,
    rows: new Map(rows.map(({ id }, n) => {
      const row = new Float32Array(names.length);
      row.set(features[n]);
      if (more) row.set(more[n], columns.length);
      row.set(beside.map(([, some]) => scoreOf(some, id)), names.length - beside.length);
      return [id, row];
    })),
  };
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
  const rows = ids.map((id) => {
    const row = table.rows.get(id);
    if (!row) throw new RangeError(`Cannot select the features of "${id}" as there are none`);
    return row;
  });
  const all = featuresOf([rows.length, table.columns.length]);
  for (const [n, row] of rows.entries()) all.data.set(row, n * table.columns.length);
  return selectColumns(all, table.columns, columns);
}

/** Reads rows of features, F values each. */
export function readFeatureRows(cache: Cache, places: readonly RowPlace[], width: number): Promise<Float32Array[]> {
  return readRows(
    cache,
    places,
    (bytes, key) => {
      const { features } = readSafetensors(bytes, key).tensors;
      if (features?.dtype !== "f32") throw new SyntaxError(`Cannot read "${key}" as features`);
      bindAxes(features, ["N", width], `read "${key}"`);
      return features.data;
    },
    (data, row) => data.slice(row * width, (row + 1) * width),
  );
}
