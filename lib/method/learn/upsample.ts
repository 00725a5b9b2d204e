/** Bringing maps from a detector's grid to the size of the picture. @module */
import { type Type, type } from "arktype";
import { type AnomalyMap, anomalyMap } from "../../domain.ts";
import type { Dim } from "../../base/tensor/tensor.ts";
import { applyBands, type Bands, rememberBands } from "../../base/planes/bands.ts";
import { bindAxes } from "../../base/tensor/tensor.ts";

/**
 * The standard deviation of the Gaussian over an enlarged map, in pixels of the picture, 0 for none; with `enlarge` the map
 * is enlarged by the nearest place (PyTorch's `nearest`), as anomalib does for PatchCore.
 */
export type MapSmoothing = number | { readonly deviation: number; readonly enlarge: "nearest" };

/** {@linkcode MapSmoothing} as files say it. */
export const mapSmoothing: Type<MapSmoothing> = type("0 <= number <= 32").or({
  "+": "reject",
  deviation: "0 <= number <= 32",
  enlarge: "'nearest'",
});

/**
 * Enlarges maps bilinearly (pixel centres at half, PyTorch's `align_corners=False`), or by the nearest place, and smooths
 * them with a Gaussian: radius `floor(4·sigma + 0.5)` pixels, edges mirrored without repeating the edge pixel.
 *
 * Both steps are linear and treat rows and columns alike, so they are one banded matrix for each axis.
 *
 * @param map f32[N,K,h,w]
 * @param size in pixels
 * @param smoothing standard deviation sigma in pixels of the picture; 0 does not smooth
 * @returns f32[N,K,height,width]
 * @throws {RangeError} where a size is no whole number from 1, or sigma is negative or not finite
 *
 * ```ts
 * import { gridMap } from "../../domain.ts";
 * import { upsampleMap } from "./upsample.ts";
 * const map = gridMap([1, 1, 2, 2], new Float32Array([5, 5, 5, 5]));
 * console.assert(upsampleMap(map, { height: 8, width: 8 }, 1).data.every((value) => Math.abs(value - 5) < 1e-6));
 * ```
 */
export function upsampleMap<N extends Dim, K extends Dim>(
  map: AnomalyMap<N, K, "h", "w">,
  size: { readonly height: number; readonly width: number },
  smoothing: MapSmoothing,
): AnomalyMap<N, K, "H", "W"> {
  const { height, width } = size;
  const { N, K, h, w, axes } = axesOf(map, size, smoothing);
  const result = anomalyMap<N, K>([N, K, height, width]);
  applyBands({ data: map.data, height: h, width: w }, axes, result.data);
  return result;
}

/**
 * {@linkcode upsampleMap} of one map a picture into its place among K, which need not be joined then.
 *
 * @param all f32[N,K,H,W], of which map `k` of each picture is written
 */
export function upsampleInto(
  all: AnomalyMap<Dim, Dim>,
  k: number,
  map: AnomalyMap<Dim, 1, "h", "w">,
  smoothing: MapSmoothing,
): void {
  const [, K, height, width] = all.shape as readonly number[];
  const { N, h, w, axes } = axesOf(map, { height, width }, smoothing);
  const [from, to] = [h * w, height * width];
  for (let n = 0; n < N; n++) {
    applyBands(
      { data: map.data.subarray(n * from, (n + 1) * from), height: h, width: w },
      axes,
      all.data.subarray((n * K + k) * to, (n * K + k + 1) * to),
    );
  }
}

/** What a map is enlarged from, and by which matrices. */
function axesOf(
  map: AnomalyMap<Dim, Dim, "h", "w">,
  { height, width }: { readonly height: number; readonly width: number },
  smoothing: MapSmoothing,
) {
  const sigma = typeof smoothing === "number" ? smoothing : smoothing.deviation;
  const { N, K, h, w } = bindAxes(map, ["N", "K", "h", "w"], "enlarge a map");
  if (![height, width, h, w].every((side) => Number.isInteger(side) && side >= 1)) {
    throw new RangeError(`Cannot enlarge a map of ${h}×${w} to ${height}×${width} as all sides must be at least 1`);
  }
  if (!(sigma >= 0 && sigma < Infinity)) {
    throw new RangeError(`Cannot smooth a map with sigma ${sigma} as it must be a number from 0`);
  }
  return { N, K, h, w, axes: { down: stretching(h, height, smoothing), across: stretching(w, width, smoothing) } };
}

/** The matrix of one axis: the Gaussian after the enlargement, bilinear or by the nearest place. */
const stretch = rememberBands((from: number, to: number, sigma: number, nearest: number) => {
  const kernel = gaussian(sigma);
  const radius = (kernel.length - 1) / 2;
  return Array.from({ length: to }, (_, pixel) => {
    const row = new Float64Array(from);
    kernel.forEach((weight, i) => {
      const at = mirror(pixel + i - radius, to);
      const { low, high, share } = nearest === 1 ? nearestTo(at, from, to) : between(at, from, to);
      row[low] += weight * (1 - share);
      row[high] += weight * share;
    });
    return row;
  });
});

/** The matrix that enlarges and smooths one axis of `from` places to `to` pixels. */
export function stretching(from: number, to: number, smoothing: MapSmoothing): Bands {
  return typeof smoothing === "number" ? stretch(from, to, smoothing, 0) : stretch(from, to, smoothing.deviation, 1);
}

/** The taps of a Gaussian that add up to 1; its window reaches 4 deviations. */
export function gaussian(sigma: number): Float64Array {
  if (sigma === 0) return new Float64Array([1]);
  const radius = Math.floor(4 * sigma + 0.5);
  const weights = Float64Array.from({ length: 2 * radius + 1 }, (_, i) => Math.exp(-0.5 * ((i - radius) / sigma) ** 2));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

/** Where a place beyond the edge lies after mirroring at the edge pixels. */
export function mirror(at: number, size: number): number {
  if (size === 1) return 0;
  const period = 2 * (size - 1);
  const place = ((at % period) + period) % period;
  return place < size ? place : period - place;
}

/** The two inputs that a pixel lies between, and the share of the second. */
function between(pixel: number, from: number, to: number): { low: number; high: number; share: number } {
  const place = Math.max(0, (pixel + 0.5) * from / to - 0.5);
  const low = Math.min(Math.floor(place), from - 1);
  return { low, high: Math.min(low + 1, from - 1), share: place - low };
}

/** The input that PyTorch's `nearest` takes for a pixel. */
function nearestTo(pixel: number, from: number, to: number): ReturnType<typeof between> {
  const low = Math.min(Math.floor(pixel * from / to), from - 1);
  return { low, high: low, share: 0 };
}
