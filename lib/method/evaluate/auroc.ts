/** Area under the ROC curve. @module */
import { type BinaryLabels, type Scores, splitScores } from "./split_scores.ts";

/**
 * The share of pairs of a good and a bad part in which the bad one has the higher score; a tie counts half
 * (Mann and Whitney's U over the number of pairs, which is the area under the ROC curve).
 *
 * @returns 0 to 1; 0.5 is chance
 * @throws {TypeError | RangeError} as {@linkcode splitScores}
 *
 * ```ts
 * import { auroc } from "./auroc.ts";
 * console.assert(auroc([1, 2, 2, 3], [0, 0, 1, 1]) === 0.875);
 * ```
 */
export function auroc(scores: Scores, labels: BinaryLabels): number {
  const { good, bad } = splitScores(scores, labels, "compute AUROC");
  let below = 0;
  let upTo = 0;
  // Twice the number of pairs won, a whole number: exact for fewer than 2⁵² pairs.
  let wins = 0;
  for (const score of bad) {
    while (below < good.length && good[below] < score) below++;
    while (upTo < good.length && good[upTo] <= score) upTo++;
    wins += below + upTo;
  }
  return wins / (2 * good.length * bad.length);
}
