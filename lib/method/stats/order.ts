/** The pixels of a picture, ordered by segment. @module */
import { IGNORED, type Labels } from "../../domain.ts";
import type { Dim } from "../../base/tensor/tensor.ts";

/** Which pixels are in which segment. */
export interface PixelOrder {
  /** H·W pixel positions: those of segment 0 first, in raster order, those that belong to no segment last. */
  readonly order: Uint32Array;
  /** L+2 offsets into `order`: segment l is `starts[l]` to `starts[l + 1]`; from `starts[L]` on come ignored pixels. */
  readonly starts: Uint32Array;
  /** The same in pairs: first pixel and length of each row of neighbours that are in one segment. */
  readonly runs: Uint32Array;
}

/**
 * Orders the pixels of one picture by segment.
 *
 * @param labels u8[H·W], 0 to L−1, or {@linkcode IGNORED}
 * @param segments L, at most 255
 * @throws {RangeError} where a label is neither below L nor IGNORED, or L is out of range
 *
 * ```ts
 * import { orderPixels } from "./order.ts";
 * const { order, starts, runs } = orderPixels(new Uint8Array([1, 0, 0, 255]), 2);
 * console.assert(order.join() === "1,2,0,3" && starts.join() === "0,2,3,4" && runs.join() === "1,2,0,1,3,1");
 * ```
 */
export function orderPixels(labels: Uint8Array, segments: number): PixelOrder {
  const counts = countLabels(labels, segments);
  const starts = new Uint32Array(segments + 2);
  for (let l = 0; l < segments; l++) starts[l + 1] = starts[l] + counts[l];
  starts[segments + 1] = labels.length;

  const next = new Uint32Array(256);
  next.set(starts.subarray(0, segments));
  next[IGNORED] = starts[segments];
  const order = new Uint32Array(labels.length);
  for (let i = 0; i < labels.length; i++) order[next[labels[i]]++] = i;
  return { order, starts, runs: runsOf(order, starts) };
}

const known = new WeakMap<Uint8Array, { segments: number; order: PixelOrder }>();

/**
 * {@linkcode orderPixels} for one picture of a batch. A segment map that all pictures share is ordered once and
 * remembered for as long as it lives (tensors do not change once they are made).
 *
 * @param picture row of the batch; any, where there is one row of labels for all
 *
 * ```ts
 * import { orderOf } from "./order.ts";
 * import { labels } from "../../domain.ts";
 * const halves = labels([1, 1, 2], new Uint8Array([1, 0]));
 * console.assert(orderOf(halves, 0, 2) === orderOf(halves, 5, 2));
 * ```
 */
export function orderOf(labels: Labels<Dim, Dim, Dim>, picture: number, segments: number): PixelOrder {
  const [rows, height, width] = labels.shape;
  const pixels = height * width;
  if (rows !== 1) return orderPixels(labels.data.subarray(picture * pixels, (picture + 1) * pixels), segments);
  const found = known.get(labels.data);
  if (found?.segments === segments) return found.order;
  const order = orderPixels(labels.data, segments);
  known.set(labels.data, { segments, order });
  return order;
}

/**
 * How many pixels have each of the 256 possible labels.
 *
 * @throws {RangeError} as {@linkcode orderPixels}
 *
 * ```ts
 * import { countLabels } from "./order.ts";
 * console.assert(countLabels(new Uint8Array([1, 1, 0, 255]), 2)[1] === 2);
 * ```
 */
export function countLabels(labels: Uint8Array, segments: number): Uint32Array {
  if (!(Number.isInteger(segments) && segments >= 1 && segments <= IGNORED)) {
    throw new RangeError(
      `Cannot order pixels by segment as there must be 1 to 255 segments: current number is ${segments}`,
    );
  }
  const counts = new Uint32Array(256);
  for (let i = 0; i < labels.length; i++) counts[labels[i]]++;
  const stray = counts.findIndex((count, label) => count > 0 && label >= segments && label !== IGNORED);
  if (stray !== -1) {
    throw new RangeError(
      `Cannot order pixels by segment as labels must be 0 to ${segments - 1}, or ${IGNORED} for none: ` +
        `${counts[stray]} of ${labels.length} pixels have label ${stray}`,
    );
  }
  return counts;
}

function runsOf(order: Uint32Array, starts: Uint32Array): Uint32Array {
  const runs = new Uint32Array(2 * order.length);
  let count = 0;
  for (let l = 0; l + 1 < starts.length; l++) {
    for (let i = starts[l]; i < starts[l + 1]; i++) {
      if (i > starts[l] && order[i] === order[i - 1] + 1) runs[count - 1]++;
      else {
        runs[count++] = order[i];
        runs[count++] = 1;
      }
    }
  }
  return runs.slice(0, count);
}
