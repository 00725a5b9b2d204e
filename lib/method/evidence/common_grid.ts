/** Maps of different grids on one. @module */
import { featureMap } from "../backbone/backbone.ts";
import { type GridSize, toGrid } from "../features/grid.ts";

/**
 * One map on another grid: the largest value of each block where the map's sides are multiples of the grid's, otherwise
 * resized as features are.
 *
 * @param map `from.height` × `from.width` values
 * @returns f64[to.height · to.width]
 *
 * ```ts
 * import { onGrid } from "./common_grid.ts";
 * const map = new Float64Array([1, 5, 2, 0]);
 * console.assert(onGrid(map, { height: 1, width: 4 }, { height: 1, width: 2 }).join() === "5,2");
 * ```
 */
export function onGrid(map: Float64Array, from: GridSize, to: GridSize): Float64Array {
  const rows = from.height / to.height;
  const columns = from.width / to.width;
  if (!Number.isInteger(rows) || !Number.isInteger(columns)) {
    return toGrid(
      featureMap([1, 1, from.height, from.width], new Float32Array(map)),
      to,
      1,
    );
  }
  const result = new Float64Array(to.height * to.width).fill(-Infinity);
  for (let y = 0; y < from.height; y++) {
    const row = Math.floor(y / rows) * to.width;
    for (let x = 0; x < from.width; x++) {
      const cell = row + Math.floor(x / columns);
      const value = map[y * from.width + x];
      if (value > result[cell]) result[cell] = value;
    }
  }
  return result;
}

/** The mean of several maps of one grid, place by place. */
export function meanMap(maps: readonly Float64Array[]): Float64Array {
  const mean = new Float64Array(maps[0].length);
  for (const map of maps) {
    for (let p = 0; p < mean.length; p++) mean[p] += map[p];
  }
  for (let p = 0; p < mean.length; p++) mean[p] /= maps.length;
  return mean;
}
