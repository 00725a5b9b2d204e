/** Sets of named columns, and how they are put together. @module */
import {
  type AnomalyMap,
  type Features,
  features as featuresOf,
  type Score,
  type SegmentMap,
  type SegmentStats,
  STATISTICS,
} from "../../domain.ts";
import type { BadPixel } from "../stats/segment_stats.ts";
import { bindAxes, type Dim } from "../../base/tensor/tensor.ts";
import { checkContext, type FeatureContext, isWord } from "./columns.ts";

/** What features are made from; N pictures, K maps each, L segments. */
export interface FeatureInputs<K extends Dim = Dim, L extends Dim = Dim> {
  /** f32[N,K,H,W] */
  readonly maps: AnomalyMap<"N", K>;
  /** One row of labels for all pictures, or one each. */
  readonly segmentMap: SegmentMap<L>;
  /** The statistics of these maps over these segments, where they are there already. */
  readonly stats?: SegmentStats<"N", L, K>;
  /** f32[N]; there where the context names a classifier. */
  readonly classifier?: Score;
}

/** Named columns. */
export interface FeatureSet {
  /** As reports and errors call it. */
  readonly name: string;
  /** Changes where the columns' values would: part of a cache's key. */
  readonly identity: string;
  /** The names of the columns, F in number. */
  columns(context: FeatureContext): string[];
  /** f32[N,F], each picture for itself. NaN is "missing". */
  compute(inputs: FeatureInputs, context: FeatureContext): Features;
}

/**
 * Several sets as one, their columns side by side in this order.
 *
 * @throws {TypeError} when made: where the name is not letters, digits and underscores, or there is no set; when used:
 * where two columns have the same name, or names and inputs do not fit together
 * @throws {RangeError} when used: where a map holds NaN or an infinity
 *
 * ```ts
 * import { defineFeature } from "./define_feature.ts";
 * import { featureSet } from "./feature_set.ts";
 * import { paper } from "./paper.ts";
 * const mine = featureSet("mine", [paper, defineFeature("peak", (pixels) => Math.max(...pixels))]);
 * console.assert(mine.columns({ detectors: ["padim"], segments: ["wire"] }).at(-1) === "wire.padim.peak");
 * ```
 */
export function featureSet(name: string, sets: readonly FeatureSet[]): FeatureSet {
  if (!isWord(name)) {
    throw new TypeError(`Cannot make feature set "${name}" as its name must be letters, digits and underscores`);
  }
  if (sets.length === 0) throw new TypeError(`Cannot make feature set "${name}" as it holds nothing`);

  function columns(context: FeatureContext): string[] {
    checkContext(context);
    const all = sets.flatMap((set) => set.columns(context));
    const seen = new Set<string>();
    for (const column of all) {
      if (seen.has(column)) {
        throw new TypeError(`Cannot use feature set "${name}" as column "${column}" is there twice`);
      }
      seen.add(column);
    }
    return all;
  }

  function compute(inputs: FeatureInputs, context: FeatureContext): Features {
    const width = columns(context).length;
    const { N } = checkInputs(inputs, context);
    checkFinite(inputs, context);
    const features = featuresOf([N, width]);
    let offset = 0;
    for (const set of sets) {
      const part = set.compute(inputs, context);
      const count = set.columns(context).length;
      bindAxes(part, [N, count], `put the columns of "${set.name}" into feature set "${name}"`);
      for (let n = 0; n < N; n++) {
        features.data.set(part.data.subarray(n * count, (n + 1) * count), n * width + offset);
      }
      offset += count;
    }
    return features;
  }

  return { name, identity: `${name}(${sets.map((set) => set.identity).join(",")})`, columns, compute };
}

/**
 * Checks that maps, segment map, classifier and names fit together; returns the sizes.
 *
 * @throws {TypeError} where they do not
 */
export function checkInputs(
  { maps, segmentMap, stats, classifier }: FeatureInputs,
  context: FeatureContext,
): { N: number; H: number; W: number } {
  const action = "compute features";
  const { N, H, W } = bindAxes(maps, ["N", context.detectors.length, "H", "W"], action);
  if (stats) bindAxes(stats, [N, segmentMap.names.length, context.detectors.length, STATISTICS.length], action);
  const { rows } = bindAxes(segmentMap.labels, ["rows", "H", "W"], action, { H, W });
  if (rows !== 1 && rows !== N) {
    throw new TypeError(
      `Cannot ${action} as there must be one segment map or one a picture: there are ${rows} for ${N} pictures`,
    );
  }
  if (segmentMap.names.join() !== context.segments.join()) {
    throw new TypeError(
      `Cannot ${action} as the segment map has other segments than the columns: ${segmentMap.names.join(", ")}`,
    );
  }
  if ((classifier === undefined) !== (context.classifier === undefined)) {
    throw new TypeError(
      `Cannot ${action} as ${classifier ? "no classifier is named" : `scores of "${context.classifier}" are missing`}`,
    );
  }
  if (classifier) bindAxes(classifier, ["N"], action, { N });
  return { N, H, W };
}

/**
 * Checks that the maps are finite: one that is not comes from a broken detector, whatever features make of it.
 *
 * @throws {RangeError} where a value is NaN or infinite; the message names detector and row of the batch, the `cause` is
 * a {@linkcode BadPixel}
 */
export function checkFinite({ maps }: FeatureInputs, { detectors }: FeatureContext): void {
  const [, K, H, W] = maps.shape;
  // The difference is 0 for a finite number and NaN for any other, without a branch.
  let differences = 0;
  for (let i = 0; i < maps.data.length; i++) differences += maps.data[i] - maps.data[i];
  if (differences === 0) return;
  const at = maps.data.findIndex((value) => !Number.isFinite(value));
  const index = Math.floor(at / (H * W));
  const pixel = at % (H * W);
  const cause: BadPixel = {
    picture: Math.floor(index / K),
    map: index % K,
    row: Math.floor(pixel / W),
    column: pixel % W,
  };
  throw new RangeError(
    `Cannot compute features of the map of "${detectors[cause.map]}" for picture ${cause.picture} of the batch as it ` +
      `must be finite: value at row ${cause.row}, column ${cause.column} is ${maps.data[at]}`,
    { cause },
  );
}
