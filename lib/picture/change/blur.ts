/** A Gaussian over a picture. @module */
import type { Size } from "../image/resize.ts";

/**
 * Blurs three planes; the window reaches 3·sigma, the border is mirrored.
 *
 * @param sigma standard deviation in pixels
 * @returns new planes
 *
 * ```ts
 * import { gaussianBlur } from "./blur.ts";
 * const grey = gaussianBlur(new Float32Array(300).fill(0.5), { height: 10, width: 10 }, 1);
 * console.assert(grey.every((value) => Math.abs(value - 0.5) < 1e-6));
 * ```
 */
export function gaussianBlur(pixels: Float32Array, size: Size, sigma: number): Float32Array<ArrayBuffer> {
  const radius = Math.max(1, Math.ceil(3 * sigma));
  const raw = Array.from({ length: 2 * radius + 1 }, (_, i) => Math.exp(-0.5 * ((i - radius) / sigma) ** 2));
  const sum = raw.reduce((total, tap) => total + tap, 0);
  const taps = Float32Array.from(raw, (tap) => tap / sum);
  const { height, width } = size;
  const across = alongRows(pixels, 3 * height, width, taps);
  const out = new Float32Array(pixels.length);
  const rowOf = mirrored(height, radius);
  for (let c = 0; c < 3; c++) {
    for (let y = 0; y < height; y++) {
      const to = (c * height + y) * width;
      for (let k = 0; k < taps.length; k++) {
        const from = (c * height + rowOf[y + k]) * width;
        const tap = taps[k];
        for (let x = 0; x < width; x++) out[to + x] += tap * across[from + x];
      }
    }
  }
  return out;
}

function alongRows(pixels: Float32Array, rows: number, width: number, taps: Float32Array): Float32Array {
  const out = new Float32Array(pixels.length);
  const radius = taps.length >> 1;
  const columnOf = mirrored(width, radius);
  const line = new Float32Array(width + 2 * radius);
  for (let row = 0; row < rows; row++) {
    const at = row * width;
    for (let x = 0; x < line.length; x++) line[x] = pixels[at + columnOf[x]];
    for (let k = 0; k < taps.length; k++) {
      const tap = taps[k];
      for (let x = 0; x < width; x++) out[at + x] += tap * line[x + k];
    }
  }
  return out;
}

/** Which place of a line each place of the line with its margins shows; the outermost one is not shown twice. */
function mirrored(length: number, radius: number): Int32Array {
  const period = Math.max(1, 2 * (length - 1));
  return Int32Array.from({ length: length + 2 * radius }, (_, i) => {
    const at = (((i - radius) % period) + period) % period;
    return Math.min(at, period - at);
  });
}
