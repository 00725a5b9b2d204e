/** The lines between segments, to draw over pictures. @module */
import type { Labels } from "../../domain.ts";

/**
 * Marks the pixels whose right or lower neighbour is of another segment: u8 of H·W, 1 on lines.
 *
 * @param row which map of the batch
 *
 * ```ts
 * import { outlineSegments } from "./outline.ts";
 * import { labels } from "../../domain.ts";
 * const halves = labels([1, 1, 4], new Uint8Array([0, 0, 1, 1]));
 * console.assert(outlineSegments(halves).join("") === "0100");
 * ```
 */
export function outlineSegments(labels: Labels, row = 0): Uint8Array<ArrayBuffer> {
  const [, height, width] = labels.shape;
  const plane = labels.data.subarray(row * height * width, (row + 1) * height * width);
  const lines = new Uint8Array(height * width);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      const right = x + 1 < width && plane[i + 1] !== plane[i];
      const below = y + 1 < height && plane[i + width] !== plane[i];
      if (right || below) lines[i] = 1;
    }
  }
  return lines;
}
