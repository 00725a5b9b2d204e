/** What each column looks like over good parts. @module */
import type { Features } from "../../domain.ts";
import type { Dim } from "../../base/tensor/tensor.ts";

/** Quantiles of each column over the good training parts. */
export interface GoodQuantiles {
  /** Good parts that were seen. */
  readonly parts: number;
  /** Row-major [F, {@linkcode LEVELS}]: the 0 %, 1 %, … 100 % quantile; NaN where no good part has a value. */
  readonly quantiles: Float32Array;
}

/** Quantiles a column. */
export const LEVELS = 101;

/** The table of some features' rows with label 0. Missing values are left out; quantiles are interpolated linearly. */
export function goodQuantilesOf<F extends Dim>(
  features: Features<"N", F>,
  labels: ArrayLike<number>,
): GoodQuantiles {
  const [rows, width] = features.shape as readonly [number, number];
  const good = Array.from({ length: rows }, (_, row) => row).filter((row) => labels[row] === 0);
  const quantiles = new Float32Array(width * LEVELS).fill(NaN);
  for (let column = 0; column < width; column++) {
    const values = Float32Array.from(good, (row) => features.data[row * width + column])
      .filter((value) => !Number.isNaN(value)).sort();
    if (values.length === 0) continue;
    for (let level = 0; level < LEVELS; level++) {
      const position = level * (values.length - 1) / (LEVELS - 1);
      const [low, high] = [values[Math.floor(position)], values[Math.ceil(position)]];
      quantiles[column * LEVELS + level] = low + (high - low) * (position - Math.floor(position));
    }
  }
  return { parts: good.length, quantiles };
}

/** Where a value stands among those of the good parts: shares from 0 to 1 in steps of 0.01, interpolated. */
export interface Standing {
  /** The share of good parts with a lower value; 1 only above the highest. */
  readonly below: number;
  /** The share with a higher value; 1 only below the lowest. */
  readonly above: number;
}

/**
 * Where a value of a column stands. Undefined where it is missing, or no good part has one.
 *
 * ```ts
 * import { features } from "../../domain.ts";
 * import { goodQuantilesOf, standing } from "./good_quantiles.ts";
 * const sizes = features<"N", 1>([4, 1], new Float32Array([1, 2, 3, 100]));
 * const table = goodQuantilesOf(sizes, [0, 0, 0, 1]);
 * console.assert(standing(table, 0, 2.5)?.below === 0.74 && standing(table, 0, 4)?.below === 1);
 * ```
 */
export function standing({ quantiles }: GoodQuantiles, column: number, value: number): Standing | undefined {
  const from = column * LEVELS;
  if (Number.isNaN(value) || Number.isNaN(quantiles[from])) return undefined;
  let lower = 0;
  while (lower < LEVELS && quantiles[from + lower] < value) lower++;
  let higher = LEVELS;
  while (higher > 0 && quantiles[from + higher - 1] > value) higher--;
  return { below: shareOf(lower), above: shareOf(LEVELS - higher) };
}

function shareOf(levels: number): number {
  return levels === LEVELS ? 1 : Math.max(0, levels - 1) / (LEVELS - 1);
}
