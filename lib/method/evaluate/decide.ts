/** Decisions by a threshold: of finite numbers alone, as NaN is below and above nothing. @module */
import type { Scores } from "./split_scores.ts";

/** What is decided of a part: "review" is for a person to look at. */
export type Decision = "good" | "review" | "bad";

/**
 * The decision on a part: bad where its score is at least the threshold; with a second threshold below it, those between the
 * two are to be looked at.
 *
 * @param review from which on a part is not called good; the threshold where left out
 * @throws {TypeError | RangeError} where a threshold is no finite number, see {@linkcode checkThreshold}
 * @throws {RangeError} where the score is NaN or infinite
 *
 * ```ts
 * import { decide } from "./decide.ts";
 * console.assert(decide(2, 2) === "bad" && decide(1.9, 2) === "good");
 * console.assert(decide(1.9, 2, 1) === "review");
 * ```
 */
export function decide(score: number, threshold: number, review: number = threshold): Decision {
  checkThreshold(threshold);
  checkThreshold(review);
  if (!Number.isFinite(score)) throw new RangeError(`Cannot decide as the score must be finite: it is ${score}`);
  return score >= threshold ? "bad" : score >= review ? "review" : "good";
}

/**
 * Gives back a threshold that can decide.
 *
 * @throws {TypeError} where it is no number, such as the text "108"
 * @throws {RangeError} where it is NaN or infinite
 *
 * ```ts
 * import { checkThreshold } from "./decide.ts";
 * console.assert(checkThreshold(1.5) === 1.5);
 * ```
 */
export function checkThreshold(threshold: unknown): number {
  if (typeof threshold !== "number") {
    const found = typeof threshold === "string" ? JSON.stringify(threshold) : String(threshold);
    throw new TypeError(`Cannot decide by the threshold ${found} as it must be a number`);
  }
  if (Number.isFinite(threshold)) return threshold;
  throw new RangeError(`Cannot decide by the threshold ${threshold} as it must be finite`);
}

/**
 * Checks the scores of some parts before anything is made of them.
 *
 * @param whose who gives them, for the message: `PatchCore`, `the forest`
 * @param ids of the parts, as many
 * @throws {RangeError} that names both where a score is NaN or infinite
 *
 * ```ts
 * import { checkScores } from "./decide.ts";
 * checkScores("PaDiM", ["a.png", "b.png"], [1.5, -2]);
 * ```
 */
export function checkScores(whose: string, ids: readonly string[], scores: Scores): void {
  for (let i = 0; i < ids.length; i++) {
    if (Number.isFinite(scores[i])) continue;
    throw new RangeError(`Cannot use the score of ${whose} for "${ids[i]}" as it must be finite: it is ${scores[i]}`);
  }
}
