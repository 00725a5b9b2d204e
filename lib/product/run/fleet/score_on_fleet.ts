/** Scoring files on many machines: the same lines in the same order, whoever scores what. @module */
import { join } from "node:path";
import process from "node:process";
import { hashFolder, sealedFolder } from "../../../base/io/sealed_folder.ts";
import { exists } from "../../../base/io/walk.ts";
import { describeError } from "../../../base/text/describe_error.ts";
import { checkThreshold } from "../../../method/evaluate/decide.ts";
import { type LongListing, openListing } from "../../../picture/data/listing.ts";
import { identifyModel, readModelOf, segmentsOf } from "../../model/open_model.ts";
import {
  findSharedMaps,
  noPicture,
  notYetScored,
  type ScoreOptions,
  type TakeScore,
  UNSEALED,
} from "../../model/score_files.ts";
import { limitsOf } from "../../model/scorer.ts";
import type { Cache } from "../cache/cache.ts";
import type { Fleet } from "./job.ts";
import { isStored, type PictureStore } from "../cache/store.ts";
import { guessKind } from "../../../picture/image/guess_kind.ts";
import { scoreStream } from "./score_stream.ts";
import { keepFile, keepSetup } from "./setup.ts";

/** What to score, and who does it. */
export interface FleetScoreOptions
  extends Omit<ScoreOptions, "features" | "device" | "threads" | "forest" | "details"> {
  readonly fleet: Fleet;
  /** The folder that the workers share with this process. */
  readonly cache: Cache;
  /** Where pictures may lie as well. */
  readonly store?: PictureStore;
}

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
  await scoreStream({ files, total, before, setup, fleet, reporter, signal }, async (score) => {
    const reason = shared.get(score.file);
    await take(reason === undefined ? score : { file: score.file, error: reason }, limits);
  });
  return leftOut;
}

/** Finds the pictures, and keeps what workers need to score them. */
async function prepare(options: FleetScoreOptions) {
  const { run, paths, reporter, cache, earlier } = options;
  const listings = await Promise.all(paths.map(async (path): Promise<LongListing> => {
    if (isStored(path)) return await openStored(options.store, path);
    if (await exists(path, "folder")) return await openListing(path);
    return { pictures: 1, unread: 0, failed: [], notes: [], paths: () => oneOf(path) };
  }));
  async function* stream(): AsyncGenerator<string> {
    for (const { paths } of listings) yield* paths();
  }
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
  const all = maps || earlier ? await Array.fromAsync(stream()) : undefined;
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
async function* oneOf(path: string): AsyncGenerator<string> {
  yield path;
}

/** The pictures of a store below a URL, by their names alone: what they hold is not looked at. */
async function openStored(store: PictureStore | undefined, url: string): Promise<LongListing> {
  if (!store) throw new TypeError(`Cannot score "${url}" without a store: name it with --store`);
  async function* paths(): AsyncGenerator<string> {
    for await (const each of store!.list(url)) if (await guessKind(each) === "picture") yield each;
  }
  let pictures = 0;
  for await (const _ of paths()) pictures++;
  return { pictures, unread: 0, failed: [], notes: [], paths };
}
