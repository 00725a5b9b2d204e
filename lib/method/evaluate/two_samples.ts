/** Whether two samples are of one distribution. @module */

/**
 * The distance of Kolmogorov and Smirnov: the largest difference between the shares of both samples that are at most a value.
 *
 * @param a ascending
 * @param b ascending
 * @throws {RangeError} where a sample is empty
 *
 * ```ts
 * import { smirnovDistance } from "./two_samples.ts";
 * console.assert(smirnovDistance(Float64Array.of(1, 2, 3, 4), Float64Array.of(3, 4, 5, 6)) === 0.5);
 * ```
 */
export function smirnovDistance(a: Float64Array, b: Float64Array): number {
  if (a.length === 0 || b.length === 0) throw new RangeError("Cannot compare samples of which one is empty");
  let [i, j, most] = [0, 0, 0];
  while (i < a.length && j < b.length) {
    const value = Math.min(a[i], b[j]);
    while (i < a.length && a[i] <= value) i++;
    while (j < b.length && b[j] <= value) j++;
    most = Math.max(most, Math.abs(i / a.length - j / b.length));
  }
  return most;
}

/** Products of sizes up to which ways are counted; beyond, the limit is as good. */
const COUNTED = 1_000_000;

/**
 * How likely a distance at least as large is where both samples are of one distribution, whatever it is: exact by counting ways
 * through a grid (Hodges 1958), and for large samples Kolmogorov's limit with the correction of Stephens (1970). Where values
 * are tied it is less likely still.
 *
 * @param sizes of both samples
 *
 * ```ts
 * import { smirnovProbability } from "./two_samples.ts";
 * console.assert(smirnovProbability(0, [10, 10]) === 1 && smirnovProbability(0.9, [50, 50]) < 1e-10);
 * ```
 */
export function smirnovProbability(distance: number, [n, m]: readonly [number, number]): number {
  return n * m <= COUNTED ? countedProbability(distance, n, m) : limitingProbability(distance, n, m);
}

/**
 * Each order of n and m values is equally likely, and is a way from corner to corner of a grid. Of all ways to each corner the
 * share that keeps nearer to the diagonal is carried along.
 */
function countedProbability(distance: number, n: number, m: number): number {
  const near = (i: number, j: number) => Math.abs(i / n - j / m) < distance - 1e-12;
  const row = new Float64Array(m + 1);
  for (let i = 0; i <= n; i++) {
    for (let j = 0; j <= m; j++) {
      if (!near(i, j)) row[j] = 0;
      else if (i === 0 && j === 0) row[j] = 1;
      else row[j] = (row[j] * i + (j > 0 ? row[j - 1] * j : 0)) / (i + j);
    }
  }
  return Math.min(1, Math.max(0, 1 - row[m]));
}

function limitingProbability(distance: number, n: number, m: number): number {
  const root = Math.sqrt(n * m / (n + m));
  const lambda = (root + 0.12 + 0.11 / root) * distance;
  // The series does not converge near 0, where the probability is 1 to all digits.
  if (lambda < 0.2) return 1;
  let sum = 0;
  for (let k = 1; k <= 100; k++) {
    const term = 2 * (k % 2 === 1 ? 1 : -1) * Math.exp(-2 * k * k * lambda * lambda);
    sum += term;
    if (Math.abs(term) < 1e-12 * Math.abs(sum)) break;
  }
  return Math.min(1, Math.max(0, sum));
}

/** Bins of {@linkcode populationStability}. */
const BINS = 10;

/**
 * The population stability index: Σ (q − p)·ln(q/p) over ten bins that hold a tenth of the first sample each, less what chance
 * alone gives on average. Below 0.1 little has changed, from 0.25 on much has.
 *
 * @param usual ascending
 * @param now ascending
 * @throws {RangeError} where a sample is empty
 *
 * ```ts
 * import { populationStability } from "./two_samples.ts";
 * const some = Float64Array.from({ length: 100 }, (_, i) => i);
 * console.assert(populationStability(some, some) < 0.01);
 * console.assert(populationStability(some, some.map((value) => value + 50)) > 1);
 * ```
 */
export function populationStability(usual: Float64Array, now: Float64Array): number {
  if (usual.length === 0 || now.length === 0) throw new RangeError("Cannot compare samples of which one is empty");
  const edges = Array.from({ length: BINS - 1 }, (_, i) => usual[Math.floor((i + 1) * usual.length / BINS)]);
  const sharesOf = (sample: Float64Array) => {
    const counts = new Array<number>(BINS).fill(0);
    let bin = 0;
    for (const value of sample) {
      while (bin < BINS - 1 && value >= edges[bin]) bin++;
      counts[bin]++;
    }
    // Half a part in each, so that none is empty.
    return counts.map((count) => (count + 0.5) / (sample.length + BINS / 2));
  };
  const [p, q] = [sharesOf(usual), sharesOf(now)];
  const index = p.reduce((sum, share, i) => sum + (q[i] - share) * Math.log(q[i] / share), 0);
  return Math.max(0, index - (BINS - 1) * (1 / usual.length + 1 / now.length));
}
