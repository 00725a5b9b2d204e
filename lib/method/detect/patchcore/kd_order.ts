/** An order in which points that lie side by side lie near each other. @module */

const SHIFT = 2 ** 32;

/**
 * The order of the leaves of a k-d tree (Bentley, 1975): points are parted at the median of the coordinate in which they differ most,
 * until so few are left that they fit into one leaf. All leaves but the last are full.
 *
 * @param points i16[count, width]
 * @returns indices, u32[count]
 *
 * ```ts
 * import { kdOrder } from "./kd_order.ts";
 * console.assert(kdOrder(new Int16Array([9, 1, 8, 2]), 1, 2).join() === "1,3,2,0");
 * ```
 */
export function kdOrder(points: Int16Array, width: number, leaf: number): Uint32Array<ArrayBuffer> {
  const order = Uint32Array.from({ length: points.length / width }, (_, i) => i);
  part(order);
  return order;

  function part(some: Uint32Array): void {
    if (some.length <= leaf) return;
    const axis = widest(some);
    // A number that holds both is sorted without a function: by coordinate, and then by index.
    const keys = new Float64Array(some.length);
    for (let at = 0; at < some.length; at++) keys[at] = points[some[at] * width + axis] * SHIFT + some[at];
    keys.sort();
    for (let at = 0; at < some.length; at++) some[at] = keys[at] - Math.floor(keys[at] / SHIFT) * SHIFT;
    const half = Math.ceil(some.length / leaf / 2) * leaf;
    part(some.subarray(0, half));
    part(some.subarray(half));
  }

  /** The coordinate of the largest variance. */
  function widest(some: Uint32Array): number {
    let [best, most] = [0, -1];
    for (let axis = 0; axis < width; axis++) {
      let [sum, squares] = [0, 0];
      for (let at = 0; at < some.length; at++) {
        const value = points[some[at] * width + axis];
        sum += value;
        squares += value * value;
      }
      const variance = squares - sum * sum / some.length;
      if (variance > most) [best, most] = [axis, variance];
    }
    return best;
  }
}
