/** F1 at its best threshold. @module */
import { type BinaryLabels, type Scores, splitScores } from "./split_scores.ts";

/**
 * F1-max: the highest F1, 2 · precision · recall / (precision + recall) of the bad parts, that any threshold reaches; a part
 * is flagged where its score is at least the threshold. It is chosen on the parts that it is of, and so an upper bound.
 *
 * @returns 0 to 1; where everything is flagged it is 2b/(2b + g) with b bad and g good parts, so never below that
 * @throws {TypeError | RangeError} as {@linkcode splitScores}
 *
 * ```ts
 * import { f1Max } from "./f1_max.ts";
 * console.assert(f1Max([1, 2, 3, 4], [0, 1, 0, 1]) === 0.8);
 * ```
 */
export function f1Max(scores: Scores, labels: BinaryLabels): number {
  const { good, bad } = splitScores(scores, labels, "compute F1");
  let passed = 0;
  let best = 0;
  for (let missed = 0; missed < bad.length; missed++) {
    while (passed < good.length && good[passed] < bad[missed]) passed++;
    // Of equal bad scores the first has the most caught, and the highest F1 of them.
    const caught = bad.length - missed;
    best = Math.max(best, 2 * caught / (bad.length + caught + good.length - passed));
  }
  return best;
}
