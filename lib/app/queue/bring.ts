/** What a job needs, brought from a store before it is done, and what it has made, kept there behind it. @module */
import { existsSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { extname, join, resolve } from "node:path";
import { sha256 } from "../../base/io/hash.ts";
import { openCache } from "../../product/run/cache/cache.ts";
import type { Answer, ScoreJob, TaskJob } from "../../product/run/fleet/job.ts";
import { type QueuedJob, unpackJob } from "../../product/run/fleet/job_payload.ts";
import { entriesOfSetup, readSetup, type Setup } from "../../product/run/fleet/setup.ts";
import { isStored, type PictureStore } from "../../product/run/cache/store.ts";
import type { Picture } from "../../product/run/steps/task.ts";
import { changePaths, type FolderMapping, mapPath, mappedPaths } from "../../product/run/fleet/task_paths.ts";
import { timingKey } from "../../product/run/cache/timings.ts";

/** A store holds another picture than the run was planned with: no worker can do the job. */
export class ChangedPictureError extends Error {
  override readonly name = "ChangedPictureError";
}

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
 * @throws {ChangedPictureError} where a picture is no longer what the run was planned with
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
  const wanted = new Map<string, Stored>();
  const contents = contentsOf(job);
  const { path, setting } = mappedPaths(mappings);
  const here = (text: string) => {
    const url = path(text);
    if (!isStored(url)) return url;
    const content = contents.get(text);
    const stored = { url, path: placeOf(cache, url, content), content };
    wanted.set(url, stored);
    return stored.path;
  };
  const placed = changePaths(job, { path: here, setting });
  // Other jobs look at the same ones.
  const missing = [...wanted.values()].filter(({ path }) => !existsSync(path));
  if (missing.length > 0) await store.fetchPictures(missing.map(({ url, path }) => ({ url, path })));
  for (const one of missing) await checkContent(one);
  return { job: placed };
}

/** A file that is brought from a store. */
interface Stored {
  readonly url: string;
  readonly path: string;
  /** SHA-256 of what the run has planned with, where the job says so. */
  readonly content?: string;
}

/** What the files of pictures and masks hold, by the paths that a job has for them. */
function contentsOf(value: unknown, found = new Map<string, string>()): ReadonlyMap<string, string> {
  if (value === null || typeof value !== "object") return found;
  const { item, sha256, mask } = value as Partial<Picture>;
  if (typeof item?.path === "string" && typeof sha256 === "string") {
    found.set(item.path, sha256);
    if (typeof item.mask === "string" && typeof mask === "string") found.set(item.mask, mask);
  }
  for (const inner of Object.values(value)) contentsOf(inner, found);
  return found;
}

/**
 * @throws {ChangedPictureError} where an object is no longer what the run has planned with: its result would be kept as that
 * of the file that it was
 */
async function checkContent({ url, path, content }: Stored): Promise<void> {
  if (content === undefined || !existsSync(path)) return;
  const found = sha256(await readFile(path));
  if (found === content) return;
  await rm(path, { force: true });
  throw new ChangedPictureError(
    `Cannot use "${url}" as it is not the file that the run was planned with (SHA-256 ${found.slice(0, 12)}, not ` +
      `${content.slice(0, 12)}): bring store and folder to the same state and run it again`,
  );
}

async function bringToScore(
  store: PictureStore,
  { cache, mappings }: BringParts,
  job: ScoreJob,
  setup: Setup,
): Promise<Brought> {
  const folder = setup.kind === "score" ? setup.folder : "";
  const places: Record<string, string> = {};
  const pictures: Stored[] = [];
  for (const file of job.files) {
    const url = isStored(file) ? file : mapPath(resolve(folder, file), mappings);
    if (!isStored(url)) continue;
    places[file] = placeOf(cache, url);
    pictures.push({ url, path: places[file] });
  }
  // What a worker that was killed has left may be older than the object.
  for (const { path } of pictures) await rm(path, { force: true });
  if (pictures.length > 0) await store.fetchPictures(pictures);
  return { job: { ...job, places }, files: Object.values(places) };
}

/** Of one object there may be several files, one for each content that runs were planned with. */
function placeOf(cache: string, url: string, content = ""): string {
  return join(cache, "pictures", `${sha256(`${url} ${content}`).slice(0, 40)}${extname(url)}`);
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
