/**
 * Logistic regression with an L2 penalty in the space of rows, for fewer rows than columns.
 *
 * With w = Xᵀa the loss is ½aᵀKa + Σ cᵢ·log(1 + exp(−yᵢfᵢ)), f = Ka + b, K = XXᵀ. Let g and D be slopes and curvatures of
 * the sum. The Newton step solves (I + DK)a = Df − g − b·D1 and Σa = 0, by the Cholesky factor of I + √D·K·√D, whose
 * eigenvalues are at least 1 (Rasmussen and Williams, Gaussian Processes for Machine Learning, 2006, 3.4).
 * @module
 */
import { curvatures, type LogisticProblem, lossAt, slopesAt } from "./loss.ts";
import type { Convex } from "./newton.ts";
import { cholesky } from "./panels.ts";
import { solveCholesky } from "./solve_cholesky.ts";

/** The loss as a function of a and, last, b. */
export function inRows(kernel: Float64Array, problem: LogisticProblem): Convex {
  const n = problem.costs.length;
  const matrix = new Float64Array(n * n);

  function loss(point: Float64Array): number {
    const image = times(kernel, point, n);
    let penalty = 0;
    for (let i = 0; i < n; i++) penalty += point[i] * image[i] / 2;
    return penalty + lossAt(image.map((value) => value + point[n]), problem);
  }
  function aim(point: Float64Array): Float64Array {
    const odds = times(kernel, point, n).map((value) => value + point[n]);
    const slopes = slopesAt(odds, problem);
    const curvature = curvatures(odds, problem);
    const roots = curvature.map(Math.sqrt);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j <= i; j++) matrix[i * n + j] = roots[i] * kernel[i * n + j] * roots[j];
      matrix[i * n + i] += 1;
    }
    cholesky(matrix, n);
    const solve = (right: Float64Array) => {
      const inner = solveCholesky(matrix, n, times(kernel, right, n).map((value, i) => value * roots[i]));
      return right.map((value, i) => value - roots[i] * inner[i]);
    };
    const first = solve(odds.map((value, i) => curvature[i] * value - slopes[i]));
    const second = solve(curvature);
    const intercept = total(first) / total(second);
    return Float64Array.from({ length: n + 1 }, (_, i) => i < n ? first[i] - intercept * second[i] : intercept);
  }
  return { loss, aim };
}

function total(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** A symmetric matrix by the first n numbers of a vector. */
function times(matrix: Float64Array, vector: Float64Array, n: number): Float64Array<ArrayBuffer> {
  return Float64Array.from({ length: n }, (_, i) => {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += matrix[i * n + j] * vector[j];
    return sum;
  });
}
