/** What a job needs, brought from a store before it is done, and what it has made, kept there behind it. @module */
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { extname, join, resolve } from "node:path";
import { sha256 } from "../../base/io/hash.ts";
import { openCache } from "../../product/run/cache.ts";
import type { Answer, ScoreJob, TaskJob } from "../../product/run/job.ts";
import { type QueuedJob, unpackJob } from "../../product/run/job_payload.ts";
import { entriesOfSetup, readSetup, type Setup } from "../../product/run/setup.ts";
import { isStored, type PictureStore } from "../../product/run/store.ts";
import { changePaths, type FolderMapping, mapPath, mappedPaths } from "../../product/run/task_paths.ts";
import { timingKey } from "../../product/run/timings.ts";

/** A job with all that it needs here. */
export interface Brought {
  readonly job: QueuedJob;
  /** Files that nobody needs behind it. */
  readonly files?: readonly string[];
}

/** What is here already. */
export interface BringParts {
  readonly cache: string;
  readonly mappings: readonly FolderMapping[];
}

/**
 * Brings what a job needs into the cache.
 *
 * @throws {Error} where the store cannot be read, or does not have it
 */
export async function bring(store: PictureStore, parts: BringParts, queued: QueuedJob): Promise<Brought> {
  const cache = openCache(parts.cache, store);
  const job = await unpackJob(cache, queued);
  const setup = await readSetup(cache, job.setup);
  const needs = job.kind === "tasks" ? job.tasks.flatMap(({ needs }) => needs) : [];
  const missing = new Set([...entriesOfSetup(setup), ...needs].filter((key) => !existsSync(join(parts.cache, key))));
  if (missing.size > 0) await store.fetchAll([...missing]);
  return job.kind === "tasks" ? await bringToTasks(store, parts, job) : await bringToScore(store, parts, job, setup);
}

async function bringToTasks(store: PictureStore, { cache, mappings }: BringParts, job: TaskJob): Promise<Brought> {
  const pictures = new Map<string, string>();
  const { path, setting } = mappedPaths(mappings);
  const here = (text: string) => {
    const place = path(text);
    if (!isStored(place)) return place;
    pictures.set(place, placeOf(cache, place));
    return placeOf(cache, place);
  };
  const placed = changePaths(job, { path: here, setting });
  // Other jobs look at the same ones.
  await fetchMissing(store, pictures);
  return { job: placed };
}

async function bringToScore(
  store: PictureStore,
  { cache, mappings }: BringParts,
  job: ScoreJob,
  setup: Setup,
): Promise<Brought> {
  const folder = setup.kind === "score" ? setup.folder : "";
  const places: Record<string, string> = {};
  const pictures = new Map<string, string>();
  for (const file of job.files) {
    const place = isStored(file) ? file : mapPath(resolve(folder, file), mappings);
    if (!isStored(place)) continue;
    places[file] = placeOf(cache, place);
    pictures.set(place, places[file]);
  }
  await fetchMissing(store, pictures);
  return { job: { ...job, places }, files: Object.values(places) };
}

function placeOf(cache: string, url: string): string {
  return join(cache, "pictures", `${sha256(url).slice(0, 40)}${extname(url)}`);
}

async function fetchMissing(store: PictureStore, pictures: ReadonlyMap<string, string>): Promise<void> {
  const missing = Array.from(pictures, ([url, path]) => ({ url, path })).filter(({ path }) => !existsSync(path));
  if (missing.length > 0) await store.fetchPictures(missing);
}

/**
 * Keeps what a job has made, and removes what was brought for it alone.
 *
 * @throws {Error} where the store takes nothing
 */
export async function takeAway(store: PictureStore, { job, files = [] }: Brought, answer: Answer): Promise<void> {
  for (const file of files) await rm(file, { force: true });
  if (answer.kind !== "tasks" || job.kind !== "tasks") return;
  const done = answer.ends.filter(({ error }) => error === undefined).map(({ key }) => key);
  const fitted = job.tasks.filter(({ kind }) => kind === "fit" || kind === "train").map(({ key }) => key);
  await store.keepAll([...done, ...fitted.map((key) => timingKey(key, "fit"))]);
}
