/** Anomaly maps at each detector's own grid, for a few pictures at a time. @module */
import { BATCH } from "../../method/backbone/backbone.ts";
import { concat } from "../../base/tensor/tensor.ts";
import { joinObservations } from "../../method/learn/observation.ts";
import { detectorNamed } from "../../method/detect/table.ts";
import type { Experiment, Source } from "../experiment/experiment.ts";
import { keyOf } from "./cache.ts";
import type { FitTask } from "./fit_step.ts";
import { type Place, placeRows } from "./kept_rows.ts";
import { type MapFile, packMaps } from "./map_file.ts";
import { picturesOf } from "./pictures_of.ts";
import type { Resources } from "./resources.ts";
import { contentOf, type Picture, type Sight, type Task } from "./task.ts";
import type { Workspace } from "./workspace.ts";

/** Pictures whose maps lie in one entry; a kill loses the work on so many at most. */
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
}

/** The maps of some pictures by one fitted detector. */
export type MapTask = Task<"map", MapSpec>;

/** The maps of a detector. */
export interface PlacedMaps {
  readonly tasks: readonly MapTask[];
  /** Where each picture's map is or will be, by its content. */
  readonly places: ReadonlyMap<string, Place>;
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
 * The maps of a fit for some pictures. A map's place follows from its picture's content, so that another picture more
 * makes one map more.
 *
 * @param seed for the title
 * @param wanted the chunks of all experiments that share the fit
 */
export async function planMaps(
  work: Workspace,
  fit: FitTask,
  seed: number,
  wanted: readonly ReadonlyMap<string, readonly Picture[]>[],
): Promise<PlacedMaps> {
  const chunks = new Map<string, Map<string, Picture>>();
  for (const [chunk, pictures] of wanted.flatMap((each) => [...each])) {
    const rows = chunks.get(chunk) ?? new Map<string, Picture>();
    for (const picture of pictures) if (!rows.has(contentOf(picture))) rows.set(contentOf(picture), picture);
    chunks.set(chunk, rows);
  }
  const groups = Array.from(chunks, ([chunk, rows]) => ({ chunk, rows }));
  const { places, missing } = await placeRows(work.cache, keyOf("maps", { fit: fit.key, code: work.code.map }), groups);
  const { type } = fit.spec.detector;
  const { title } = detectorNamed(type);
  return {
    places,
    tasks: missing.map(({ key, of, group: { chunk } }) => ({
      kind: "map",
      key,
      title: `Maps of ${title}, seed ${seed}`,
      needs: [fit.key],
      spec: { sight: fit.spec.sight, detector: { type }, fit: fit.key, chunk, pictures: of },
    })),
  };
}

/**
 * Runs a detector over some pictures and keeps the maps.
 *
 * @throws {RangeError} that names the picture where a map is not finite
 */
export async function runMaps(resources: Resources, { key, spec }: MapTask): Promise<void> {
  const { sight, fit, chunk, pictures, detector: { type } } = spec;
  const detector = await resources.detector(type, fit);
  const seen = await resources.pictures.together(sight, `chunk ${chunk}`, pictures);
  const parts: MapFile[] = [];
  let spent = 0;
  for (let from = 0; from < pictures.length; from += BATCH) {
    resources.signal.throwIfAborted();
    const ids = pictures.slice(from, from + BATCH).map(({ id }) => id);
    const batch = { ...joinObservations(seen.slice(from, from + BATCH)), ids };
    const begun = performance.now();
    parts.push(await detector.detect(batch));
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
