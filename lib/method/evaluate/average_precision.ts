/** Area under the precision-recall curve. @module */
import { type BinaryLabels, type Scores, splitScores } from "./split_scores.ts";

/**
 * AU-PR as average precision: the sum over falling thresholds of the gain in recall times the precision there
 * (scikit-learn's `average_precision_score`; no interpolation between points). Equal scores share a threshold.
 *
 * @returns 0 to 1; chance is the share of bad parts
 * @throws {TypeError | RangeError} as {@linkcode splitScores}
 *
 * ```ts
 * import { averagePrecision } from "./average_precision.ts";
 * console.assert(averagePrecision([1, 2, 3], [1, 0, 1]) === (1 + 2 / 3) / 2);
 * ```
 */
export function averagePrecision(scores: Scores, labels: BinaryLabels): number {
  const { good, bad } = splitScores(scores, labels, "compute average precision");
  let g = good.length;
  let b = bad.length;
  let sum = 0;
  while (b > 0) {
    const threshold = bad[b - 1];
    const before = b;
    while (b > 0 && bad[b - 1] === threshold) b--;
    while (g > 0 && good[g - 1] >= threshold) g--;
    const flaggedBad = bad.length - b;
    const flagged = flaggedBad + good.length - g;
    sum += (before - b) * (flaggedBad / flagged);
  }
  return sum / bad.length;
}
