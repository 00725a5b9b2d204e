/** Where a part is called bad. @module */
import { linearQuantile } from "../../base/tensor/linear_quantile.ts";
import type { ScoreSet } from "../experiment/results.ts";

/** The share of bad parts that the paper's threshold finds. */
export const TARGET_TPR = 0.95;
const MISSED_SHARE = 0.05;

/**
 * The score that finds 95 % of the bad parts: the linear 5 % quantile of their scores, as FPR@95TPR takes it.
 * NaN where there is no bad part.
 *
 * ```ts
 * import { tprThreshold } from "./threshold.ts";
 * const parts = [1, 2, 3].map((score) => ({ id: String(score), label: "bad" as const, unseen: false, score }));
 * console.assert(Math.abs(tprThreshold({ benchmark: "", method: "", seed: 0, parts }) - 1.1) < 1e-12);
 * ```
 */
export function tprThreshold(scores: ScoreSet): number {
  const bad = Float64Array.from(scores.parts.filter((part) => part.label === "bad"), (part) => part.score).sort();
  return bad.length === 0 ? NaN : linearQuantile(bad, MISSED_SHARE);
}

/** The threshold of the decision: the given one, or {@linkcode tprThreshold}. */
export function decisionThreshold(scores: ScoreSet): number {
  return scores.threshold ?? tprThreshold(scores);
}
