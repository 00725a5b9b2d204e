/** Fewer numbers a point, at distances that hardly change. @module */
import type { Random } from "../../../base/tensor/random.ts";
import { openPointSet } from "./point_set.ts";
import type { PointSet } from "./point_set.ts";

/** A sparse matrix of ±scale: for each output the inputs that are added and those that are taken away. */
export interface RandomProjection {
  readonly width: number;
  readonly scale: number;
  readonly plus: readonly Int32Array[];
  readonly minus: readonly Int32Array[];
}

/**
 * How many dimensions keep all distances of n points within 1 ± epsilon (Dasgupta and Gupta, 2003):
 * 4 ln n / (epsilon²/2 − epsilon³/3), cut to a whole number as scikit-learn does.
 *
 * ```ts
 * import { johnsonLindenstraussWidth } from "./random_projection.ts";
 * console.assert(johnsonLindenstraussWidth(204800, 0.9) === 301);
 * ```
 */
export function johnsonLindenstraussWidth(points: number, epsilon: number): number {
  return Math.floor(4 * Math.log(points) / (epsilon ** 2 / 2 - epsilon ** 3 / 3));
}

/**
 * Draws a very sparse matrix (Li, Hastie and Church, 2006): each entry is ±1 with probability 1/√from together, else 0,
 * times √(√from / to).
 *
 * ```ts
 * import { seededRandom } from "../../../base/tensor/random.ts";
 * import { drawProjection } from "./random_projection.ts";
 * console.assert(drawProjection(64, 16, seededRandom(1)).plus.length === 16);
 * ```
 */
export function drawProjection(from: number, to: number, random: Random): RandomProjection {
  const density = 1 / Math.sqrt(from);
  const plus: Int32Array[] = [];
  const minus: Int32Array[] = [];
  for (let row = 0; row < to; row++) {
    const added: number[] = [];
    const taken: number[] = [];
    for (let column = 0; column < from; column++) {
      const draw = random.uniform();
      if (draw < density / 2) added.push(column);
      else if (draw < density) taken.push(column);
    }
    plus.push(Int32Array.from(added));
    minus.push(Int32Array.from(taken));
  }
  return { width: from, scale: Math.sqrt(1 / density / to), plus, minus };
}

/**
 * All points, projected.
 *
 * @throws {TypeError} where the points are not of the projection's width
 */
export function projectPoints(points: PointSet, projection: RandomProjection): PointSet {
  const { width, scale, plus, minus } = projection;
  if (points.width !== width) {
    throw new TypeError(`Cannot project points of ${points.width} numbers as the projection takes ${width}`);
  }
  const projected = openPointSet(plus.length, points.count());
  const batch = 1024;
  for (let from = 0; from < points.count(); from += batch) {
    const size = Math.min(batch, points.count() - from);
    const rows = points.take(Array.from({ length: size }, (_, i) => from + i));
    const result = new Float32Array(size * plus.length);
    for (let i = 0; i < size; i++) {
      const at = i * width;
      for (let j = 0; j < plus.length; j++) {
        let sum = 0;
        const [added, taken] = [plus[j], minus[j]];
        for (let k = 0; k < added.length; k++) sum += rows[at + added[k]];
        for (let k = 0; k < taken.length; k++) sum -= rows[at + taken[k]];
        result[i * plus.length + j] = scale * sum;
      }
    }
    projected.append(result);
  }
  return projected;
}
