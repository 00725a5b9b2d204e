/**
 * From kept maps to features. Maps are brought to the size of the picture here, so that a changed statistic, segment map or
 * smoothing recomputes no map.
 * @module
 */
import type { Features } from "../../../domain.ts";
import type { MapSmoothing } from "../../../method/learn/upsample.ts";
import { writeSafetensors } from "../../../base/io/safetensors.ts";
import { canonicalJson, sha256 } from "../../../base/io/hash.ts";
import { smoothingsFor } from "../../experiment/smoothing.ts";
import { concat, rows } from "../../../base/tensor/tensor.ts";
import { allColumns, mapsToFeatures } from "../../model/maps_to_features.ts";
import { keyOf } from "../cache/cache.ts";
import type { FitTask } from "./fit_step.ts";
import { entriesOf, placeRows, readRows, type RowPlace } from "../cache/kept_rows.ts";
import { unpackMaps } from "../cache/map_file.ts";
import type { PlacedMaps } from "./map_step.ts";
import type { Resources } from "./resources.ts";
import { contentOf, type Picture, type Sight, type Task } from "./task.ts";
import type { Workspace } from "./workspace.ts";

/** What features need to know. */
export interface FeatureSpec {
  readonly sight: Sight;
  readonly smoothing: number | readonly MapSmoothing[];
  readonly features: { readonly name: string; readonly identity: string };
  /** The detectors whose maps these are, as the pipeline names them. */
  readonly detectors: readonly string[];
  readonly pictures: readonly Picture[];
  /** What their rows are called. */
  readonly names: readonly string[];
  /** Where the maps of each detector are, one a picture. */
  readonly maps: readonly (readonly RowPlace[])[];
}

/** The features of some pictures. */
export type FeatureTask = Task<"feature", FeatureSpec>;

/** The features of an experiment. */
export interface PlacedFeatures {
  /** The folder of the cache that the rows lie in. */
  readonly shelf: string;
  readonly detectors: readonly string[];
  readonly columns: readonly string[];
  readonly tasks: readonly FeatureTask[];
  /** Where each picture's row is or will be, and what it is called, by the picture's id. */
  readonly rows: ReadonlyMap<string, { readonly name: string; readonly place: RowPlace }>;
}

/** The features of some pictures over the maps of some detectors: none without a detector. */
export async function planFeatures(
  work: Workspace,
  fits: readonly { readonly fit: FitTask; readonly maps: PlacedMaps }[],
  seed: number,
  chunks: ReadonlyMap<string, readonly Picture[]>,
): Promise<PlacedFeatures> {
  const { definition, features, segments, code, sight } = work;
  const detectors = fits.map(({ fit }) => fit.spec.detector.name);
  if (fits.length === 0) return { shelf: "", detectors, columns: [], tasks: [], rows: new Map() };
  const { name, identity } = features;
  const smoothing = smoothingsFor(definition.smoothing, detectors);
  const { height, width } = definition.picture;
  const shelf = keyOf("features", {
    fits: fits.map(({ fit, maps }) => maps.identity ?? fit.key),
    ...{ detectors, features: identity, names: segments.names, size: [height, width], smoothing, code: code.feature },
  });
  const named = new Map<string, string>();
  const groups = await Promise.all(Array.from(chunks.values(), async (pictures) => {
    const own = await Promise.all(pictures.map(async (picture) => {
      const row = sha256(canonicalJson([contentOf(picture), await segments.hashOf(picture)]));
      named.set(picture.id, row);
      return [row, picture] as const;
    }));
    return { rows: new Map(own) };
  }));
  const { places, missing } = await placeRows(work.cache, shelf, groups);
  const placesOf = (pictures: readonly Picture[]) =>
    fits.map(({ maps }) => pictures.map((picture) => maps.places.get(contentOf(picture))!));
  return {
    shelf,
    detectors,
    columns: features.columns({ detectors, segments: segments.names }),
    rows: new Map(Array.from(named, ([id, row]) => [id, { name: row, place: places.get(row)! }])),
    tasks: missing.map(({ key, of: pictures }): FeatureTask => {
      const maps = placesOf(pictures);
      return {
        kind: "feature",
        key,
        title: `Features, seed ${seed}`,
        needs: [...fits.map(({ fit }) => fit.key), ...entriesOf(maps.flat())],
        spec: {
          ...{ sight, smoothing, detectors, pictures, maps },
          features: { name, identity },
          names: pictures.map(({ id }) => named.get(id)!),
        },
      };
    }),
  };
}

/**
 * Makes the features of some pictures and keeps them.
 *
 * @throws {Error} that names the picture where one fails
 */
export async function runFeatures(resources: Resources, { key, spec }: FeatureTask): Promise<void> {
  const { sight, smoothing, detectors, pictures, names } = spec;
  const { cache, signal } = resources;
  const features = resources.featureSet(spec.features.identity);
  const segments = await resources.segments(sight);
  const maps = await Promise.all(
    spec.maps.map((places) => readRows(cache, places, unpackMaps, ({ map }, row) => rows(map, row, row + 1))),
  );
  const named = detectors.map((name) => ({ name }));
  const byId = new Map(pictures.map((picture) => [picture.id, picture]));
  const stage = mapsToFeatures({
    detectors: named,
    size: sight.picture,
    smoothing,
    segments: { names: segments.names, mapOf: (id) => segments.mapOf(byId.get(id)!) },
    features,
    columns: allColumns({ detectors: named, segments, features }),
  });
  const parts: Features<"N", number>[] = [];
  for (const [n, { id }] of pictures.entries()) {
    signal.throwIfAborted();
    const grids = maps.map((some) => some[n]);
    parts.push((await stage({ ids: [id], grids, scores: {} })).features);
  }
  await cache.write(key, writeSafetensors({ features: concat(parts) }), names);
}
