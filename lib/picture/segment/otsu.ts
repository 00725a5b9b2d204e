/** A threshold between two groups of values. @module */

/**
 * Otsu's threshold: values up to it are one class and values above it the other, so that the variance between the
 * classes is largest (N. Otsu, "A Threshold Selection Method from Gray-Level Histograms", IEEE Trans. SMC 9, 1979,
 * eq. 18). Of equal ones, the lowest.
 *
 * @param histogram how often each of the values 0, 1, 2, … occurs
 * @returns a value with some values above it; undefined where fewer than two different values occur
 *
 * ```ts
 * import { otsuThreshold } from "./otsu.ts";
 * console.assert(otsuThreshold([5, 4, 0, 0, 6]) === 1);
 * ```
 */
export function otsuThreshold(histogram: ArrayLike<number>): number | undefined {
  let [all, sum] = [0, 0];
  for (let value = 0; value < histogram.length; value++) {
    all += histogram[value];
    sum += value * histogram[value];
  }
  let [below, sumBelow, best] = [0, 0, 0];
  let threshold: number | undefined;
  for (let value = 0; value < histogram.length; value++) {
    below += histogram[value];
    sumBelow += value * histogram[value];
    const above = all - below;
    if (below === 0 || above === 0) continue;
    const between = below * above * (sumBelow / below - (sum - sumBelow) / above) ** 2;
    if (between > best) [best, threshold] = [between, value];
  }
  return threshold;
}
