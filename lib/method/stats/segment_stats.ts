/** The stage from anomaly maps to the statistics of each segment. @module */
import { type AnomalyMap, type SegmentMap, segmentStatistics, type SegmentStats, STATISTICS } from "../../domain.ts";
import type { Stage } from "../../stage.ts";
import { bindAxes } from "../../base/tensor/tensor.ts";
import { KERNEL_STATISTICS, poolMap } from "./kernel.ts";
import { countLabels, orderOf, type PixelOrder } from "./order.ts";
import { STATISTIC_RULES } from "./table.ts";

const rules = STATISTICS.map((name) => STATISTIC_RULES[name]);

/** What {@linkcode segmentStats} is made from. */
export interface SegmentStatsOptions<K extends number, L extends number> {
  /** K, the number of anomaly maps a picture. */
  readonly maps: K;
  /** L, the number of segments. */
  readonly segments: L;
  /** One row of labels for all pictures, or as many rows as each batch has pictures. */
  readonly segmentMap: SegmentMap<NoInfer<L>>;
  /** Names for messages. */
  readonly names?: { readonly detectors?: readonly string[] };
}

/** The `cause` of an error about a value that is not finite: where it is. */
export interface BadPixel {
  /** Row of the batch. */
  readonly picture: number;
  /** Index of the map, 0 to K−1. */
  readonly map: number;
  readonly row: number;
  readonly column: number;
}

/**
 * A stage that pools K anomaly maps over L segments: q99.5, skewness, kurtosis and mean (SegAD, Sec. 4).
 *
 * f32[N,K,H,W] in "distance" becomes f64[N,L,K,4] (as many as `STATISTICS` has) in "statistic". A segment without pixels gives zeros, a segment
 * of equal pixels NaN for skewness and kurtosis, as the paper's published code does. Pixels labelled IGNORED belong to
 * no segment.
 *
 * @throws {TypeError} when made: where the segment map has not L names; when run: where K, H or W do not fit, or there
 * are neither one row of labels nor one a picture
 * @throws {RangeError} when made: where a label is not below L; when run: where a map holds NaN or an infinity. The
 * message names detector and row of the batch, the `cause` is a {@linkcode BadPixel}
 *
 * ```ts
 * import { segmentStats } from "./segment_stats.ts";
 * import { anomalyMap, labels as labelsOf } from "../../domain.ts";
 * const labels = labelsOf([1, 2, 2], new Uint8Array([0, 0, 1, 1]));
 * const stage = segmentStats({ maps: 1, segments: 2, segmentMap: { labels, names: ["wire", "border"] } });
 * const map = anomalyMap<"N", 1>([1, 1, 2, 2], new Float32Array([1, 3, 5, 5]));
 * console.assert(stage(map).data.join() === "2.99,0,-2,2,5,NaN,NaN,5");
 * ```
 */
export function segmentStats<const K extends number, const L extends number>(
  options: SegmentStatsOptions<K, L>,
): Stage<AnomalyMap<"N", K>, SegmentStats<"N", L, K>>;
/** {@linkcode segmentStats} for as many segments as the segment map has. */
export function segmentStats<const K extends number, L extends number>(
  options: Omit<SegmentStatsOptions<K, L>, "segments" | "segmentMap"> & { readonly segmentMap: SegmentMap<L> },
): Stage<AnomalyMap<"N", K>, SegmentStats<"N", L, K>>;
export function segmentStats<const K extends number, const L extends number>(
  options: Omit<SegmentStatsOptions<K, L>, "segments"> & { readonly segments?: L },
): Stage<AnomalyMap<"N", K>, SegmentStats<"N", L, K>> {
  const { maps, segmentMap, names = {} } = options;
  const segments = options.segments ?? segmentMap.names.length;
  const labels = segmentMap.labels;
  if (segmentMap.names.length !== segments) {
    throw new TypeError(
      `Cannot pool maps over ${segments} segments as the segment map has ${segmentMap.names.length}: ` +
        segmentMap.names.join(", "),
    );
  }
  const [rows, height, width] = labels.shape;
  const pixels = height * width;
  // So that a stray label shows now; the order of one row of labels is remembered.
  if (rows === 1) orderOf(labels, 0, segments);
  else countLabels(labels.data, segments);
  const nameOf = (k: number) => names.detectors?.[k] ?? `map ${k}`;

  function pool(input: AnomalyMap<"N", K>): SegmentStats<"N", L, K> {
    const { N } = bindAxes(input, ["N", maps, "H", "W"], "pool maps over segments", { H: height, W: width });
    if (rows !== 1 && rows !== N) {
      throw new TypeError(
        `Cannot pool maps over segments as there must be one segment map or one a picture: ` +
          `there are ${rows} segment maps for ${N} pictures`,
      );
    }
    const stats = segmentStatistics<"N", L, K>([N, segments, maps, STATISTICS.length]);
    for (let n = 0; n < N; n++) {
      const order = orderOf(labels, n, segments);
      for (let k = 0; k < maps; k++) {
        const map = input.data.subarray((n * maps + k) * pixels, (n * maps + k + 1) * pixels);
        const pooled = poolMap(map, order);
        if (!pooled) throw notFinite(map, n, k);
        for (let l = 0; l < segments; l++) {
          const at = ((n * segments + l) * maps + k) * rules.length;
          for (const [s, rule] of rules.entries()) {
            stats.data[at + s] = "kernel" in rule
              ? pooled[KERNEL_STATISTICS * l + rule.kernel]
              : order.starts[l] === order.starts[l + 1]
              ? 0
              : rule.of(pixelsOf(map, order, l));
          }
        }
      }
    }
    return stats;
  }

  function notFinite(map: Float32Array, picture: number, k: number): RangeError {
    const at = map.findIndex((value) => !Number.isFinite(value));
    const cause: BadPixel = { picture, map: k, row: Math.floor(at / width), column: at % width };
    return new RangeError(
      `Cannot pool the map of "${nameOf(k)}" for picture ${picture} of the batch over segments as it must be finite: ` +
        `value at row ${cause.row}, column ${cause.column} is ${map[at]}`,
      { cause },
    );
  }

  return pool;
}

/** The pixels of one segment in raster order. */
function pixelsOf(map: Float32Array, { order, starts }: PixelOrder, segment: number): Float32Array {
  return Float32Array.from(order.subarray(starts[segment], starts[segment + 1]), (pixel) => map[pixel]);
}
