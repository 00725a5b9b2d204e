/** Choosing the cost of a regression's errors. @module */
import type { Features } from "../../domain.ts";
import { takeFeatures } from "../features/rows.ts";
import { auroc } from "../evaluate/auroc.ts";
import { applyLogistic } from "./apply.ts";
import { fitLogisticPath, type LogisticPath } from "./logistic.ts";

/**
 * The cost whose regression ranks parts best that it has not seen: each fold's rows are scored by a regression on all other
 * folds, and the AUROC is taken over the scores of all. Of equal ones the smallest cost, that is the strongest penalty.
 *
 * @param path at least one cost
 * @param folds the fold of each row; each fold's others must have rows of both classes
 * @throws as `fitLogistic` and `auroc` do
 *
 * ```ts
 * import { features as featuresOf } from "../../domain.ts";
 * import { chooseCost } from "./choose_cost.ts";
 * const features = featuresOf([6, 1], new Float32Array([1, 4, 2, 5, 3, 6]));
 * console.assert(chooseCost({ costs: [0.01, 1] }, features, [0, 1, 0, 1, 0, 1], [0, 0, 1, 1, 2, 2]).cost === 0.01);
 * ```
 */
export function chooseCost(
  path: LogisticPath,
  features: Features,
  labels: ArrayLike<number>,
  folds: ArrayLike<number>,
): { readonly cost: number; readonly auroc: number } {
  const ascending = path.costs.toSorted((a, b) => a - b);
  const rows = Array.from(folds).keys().toArray();
  const scores = ascending.map(() => new Float64Array(rows.length));
  for (const fold of new Set(Array.from(folds))) {
    const seen = rows.filter((i) => folds[i] !== fold);
    const heldOut = rows.filter((i) => folds[i] === fold);
    const fits = fitLogisticPath(
      { ...path, costs: ascending },
      takeFeatures(features, seen),
      seen.map((i) => labels[i]),
    );
    const unseen = takeFeatures(features, heldOut);
    fits.forEach((fitted, c) =>
      applyLogistic(fitted)(unseen).data.forEach((score, i) => scores[c][heldOut[i]] = score)
    );
  }
  return ascending
    .map((cost, c) => ({ cost, auroc: auroc(scores[c], labels) }))
    .reduce((best, each) => each.auroc > best.auroc ? each : best);
}
