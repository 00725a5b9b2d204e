/** The ROC curve, point by point. @module */
import { type BinaryLabels, type Scores, splitScores } from "./split_scores.ts";

/** What happens where parts with at least this score are flagged. */
export interface RocPoint {
  /** Infinity at the first point, where none is. */
  readonly threshold: number;
  /** Share of good parts flagged. */
  readonly fpr: number;
  /** Share of bad parts flagged. */
  readonly tpr: number;
}

/**
 * One point a distinct score, from (0, 0) to (1, 1), thresholds falling. Parts with equal scores share a point.
 *
 * @throws {TypeError | RangeError} as {@linkcode splitScores}
 *
 * ```ts
 * import { rocCurve } from "./roc_curve.ts";
 * const [first, second] = rocCurve([1, 2, 2, 3], [0, 0, 1, 1]);
 * console.assert(first.tpr === 0 && second.threshold === 3 && second.fpr === 0 && second.tpr === 0.5);
 * ```
 */
export function rocCurve(scores: Scores, labels: BinaryLabels): RocPoint[] {
  const { good, bad } = splitScores(scores, labels, "draw the ROC curve");
  const points: RocPoint[] = [{ threshold: Infinity, fpr: 0, tpr: 0 }];
  let g = good.length;
  let b = bad.length;
  while (g > 0 || b > 0) {
    const threshold = Math.max(g > 0 ? good[g - 1] : -Infinity, b > 0 ? bad[b - 1] : -Infinity);
    while (g > 0 && good[g - 1] === threshold) g--;
    while (b > 0 && bad[b - 1] === threshold) b--;
    points.push({ threshold, fpr: 1 - g / good.length, tpr: 1 - b / bad.length });
  }
  return points;
}
