/** The part and the ground behind it, without a network. @module */
import type { Labels, Photo } from "../../domain.ts";
import type { Dim } from "../../base/tensor/tensor.ts";
import { fillHoles, largestComponent } from "./components.ts";
import { closeMask } from "./distance.ts";
import { otsuThreshold } from "./otsu.ts";
import { type LabelPlane, toLabels } from "./plane.ts";

/** The names of the labels of {@linkcode findForeground}. */
export const FOREGROUND_NAMES = ["background", "foreground"] as const;

/** See {@linkcode findForeground}. */
export interface ForegroundOptions {
  /** Gaps up to twice this width are closed, as a share of the shorter side; 0.02 where left out. */
  readonly close?: number;
}

/** The frame whose median is the ground's colour, as a share of the shorter side. */
const FRAME = 0.02;
/** So many deviations from the frame's colour may still be noise of the ground. */
const NOISE = 4;
/** From the median of absolute deviations to the standard deviation of normal noise. */
const MAD_TO_DEVIATION = 1.4826;
const LEVELS = 1024;

/**
 * Finds the part that lies before a plain ground, dark or light: pixels whose colour is farther from the median colour of
 * the picture's frame than Otsu's threshold, and than the noise of the frame; gaps are closed, the largest connected
 * piece is kept and its holes are filled. The part may touch the frame, up to half of it.
 *
 * @param photo u8[H,W,3]
 * @param name what errors call the picture
 * @returns u8[1,H,W]: 1 for the part, 0 for the ground
 * @throws {RangeError} where nothing differs from the ground, or `close` is not from 0 to 0.5
 *
 * ```ts
 * import { findForeground } from "./foreground.ts";
 * import { photo } from "../../domain.ts";
 * const data = new Uint8Array(8 * 8 * 3);
 * data.fill(200, 3 * 24, 3 * 40); // two bright rows before black
 * const stripe = photo([8, 8, 3], data);
 * console.assert(findForeground(stripe, "rows").data[4 * 8 + 4] === 1);
 * ```
 */
export function findForeground(photo: Photo<Dim, Dim>, name: string, options: ForegroundOptions = {}): Labels {
  const { close = 0.02 } = options;
  if (!(close >= 0 && close <= 0.5)) {
    throw new RangeError(`Cannot find the foreground as "close" must be from 0 to 0.5: current value is ${close}`);
  }
  const [height, width] = photo.shape;
  const side = Math.min(height, width);
  const frame = framePixels(height, width, Math.max(1, Math.round(FRAME * side)));
  const far = smooth(colourDistances(photo.data, frame), height, width, Math.max(1, Math.round(side / 256)));
  const threshold = chooseThreshold(far, frame);
  const labels = Uint8Array.from(far, (distance) => distance > threshold ? 1 : 0);
  if (!labels.includes(1)) {
    throw new RangeError(`Cannot find the foreground of "${name}" as no pixel differs from the colour of its frame`);
  }
  const closed = closeMask({ height, width, labels }, close * side);
  return toLabels(fillHoles(largestComponent(closed)));
}

/** The numbers of the pixels up to `wide` away from the edge. */
function framePixels(height: number, width: number, wide: number): Int32Array {
  const pixels: number[] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (Math.min(x, y, width - 1 - x, height - 1 - y) < wide) pixels.push(y * width + x);
    }
  }
  return Int32Array.from(pixels);
}

/** Distances in RGB to the median colour of some pixels. */
function colourDistances(data: Uint8Array, frame: Int32Array): Float32Array {
  const [r, g, b] = [0, 1, 2].map((c) => median(Float32Array.from(frame, (pixel) => data[3 * pixel + c])));
  const distances = new Float32Array(data.length / 3);
  for (let i = 0; i < distances.length; i++) {
    const [dr, dg, db] = [data[3 * i] - r, data[3 * i + 1] - g, data[3 * i + 2] - b];
    distances[i] = Math.sqrt(dr * dr + dg * dg + db * db);
  }
  return distances;
}

function chooseThreshold(far: Float32Array, frame: Int32Array): number {
  const most = far.reduce((a, b) => Math.max(a, b), 0);
  const histogram = new Float64Array(LEVELS);
  const scale = most > 0 ? (LEVELS - 1) / most : 0;
  for (const distance of far) histogram[Math.round(distance * scale)]++;
  const otsu = otsuThreshold(histogram);
  // Where the part is small, Otsu's threshold may lie inside the noise of the ground.
  const ground = Float32Array.from(frame, (pixel) => far[pixel]);
  const middle = median(ground);
  const deviation = MAD_TO_DEVIATION * median(ground.map((distance) => Math.abs(distance - middle)));
  return Math.max(otsu === undefined ? 0 : (otsu + 0.5) / scale, middle + NOISE * deviation);
}

function median(values: Float32Array): number {
  const sorted = values.slice().sort();
  return sorted[sorted.length >> 1];
}

/** Means over windows of 2·radius + 1 pixels; at the edge, over what there is of the window. */
function smooth(plane: Float32Array, height: number, width: number, radius: number): Float32Array {
  const along = (from: Float32Array, lines: number, length: number, line: number, step: number): Float32Array => {
    const to = new Float32Array(from.length);
    for (let l = 0; l < lines; l++) {
      let [sum, count] = [0, 0];
      for (let i = -radius; i < length; i++) {
        if (i + radius < length) sum += from[l * line + (i + radius) * step], count++;
        if (i - radius > 0) sum -= from[l * line + (i - radius - 1) * step], count--;
        if (i >= 0) to[l * line + i * step] = sum / count;
      }
    }
    return to;
  };
  return along(along(plane, height, width, width, 1), width, height, 1, width);
}

/** The share of the pixels that are foreground. */
export function foregroundShare({ data }: Labels | { readonly data: LabelPlane["labels"] }): number {
  return data.reduce((sum, label) => sum + label, 0) / data.length;
}
