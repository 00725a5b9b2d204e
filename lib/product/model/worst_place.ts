/** The strangest place of an anomaly map, as a box. @module */
import { connectedComponents } from "../../picture/segment/components.ts";

/** A box in pixels, and the value at its strangest pixel. */
export interface Box {
  /** Its first column. */
  readonly x: number;
  /** Its first row. */
  readonly y: number;
  /** Columns. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
  /** In the map's own unit. */
  readonly value: number;
}

/**
 * The box around the strangest pixel and those connected to it (by an edge) whose values are nearer to its own than to the
 * median.
 *
 * @param map H·W values, row-major
 * @param inside 1 for pixels that count; all where left out
 * @returns undefined where no pixel counts, or none stands out from the median
 *
 * ```ts
 * import { worstPlace } from "./worst_place.ts";
 * const map = new Float32Array([1, 1, 1, 1, 1, 8, 9, 1, 1, 1, 1, 1]);
 * const box = worstPlace(map, { height: 3, width: 4 });
 * console.assert(JSON.stringify(box) === `{"x":1,"y":1,"width":2,"height":1,"value":9}`);
 * ```
 */
export function worstPlace(
  map: Float32Array,
  { height, width }: { readonly height: number; readonly width: number },
  inside?: Uint8Array,
): Box | undefined {
  const counted = inside ? map.filter((_, at) => inside[at] === 1) : map.slice();
  if (counted.length === 0) return undefined;
  const sorted = counted.sort();
  const [median, most] = [sorted[sorted.length >> 1], sorted[sorted.length - 1]];
  if (!(most > median)) return undefined;
  const level = (most + median) / 2;
  const counts = (at: number): boolean => inside === undefined || inside[at] === 1;
  const { ids } = connectedComponents({
    height,
    width,
    labels: Uint8Array.from(map, (value, at) => counts(at) && value >= level ? 1 : 0),
  });
  const peak = ids[map.findIndex((value, at) => counts(at) && value === most)];
  let [left, right, top, bottom] = [width, 0, height, 0];
  for (let at = 0; at < ids.length; at++) {
    if (ids[at] !== peak) continue;
    const [x, y] = [at % width, Math.floor(at / width)];
    [left, right, top, bottom] = [Math.min(left, x), Math.max(right, x), Math.min(top, y), Math.max(bottom, y)];
  }
  return { x: left, y: top, width: right - left + 1, height: bottom - top + 1, value: most };
}
