/** Scoring files on many machines: the same lines in the same order, whoever scores what. @module */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { canonicalJson, sha256 } from "../../base/io/hash.ts";
import { hashFolder, sealedFolder } from "../../base/io/sealed_folder.ts";
import { exists } from "../../base/io/walk.ts";
import { describeError } from "../../base/text/describe_error.ts";
import { checkThreshold } from "../../method/evaluate/decide.ts";
import { openListing } from "../../picture/data/listing.ts";
import { identifyModel, readModelOf, segmentsOf } from "../model/open_model.ts";
import {
  findFiles,
  findSharedMaps,
  noPicture,
  notYetScored,
  type ScoreOptions,
  type TakeScore,
  UNSEALED,
} from "../model/score_files.ts";
import type { PictureScore } from "../model/score_loaded.ts";
import { limitsOf } from "../model/scorer.ts";
import type { Cache } from "./cache.ts";
import { doJob } from "./do_on_fleet.ts";
import { atOnceFor, type Fleet } from "./job.ts";
import { inTurn } from "./in_turn.ts";
import { keepFile, keepSetup } from "./setup.ts";

/** What to score, and who does it. */
export interface FleetScoreOptions
  extends Omit<ScoreOptions, "features" | "device" | "threads" | "forest" | "details"> {
  readonly fleet: Fleet;
  /** The folder that the workers share with this process. */
  readonly cache: Cache;
}

/** Pictures of a job, at first, at least and at most. */
const [FIRST, LEAST, MOST] = [16, 8, 1024];
/** Seconds that a job should take: the queue's own few milliseconds do not count beside them. */
const SECONDS = 1.5;
/** One job that takes long holds up the lines of so many others, in windows of jobs at once. */
const AHEAD = 4;
/** A job whose worker ended is done again in so many parts, to find the picture that it was. */
const PARTS = 8;

/**
 * `scorePictures` by others; what is held in memory does not grow with the number of pictures, but where each has a segment
 * map of its own, or lines of an earlier call are there.
 *
 * @returns how many files were left out that may be pictures
 * @throws {Error} where the model cannot be read, no worker is left, or there is no picture at all
 */
export async function scoreOnFleet(options: FleetScoreOptions, take: TakeScore): Promise<number> {
  const { fleet, reporter, signal } = options;
  for (const given of [options.threshold, options.review]) if (given !== undefined) checkThreshold(given);
  const { files, total, before, failed, leftOut, shared, setup, limits } = await prepare(options);
  for (const { path, error } of failed) await take({ file: path, error: describeError(error) }, limits);
  let size = FIRST;
  let done = before;
  const tell = () => {
    const workers = fleet.workers();
    const note = workers === 0 ? "waiting for a worker" : `${workers} worker${workers === 1 ? "" : "s"}`;
    reporter.progress({ step: "Score", done, total, note });
  };

  async function scoreAll(files: readonly string[]): Promise<PictureScore[]> {
    const name = `score-${sha256(canonicalJson([setup, await Promise.all(files.map(contentOf))])).slice(0, 40)}`;
    const end = await doJob(fleet, name, { kind: "score", setup, files }, reporter.warn);
    signal.throwIfAborted();
    if (end.kind === "score") {
      if (end.seconds !== undefined) size = nextSize(size, end.seconds / files.length);
      return [...end.scores];
    }
    if (files.length === 1) {
      const reason = end.kind === "lost" ? end.reason : "the answer is of another job";
      return [{ file: files[0], error: `Cannot score "${files[0]}" as ${reason}` }];
    }
    const part = Math.ceil(files.length / PARTS);
    const parts = Array.from({ length: PARTS }, (_, i) => files.slice(i * part, (i + 1) * part));
    return (await Promise.all(parts.filter(({ length }) => length > 0).map(scoreAll))).flat();
  }
  async function* batches(): AsyncGenerator<string[]> {
    let batch: string[] = [];
    for await (const file of files) {
      batch.push(file);
      if (batch.length < size) continue;
      yield batch;
      batch = [];
    }
    if (batch.length > 0) yield batch;
  }

  tell();
  const keeper = setInterval(tell, 1000);
  try {
    const turns = { atOnce: () => atOnceFor(fleet.workers()), ahead: () => AHEAD * atOnceFor(fleet.workers()) };
    for await (const scores of inTurn(batches(), scoreAll, turns, signal)) {
      for (const score of scores) {
        const reason = shared.get(score.file);
        await take(reason === undefined ? score : { file: score.file, error: reason }, limits);
      }
      done += scores.length;
    }
    tell();
  } finally {
    clearInterval(keeper);
  }
  return leftOut;
}

/** The number of pictures that takes as long as a job should: at most twice as many as before. */
function nextSize(size: number, secondsEach: number): number {
  const fitting = 2 ** Math.floor(Math.log2(SECONDS / Math.max(secondsEach, 1e-6)));
  return Math.min(MOST, Math.max(LEAST, Math.min(2 * size, fitting)));
}

/** What tells that a file is another one than before. */
async function contentOf(file: string): Promise<unknown> {
  const found = await stat(file).catch(() => undefined);
  return [file, found?.size ?? null, found?.mtimeMs ?? null];
}

/** Finds the pictures, and keeps what workers need to score them. */
async function prepare(options: FleetScoreOptions) {
  const { run, paths, reporter, cache, earlier } = options;
  const listings = await Promise.all(
    paths.map(async (path) =>
      await exists(path, "folder") ? await openListing(path) : {
        ...SINGLE,
        paths: async function* () {
          yield path;
        },
      }
    ),
  );
  for (const note of listings.flatMap(({ notes }) => notes)) reporter.warn(note);
  const total = listings.reduce((sum, { pictures }) => sum + pictures, 0);
  const unlisted = listings.flatMap(({ failed }) => failed);
  if (total + unlisted.length === 0) throw noPicture(paths);
  const model = await readModelOf(run);
  if (!model.files) reporter.say(UNSEALED);
  const maps = model.segments.kind === "folder"
    ? await segmentsOf(model, sealedFolder(join(run, "models"), { hashes: model.files }), options.segments)
    : undefined;
  const segments = { segmentFile: (id: string) => maps?.fileOf(id) };
  // Whose map it is can be told of all pictures alone, as can which of the earlier lines stand.
  const all = maps || earlier ? (await findFiles(paths)).files : undefined;
  const left = all && await notYetScored({ earlier, reporter }, { files: all, failed: unlisted }, segments);
  const hashes = await hashFolder(join(run, "models"));
  for (const [name, hash] of Object.entries(hashes)) {
    const kept = await keepFile(cache, await sealedFolder(join(run, "models"), { hashes }).read(name));
    if (kept !== hash) throw new Error(`Cannot keep "${name}" of the model as it has changed meanwhile`);
  }
  const { threshold, review, depth, maxPixels } = options;
  const setup = await keepSetup(cache, {
    ...{ kind: "score", model: await identifyModel(run), files: hashes, threshold, review, depth, maxPixels },
    ...{ segments: options.segments, folder: process.cwd() },
  });
  async function* stream(): AsyncGenerator<string> {
    for (const { paths } of listings) yield* paths();
  }
  return {
    ...{ total, setup },
    limits: limitsOf(model, options),
    files: left ? left.files : stream(),
    failed: left ? left.failed : unlisted,
    before: left ? total - left.files.length : 0,
    leftOut: listings.reduce((sum, { unread }) => sum + unread, 0),
    shared: maps && all ? findSharedMaps(all, segments) : new Map<string, string>(),
  };
}

/** A file that was named. */
const SINGLE = { pictures: 1, unread: 0, failed: [], notes: [] };
