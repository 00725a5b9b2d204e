/** The few directions in which points differ most. @module */
import { dot } from "../../../base/tensor/dot.ts";
import { seededRandom } from "../../../base/tensor/random.ts";

/** Orthonormal directions and a centre. */
export interface PrincipalAxes {
  /** f64[count, width]; a row of zeros where the points have fewer directions. */
  readonly axes: readonly Float64Array[];
  readonly mean: Float64Array;
}

/**
 * Approximates the first principal axes by orthogonal iteration on the covariance of a sample. The axes are orthonormal
 * to rounding whether or not the iteration has converged, which is all that bounds on distances need.
 *
 * @param rows f32[n, width], the sample
 * @param rounds of the iteration
 *
 * ```ts
 * import { principalAxes } from "./principal_axes.ts";
 * const { axes } = principalAxes(new Float32Array([0, 0, 3, 4, -3, -4]), 2, 1);
 * console.assert(Math.abs(Math.abs(axes[0][1]) - 0.8) < 1e-9);
 * ```
 */
export function principalAxes(rows: Float32Array, width: number, count: number, rounds = 12): PrincipalAxes {
  const n = rows.length / width;
  const mean = new Float64Array(width);
  for (let i = 0; i < rows.length; i++) mean[i % width] += rows[i] / n;
  // Where rows are long and few, the matrix of products of their numbers takes longer than products with the rows.
  const long = (n / 2 + rounds * count) * width > rounds * count * 2 * n;
  const times = long ? timesRows(rows, mean) : timesMatrix(covarianceOf(rows, mean));
  const random = seededRandom(0);
  let axes = Array.from(
    { length: count },
    () => Float64Array.from({ length: width }, () => random.normal()),
  );
  orthonormalise(axes);
  for (let round = 0; round < rounds; round++) {
    axes = axes.map(times);
    orthonormalise(axes);
  }
  return { axes, mean };
}

type Times = (vector: Float64Array) => Float64Array<ArrayBuffer>;

/** Products of the numbers of all rows relative to their mean, summed: f64[width, width]. */
function covarianceOf(rows: Float32Array, mean: Float64Array): Float64Array {
  const width = mean.length;
  const covariance = new Float64Array(width * width);
  const row = new Float64Array(width);
  for (let at = 0; at < rows.length; at += width) {
    for (let j = 0; j < width; j++) row[j] = rows[at + j] - mean[j];
    for (let j = 0; j < width; j++) {
      const value = row[j];
      for (let k = 0; k <= j; k++) covariance[j * width + k] += value * row[k];
    }
  }
  for (let j = 0; j < width; j++) {
    for (let k = 0; k < j; k++) covariance[k * width + j] = covariance[j * width + k];
  }
  return covariance;
}

function timesMatrix(matrix: Float64Array): Times {
  return (vector) => {
    const width = vector.length;
    return Float64Array.from(vector, (_, j) => {
      let sum = 0;
      for (let k = 0; k < width; k++) sum += matrix[j * width + k] * vector[k];
      return sum;
    });
  };
}

/** The same product without the matrix. */
function timesRows(rows: Float32Array, mean: Float64Array): Times {
  return (vector) => {
    const width = vector.length;
    const product = new Float64Array(width);
    for (let at = 0; at < rows.length; at += width) {
      let share = 0;
      for (let j = 0; j < width; j++) share += (rows[at + j] - mean[j]) * vector[j];
      for (let j = 0; j < width; j++) product[j] += share * (rows[at + j] - mean[j]);
    }
    return product;
  };
}

/** Gram–Schmidt, twice, in place; what is left of a dependent axis is dropped. */
function orthonormalise(axes: readonly Float64Array[]): void {
  axes.forEach((axis, a) => {
    const before = Math.sqrt(dot(axis, axis));
    for (let pass = 0; pass < 2; pass++) {
      for (let b = 0; b < a; b++) {
        const share = dot(axis, axes[b]);
        for (let j = 0; j < axis.length; j++) axis[j] -= share * axes[b][j];
      }
    }
    const length = Math.sqrt(dot(axis, axis));
    const scale = length > 1e-6 * before ? 1 / length : 0;
    for (let j = 0; j < axis.length; j++) axis[j] *= scale;
  });
}
