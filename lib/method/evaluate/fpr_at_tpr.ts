/** False positive rate at a true positive rate. @module */
import { countFrom, linearQuantile } from "../../base/tensor/linear_quantile.ts";
import { type BinaryLabels, type Scores, splitScores } from "./split_scores.ts";

/**
 * The share of good parts flagged where the share `tpr` of bad ones is, as SegAD's published code computes
 * FPR@95TPR: the threshold is the linear (1 − tpr) quantile of the bad scores, and a part is flagged where its score is
 * at least that.
 *
 * Interpolation can put the threshold above the score of the last bad part that should be caught, so among few bad
 * parts somewhat less than `tpr` of them is flagged; `thresholdAtRecall` promises the recall instead.
 *
 * @param tpr above 0, at most 1
 * @returns 0 to 1, lower is better
 * @throws {TypeError | RangeError} as {@linkcode splitScores}; {@linkcode RangeError} where tpr is out of range
 *
 * ```ts
 * import { fprAtTpr } from "./fpr_at_tpr.ts";
 * console.assert(fprAtTpr([1, 4, 2, 3, 5], [0, 0, 1, 1, 1], 0.95) === 0.5);
 * ```
 */
export function fprAtTpr(scores: Scores, labels: BinaryLabels, tpr = 0.95): number {
  if (!(tpr > 0 && tpr <= 1)) {
    throw new RangeError(
      `Cannot compute the false positive rate as the true positive rate must be 0 to 1: it is ${tpr}`,
    );
  }
  const { good, bad } = splitScores(scores, labels, "compute the false positive rate");
  // 1 − 0.95 is 0.05 and something; the quantile at 0.05 is meant, and with ties it differs.
  const threshold = linearQuantile(bad, Number((1 - tpr).toFixed(12)));
  return countFrom(good, threshold) / good.length;
}
