/**
 * AUROC and FPR@95TPR in the arithmetic of scikit-learn and pandas, which SegAD's published code calls. The figures are
 * those of `auroc.ts` and `fpr_at_tpr.ts` but for the last bits.
 * @module
 */
import { pairwiseSum } from "./arithmetic.ts";
import { countFrom } from "../../base/tensor/linear_quantile.ts";
import { type BinaryLabels, type Scores, splitScores } from "../../method/evaluate/split_scores.ts";

/**
 * The area under the ROC curve by the trapezoidal rule over its corners, as `sklearn.metrics.roc_auc_score` sums it.
 *
 * @returns 0 to 1
 * @throws {TypeError | RangeError} as {@linkcode splitScores}
 *
 * ```ts
 * import { referenceAuroc } from "./metrics.ts";
 * console.assert(referenceAuroc([1, 2, 2, 3], [0, 0, 1, 1]) === 0.875);
 * ```
 */
export function referenceAuroc(scores: Scores, labels: BinaryLabels): number {
  const { good, bad } = splitScores(scores, labels, "compute AUROC");
  const points: [number, number][] = [];
  let g = good.length;
  let b = bad.length;
  while (g + b > 0) {
    const threshold = Math.max(g > 0 ? good[g - 1] : -Infinity, b > 0 ? bad[b - 1] : -Infinity);
    while (g > 0 && good[g - 1] === threshold) g--;
    while (b > 0 && bad[b - 1] === threshold) b--;
    points.push([good.length - g, bad.length - b]);
  }
  const corners = points.filter(([x, y], i) => {
    if (i === 0 || i === points.length - 1) return true;
    const [[x0, y0], [x1, y1]] = [points[i - 1], points[i + 1]];
    return x1 - x !== x - x0 || y1 - y !== y - y0;
  });
  const curve = [[0, 0], ...corners].map(([x, y]) => [x / good.length, y / bad.length]);
  return pairwiseSum(Float64Array.from(
    { length: curve.length - 1 },
    (_, i) => (curve[i + 1][0] - curve[i][0]) * (curve[i + 1][1] + curve[i][1]) / 2,
  ));
}

/**
 * One less the share of good parts below pandas' linear 5 % quantile of the bad scores: the share at or above it but for the
 * last bit, as the published code computes it.
 *
 * @param single whether the scores are single-precision numbers in a column of their own, as a forest gives them: their
 *   difference is then rounded before it is weighed
 * @throws {TypeError | RangeError} as {@linkcode splitScores}
 *
 * ```ts
 * import { referenceFpr95 } from "./metrics.ts";
 * console.assert(referenceFpr95([1, 4, 2, 3, 5], [0, 0, 1, 1, 1], false) === 0.5);
 * ```
 */
export function referenceFpr95(scores: Scores, labels: BinaryLabels, single: boolean): number {
  const { good, bad } = splitScores(scores, labels, "compute the false positive rate");
  const position = 0.05 * (bad.length - 1);
  const rank = Math.floor(position);
  const high = bad[Math.min(rank + 1, bad.length - 1)];
  const difference = single ? Math.fround(high - bad[rank]) : high - bad[rank];
  const fraction = position - rank;
  const threshold = fraction >= 0.5 ? high - difference * (1 - fraction) : bad[rank] + difference * fraction;
  return 1 - (good.length - countFrom(good, threshold)) / good.length;
}
