/** A painted map as pixels to lay over a picture. @module */
import type { Segment } from "./legend.ts";
import type { Raster } from "./raster.ts";

/** The colours of a map: RGBA, H·W·4; what is not painted stays clear. */
export function colourPixels(
  { height, width, labels }: Raster,
  segments: readonly Segment[],
  alpha: number,
): Uint8ClampedArray<ArrayBuffer> {
  const table = new Uint8ClampedArray(256 * 4);
  for (const { value, colour } of segments) {
    const rgb = parseInt(colour.slice(1), 16);
    table.set([rgb >> 16, rgb >> 8 & 255, rgb & 255, Math.round(255 * alpha)], 4 * value);
  }
  const pixels = new Uint8ClampedArray(height * width * 4);
  for (let p = 0; p < labels.length; p++) {
    const at = 4 * labels[p];
    for (let c = 0; c < 4; c++) pixels[4 * p + c] = table[at + c];
  }
  return pixels;
}

/** How many pixels each value has. */
export function countPixels(labels: Uint8Array): Uint32Array {
  const counts = new Uint32Array(256);
  for (const value of labels) counts[value]++;
  return counts;
}

/** The brightness of pixels, RGBA: H·W, 0 to 255 (ITU-R BT.601). */
export function brightnessOf(data: Uint8ClampedArray): Uint8Array {
  const brightness = new Uint8Array(data.length / 4);
  for (let p = 0; p < brightness.length; p++) {
    brightness[p] = Math.round(0.299 * data[4 * p] + 0.587 * data[4 * p + 1] + 0.114 * data[4 * p + 2]);
  }
  return brightness;
}
