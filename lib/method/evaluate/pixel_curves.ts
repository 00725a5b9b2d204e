/** Figures along the falling threshold over counted pixels: AUPRO, and F1 where it is highest. @module */

/** How many good and bad pixels have a score in each bin, bins in the order of their scores. */
export interface PixelCounts {
  /** Good pixels in each bin. */
  readonly good: Float64Array<ArrayBuffer>;
  /** Bad pixels in each bin. */
  readonly bad: Float64Array<ArrayBuffer>;
  /** Bad pixels in each bin, each as its share of the defect that it belongs to. */
  readonly overlap: Float64Array<ArrayBuffer>;
  /** Defects: regions of bad pixels that touch by an edge or a corner. */
  regions: number;
}

/** A figure of binned scores; that of the scores themselves lies from `low` to `high`. */
export interface Bounded {
  /** Scores of one bin as ties: equal to scikit-learn's figure of them. */
  readonly value: number;
  /** The least that it can be. */
  readonly low: number;
  /** The most that it can be. */
  readonly high: number;
}

/**
 * AUPRO: the share of each defect that is flagged, averaged over the defects, as a curve over the share of good pixels that
 * is flagged; the area below it up to a limit, over that limit (Bergmann et al., MVTec AD, IJCV 2021). A defect is a region
 * of bad pixels that touch by an edge or a corner, so that a small one counts as much as a large one.
 *
 * The bounds are those of the best and the worst order within each bin.
 *
 * @param limit the share of good pixels up to which the area counts, above 0, at most 1
 * @throws {RangeError} where no defect or no good pixel was counted, or the limit is out of range
 *
 * ```ts
 * import { addPixels, pixelCounts } from "./pixel_counts.ts";
 * import { pixelAupro } from "./pixel_curves.ts";
 * const counts = pixelCounts();
 * addPixels(counts, new Float32Array([1, 2, 3, 4]), new Uint8Array([0, 1, 0, 1]), 4);
 * console.assert(pixelAupro(counts, 1).value === 0.75);
 * ```
 */
export function pixelAupro({ good, overlap, regions }: PixelCounts, limit = 0.3): Bounded {
  if (!(limit > 0 && limit <= 1)) {
    throw new RangeError(`Cannot compute AUPRO as its limit must be above 0 and at most 1: it is ${limit}`);
  }
  const goods = good.reduce((sum, count) => sum + count, 0);
  if (goods === 0 || regions === 0) {
    throw new RangeError(`Cannot compute AUPRO as there are ${regions} defects and ${goods} good pixels`);
  }
  const area = { value: 0, low: 0, high: 0 };
  let flagged = 0;
  let overlapped = 0;
  for (let bin = good.length - 1; bin >= 0 && flagged < limit * goods; bin--) {
    if (good[bin] === 0 && overlap[bin] === 0) continue;
    const step = Math.min(good[bin], limit * goods - flagged);
    const end = overlapped + overlap[bin];
    // Where the limit cuts a bin, the line across it is cut there.
    const middle = good[bin] === 0 ? end : overlapped + overlap[bin] * step / good[bin] / 2;
    area.value += step * middle;
    area.low += step * overlapped;
    area.high += step * end;
    flagged += good[bin];
    overlapped = end;
  }
  const share = (sum: number) => Math.min(1, sum / (limit * goods * regions));
  return { value: share(area.value), low: share(area.low), high: share(area.high) };
}

/**
 * SegF1: F1 of the pixels that are flagged, 2 · precision · recall / (precision + recall), at the
 * threshold where it is highest: an upper bound of what a threshold reaches that was chosen without the test set.
 *
 * @throws {RangeError} where no bad pixel was counted
 *
 * ```ts
 * import { addPixels, pixelCounts } from "./pixel_counts.ts";
 * import { pixelF1 } from "./pixel_curves.ts";
 * const counts = pixelCounts();
 * addPixels(counts, new Float32Array([1, 2, 3, 4]), new Uint8Array([0, 1, 0, 1]));
 * console.assert(pixelF1(counts).value === 0.8);
 * ```
 */
export function pixelF1({ good, bad }: PixelCounts): Bounded {
  const bads = bad.reduce((sum, count) => sum + count, 0);
  if (bads === 0) throw new RangeError("Cannot compute F1 as there is no bad pixel");
  let caught = 0;
  let flagged = 0;
  let value = 0;
  let high = 0;
  for (let bin = good.length - 1; bin >= 0; bin--) {
    if (bad[bin] > 0) {
      caught += bad[bin];
      flagged += bad[bin];
      // A threshold within the bin flags at best all of its bad pixels and none of its good ones …
      high = Math.max(high, 2 * caught / (bads + flagged));
      value = Math.max(value, 2 * caught / (bads + flagged + good[bin]));
    }
    flagged += good[bin];
  }
  // … and one between bins is a threshold of the scores themselves.
  return { value, low: value, high };
}
