/** Feature maps on a grid of another size. @module */
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
 * @returns f64[N, C, height·width]
 */
export function toGrid({ data, shape }: FeatureMap, { height, width }: GridSize, pool: number): Float64Array {
  const [N, C, h, w] = shape;
  const down = bands(h, height, pool);
  const across = bands(w, width, pool);
  const result = new Float64Array(N * C * height * width);
  const wide = new Float64Array(h * width);
  for (let plane = 0; plane < N * C; plane++) {
    const from = plane * h * w;
    for (let y = 0; y < h; y++) {
      for (let x = 0; x < width; x++) {
        const { first, weights } = across[x];
        let sum = 0;
        for (let i = 0; i < weights.length; i++) sum += weights[i] * data[from + y * w + first + i];
        wide[y * width + x] = sum;
      }
    }
    for (let y = 0; y < height; y++) {
      const { first, weights } = down[y];
      const to = (plane * height + y) * width;
      for (let i = 0; i < weights.length; i++) {
        for (let x = 0; x < width; x++) result[to + x] += weights[i] * wide[(first + i) * width + x];
      }
    }
  }
  return result;
}

/** What one cell takes from an axis, from index `first` on. */
interface Band {
  readonly first: number;
  readonly weights: Float64Array;
}

/** The matrix of one axis: the resizing after the window. */
function bands(from: number, to: number, pool: number): Band[] {
  const edge = (pool - 1) / 2;
  return Array.from({ length: to }, (_, cell) => {
    const row = new Float64Array(from);
    resized(cell, from, to).forEach((share, at) => {
      for (let i = Math.max(0, at - edge); i <= Math.min(from - 1, at + edge); i++) row[i] += share / pool;
    });
    const first = row.findIndex((weight) => weight !== 0);
    return { first, weights: row.slice(first, row.findLastIndex((weight) => weight !== 0) + 1) };
  });
}

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
