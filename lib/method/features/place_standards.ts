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

/** Brings pictures to deviations by standards whose variances are regularised. */
export interface Standardiser<F> {
  /** @param own whether the picture is one of the fit, which is then left out */
  readonly deviationsOf: (fitted: F, values: ArrayLike<number>, own: boolean) => Float64Array;
  /** What the deviations of a picture that the fit has not seen are multiplied by. */
  readonly scalesOf: (fitted: F) => Float64Array;
}

/**
 * The roots for pictures that the fit has not seen are the same for all of them, and worked out once.
 *
 * @param standardsOf the standards in what was fitted
 * @param rootsOf the regularised roots of variances
 */
export function standardiser<F extends object>(
  standardsOf: (fitted: F) => PlaceStandards,
  rootsOf: (variances: Float64Array, fitted: F) => Float64Array,
): Standardiser<F> {
  const unseen = new WeakMap<F, Float64Array>();
  function unseenRoots(fitted: F): Float64Array {
    const known = unseen.get(fitted);
    if (known) return known;
    const standards = standardsOf(fitted);
    const roots = rootsOf(compareWith(standards, standards.mean, false).variances, fitted);
    unseen.set(fitted, roots);
    return roots;
  }
  return {
    deviationsOf(fitted, values, own) {
      const standards = standardsOf(fitted);
      if (!own) return deviationsFrom(standards, values, unseenRoots(fitted));
      const { deviations, variances } = compareWith(standards, values, own);
      const roots = rootsOf(variances, fitted);
      for (let i = 0; i < deviations.length; i++) deviations[i] /= roots[i];
      return deviations;
    },
    scalesOf: (fitted) => unseenRoots(fitted).map((root) => 1 / root),
  };
}

/** (values − mean)/roots. */
function deviationsFrom({ mean }: PlaceStandards, values: ArrayLike<number>, roots: Float64Array): Float64Array {
  const deviations = new Float64Array(mean.length);
  for (let i = 0; i < mean.length; i++) deviations[i] = (values[i] - mean[i]) / roots[i];
  return deviations;
}
