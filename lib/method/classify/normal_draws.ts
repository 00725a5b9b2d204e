/** The scores that deviation losses compare with. @module */
import type { Random } from "../../base/tensor/random.ts";

/** Normal scores that a step compares with (Pang et al. 2021, Eq. 5). */
const REFERENCES = 5000;

/** Mean and inverse deviation of normal scores, new ones each step; named as the inputs of a training step. */
export function referenceScores(random: Random): { readonly mean: number; readonly inverse: number } {
  const scores = Float64Array.from({ length: REFERENCES }, () => random.normal());
  const mean = scores.reduce((sum, score) => sum + score, 0) / REFERENCES;
  const variance = scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / (REFERENCES - 1);
  return { mean, inverse: 1 / Math.sqrt(variance) };
}
