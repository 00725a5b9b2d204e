/** Logistic regression with an L2 penalty in the space of columns, for fewer columns than rows. @module */
import { curvatures, type LogisticProblem, lossAt, slopesAt } from "./loss.ts";
import type { Convex } from "./newton.ts";
import { cholesky } from "./panels.ts";
import { solveCholesky } from "./solve_cholesky.ts";

/**
 * The loss ½‖w‖² + Σ cᵢ·log(1 + exp(−yᵢfᵢ)), f = Xw + b, as a function of w and, last, b.
 *
 * @param rows X, f64[n, p]
 */
export function inColumns(rows: Float64Array, problem: LogisticProblem): Convex {
  const n = problem.costs.length;
  const p = rows.length / n;
  const size = p + 1;

  function oddsAt(point: Float64Array): Float64Array<ArrayBuffer> {
    return Float64Array.from({ length: n }, (_, i) => {
      let sum = point[p];
      for (let j = 0; j < p; j++) sum += rows[i * p + j] * point[j];
      return sum;
    });
  }
  function loss(point: Float64Array): number {
    let penalty = 0;
    for (let j = 0; j < p; j++) penalty += point[j] * point[j] / 2;
    return penalty + lossAt(oddsAt(point), problem);
  }
  function aim(point: Float64Array): Float64Array {
    const odds = oddsAt(point);
    const slopes = slopesAt(odds, problem);
    const curvature = curvatures(odds, problem);
    const gradient = Float64Array.from(point, (value, j) => j < p ? value : 0);
    const matrix = new Float64Array(size * size);
    for (let j = 0; j < p; j++) matrix[j * size + j] = 1;
    for (let i = 0; i < n; i++) {
      const row = i * p;
      for (let j = 0; j < p; j++) {
        gradient[j] += slopes[i] * rows[row + j];
        const weight = curvature[i] * rows[row + j];
        const to = j * size;
        for (let k = 0; k <= j; k++) matrix[to + k] += weight * rows[row + k];
        matrix[p * size + j] += weight;
      }
      gradient[p] += slopes[i];
      matrix[p * size + p] += curvature[i];
    }
    cholesky(matrix, size);
    const step = solveCholesky(matrix, size, gradient);
    return point.map((value, j) => value - step[j]);
  }
  return { loss, aim };
}
