/** Logistic regression over feature columns. @module */
import type { Features, Score } from "../../domain.ts";
import { tensor } from "../../base/tensor/tensor.ts";
import type { Stage } from "../../stage.ts";
import { inColumns } from "./columns.ts";
import { minimise } from "./newton.ts";
import { inRows, kernelOf } from "./rows.ts";
import { standardise, type Standards, standardsOf } from "./standard_columns.ts";

/** Settings of a logistic regression. */
export interface LogisticConfig {
  /** What an error costs against the penalty ½‖w‖² (scikit-learn's C); above 0. */
  readonly cost: number;
}

/** A fitted logistic regression: plain data. */
export interface LogisticFitted extends Standards {
  /** One weight a standardised column, f64[F]. */
  readonly weights: Float64Array;
  /** The log-odds where all columns are at their mean. */
  readonly intercept: number;
}

/**
 * Fits a logistic regression with an L2 penalty to standardised columns, solved to convergence: scikit-learn's
 * `LogisticRegression(C=cost, class_weight="balanced")` after a `StandardScaler`. Both classes count the same, whatever
 * their numbers; the intercept is not penalised.
 *
 * It is solved over rows or columns, whichever are fewer: 500 rows of 1,500 columns take some tenths of a second.
 *
 * @param features f32[N,F]; NaN is "missing", which counts as the mean
 * @param labels 1 for bad, 0 for good
 * @throws {TypeError} where there is not one label a row, or one is neither 0 nor 1
 * @throws {RangeError} where a class has no row, a value is infinite, or the cost is not above 0
 *
 * ```ts
 * import { tensor } from "../../base/tensor/tensor.ts";
 * import { applyLogistic, fitLogistic } from "./logistic.ts";
 * const features = tensor<"f32", ["N", "F"], "feature">("f32", [4, 1], new Float32Array([1, 2, 3, 4]));
 * const scores = applyLogistic(fitLogistic({ cost: 1 }, features, [0, 0, 1, 1]))(features).data;
 * console.assert(scores[1] < 0 && scores[2] > 0);
 * ```
 */
export function fitLogistic(
  { cost }: LogisticConfig,
  features: Features,
  labels: ArrayLike<number>,
): LogisticFitted {
  const [fitted] = fitLogisticPath([cost], features, labels);
  return fitted;
}

/** {@linkcode fitLogistic} for several costs at once, in their order, which is cheaper from small to large. */
export function fitLogisticPath(
  costs: readonly number[],
  features: Features,
  labels: ArrayLike<number>,
): LogisticFitted[] {
  const [N, F] = features.shape;
  const odd = costs.find((cost) => !(cost > 0 && cost < Infinity));
  if (odd !== undefined) throw new RangeError(`Cannot fit a regression as the cost must be above 0: it is ${odd}`);
  const counts = countLabels(labels, N);
  const standards = standardsOf(features);
  const rows = standardise(features, standards);
  const byRows = N <= F;
  const kernel = byRows ? kernelOf(rows, N) : new Float64Array(0);
  let point = new Float64Array((byRows ? N : F) + 1);
  return costs.map((cost) => {
    const problem = {
      labels,
      costs: Float64Array.from({ length: N }, (_, i) => cost * N / (2 * counts[labels[i]])),
    };
    point = Float64Array.from(minimise(byRows ? inRows(kernel, problem) : inColumns(rows, problem), point));
    const weights = byRows ? weightsOf(rows, point, F) : point.slice(0, F);
    return { ...standards, weights, intercept: point[point.length - 1] };
  });
}

/** Feature rows to log-odds; a row does not depend on the others of its batch. */
export function applyLogistic(fitted: LogisticFitted): Stage<Features, Score> {
  const { weights, intercept } = fitted;
  const F = weights.length;
  function logistic(features: Features): Score {
    const rows = standardise(features, fitted);
    const [count] = features.shape;
    const odds = new Float32Array(count);
    for (let i = 0; i < count; i++) {
      let sum = intercept;
      for (let j = 0; j < F; j++) sum += weights[j] * rows[i * F + j];
      odds[i] = sum;
    }
    return tensor<"f32", readonly ["N"], "logit">("f32", [count], odds);
  }
  return logistic;
}

/** How many rows are good and bad. */
function countLabels(labels: ArrayLike<number>, rows: number): readonly [number, number] {
  if (labels.length !== rows) {
    throw new TypeError(`Cannot fit a regression as there are ${labels.length} labels for ${rows} rows`);
  }
  let bad = 0;
  for (let i = 0; i < rows; i++) {
    if (labels[i] !== 0 && labels[i] !== 1) {
      throw new TypeError(`Cannot fit a regression as labels must be 0 (good) or 1 (bad): label ${i} is ${labels[i]}`);
    }
    bad += labels[i];
  }
  if (bad === 0 || bad === rows) {
    throw new RangeError(
      `Cannot fit a regression as both classes are needed: there are ${rows - bad} good and ${bad} bad rows`,
    );
  }
  return [rows - bad, bad];
}

/** w = Xᵀa. */
function weightsOf(rows: Float64Array, dual: Float64Array, F: number): Float64Array<ArrayBuffer> {
  const weights = new Float64Array(F);
  for (let at = 0; at < rows.length; at++) weights[at % F] += dual[Math.floor(at / F)] * rows[at];
  return weights;
}
