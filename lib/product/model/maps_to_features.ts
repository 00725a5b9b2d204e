/**
 * The middle of the flow: what detectors have found, K maps at their own grids, becomes the columns that a judge sees. A run
 * keeps the maps and begins here.
 * @module
 */
import { concat, rows } from "../../base/tensor/tensor.ts";
import {
  type AnomalyMap,
  anomalyMap,
  type Features,
  features as featuresOf,
  type GridMap,
  type Names,
  type SegmentMap,
  type SegmentStats,
  type Several,
} from "../../domain.ts";
import type { FeatureSet } from "../../method/features/feature_set.ts";
import type { LayerFeatures } from "../../method/features/layer_features.ts";
import { joinFeatures } from "../../method/features/rows.ts";
import { selectColumns } from "../../method/features/select.ts";
import type { FeatureMaps } from "../../method/backbone/backbone.ts";
import type { PictureEvidence } from "../../method/evidence/evidence.ts";
import type { JudgeInput, OwnScores } from "../../method/judge/contract.ts";
import { type MapSmoothing, upsampleInto } from "../../method/learn/upsample.ts";
import { segmentStats } from "../../method/stats/segment_stats.ts";
import { type AsyncStage, pipeAsync, type Stage } from "../../stage.ts";

/** What detectors have found in N pictures. */
export interface Found<K extends number = number> {
  /** What the pictures are called. */
  readonly ids: readonly string[];
  /** A map of each detector at its own grid, in their order. */
  readonly grids: Several<GridMap, K>;
  /** The own scores of detectors, and of the classifier where there is one. */
  readonly scores: OwnScores;
  /** The columns from the backbone's layers, where some are wanted. */
  readonly layers?: Features;
  /** What the backbone has seen, where evidence is gathered of it. */
  readonly seen?: FeatureMaps;
}

/** … with the maps at the size of the pictures. */
export interface Mapped<K extends number = number> extends Found<K> {
  /** f32[N,K,H,W]. */
  readonly maps: AnomalyMap<"N", K>;
}

/** … with what they are in each segment. */
export interface Pooled<K extends number = number, L extends number = number> extends Mapped<K> {
  /** One row of labels, or one a picture. */
  readonly segmentMap: SegmentMap<L>;
  /** f64[N,L,K,4]. */
  readonly stats: SegmentStats<"N", L, K>;
}

/** … as the columns that a judge sees. */
export interface Described<F extends number = number> extends JudgeInput<F> {
  /** What the pictures are called. */
  readonly ids: readonly string[];
  /** What a closer look at each picture needs; present where it was asked for. */
  readonly views?: readonly Pick<Pooled, "maps" | "segmentMap">[];
}

/** What the middle of the flow is made of. */
export interface MapsToFeatures<K extends number = number, L extends number = number, F extends number = number> {
  /** The names of K detectors, in the order of their maps. */
  readonly detectors: Several<{ readonly name: string }, K>;
  /** The name of the classifier, whose score is a column too: the last. */
  readonly classifier?: { readonly name: string };
  /** Of the pictures, in pixels. */
  readonly size: { readonly height: number; readonly width: number };
  /** Standard deviation of the Gaussian over each map, in pixels of the picture: of all, or one a detector, maybe enlarged otherwise. */
  readonly smoothing: number | readonly MapSmoothing[];
  /** L segments, and the map of each picture, one row of labels. */
  readonly segments: { readonly names: Names<L>; mapOf(id: string): Promise<SegmentMap<L>> };
  /** What is made of maps and segments. */
  readonly features: FeatureSet;
  /** What is made of the backbone's layers, without a detector: columns beside those of the maps. */
  readonly layers?: readonly LayerFeatures[];
  /** What is told of pictures by comparing them with good parts place by place: columns beside those of the maps. */
  readonly evidence?: Pick<PictureEvidence, "columns" | "compute">;
  /** The names of the columns that are wanted, of those that there are. */
  readonly columns: Names<F>;
  /** Keeps the maps of each picture for a closer look. */
  readonly views?: boolean;
}

/**
 * From maps at grids to columns, picture by picture: only one picture's maps are in memory at the size of pictures.
 *
 * @throws {Error} (from the stage) that names the picture; the cause says why
 */
export function mapsToFeatures<K extends number, L extends number, F extends number>(
  parts: MapsToFeatures<K, L, F>,
): AsyncStage<Found<K>, Described<F>> {
  return eachPicture(parts.columns, pipeAsync(enlarge<K>(parts), pool(parts), toFeatures(parts)));
}

/** The names of all columns that there are: those of the feature set, of the backbone's layers, and the classifier's. */
export function allColumns(
  { detectors, segments, classifier, features, evidence, layers = [] }:
    & Pick<MapsToFeatures, "detectors" | "classifier" | "features" | "evidence" | "layers">
    & {
      readonly segments: { readonly names: readonly string[] };
    },
): string[] {
  const names = detectors.map(({ name }) => name);
  return [
    // Without a detector there is no map to make features of.
    ...names.length > 0 ? features.columns({ detectors: names, segments: segments.names }) : [],
    ...layers.flatMap(({ columns }) => columns),
    ...evidence?.columns ?? [],
    ...classifier ? [`${classifier.name}.score`] : [],
  ];
}

/** Brings the K maps of pictures to the size of the pictures: K × f32[N,1,h,w] becomes f32[N,K,H,W]. */
export function enlarge<K extends number>(
  { size, smoothing }: Pick<MapsToFeatures, "size" | "smoothing">,
): Stage<Found<K>, Mapped<K>> {
  return (found) => ({ ...found, maps: joinMaps(found.grids, size, smoothing) });
}

/**
 * Maps of K detectors at their own grids as K maps of the size of the pictures, each smoothed.
 *
 * @param grids K × f32[N,1,h,w], each with its own h and w
 * @param smoothing standard deviation of the Gaussian, in pixels of the picture, of all maps or one each; 0 does not smooth
 * @returns f32[N,K,H,W]
 * @throws {TypeError} where they are not of as many pictures each, or there is not one smoothing for each
 *
 * ```ts
 * import { gridMap } from "../../domain.ts";
 * import { joinMaps } from "./maps_to_features.ts";
 * const maps = joinMaps([gridMap([1, 1, 4, 4]), gridMap([1, 1, 2, 2])], { height: 8, width: 8 });
 * console.assert(maps.shape.join() === "1,2,8,8");
 * ```
 */
export function joinMaps<const G extends readonly GridMap[]>(
  grids: G,
  { height, width }: { readonly height: number; readonly width: number },
  smoothing: number | readonly MapSmoothing[] = 0,
): AnomalyMap<"N", G["length"]> {
  const pictures = grids[0]?.shape[0] ?? 0;
  if (typeof smoothing === "object" && smoothing.length !== grids.length) {
    throw new TypeError(`Cannot smooth maps of ${grids.length} detectors by ${smoothing.length} deviations`);
  }
  const all = anomalyMap<"N", G["length"]>([pictures, grids.length, height, width]);
  for (const [k, grid] of grids.entries()) {
    if (grid.shape[0] !== pictures) {
      throw new TypeError(`Cannot join maps of ${pictures} pictures with those of ${grid.shape[0]}`);
    }
    upsampleInto(all, k, grid, typeof smoothing === "object" ? smoothing[k] : smoothing);
  }
  return all;
}

/**
 * Statistics of each map in each segment: f32[N,K,H,W] becomes f64[N,L,K,4].
 *
 * @throws {Error} (from the stage) where a picture has no segment map, or its maps cannot be pooled over it
 */
export function pool<K extends number, L extends number>(
  { segments, detectors }: Pick<MapsToFeatures<K, L>, "segments" | "detectors">,
): AsyncStage<Mapped<K>, Pooled<K, L>> {
  const names = { detectors: detectors.map(({ name }) => name) };
  return async (found) => {
    const each = await Promise.all(found.ids.map((id) => segments.mapOf(id)));
    const [first] = each;
    const segmentMap = each.every((one) => one === first)
      ? first
      : { ...first, labels: concat(each.map(({ labels }) => labels)) };
    const stats = segmentStats<K, L>({ maps: detectors.length, segmentMap, names })(found.maps);
    return { ...found, segmentMap, stats };
  };
}

/**
 * The columns that are wanted: f32[N,F].
 *
 * @throws {Error} (from the stage) that names the picture
 */
export function toFeatures<K extends number, L extends number, F extends number>(
  parts: Omit<MapsToFeatures<K, L, F>, "size" | "smoothing">,
): Stage<Pooled<K, L>, Described<F>> {
  const { features, columns, classifier, evidence } = parts;
  const context = { detectors: parts.detectors.map(({ name }) => name), segments: parts.segments.names };
  const known = allColumns(parts);
  return ({ ids, maps, grids, segmentMap, stats, scores, layers, seen }) => {
    try {
      const made = context.detectors.length > 0
        ? features.compute({ maps, segmentMap, stats }, context)
        : featuresOf([ids.length, 0]);
      const all = joinFeatures([
        made,
        ...layers ? [layers] : [],
        ...evidence && seen ? [evidence.compute({ features: seen, maps: grids, statistics: made, segmentMap })] : [],
        ...classifier ? [featuresOf([ids.length, 1], scores[classifier.name].data)] : [],
      ]);
      const views = parts.views ? { views: [{ maps, segmentMap }] } : {};
      return { ids, scores, columns, features: selectColumns<F>(all, known, columns), ...views };
    } catch (cause) {
      throw new Error(`Cannot compute features "${features.name}" of "${ids.join(", ")}"`, { cause });
    }
  };
}

/** Runs a stage for one picture after the other, and joins their columns. */
export function eachPicture<K extends number, F extends number>(
  columns: Names<F>,
  stage: AsyncStage<Found<K>, Described<F>>,
): AsyncStage<Found<K>, Described<F>> {
  return async (found) => {
    const parts: Described<F>[] = [];
    for (let n = 0; n < found.ids.length; n++) parts.push(await stage(pictureAt(found, n)));
    return {
      ids: found.ids,
      scores: found.scores,
      columns,
      features: parts.length > 0 ? concat(parts.map(({ features }) => features)) : featuresOf([0, columns.length]),
      ...parts.some(({ views }) => views) && { views: parts.flatMap(({ views }) => views ?? []) },
    };
  };
}

/** The layers of one picture. */
function featuresAt(seen: FeatureMaps, n: number): FeatureMaps {
  return Object.fromEntries(Object.entries(seen).map(([name, layer]) => [name, rows(layer, n, n + 1)]));
}

/** What was found in one picture. */
function pictureAt<K extends number>({ ids, grids, scores, layers, seen }: Found<K>, n: number): Found<K> {
  const names = Object.keys(scores);
  return {
    ids: [ids[n]],
    grids: eachOf(grids, (grid) => rows(grid, n, n + 1)),
    scores: Object.fromEntries(names.map((name) => [name, rows(scores[name], n, n + 1)])),
    ...layers && { layers: rows(layers, n, n + 1) },
    ...seen && { seen: featuresAt(seen, n) },
  };
}

/** The list of what a function makes of each of a list: as many. */
export function eachOf<T, U, Count extends number>(
  list: Several<T, Count>,
  make: (one: T, place: number) => U,
): Several<U, Count> {
  const made = list.map(make);
  const asMany = (some: readonly U[]): some is Several<U, Count> => some.length === list.length;
  if (!asMany(made)) throw new RangeError(`Cannot make ${list.length} of ${made.length}`);
  return made;
}
