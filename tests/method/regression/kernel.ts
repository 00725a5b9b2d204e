/** Logistic regression over any kernel between rows, such as a mean of kernels of blocks of columns. @module */
import { classCosts } from "../../../lib/method/regression/class_costs.ts";
import { minimise } from "../../../lib/method/regression/newton.ts";
import { inRows } from "../../../lib/method/regression/rows.ts";

/** A fitted kernel regression: plain data. */
export interface KernelFitted {
  /** a, one number a row of the fit: f64[n]. */
  readonly dual: Float64Array;
  readonly intercept: number;
}

/**
 * Fits f = Ka + b with the penalty ½aᵀKa and balanced classes, solved to convergence; with K = XXᵀ it is `fitLogistic`.
 *
 * @param kernel K, symmetric and positive semidefinite, f64[n, n]
 * @param labels 1 for bad, 0 for good, one a row
 * @param cost what an error costs against the penalty; above 0
 * @param start a solution for another cost or kernel, from where few steps lead to this one
 * @throws {TypeError} where the kernel is not square over the rows, or a label is neither 0 nor 1
 * @throws {RangeError} where a class has no row, the cost is not above 0, or the kernel is not finite and positive
 * semidefinite
 *
 * ```ts
 * import { applyKernel, fitKernel } from "./kernel.ts";
 * const fitted = fitKernel(Float64Array.of(1, -1, -1, 1), [0, 1], 1);
 * const [good, bad] = applyKernel(fitted, Float64Array.of(1, -1, -1, 1));
 * console.assert(good < 0 && bad > 0);
 * ```
 */
export function fitKernel(
  kernel: Float64Array,
  labels: ArrayLike<number>,
  cost: number,
  start?: KernelFitted,
): KernelFitted {
  const n = labels.length;
  const shares = classCosts(labels, n);
  if (kernel.length !== n * n) {
    throw new TypeError(`Cannot fit a regression as its kernel must be ${n} × ${n} numbers: it has ${kernel.length}`);
  }
  if (!(cost > 0 && cost < Infinity)) {
    throw new RangeError(`Cannot fit a regression as the cost must be above 0: it is ${cost}`);
  }
  const point = new Float64Array(n + 1);
  if (start) point.set([...start.dual, start.intercept]);
  const found = minimise(inRows(kernel, { labels, costs: shares.map((share) => cost * share) }), point);
  return { dual: found.slice(0, n), intercept: found[n] };
}

/**
 * The log-odds of new rows.
 *
 * @param kernel between the new rows and those of the fit, f64[m, n]
 * @returns f64[m]
 */
export function applyKernel({ dual, intercept }: KernelFitted, kernel: Float64Array): Float64Array<ArrayBuffer> {
  const n = dual.length;
  if (kernel.length % n !== 0) {
    throw new TypeError(`Cannot apply a regression to a kernel of ${kernel.length} numbers as a row has ${n}`);
  }
  return Float64Array.from({ length: kernel.length / n }, (_, i) => {
    let sum = intercept;
    for (let j = 0; j < n; j++) sum += kernel[i * n + j] * dual[j];
    return sum;
  });
}
