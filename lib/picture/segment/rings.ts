/** Segments where nothing is known of the part: rings by the distance from the border. @module */
import { labels as labelsOf, type SegmentMap } from "../../domain.ts";

import type { Size } from "../image/resize.ts";

/** The rings from the border inwards. */
export const RINGS = ["border", "outer", "inner", "centre"] as const;

/**
 * Four rings of equal width. What lies near the border of aligned parts differs from what lies in their middle, so that
 * four rings tell more than one segment where nobody has painted any.
 *
 * ```ts
 * import { rings } from "./rings.ts";
 * const { labels } = rings({ height: 8, width: 8 });
 * console.assert(labels.data[0] === 0 && labels.data[4 * 8 + 4] === 3);
 * ```
 */
export function rings({ height, width }: Size): SegmentMap<4> {
  const labels = new Uint8Array(height * width);
  // The distance from the nearest border as a share of half the side, so that the picture's proportions do not matter.
  const depth = (at: number, side: number) => 2 * Math.min(at, side - 1 - at) / side;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const share = Math.min(depth(y, height), depth(x, width));
      labels[y * width + x] = Math.min(RINGS.length - 1, Math.floor(share * RINGS.length));
    }
  }
  return { labels: labelsOf([1, height, width], labels), names: RINGS };
}
