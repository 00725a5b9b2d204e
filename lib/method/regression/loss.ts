/** The logistic loss of log-odds, its slopes and curvatures. @module */

/** What the log-odds are compared with. */
export interface LogisticProblem {
  /** 1 for bad, 0 for good, one a row. */
  readonly labels: ArrayLike<number>;
  /** What each row's loss counts. */
  readonly costs: Float64Array;
}

/** Σ cᵢ·log(1 + exp(−yᵢfᵢ)), y being ±1. */
export function lossAt(odds: Float64Array, { labels, costs }: LogisticProblem): number {
  let loss = 0;
  for (let i = 0; i < odds.length; i++) {
    const margin = labels[i] === 1 ? odds[i] : -odds[i];
    loss += costs[i] * (Math.max(0, -margin) + Math.log1p(Math.exp(-Math.abs(margin))));
  }
  return loss;
}

/** The derivative of the loss by each of the log-odds. */
export function slopesAt(odds: Float64Array, { labels, costs }: LogisticProblem): Float64Array<ArrayBuffer> {
  return Float64Array.from(odds, (value, i) => costs[i] * (1 / (1 + Math.exp(-value)) - labels[i]));
}

/** The second derivative; a row that is decided has none, and a little of it keeps Newton's step defined where all are. */
export function curvatures(odds: Float64Array, { costs }: LogisticProblem): Float64Array<ArrayBuffer> {
  return Float64Array.from(odds, (value, i) => {
    const bad = 1 / (1 + Math.exp(-value));
    return costs[i] * Math.max(bad * (1 - bad), 1e-12);
  });
}
