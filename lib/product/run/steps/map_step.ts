/** Anomaly maps at each detector's own grid, for a few pictures at a time. @module */
import { BATCH } from "../../../method/backbone/backbone.ts";
import { concat } from "../../../base/tensor/tensor.ts";
import type { Detection } from "../../../method/detect/contract.ts";
import type { Observation } from "../../../method/learn/contract.ts";
import { joinObservations } from "../../../method/learn/observation.ts";
import { detectorNamed } from "../../../method/detect/table.ts";
import type { Experiment, Source } from "../../experiment/experiment.ts";
import { keyOf } from "../cache/cache.ts";
import type { FitTask } from "./fit_step.ts";
import { placeRows, type RowPlace } from "../cache/kept_rows.ts";
import { packMaps } from "../cache/map_file.ts";
import { picturesOf } from "./pictures_of.ts";
import type { Resources } from "./resources.ts";
import { contentOf, type Picture, type Sight, type Task } from "./task.ts";
import type { Workspace } from "./workspace.ts";

/** Pictures whose maps lie in one entry; at most the work on so many is lost where a run is killed. */
const CHUNK = 32;

/** What maps need to know. */
export interface MapSpec {
  readonly sight: Sight;
  readonly detector: { readonly type: string };
  /** The key of the fit. */
  readonly fit: string;
  /** Tasks of one chunk look at the same pictures, or nearly: they are done one after the other. */
  readonly chunk: string;
  readonly pictures: readonly Picture[];
  /** Where the pictures are of the fit and each is left out of it: how that was fitted, and the number of each in it. */
  readonly leftOut?: {
    readonly config: unknown;
    readonly fitted: readonly Picture[];
    readonly numbers: readonly number[];
  };
}

/** The maps of some pictures by one fitted detector. */
export type MapTask = Task<"map", MapSpec>;

/** The maps of a detector. */
export interface PlacedMaps {
  readonly tasks: readonly MapTask[];
  /** Fits that some of the maps are by, beside the one that all pictures share … */
  readonly fits?: readonly FitTask[];
  /** … and what they all are called together, in place of the key of that one. */
  readonly identity?: string;
  /** Where each picture's map is or will be, by its content. */
  readonly places: ReadonlyMap<string, RowPlace>;
}

/** The pictures of an experiment by chunk. Where the cuts are depends on the data set alone, so that seeds share them. */
export async function chunksOf(
  work: Workspace,
  { sources, seed }: Pick<Experiment, "sources" | "seed">,
): Promise<ReadonlyMap<string, readonly Picture[]>> {
  const places = new Map(work.dataset.items.map(({ id }, place) => [id, place]));
  const chunkOf = ({ item, defect }: Source) => {
    const number = Math.floor(places.get(item.id)! / CHUNK);
    return defect === undefined ? `${number}` : `${number} generated ${seed}`;
  };
  return Map.groupBy(await picturesOf(work, sources), chunkOf);
}

/**
 * The maps of a fit for some pictures. A map's place follows from its picture's content, so that one more picture
 * is one more map.
 *
 * @param seed for the title
 * @param wanted the chunks of all experiments that share the fit
 * @param leaveOut whether pictures of the fit are left out of it, so that their maps are as those of new pictures
 */
export async function planMaps(
  work: Workspace,
  fit: FitTask,
  seed: number,
  wanted: readonly ReadonlyMap<string, readonly Picture[]>[],
  leaveOut = false,
): Promise<PlacedMaps> {
  const chunks = new Map<string, Map<string, Picture>>();
  for (const [chunk, pictures] of wanted.flatMap((each) => [...each])) {
    const rows = chunks.get(chunk) ?? new Map<string, Picture>();
    for (const picture of pictures) if (!rows.has(contentOf(picture))) rows.set(contentOf(picture), picture);
    chunks.set(chunk, rows);
  }
  const fitted = fit.spec.pictures;
  const numbers = new Map(leaveOut ? fitted.map((picture, number) => [contentOf(picture), number]) : []);
  const { type, config } = fit.spec.detector;
  const { title } = detectorNamed(type);
  const places = new Map<string, RowPlace>();
  const tasks: MapTask[] = [];
  for (const own of leaveOut ? [false, true] : [false]) {
    const groups = Array.from(chunks, ([chunk, rows]) => ({
      chunk,
      rows: new Map([...rows].filter(([content]) => numbers.has(content) === own)),
    }));
    const shelf = keyOf("maps", { fit: fit.key, code: work.code.map, ...own && { own } });
    const found = await placeRows(work.cache, shelf, groups);
    for (const content of groups.flatMap(({ rows }) => [...rows.keys()])) {
      places.set(content, found.places.get(content)!);
    }
    for (const { key, of: pictures, group: { chunk } } of found.missing) {
      const leftOut = { config, fitted, numbers: pictures.map((picture) => numbers.get(contentOf(picture))!) };
      tasks.push({
        kind: "map",
        key,
        title: `Maps of ${title}, seed ${seed}`,
        needs: [fit.key],
        spec: {
          ...{ sight: fit.spec.sight, detector: { type }, fit: fit.key, chunk, pictures },
          ...own && { leftOut },
        },
      });
    }
  }
  return { places, tasks };
}

/** Detects in some pictures of the fit, counted from a place in the task, each left out of it. */
async function leaveOut(
  resources: Resources,
  { sight, fit, detector: { type } }: MapSpec,
  { config, fitted, numbers }: NonNullable<MapSpec["leftOut"]>,
): Promise<(pictures: Observation, from: number) => Promise<Detection>> {
  const detector = await resources.leftOut({ type, config, key: fit, sight, pictures: fitted });
  return (pictures, from) => detector.detect(pictures, numbers.slice(from, from + pictures.image.shape[0]));
}

/**
 * Runs a detector over some pictures and keeps the maps.
 *
 * @throws {RangeError} that names the picture where a map is not finite
 */
export async function runMaps(resources: Resources, { key, spec }: MapTask): Promise<void> {
  const { sight, fit, chunk, pictures, detector: { type }, leftOut } = spec;
  // A detector that leaves pictures out reads all of the fit first, which must not drop those of the chunk.
  const detect = leftOut
    ? await leaveOut(resources, spec, leftOut)
    : await resources.detector(type, fit).then((detector) => detector.detect);
  const seen = await resources.pictures.together(sight, `chunk ${chunk}`, pictures);
  const parts: Detection[] = [];
  let spent = 0;
  // What leaves pictures out reads large matrices for each batch.
  const size = leftOut ? 2 * BATCH : BATCH;
  for (let from = 0; from < pictures.length; from += size) {
    resources.signal.throwIfAborted();
    const ids = pictures.slice(from, from + size).map(({ id }) => id);
    const batch = { ...joinObservations(seen.slice(from, from + size)), ids };
    const begun = performance.now();
    parts.push(await detect(batch, from));
    spent += performance.now() - begun;
  }
  const [map, score] = [concat(parts.map((part) => part.map)), concat(parts.map((part) => part.score))];
  const area = map.data.length / pictures.length;
  const odd = map.data.findIndex((value) => !Number.isFinite(value));
  if (odd >= 0) {
    throw new RangeError(
      `Cannot use the map of ${detectorNamed(type).title} for ${pictures[Math.floor(odd / area)].id} as it must be ` +
        `finite: found ${map.data[odd]}`,
    );
  }
  await resources.cache.write(key, packMaps({ map, score }), pictures.map(contentOf));
  resources.spend(fit, spent / 1000, pictures.length);
}
