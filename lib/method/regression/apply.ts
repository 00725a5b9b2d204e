/** A fitted logistic regression: from feature columns to log-odds. @module */
import { type Features, type Score, score } from "../../domain.ts";
import type { Stage } from "../../stage.ts";
import { standardise, type Standards } from "./standard_columns.ts";

/** A fitted logistic regression: plain data. */
export interface LogisticFitted extends Standards {
  /** One weight a standardised column, f64[F]. */
  readonly weights: Float64Array;
  /** The log-odds where all columns are at their mean. */
  readonly intercept: number;
}

/** Feature rows to log-odds; a row does not depend on the others of its batch. */
export function applyLogistic(fitted: LogisticFitted): Stage<Features, Score> {
  const { weights, intercept } = fitted;
  const F = weights.length;
  function logistic(features: Features): Score {
    const rows = standardise(features, fitted);
    const [count] = features.shape;
    const odds = new Float32Array(count);
    for (let i = 0; i < count; i++) {
      let sum = intercept;
      for (let j = 0; j < F; j++) sum += weights[j] * rows[i * F + j];
      odds[i] = sum;
    }
    return score([count], odds);
  }
  return logistic;
}
