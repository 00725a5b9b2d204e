/** Whether a segment map and the pictures fit. @module */
import { IGNORED, type SegmentMap } from "../../domain.ts";
import { bindAxes } from "../../base/tensor/tensor.ts";
import { countPixels } from "./plane.ts";

/** What a map holds, for plans and warnings. */
export interface SegmentCheck {
  /** Pixels of each segment, in the order of the names. */
  readonly pixels: readonly number[];
  /** Pixels that no statistic sees. */
  readonly ignored: number;
  /** Segments without a pixel: all their statistics will be 0. */
  readonly empty: readonly string[];
  /** Sentences for people: empty segments, other proportions than the pictures'. */
  readonly warnings: readonly string[];
}

/**
 * Checks that a map has the anomaly maps' size and that its labels are among its names.
 *
 * @param size the size of the anomaly maps
 * @param picture the size of the pictures as they are on disk and of the map's file, to compare their proportions
 * @throws {TypeError} where the map has another size
 * @throws {RangeError} where a label has no name, or every pixel is ignored
 *
 * ```ts
 * import { checkSegmentMap } from "./check.ts";
 * import { oneSegment } from "./read.ts";
 * const size = { height: 4, width: 4 };
 * console.assert(checkSegmentMap(oneSegment(size), size).pixels[0] === 16);
 * ```
 */
export function checkSegmentMap(
  map: SegmentMap,
  size: { readonly height: number; readonly width: number },
  picture?: {
    readonly picture: { readonly height: number; readonly width: number };
    readonly map: { readonly height: number; readonly width: number };
  },
): SegmentCheck {
  const action = `use the segment map of ${map.names.join(", ")}`;
  bindAxes(map.labels, ["N", size.height, size.width], action);
  const { data } = map.labels;
  const wrong = data.findIndex((label) => label >= map.names.length && label !== IGNORED);
  if (wrong >= 0) {
    throw new RangeError(
      `Cannot ${action} as its labels must be below ${map.names.length} or ${IGNORED}: pixel ${wrong} has ${
        data[wrong]
      }`,
    );
  }
  const { counts, ignored } = countPixels(data, map.names.length);
  if (ignored === data.length) throw new RangeError(`Cannot ${action} as all its pixels are ignored`);
  const empty = map.names.filter((_, i) => counts[i] === 0);
  const warnings = empty.map((name) => `Segment ${name} has no pixel, so its statistics are 0`);
  if (picture) {
    if (!sameProportions(picture.picture, picture.map)) {
      warnings.push(
        `The segment map has ${picture.map.width} × ${picture.map.height} pixels and the pictures ${picture.picture.width} × ` +
          `${picture.picture.height}: with other proportions its segments may lie beside the parts`,
      );
    }
  }
  return { pixels: counts, ignored, empty, warnings };
}

/** Whether a picture and its map have the same ratio of width to height, as far as whole pixels allow. */
export function sameProportions(
  picture: { readonly height: number; readonly width: number },
  map: { readonly height: number; readonly width: number },
): boolean {
  return Math.abs(picture.width / picture.height / (map.width / map.height) - 1) <= 0.02;
}
