/** Fitting a logistic regression over feature columns. @module */
import type { Features } from "../../domain.ts";
import type { LogisticFitted } from "./apply.ts";
import { classCosts } from "./class_costs.ts";
import { inColumns } from "./columns.ts";
import { minimise } from "./newton.ts";
import { gramOf } from "./panels.ts";
import { inRows } from "./rows.ts";
import { standardise, type Standards, standardsOf } from "./standard_columns.ts";

/** Settings of a logistic regression. */
export interface LogisticConfig {
  /** What an error costs against the penalty ½‖w‖² (scikit-learn's C); above 0. */
  readonly cost: number;
  /**
   * Widths of blocks of columns that are to weigh the same, however wide they are: the columns of a block of B blocks are
   * divided by √(width·B), so that the kernel is the mean of the blocks' mean products. Their sum is the number of columns.
   * Each column for itself where left out, as in scikit-learn.
   */
  readonly blocks?: readonly number[];
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
 * import { features as featuresOf } from "../../domain.ts";
 * import { applyLogistic } from "./apply.ts";
 * import { fitLogistic } from "./logistic.ts";
 * const features = featuresOf([4, 1], new Float32Array([1, 2, 3, 4]));
 * const scores = applyLogistic(fitLogistic({ cost: 1 }, features, [0, 0, 1, 1]))(features).data;
 * console.assert(scores[1] < 0 && scores[2] > 0);
 * ```
 */
export function fitLogistic(
  { cost, blocks }: LogisticConfig,
  features: Features,
  labels: ArrayLike<number>,
): LogisticFitted {
  const [fitted] = fitLogisticPath({ costs: [cost], blocks }, features, labels);
  return fitted;
}

/** {@linkcode LogisticConfig} with several costs. */
export interface LogisticPath extends Omit<LogisticConfig, "cost"> {
  readonly costs: readonly number[];
}

/** {@linkcode fitLogistic} for several costs at once, in their order, which is cheaper from small to large. */
export function fitLogisticPath(
  { costs, blocks }: LogisticPath,
  features: Features,
  labels: ArrayLike<number>,
): LogisticFitted[] {
  const [N, F] = features.shape;
  const odd = costs.find((cost) => !(cost > 0 && cost < Infinity));
  if (odd !== undefined) throw new RangeError(`Cannot fit a regression as the cost must be above 0: it is ${odd}`);
  const shares = classCosts(labels, N);
  const standards = balanced(standardsOf(features), blocks);
  const rows = standardise(features, standards);
  const byRows = N <= F;
  const kernel = byRows ? gramOf(rows, N) : new Float64Array(0);
  let point = new Float64Array((byRows ? N : F) + 1);
  return costs.map((cost) => {
    const problem = { labels, costs: shares.map((share) => cost * share) };
    point = Float64Array.from(minimise(byRows ? inRows(kernel, problem) : inColumns(rows, problem), point));
    const weights = byRows ? weightsOf(rows, point, F) : point.slice(0, F);
    return { ...standards, weights, intercept: point[point.length - 1] };
  });
}

/** The standards with deviations that make blocks weigh the same. */
function balanced({ mean, deviation }: Standards, blocks: readonly number[] | undefined): Standards {
  if (!blocks) return { mean, deviation };
  checkBlocks(blocks, mean.length);
  const scales = blocks.flatMap((width) => new Array<number>(width).fill(Math.sqrt(width * blocks.length)));
  return { mean, deviation: deviation.map((value, j) => value * scales[j]) };
}

/** @throws {TypeError} where the widths of blocks are not the columns */
export function checkBlocks(blocks: readonly number[], F: number): void {
  if (blocks.reduce((sum, width) => sum + width, 0) === F && blocks.every((width) => width >= 1)) return;
  throw new TypeError(`Cannot fit a regression as blocks of ${blocks.join(", ")} are not its ${F} columns`);
}

/** w = Xᵀa. */
function weightsOf(rows: Float64Array, dual: Float64Array, F: number): Float64Array<ArrayBuffer> {
  const weights = new Float64Array(F);
  for (let at = 0; at < rows.length; at++) weights[at % F] += dual[Math.floor(at / F)] * rows[at];
  return weights;
}
