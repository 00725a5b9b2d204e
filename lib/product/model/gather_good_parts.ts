/** Making what a model keeps of good training parts, from their pictures and the maps that had not seen them. @module */
import type { Photo } from "../../domain.ts";
import { linearQuantile } from "../../base/tensor/linear_quantile.ts";
import { limitsOf } from "../../picture/plausible/limits.ts";
import {
  type MeanPicture,
  meanPicture,
  measurePlane,
  MEASURES,
  type Measures,
} from "../../picture/plausible/measures.ts";
import type { Size } from "../../picture/image/resize.ts";
import type { GoodParts, MapRange } from "./good_parts.ts";

/** Good parts that are kept, at most: what is usual needs no more, and their maps take time. */
export const MOST_PARTS = 500;
/** Values of maps, in all, that the range of colours is taken from. */
const MOST_VALUES = 1_000_000;

/** A picture of a training part, as much of it as is kept. */
export interface TrainingPicture {
  /** As `planeOf` makes it. */
  readonly plane: Float64Array;
  /** Of its file, where it is known. */
  readonly size?: Size;
}

/** What a good part's maps say of it. */
export interface PartStatistics {
  /** Values of the columns. */
  readonly values: ArrayLike<number>;
  /** The map of each detector at the size of the picture, in their order. */
  readonly maps: readonly Float32Array[];
}

/** What is gathered from. */
export interface GoodPictures {
  /** Of the training parts that are good. */
  readonly good: readonly TrainingPicture[];
  /** Their mean, at the size of the model. */
  readonly mean: Photo;
  /** Of those that are bad, which are to be judged too. */
  readonly bad: readonly TrainingPicture[];
  /** The columns of the statistics; none where there is no map. */
  readonly columns: readonly string[];
  /** The names of the detectors, in the order of the maps. */
  readonly detectors: readonly string[];
  /** What the maps say of the n-th good part; undefined where nothing is known of it. */
  readonly statisticsOf: (n: number) => Promise<PartStatistics | undefined>;
}

/**
 * Gathers what good parts look like. A picture is compared with the mean of the others.
 *
 * @throws {RangeError} where there is no good picture
 */
export async function gatherGoodParts(
  { good, bad, mean, columns, detectors, statisticsOf }: GoodPictures,
): Promise<GoodParts> {
  if (good.length === 0) throw new RangeError("Cannot say what good parts look like without one");
  const measured = measureAll(good, bad);
  const all = [...columns, ...MEASURES.map((name) => `picture.${name}`)];
  const rows = new Float32Array(good.length * all.length).fill(NaN);
  const values: number[][] = detectors.map(() => []);
  const [height, width] = mean.shape;
  const step = Math.max(1, Math.ceil(good.length * height * width / MOST_VALUES));
  for (const n of good.keys()) {
    const found = await statisticsOf(n);
    if (found) rows.set(found.values, n * all.length);
    rows.set(MEASURES.map((name) => measured.good[n][name]), n * all.length + columns.length);
    found?.maps.forEach((map, k) => {
      for (let at = n % step; at < map.length; at += step) values[k].push(map[at]);
    });
  }
  return {
    columns: all,
    parts: good.length,
    rows,
    mean,
    ranges: Object.fromEntries(
      detectors.flatMap((name, k) => values[k].length > 0 ? [[name, rangeOf(values[k])]] : []),
    ),
    limits: limitsOf(measured.good, measured.bad),
  };
}

function measureAll(good: readonly TrainingPicture[], bad: readonly TrainingPicture[]) {
  const planes = good.map(({ plane }) => plane);
  const sum = new Float64Array(planes[0].length);
  for (const plane of planes) plane.forEach((value, at) => sum[at] += value);
  const without = (plane: Float64Array): MeanPicture =>
    meanPicture(planes.length > 1 ? sum.map((value, at) => (value - plane[at]) / (planes.length - 1)) : plane);
  const mean = meanPicture(sum.map((value) => value / planes.length));
  return {
    good: planes.map((plane, n): Measures => measurePlane(plane, without(plane), good[n].size)),
    bad: bad.map(({ plane, size }): Measures => measurePlane(plane, mean, size)),
  };
}

function rangeOf(values: readonly number[]): MapRange {
  const sorted = Float64Array.from(values).sort();
  return { low: linearQuantile(sorted, 0.5), high: linearQuantile(sorted, 0.999) };
}

/** Places of some of `count` things, evenly spread, at most `most`. */
export function spreadOut(count: number, most: number): number[] {
  const some = Math.min(count, most);
  return Array.from({ length: some }, (_, i) => Math.floor(i * count / some));
}
