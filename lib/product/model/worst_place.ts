/** The strangest place of an anomaly map, as a box. @module */

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
  const counts = (at: number): boolean => inside === undefined || inside[at] === 1;
  const counted = new Float32Array(map.length);
  let [count, peak] = [0, -1];
  for (let at = 0; at < map.length; at++) {
    if (!counts(at)) continue;
    counted[count++] = map[at];
    if (peak < 0 || map[at] > map[peak]) peak = at;
  }
  if (count === 0) return undefined;
  const [median, most] = [nth(counted.subarray(0, count), count >> 1), map[peak]];
  if (!(most > median)) return undefined;
  const level = (most + median) / 2;
  // From the peak over all that is connected with it.
  const taken = new Uint8Array(map.length);
  const waiting = [peak];
  taken[peak] = 1;
  let [left, right, top, bottom] = [width, 0, height, 0];
  const visit = (at: number): void => {
    if (taken[at] === 1 || !counts(at) || !(map[at] >= level)) return;
    taken[at] = 1;
    waiting.push(at);
  };
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    const [x, y] = [at % width, Math.floor(at / width)];
    [left, right, top, bottom] = [Math.min(left, x), Math.max(right, x), Math.min(top, y), Math.max(bottom, y)];
    if (x > 0) visit(at - 1);
    if (x + 1 < width) visit(at + 1);
    if (y > 0) visit(at - width);
    if (y + 1 < height) visit(at + width);
  }
  return { x: left, y: top, width: right - left + 1, height: bottom - top + 1, value: most };
}

/** The value that would stand at a place if all were sorted (Hoare's selection); they change their places. */
function nth(values: Float32Array, place: number): number {
  let [first, last] = [0, values.length - 1];
  while (first < last) {
    const pivot = values[(first + last) >> 1];
    let [low, high] = [first, last];
    while (low <= high) {
      while (values[low] < pivot) low++;
      while (values[high] > pivot) high--;
      if (low > high) break;
      [values[low], values[high]] = [values[high], values[low]];
      low++;
      high--;
    }
    if (place <= high) last = high;
    else if (place >= low) first = low;
    else break;
  }
  return values[place];
}
