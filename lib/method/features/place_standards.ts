/**
 * Mean and deviation at each place over good pictures, and how far a picture is from them: also one of these pictures, as if
 * it were not among them.
 *
 * With u = x − mean over n pictures and Q = Σu², without x the deviation from the mean is u·n/(n−1) and the sum of squares
 * Q − u²·n/(n−1).
 * @module
 */

/** Over some pictures, for each of L places. */
export interface PlaceStandards {
  /** How many pictures. */
  readonly count: number;
  /** f64[L] */
  readonly mean: Float64Array;
  /** Sum of the squared deviations from the mean: f64[L]. */
  readonly squares: Float64Array;
}

/** Sums over the pictures seen so far. */
export interface PlaceSums {
  /** @param values L numbers of one picture */
  add(values: ArrayLike<number>): void;
  /** @throws {RangeError} where there are fewer than 3 pictures, so that none could be left out */
  finish(): PlaceStandards;
}

/** Opens sums over L places (Welford's, which lose no digits where the mean is large). */
export function openPlaceSums(length: number): PlaceSums {
  const mean = new Float64Array(length);
  const squares = new Float64Array(length);
  let count = 0;
  return {
    add(values) {
      if (values.length !== length) {
        throw new TypeError(`Cannot take standards of ${length} places with a picture of ${values.length}`);
      }
      count++;
      for (let i = 0; i < length; i++) {
        const before = values[i] - mean[i];
        mean[i] += before / count;
        squares[i] += before * (values[i] - mean[i]);
      }
    },
    finish() {
      if (count < 3) throw new RangeError(`Cannot take standards of ${count} pictures as at least 3 are needed`);
      return { count, mean, squares };
    },
  };
}

/** What a picture is compared with: deviations from the mean, and the variance without regularisation, each f64[L]. */
export interface Compared {
  readonly deviations: Float64Array;
  readonly variances: Float64Array;
}

/**
 * Compares a picture with the standards.
 *
 * @param own whether it is one of the pictures they are of, which is then left out
 */
export function compareWith(
  { count, mean, squares }: PlaceStandards,
  values: ArrayLike<number>,
  own: boolean,
): Compared {
  const ratio = count / (count - 1);
  const deviations = new Float64Array(mean.length);
  const variances = new Float64Array(mean.length);
  for (let i = 0; i < mean.length; i++) {
    const u = values[i] - mean[i];
    deviations[i] = own ? u * ratio : u;
    variances[i] = own ? Math.max(0, squares[i] - ratio * u * u) / (count - 2) : squares[i] / (count - 1);
  }
  return { deviations, variances };
}

/** (values − mean)/roots: how far a picture is that the standards are not of, where the roots of its variances are known. */
export function deviationsFrom(
  { mean }: Pick<PlaceStandards, "mean">,
  values: ArrayLike<number>,
  roots: Float64Array,
): Float64Array {
  const deviations = new Float64Array(mean.length);
  for (let i = 0; i < mean.length; i++) deviations[i] = (values[i] - mean[i]) / roots[i];
  return deviations;
}
