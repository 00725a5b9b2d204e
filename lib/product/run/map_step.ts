/**
 * The second step: anomaly maps at each detector's own grid, in chunks of pictures.
 *
 * The backbone runs once a picture for all detectors of all seeds whose maps are missing.
 * @module
 */
import type { AppliedDetector } from "../../method/detect/contract.ts";
import type { Observation } from "../../method/learn/contract.ts";
import { joinObservations, observationAt, observe } from "../../method/learn/observation.ts";
import { concat } from "../../base/tensor/tensor.ts";
import { keyOf } from "./cache.ts";
import type { Experiment, Source } from "../experiment/experiment.ts";
import { attempt, type Failure } from "../experiment/failures.ts";
import type { FitTask } from "./fit_step.ts";
import { loadFitted } from "./fitting.ts";
import { type MapFile, packMaps } from "./map_file.ts";
import { BATCH, sourceBatches } from "./source_batches.ts";
import { recordTiming } from "./timings.ts";
import type { Workspace } from "./workspace.ts";

/** Parts of the data set whose maps lie in one file; a kill loses the work on one chunk at most. */
const CHUNK = 32;

/** The maps of some pictures by each detector of a seed. */
export interface MapTask {
  /** The same for all seeds; pictures of one chunk go through the backbone together. */
  readonly chunk: string;
  readonly sources: readonly Source[];
  /** One key a detector, in the order of the pipeline's detectors. */
  readonly keys: readonly string[];
}

/**
 * Cuts the pictures of an experiment into chunks. Where the cuts are depends on the data set alone, so that another seed
 * or benchmark changes no other chunk. Keys name fits, pictures and generated defects.
 */
export async function planMaps(
  work: Workspace,
  fits: readonly FitTask[],
  experiment: Experiment,
): Promise<MapTask[]> {
  const places = new Map(work.dataset.items.map(({ id }, place) => [id, place]));
  const chunks = new Map<string, Source[]>();
  for (const source of experiment.sources) {
    const number = Math.floor(places.get(source.item.id)! / CHUNK);
    const chunk = source.defect === undefined ? `${number}` : `${number} generated ${experiment.seed}`;
    const list = chunks.get(chunk);
    if (list) list.push(source);
    else chunks.set(chunk, [source]);
  }
  return await Promise.all(Array.from(chunks, async ([chunk, sources]) => {
    const pictures = await Promise.all(sources.map(async (source) => {
      const file = work.hashes.get(source.item.id);
      if (source.defect === undefined) return file;
      // A defect is drawn into a segment, so the map of segments is part of the picture.
      return { file, defect: source.defect, segments: await work.segments.hashOf(source) };
    }));
    return { chunk, sources, keys: fits.map((fit) => keyOf("maps", { fit: fit.key, pictures })) };
  }));
}

/** The maps of one seed. */
export interface SeedMaps {
  readonly fits: readonly FitTask[];
  readonly maps: readonly MapTask[];
}

/** Detectors that are loaded at the same time, at most, unless one seed has more. */
const MOST_LOADED = 16;

/**
 * Makes the maps that are missing, chunk by chunk. `onDone` is told how many pictures are done, of how many.
 *
 * @returns the detectors that failed; their maps are missing from some picture on
 */
export async function runMaps(
  work: Workspace,
  seeds: readonly SeedMaps[],
  missing: ReadonlySet<string>,
  onDone: (done: number, total: number) => void,
): Promise<Failure[]> {
  const once = withoutShared(seeds, missing);
  const group = Math.max(1, Math.floor(MOST_LOADED / Math.max(1, once[0]?.fits.length ?? 1)));
  const groups = Array.from(
    { length: Math.ceil(once.length / group) },
    (_, i) => once.slice(i * group, (i + 1) * group),
  );
  const totals = groups.map((some) => queuesOf(some, missing).reduce((sum, { sources }) => sum + sources.length, 0));
  const total = totals.reduce((sum, each) => sum + each, 0);
  const failures: Failure[] = [];
  for (const [i, some] of groups.entries()) {
    const before = totals.slice(0, i).reduce((sum, each) => sum + each, 0);
    failures.push(...await runGroup(work, some, missing, (done) => onDone(before + done, total)));
  }
  const fits = seeds.flatMap((each) => each.fits);
  return failures.flatMap((failure) => {
    const failed = fits.find(({ name, seed }) => name === failure.part && seed === failure.seed);
    return fits.filter(({ key }) => key === failed?.key).map(({ seed }) => ({ ...failure, seed }));
  });
}

/** What an earlier seed makes too, with the same fit of the same pictures, is left out. */
function withoutShared(seeds: readonly SeedMaps[], missing: ReadonlySet<string>): SeedMaps[] {
  const known = new Set<string>();
  return seeds.map(({ fits, maps }) => {
    const own = maps.filter(({ keys }) => keys.some((key) => missing.has(key) && !known.has(key)));
    own.flatMap(({ keys }) => keys).forEach((key) => known.add(key));
    return { fits, maps: own };
  });
}

interface Queue {
  readonly tasks: readonly { readonly seed: number; readonly task: MapTask }[];
  readonly sources: readonly Source[];
}

/** The chunks of which some maps are missing, with the pictures that any seed wants of them. */
function queuesOf(seeds: readonly SeedMaps[], missing: ReadonlySet<string>): Queue[] {
  const chunks = new Map<string, { seed: number; task: MapTask }[]>();
  for (const [seed, { maps }] of seeds.entries()) {
    for (const task of maps.filter(({ keys }) => keys.some((key) => missing.has(key)))) {
      chunks.set(task.chunk, [...chunks.get(task.chunk) ?? [], { seed, task }]);
    }
  }
  return [...chunks.values()].map((tasks) => ({ tasks, sources: union(tasks.map(({ task }) => task)) }));
}

/** The maps of some seeds, whose detectors are loaded together. */
async function runGroup(
  work: Workspace,
  seeds: readonly SeedMaps[],
  missing: ReadonlySet<string>,
  onDone: (done: number) => void,
): Promise<Failure[]> {
  const queues = queuesOf(seeds, missing);
  if (queues.length === 0) return [];
  const failures: Failure[] = [];
  const extractor = await work.extractor();
  const spent = new Map<string, { seconds: number; pictures: number }>();
  const applied = new Map<number, AppliedDetector[]>();
  try {
    for (const seed of new Set(queues.flatMap(({ tasks }) => tasks.map(({ seed }) => seed)))) {
      applied.set(seed, await applyFits(work, seeds[seed].fits));
    }
    let done = 0;
    // One stream over all chunks, so that decoding never waits for a chunk to end.
    const stream = sourceBatches(
      work.loader(),
      queues.flatMap(({ sources }) => sources),
      work.segments.mapOf,
      work.signal,
    );
    const batches = stream[Symbol.asyncIterator]();
    const ready: { readonly source: Source; readonly seen: Observation }[] = [];
    for (const { tasks, sources } of queues) {
      while (ready.length < sources.length) {
        const { value } = await batches.next();
        const seen = await observe(extractor, value.image);
        ready.push(...value.sources.map((source: Source, n: number) => ({ source, seen: observationAt(seen, n) })));
      }
      const found = new Map(ready.splice(0, sources.length).map(({ source, seen }) => [source.id, seen]));
      for (const { seed, task } of tasks) {
        for (const [k, { name, detector, key, seed: number }] of seeds[seed].fits.entries()) {
          const lost = failures.some(({ part, seed: other }) => part === name && other === number);
          if (lost || !missing.has(task.keys[k])) continue;
          const step = { step: `Maps of ${detector.title}, seed ${number}`, seed: number, part: name };
          const failure = await attempt(work, step, async () => {
            const { seconds, pictures } = spent.get(key) ?? { seconds: 0, pictures: 0 };
            const more = await mapChunk(work, detector.title, applied.get(seed)![k], task, k, found);
            spent.set(key, { seconds: seconds + more, pictures: pictures + task.sources.length });
          });
          if (failure) failures.push(failure);
        }
      }
      done += sources.length;
      onDone(done);
    }
    for (const [key, timing] of spent) await recordTiming(work.cache, key, "use", timing);
    return failures;
  } finally {
    for (const one of [...applied.values()].flat()) await one.release();
  }
}

/**
 * Runs a detector over the pictures of one chunk and keeps the maps.
 *
 * @returns the seconds that the detector took
 */
async function mapChunk(
  work: Workspace,
  title: string,
  detector: AppliedDetector,
  { sources, keys }: MapTask,
  k: number,
  pictures: ReadonlyMap<string, Observation>,
): Promise<number> {
  const parts: MapFile[] = [];
  let spent = 0;
  for (let from = 0; from < sources.length; from += BATCH) {
    work.signal.throwIfAborted();
    const ids = sources.slice(from, from + BATCH).map(({ id }) => id);
    const seen = { ...joinObservations(ids.map((id) => pictures.get(id)!)), ids };
    const begun = performance.now();
    parts.push(await detector.detect(seen));
    spent += performance.now() - begun;
  }
  const [map, score] = [concat(parts.map((part) => part.map)), concat(parts.map((part) => part.score))];
  const area = map.data.length / sources.length;
  const odd = map.data.findIndex((value) => !Number.isFinite(value));
  if (odd >= 0) {
    throw new RangeError(
      `Cannot use the map of ${title} for ${sources[Math.floor(odd / area)].id} as it must be finite: found ${
        map.data[odd]
      }`,
    );
  }
  await work.cache.write(keys[k], packMaps({ map, score }));
  return spent / 1000;
}

async function applyFits(work: Workspace, fits: readonly FitTask[]): Promise<AppliedDetector[]> {
  const applied: AppliedDetector[] = [];
  for (const { detector, key } of fits) applied.push(await loadFitted(work, detector, key));
  return applied;
}

function union(tasks: readonly MapTask[]): Source[] {
  const sources = new Map(tasks.flatMap((task) => task.sources).map((source) => [source.id, source]));
  return [...sources.values()].sort((a, b) => a.id < b.id ? -1 : 1);
}
