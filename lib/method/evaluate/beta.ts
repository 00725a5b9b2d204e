/** The beta distribution: what exact bounds on a share are quantiles of. @module */

/**
 * The probability that a number of the beta distribution with parameters a and b is at most x: the regularised incomplete
 * beta function, by Lentz's continued fraction (Press et al., Numerical Recipes, 6.4).
 *
 * @param x from 0 to 1
 * @param a above 0
 * @param b above 0
 * @throws {RangeError} where a parameter is out of range
 *
 * ```ts
 * import { betaProbability } from "./beta.ts";
 * console.assert(Math.abs(betaProbability(0.5, 3, 1) - 0.125) < 1e-15);
 * ```
 */
export function betaProbability(x: number, a: number, b: number): number {
  check(a, b);
  if (!(x >= 0 && x <= 1)) throw new RangeError(`Cannot take the beta distribution at ${x} as it must be from 0 to 1`);
  if (x === 0 || x === 1) return x;
  const front = Math.exp(a * Math.log(x) + b * Math.log1p(-x) - logBeta(a, b));
  // The fraction converges fast below the mean; beyond it the other tail is taken.
  return x < (a + 1) / (a + b + 2) ? front * fraction(x, a, b) / a : 1 - front * fraction(1 - x, b, a) / b;
}

/**
 * The value that a number of the beta distribution is below with the given probability: the inverse of
 * {@linkcode betaProbability}, by bisection down to neighbouring doubles.
 *
 * @param probability from 0 to 1
 * @throws {RangeError} where a parameter is out of range
 *
 * ```ts
 * import { betaQuantile } from "./beta.ts";
 * console.assert(Math.abs(betaQuantile(0.125, 3, 1) - 0.5) < 1e-15);
 * ```
 */
export function betaQuantile(probability: number, a: number, b: number): number {
  check(a, b);
  if (!(probability >= 0 && probability <= 1)) {
    throw new RangeError(`Cannot take a quantile at ${probability} as it must be from 0 to 1`);
  }
  if (probability === 0 || probability === 1) return probability;
  let [low, high] = [0, 1];
  for (;;) {
    const middle = (low + high) / 2;
    if (!(middle > low && middle < high)) return middle;
    if (betaProbability(middle, a, b) < probability) low = middle;
    else high = middle;
  }
}

function check(a: number, b: number): void {
  if (a > 0 && b > 0 && a < Infinity && b < Infinity) return;
  throw new RangeError(`Cannot use the beta distribution of ${a} and ${b} as both must be above 0`);
}

function fraction(x: number, a: number, b: number): number {
  const tiny = 1e-300;
  const away = (value: number) => Math.abs(value) < tiny ? tiny : value;
  let c = 1;
  let d = 1 / away(1 - (a + b) * x / (a + 1));
  let result = d;
  for (let m = 1; m < 10_000; m++) {
    const even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    result *= d * c;
    const odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    result *= d * c;
    if (Math.abs(d * c - 1) < 1e-16) break;
  }
  return result;
}

function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b);
}

/** Stirling's series, after the argument is moved up to where it has all digits of a double. */
function logGamma(x: number): number {
  let product = 1;
  for (; x < 15; x++) product *= x;
  const y = 1 / (x * x);
  const series = 1 / 12 - y * (1 / 360 - y * (1 / 1260 - y * (1 / 1680 - y * (1 / 1188 - y * 691 / 360360))));
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + series / x - Math.log(product);
}
