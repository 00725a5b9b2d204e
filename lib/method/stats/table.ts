/** How each statistic of a segment is computed. @module */
import type { STATISTICS } from "../../domain.ts";

/** The name of a statistic, as columns have it. */
export type Statistic = typeof STATISTICS[number];

/**
 * A statistic by its place in what the WebAssembly kernel gives, or a function of a segment's pixels in raster order, of
 * which there is at least one.
 */
export type StatisticRule = { readonly kernel: 0 | 1 | 2 | 3 } | { of(pixels: Float32Array): number };

/** Every statistic; the kernel's four cost one pass over the map together, each function one more. */
export const STATISTIC_RULES: { readonly [S in Statistic]: StatisticRule } = {
  q995: { kernel: 0 },
  skewness: { kernel: 1 },
  kurtosis: { kernel: 2 },
  mean: { kernel: 3 },
};
