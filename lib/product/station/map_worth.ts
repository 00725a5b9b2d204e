/** What a segment map was worth, where the same parts were judged with it and without it. @module */
import { compareMethods } from "../experiment/compare_methods.ts";
import type { ScoreSet } from "../experiment/results.ts";

/** From here on a difference may be chance. */
const CHANCE = 0.05;

/**
 * One sentence: how much better or worse the model is with the segment map, by DeLong's test of the two over the same parts;
 * undefined where the parts are not the same, or are too few to compare.
 *
 * ```ts
 * import { describeMapWorth } from "./map_worth.ts";
 * const parts = [1, 2, 3, 4].map((score) => ({ id: `${score}`, label: score > 2 ? "bad" : "good", unseen: false, score }) as const);
 * const set = { benchmark: "supervised", method: "Both", seed: 1, parts };
 * console.assert(describeMapWorth(set, set) === "The model has the same AUROC here with the segment map and without it.");
 * ```
 */
export function describeMapWorth(withMap: ScoreSet, without: ScoreSet): string | undefined {
  // Two rows of one table, whatever each run has chosen.
  const [one, other] = [withMap, without].map(({ parts }, i): ScoreSet => (
    { benchmark: "", seed: 0, method: ["with", "without"][i], parts }
  ));
  const [compared] = compareMethods([one, other]);
  if (!compared) return undefined;
  const points = (100 * Math.abs(compared.difference)).toFixed(1);
  if (points === "0.0") return "The model has the same AUROC here with the segment map and without it.";
  const sure = compared.corrected < CHANCE;
  const p = compared.corrected < 0.001 ? "p below 0.001" : `p = ${compared.corrected.toPrecision(2)}`;
  const what = `With the segment map the model has ${points} points of AUROC ${
    compared.difference > 0 ? "more" : "less"
  } than without it`;
  return sure
    ? `${what}, beyond chance (${p}).`
    : `${what}, which may be chance (${p}): more parts, or another map, would tell.`;
}
