/** Columns of mean 0 and deviation 1. @module */
import type { Features } from "../../domain.ts";
import { bindAxes } from "../../base/tensor/tensor.ts";

/** What is taken from each column, and what the rest is divided by: f64[F]. */
export interface Standards {
  /** Of each column, f64[F]. */
  readonly mean: Float64Array;
  /** What each column is divided by, f64[F]; above 0. */
  readonly deviation: Float64Array;
}

/**
 * Mean and population deviation of each column over the rows where it is not missing (NaN); deviation 1 for a column that is
 * constant, 0 and 1 for one that is always missing.
 *
 * @throws {RangeError} where a value is infinite
 */
export function standardsOf({ data, shape: [N, F] }: Features): Standards {
  const mean = new Float64Array(F);
  const deviation = new Float64Array(F).fill(1);
  for (let j = 0; j < F; j++) {
    let [count, sum] = [0, 0];
    for (let i = 0; i < N; i++) {
      const value = data[i * F + j];
      if (Number.isNaN(value)) continue;
      count++;
      sum += value;
    }
    if (!Number.isFinite(sum)) throw new RangeError(`Cannot standardise column ${j} as it must be finite or missing`);
    if (count === 0) continue;
    mean[j] = sum / count;
    let square = 0;
    for (let i = 0; i < N; i++) {
      const value = data[i * F + j];
      if (!Number.isNaN(value)) square += (value - mean[j]) ** 2;
    }
    const found = Math.sqrt(square / count);
    // What rounding makes of a constant is no deviation.
    if (found > 1e-7 * Math.abs(mean[j])) deviation[j] = found;
  }
  return { mean, deviation };
}

/** (x − mean)/deviation, f64[N, F]; 0 where a value is missing, which says nothing. */
export function standardise(features: Features, { mean, deviation }: Standards): Float64Array<ArrayBuffer> {
  const F = mean.length;
  bindAxes(features, ["N", F], "standardise features");
  const { data } = features;
  const rows = new Float64Array(data.length);
  for (let row = 0; row < data.length; row += F) {
    for (let j = 0; j < F; j++) {
      const value = data[row + j];
      rows[row + j] = Number.isNaN(value) ? 0 : (value - mean[j]) / deviation[j];
    }
  }
  return rows;
}
