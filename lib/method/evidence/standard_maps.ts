/** The statistics of standardised maps over segments, as the paper takes them of maps. @module */
import { anomalyMap, type Features, features, gridMap, type SegmentMap } from "../../domain.ts";
import { flatten } from "../features/flatten.ts";
import type { GridSize } from "../features/grid.ts";
import { upsampleInto } from "../learn/upsample.ts";
import { segmentStats } from "../stats/segment_stats.ts";

/** Maps of one kind of N pictures: N times `height` × `width` values. */
export interface MapSet extends GridSize {
  readonly data: Float32Array;
}

/**
 * q99.5, skewness, kurtosis and mean of maps that are enlarged to the size of the segment map and smoothed: 4·L columns a map,
 * segment by segment and in it map by map.
 *
 * @param sets one a map, each of its own grid
 * @param names of the maps, for messages
 */
export function statisticsOf(
  sets: readonly MapSet[],
  { segmentMap, smoothing, names }: { segmentMap: SegmentMap; smoothing: number; names: readonly string[] },
): Features {
  const [, H, W] = segmentMap.labels.shape;
  const K = sets.length;
  const N = sets[0].data.length / (sets[0].height * sets[0].width);
  const large = anomalyMap<"N", number>([N, K, H, W]);
  sets.forEach(({ data, height, width }, k) => {
    upsampleInto(large, k, gridMap([N, 1, height, width], data), smoothing);
  });
  const segments = segmentMap.names.length;
  const stage = segmentStats<number, number>({ maps: K, segments, segmentMap, names: { detectors: names } });
  const { shape, data } = flatten(stage(large));
  return features(shape, data);
}
