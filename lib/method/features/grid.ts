/** Feature maps on a grid of another size. @module */
import { applyBands, type Bands, rememberBands } from "../../base/planes/bands.ts";
import type { FeatureMap } from "../backbone/backbone.ts";

/** Rows and columns. */
export interface GridSize {
  readonly height: number;
  readonly width: number;
}

/**
 * Averages each channel over a window of `pool` × `pool` positions, of which those outside count as zeros, and brings it to a
 * grid: by the mean over the area of a cell where the grid is coarser, else bilinearly (cell centres at half).
 *
 * @param map f32[N,C,h,w]
 * @param pool odd, 1 for none
 * @param result what is written and returned, of its length
 * @returns f64[N, C, height·width]
 */
export function toGrid(
  { data, shape }: FeatureMap,
  { height, width }: GridSize,
  pool: number,
  result: Float64Array = new Float64Array(shape[0] * shape[1] * height * width),
): Float64Array {
  const [, , h, w] = shape;
  const axes = { down: gridBands(h, height, pool), across: gridBands(w, width, pool) };
  applyBands({ data, height: h, width: w }, axes, result);
  return result;
}

/** The matrix of one axis: the resizing after the window. */
export const gridBands: (from: number, to: number, pool: number) => Bands = rememberBands(
  (from: number, to: number, pool: number) => {
    const edge = (pool - 1) / 2;
    return Array.from({ length: to }, (_, cell) => {
      const row = new Float64Array(from);
      resized(cell, from, to).forEach((share, at) => {
        for (let i = Math.max(0, at - edge); i <= Math.min(from - 1, at + edge); i++) row[i] += share / pool;
      });
      return row;
    });
  },
);

/** The share of each position of an axis in one cell. */
function resized(cell: number, from: number, to: number): Float64Array {
  const row = new Float64Array(from);
  const ratio = from / to;
  if (ratio >= 1) {
    for (let i = 0; i < from; i++) {
      row[i] = Math.max(0, Math.min(i + 1, (cell + 1) * ratio) - Math.max(i, cell * ratio)) / ratio;
    }
    return row;
  }
  const place = Math.max(0, (cell + 0.5) * ratio - 0.5);
  const low = Math.min(Math.floor(place), from - 1);
  row[low] += 1 - (place - low);
  row[Math.min(low + 1, from - 1)] += place - low;
  return row;
}
