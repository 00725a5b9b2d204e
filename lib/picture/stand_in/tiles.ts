/**
 * Tiles of noise, 512 × 512 and periodic, mean 0 and deviation 1, made once a process. What varies from part to part is
 * where a tile is read from, so that a part costs no random numbers of its own.
 * @module
 */
import { seededRandom } from "../../base/tensor/random.ts";

const SIDE = 512;
const MASK = SIDE - 1;

/** White noise; grains of 1, 3 and 10 pixels; clouds of 40; streaks along y that are 1 pixel wide. */
export type TileName = "white" | "fine" | "grain" | "clump" | "cloud" | "streak";

const shapes: Record<TileName, { readonly x: number; readonly y: number }> = {
  white: { x: 0, y: 0 },
  fine: { x: 0.8, y: 0.8 },
  grain: { x: 1.8, y: 1.8 },
  clump: { x: 5, y: 5 },
  cloud: { x: 22, y: 22 },
  streak: { x: 0.7, y: 9 },
};
const made = new Map<TileName, Float32Array>();

/** The tile of a name, row-major f32[512,512]. */
export function noiseTile(name: TileName): Float32Array {
  let tile = made.get(name);
  if (tile === undefined) made.set(name, tile = makeTile(name));
  return tile;
}

function makeTile(name: TileName): Float32Array {
  const random = seededRandom(7919 + Object.keys(shapes).indexOf(name));
  let tile: Float32Array = Float32Array.from({ length: SIDE * SIDE }, () => random.normal());
  const { x, y } = shapes[name];
  if (x > 0) tile = smooth(smooth(tile, x, 1, SIDE), y, SIDE, 1);
  let sum = 0, squares = 0;
  for (const value of tile) {
    sum += value;
    squares += value * value;
  }
  const mean = sum / tile.length;
  const scale = 1 / Math.sqrt(squares / tile.length - mean * mean);
  return tile.map((value) => (value - mean) * scale);
}

/** A periodic Gaussian along one axis. */
function smooth(tile: Float32Array, sigma: number, step: number, across: number): Float32Array {
  const reach = Math.ceil(3 * sigma);
  const weights = Float64Array.from({ length: 2 * reach + 1 }, (_, i) => Math.exp(-0.5 * ((i - reach) / sigma) ** 2));
  const result = new Float32Array(tile.length);
  const padded = new Float64Array(SIDE + 2 * reach);
  for (let line = 0; line < SIDE; line++) {
    for (let at = 0; at < padded.length; at++) padded[at] = tile[line * across + ((at - reach) & MASK) * step];
    for (let at = 0; at < SIDE; at++) {
      let sum = 0;
      for (let k = 0; k < weights.length; k++) sum += weights[k] * padded[at + k];
      result[line * across + at * step] = sum;
    }
  }
  return result;
}

/** An element of a periodic tile; places are cut to whole numbers, as the bits of a tile's side do it fastest. */
export function at(tile: Float32Array, x: number, y: number): number {
  return tile[(y & MASK) << 9 | (x & MASK)];
}

/** A periodic tile between its elements, bilinear. */
export function between(tile: Float32Array, x: number, y: number): number {
  const x0 = Math.floor(x), y0 = Math.floor(y);
  const fx = x - x0, fy = y - y0;
  const left = x0 & MASK, right = (x0 + 1) & MASK;
  const upper = (y0 & MASK) * SIDE, lower = ((y0 + 1) & MASK) * SIDE;
  const above = tile[upper + left] * (1 - fx) + tile[upper + right] * fx;
  const below = tile[lower + left] * (1 - fx) + tile[lower + right] * fx;
  return above * (1 - fy) + below * fy;
}
