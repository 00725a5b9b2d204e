/** From statistics to the columns of the paper's feature set. @module */
import type { Dim } from "../../base/tensor/tensor.ts";
import { type Features, features, type PaperFeatures, type SegmentStats } from "../../domain.ts";

/**
 * Statistics in a row, one row a picture: f64[N,L,K,4] in "statistic" becomes f32[N,4·K·L] in "feature". Segments come
 * first, then detectors, then q99.5, skewness, kurtosis, mean, which is the order of SegAD's published code.
 *
 * The number of columns is part of the type, so that a forest for another number does not compile.
 *
 * ```ts
 * import { flatten } from "./flatten.ts";
 * import { segmentStatistics } from "../../domain.ts";
 * const stats = segmentStatistics<"N", 1, 1>([1, 1, 1, 4], new Float64Array([9, NaN, NaN, 9]));
 * console.assert(flatten(stats).shape.join() === "1,4" && Number.isNaN(flatten(stats).data[1]));
 * ```
 */
export function flatten<N extends Dim, L extends Dim, K extends Dim>(
  stats: SegmentStats<N, L, K>,
): Features<N, PaperFeatures<K, L>> {
  const [n, l, k, s] = stats.shape;
  return features([n, l * k * s], Float32Array.from(stats.data));
}
