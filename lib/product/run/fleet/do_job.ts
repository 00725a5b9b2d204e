/** Doing jobs that somebody else has handed out, with a cache and the pictures and nothing else. @module */
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { writeFileAtomic } from "../../../base/io/atomic.ts";
import { sha256 } from "../../../base/io/hash.ts";
import { describeError } from "../../../base/text/describe_error.ts";
import { causeOf, DamagedStepError, FullDiskError } from "../../../base/text/errors.ts";
import type { Reporter } from "../../../base/text/progress.ts";
import { type Device, DeviceError } from "../../../engine/session/device.ts";
import { openRuntime } from "../../../engine/session/runtime.ts";
import type { FeatureSet } from "../../../method/features/feature_set.ts";
import { BATCH } from "../../../method/backbone/backbone.ts";
import { type Loaded, type Loader, openLoader } from "../../../picture/image/loader.ts";
import { type PictureScore, scoreLoaded } from "../../model/score_loaded.ts";
import { openScorer, type Scorer } from "../../model/scorer.ts";
import type { Cache } from "../cache/cache.ts";
import type { Answer, Job, ScoreJob, TaskEnd, TaskJob } from "./job.ts";
import { OtherCacheError } from "./job_payload.ts";
import { readReference } from "../pictures/reference.ts";
import { openResources, type Resources } from "../steps/resources.ts";
import { backbonesOf, readKept, readSetup, type RunSetup, type ScoreSetup } from "./setup.ts";
import { type AnyTask, runTask } from "../steps/steps.ts";
import { changePaths, type FolderMapping, mapPath, mappedPaths } from "./task_paths.ts";
import type { Timing } from "../cache/timings.ts";

/** What jobs are done with here. */
export interface DoerParts {
  readonly cache: Cache;
  readonly device?: Device | "auto";
  readonly threads?: number;
  /** Besides those that this software brings. */
  readonly featureSets?: readonly FeatureSet[];
  /** Where files of other machines are here. */
  readonly mappings?: readonly FolderMapping[];
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
}

/** Does jobs, one after the other; it must be closed. */
export interface Doer {
  /** Never throws: what goes wrong is in the answer. */
  do(job: Job): Promise<Answer>;
  close(): Promise<void>;
}

/** What the jobs of one setup are done with. */
type Opened =
  | { readonly kind: "run"; readonly resources: Resources; readonly spent: Map<string, Timing> }
  | { readonly kind: "score"; readonly setup: ScoreSetup; readonly scorer: Scorer; readonly loader: Loader };

/** Opens what does jobs; models and networks are opened when a job first needs them. */
export function openDoer(parts: DoerParts): Doer {
  const { cache, mappings = [] } = parts;
  const opened = new Map<string, Opened>();

  async function open(key: string): Promise<Opened> {
    const found = opened.get(key);
    if (found) return found;
    // A worker that goes from run to run must not keep the models of all of them.
    for (const [other, one] of opened) {
      opened.delete(other);
      await closeOne(one);
    }
    const setup = await readSetup(cache, key);
    const one = setup.kind === "run" ? await openRunSetup(parts, setup) : await openScoreSetup(parts, setup);
    opened.set(key, one);
    return one;
  }
  return {
    async do(job) {
      const begun = performance.now();
      try {
        const one = await open(job.setup);
        const answer = job.kind === "tasks" && one.kind === "run"
          ? await doTasksOf(one, changePaths(job, mappedPaths(mappings)))
          : job.kind === "score" && one.kind === "score"
          ? { kind: "score" as const, scores: await scoreFilesOf(one, job, mappings) }
          : mismatch(job);
        return { ...answer, seconds: (performance.now() - begun) / 1000 };
      } catch (error) {
        // Another worker may have the room, or the files, or the device.
        const own = [FullDiskError, OtherCacheError, DeviceError].some((kind) => causeOf<Error>(error, kind));
        return { kind: own ? "given back" : "refused", reason: describeError(error) };
      }
    },
    async close() {
      for (const one of opened.values()) await closeOne(one);
      opened.clear();
    },
  };
}

function mismatch({ kind, setup }: Job): never {
  throw new TypeError(`Cannot do a job of the kind "${kind}" with the setup "${setup}" as that is of another kind`);
}

async function closeOne(one: Opened): Promise<void> {
  if (one.kind === "run") return await one.resources.close();
  await one.loader.close();
  await one.scorer.close();
}

async function openRunSetup(
  { cache, device, threads, featureSets, reporter, signal }: DoerParts,
  setup: RunSetup,
): Promise<Opened> {
  const runtime = await openRuntime({ device, threads });
  const backbones = await Promise.all(
    backbonesOf(setup).map(async (backbone) => ({ ...backbone, model: await readKept(cache, backbone.sha256) })),
  );
  const spent = new Map<string, Timing>();
  const resources = openResources({
    ...{ runtime, cache, featureSets },
    ...{ reporter, signal },
    backbones,
    ...setup.reference !== undefined && { references: [await readReference(await readKept(cache, setup.reference))] },
  });
  // Who handed the tasks out adds the times up, so that a task that is done twice counts once.
  const counting: Resources = {
    ...resources,
    spend: (key, seconds, pictures) => spent.set(key, { seconds, pictures }),
  };
  return { kind: "run", resources: counting, spent };
}

/** Does tasks in their order. One that fails is told of, and the others go on; a full disk or a damaged result ends them all. */
async function doTasksOf(
  { resources, spent }: Extract<Opened, { readonly kind: "run" }>,
  { tasks }: TaskJob,
): Promise<Answer> {
  const ends: TaskEnd[] = [];
  spent.clear();
  for (const task of tasks) {
    try {
      // Another worker may have done it since.
      if (!await resources.cache.has(task.key)) await runTask(resources, task as AnyTask);
      ends.push({ key: task.key });
    } catch (error) {
      if ([FullDiskError, OtherCacheError, DamagedStepError].some((kind) => causeOf<Error>(error, kind))) throw error;
      ends.push({ key: task.key, error: describeError(error) });
    }
  }
  return { kind: "tasks", ends, spent: [...spent] };
}

/** The model of a setup lies in the cache file by file; it is put together once a process. */
async function openScoreSetup(parts: DoerParts, setup: ScoreSetup): Promise<Opened> {
  const { cache, device, threads, featureSets, mappings = [] } = parts;
  const run = await unpackModel(cache, setup);
  const { threshold, review, depth, maxPixels } = setup;
  const segments = setup.segments && mapPath(resolve(setup.folder, setup.segments), mappings);
  const options = { device, threads, threshold, review, depth, maxPixels, segments, features: featureSets?.[0] };
  const scorer = await openScorer(run, options);
  return { kind: "score", setup, scorer, loader: openLoader(scorer.picture) };
}

/**
 * Puts the files of a model where the scorer finds them. Only what is not there as it should be is written, and each file
 * appears whole: workers of one machine share the folder, and may all be here at once.
 */
async function unpackModel(cache: Cache, { model, files }: ScoreSetup): Promise<string> {
  const run = join(cache.root, "models", model);
  for (const [name, hash] of Object.entries(files)) {
    const path = join(run, "models", name);
    const there = await readFile(path).then(sha256, () => undefined);
    if (there !== hash) await writeFileAtomic(path, await readKept(cache, hash));
  }
  return run;
}

/** Scores files by their places here; lines and errors call them as they were typed. */
async function scoreFilesOf(
  { setup, scorer, loader }: Extract<Opened, { readonly kind: "score" }>,
  { files, places = {} }: ScoreJob,
  mappings: readonly FolderMapping[],
): Promise<PictureScore[]> {
  const here = (typed: string) => places[typed] ?? mapPath(resolve(setup.folder, typed), mappings);
  const named = setup.segments === undefined ? files : [setup.segments, ...files];
  const typed = (text: string) => named.reduce((words, name) => words.replaceAll(here(name), () => name), text);
  const scores: PictureScore[] = [];
  let batch: Loaded[] = [];
  let next = 0;
  for await (const one of loader.load(files.map(here))) {
    batch.push({ ...one, path: files[next++] });
    if (batch.length < BATCH && next < files.length) continue;
    scores.push(...await scoreLoaded(scorer, batch, new Map()));
    batch = [];
  }
  return scores.map((score) => score.error === undefined ? score : { ...score, error: typed(score.error) });
}
