/** From the scale of one judge to that of another: raw scores of forests on other parts have another offset and spread. @module */

/**
 * Brings the scores of one judge onto the scale of another, by parts that both were trained on: its median of good and of bad
 * ones come to lie where the other has them.
 *
 * @param own scores of these parts by the first judge
 * @param other their scores by the second
 * @param labels 1 for bad, 0 for good
 * @returns undefined where the first judge does not tell them apart, so that its scores say nothing
 *
 * ```ts
 * import { ontoScale } from "./scale.ts";
 * const onto = ontoScale([0, 0, 2], [5, 5, 9], [0, 0, 1]);
 * console.assert(onto?.(1) === 7 && ontoScale([1, 1], [0, 1], [0, 1]) === undefined);
 * ```
 */
export function ontoScale(
  own: readonly number[],
  other: readonly number[],
  labels: readonly number[],
): ((score: number) => number) | undefined {
  const middle = (scores: readonly number[], label: number) => median(scores.filter((_, i) => labels[i] === label));
  const [from, to] = [own, other].map((scores) => ({ good: middle(scores, 0), bad: middle(scores, 1) }));
  if (!(from.bad > from.good)) return undefined;
  const stretch = (to.bad - to.good) / (from.bad - from.good);
  return (score) => to.good + (score - from.good) * stretch;
}

function median(values: number[]): number {
  const sorted = values.sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}
