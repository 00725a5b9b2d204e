/** What the channels of the backbone hold at the places that detectors find strangest. @module */

/** How many places. */
export const PLACES = 8;

/**
 * The numbers of the places of the largest values, the largest first, of equal ones the first; all places where there are
 * fewer than 8.
 *
 * ```ts
 * import { strangestPlaces } from "./strangest.ts";
 * console.assert(strangestPlaces(new Float64Array([1, 3, 2, 3])).join() === "1,3,2,0");
 * ```
 */
export function strangestPlaces(map: Float64Array): Uint32Array {
  return Uint32Array.from(map.keys()).sort((a, b) => map[b] - map[a] || a - b).subarray(0, PLACES);
}

/**
 * The means of z and of |z| of each channel over some places: f64[2·C].
 *
 * @param z f64[C·P]
 */
export function residualsAt(z: Float64Array, P: number, places: Uint32Array): Float64Array {
  const C = z.length / P;
  const columns = new Float64Array(2 * C);
  for (let c = 0; c < C; c++) {
    let [sum, absolute] = [0, 0];
    for (let i = 0; i < places.length; i++) {
      const value = z[c * P + places[i]];
      sum += value;
      absolute += Math.abs(value);
    }
    columns[c] = sum / places.length;
    columns[C + c] = absolute / places.length;
  }
  return columns;
}
