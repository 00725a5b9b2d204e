/** Some columns of a table of features, by their names. @module */
import { type Features, features as featuresOf } from "../../domain.ts";
import type { Dim } from "../../base/tensor/tensor.ts";

/**
 * The columns of these names, in their order.
 *
 * @param columns what the columns of `features` are called
 * @throws {RangeError} where there is no column of a name
 *
 * ```ts
 * import { features } from "../../domain.ts";
 * import { selectColumns } from "./select.ts";
 * const all = features([2, 3], new Float32Array([1, 2, 3, 4, 5, 6]));
 * console.assert(selectColumns(all, ["a", "b", "c"], ["c", "a"]).data.join() === "3,1,6,4");
 * ```
 */
export function selectColumns<F extends Dim = "F">(
  features: Features<"N", Dim>,
  columns: readonly string[],
  wanted: readonly string[],
): Features<"N", F> {
  const places = placesOf(columns, wanted);
  const [rows, width] = features.shape;
  const data = new Float32Array(rows * places.length);
  for (let n = 0; n < rows; n++) {
    for (let f = 0; f < places.length; f++) data[n * places.length + f] = features.data[n * width + places[f]];
  }
  return featuresOf([rows, places.length], data);
}

/** Where wanted columns lie, by the wanted ones: the same are selected of the same for each picture. */
const known = new WeakMap<readonly string[], { readonly columns: readonly string[]; readonly places: Uint32Array }>();

function placesOf(columns: readonly string[], wanted: readonly string[]): Uint32Array {
  const before = known.get(wanted);
  if (before?.columns === columns && before.places.length === wanted.length) return before.places;
  // Of two columns of one name the first.
  const placeOf = new Map(columns.map((column, place) => [column, place] as const).reverse());
  const places = Uint32Array.from(wanted, (column) => {
    const place = placeOf.get(column);
    if (place === undefined) throw new RangeError(`Cannot select the column "${column}" as there is none of this name`);
    return place;
  });
  known.set(wanted, { columns, places });
  return places;
}
