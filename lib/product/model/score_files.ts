/** Scoring files: each picture gets a line, whatever happens to the others. @module */
import { resolve } from "node:path";
import { exists } from "../../base/io/walk.ts";
import { describeMasks, describeUnread, listFolder } from "../../picture/data/listing.ts";
import { type Loaded, openLoader } from "../../picture/image/loader.ts";
import { describeError } from "../../base/text/describe_error.ts";
import type { Reporter } from "../../base/text/progress.ts";
import { sharedMap } from "../../picture/segment/read.ts";
import { standingLines, withoutLines, type WrittenLine } from "./earlier_lines.ts";
import { lookUp } from "./look_up.ts";
import { bytesOf, countLanes, type Lanes, openLanes } from "./score_lanes.ts";
import { type PictureScore, scoreLoaded } from "./score_loaded.ts";
import { openScorer, type ScoreLimits, type Scorer, type ScorerOptions } from "./scorer.ts";
import { BATCH } from "../../method/backbone/backbone.ts";

/** What to score, and with what. */
export interface ScoreOptions extends ScorerOptions {
  /** A run folder. */
  readonly run: string;
  /** Pictures, and folders of pictures at any depth. */
  readonly paths: readonly string[];
  /** With what each verdict is made of. */
  readonly details?: boolean;
  /** Lines of an earlier call that was stopped. */
  readonly earlier?: EarlierScores;
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
}

/** Takes a score; the next one waits for its end. */
export type TakeScore = (score: PictureScore, limits: ScoreLimits) => void | Promise<void>;

/** What an earlier call has written; those of its pictures that have not changed since are not scored again. */
export interface EarlierScores {
  readonly lines: readonly WrittenLine[];
  /** When it began, by the clock of the disk, in milliseconds. */
  readonly since: number;
  /** What a file is called in a line. */
  readonly nameOf: (file: string) => string;
  /** Told before the first score how many of the lines stand, from the first on. */
  readonly keep: (lines: number) => void;
}

/**
 * Scores files in the order of the paths, those of a folder by name. A file that cannot be read is reported in its place,
 * a folder that cannot be listed before everything else. Scores that earlier
 * lines hold are not computed again.
 *
 * @returns how many files were left out that may be pictures
 * @throws {Error} where the model cannot be loaded, or there is no picture at all
 */
export async function scorePictures(
  options: ScoreOptions,
  take: TakeScore,
): Promise<number> {
  const { run, reporter, signal } = options;
  const { files: all, failed: unlisted, leftOut, notes } = await findFiles(options.paths);
  for (const note of notes) reporter.warn(note);
  const count = all.length + unlisted.length;
  if (count === 0) throw noPicture(options.paths);
  const known = await lookUp(run, options);
  if (!known.model.files) reporter.say(UNSEALED);
  let keep = () => {};
  const earlier = options.earlier && {
    ...options.earlier,
    keep: (lines: number) => void (keep = () => options.earlier!.keep(lines)),
  };
  const { files, failed } = await notYetScored({ earlier, reporter }, { files: all, failed: unlisted }, known);
  const shared = findSharedMaps(all, known);
  const lanes = options.details ? 1 : countLanes(options, files.length, await bytesOf(run));
  const scoring = lanes > 1 ? await inLanes(options, lanes, known) : await here(options);
  let done = all.length - files.length;
  try {
    // Lines that do not stand go when others can take their place.
    keep();
    for (const { path, error } of failed) await take({ file: path, error: describeError(error) }, scoring.limits);
    for await (const scores of scoring.score(files, shared)) {
      for (const score of scores) await take(score, scoring.limits);
      signal.throwIfAborted();
      done += scores.length;
      reporter.progress({ step: "Score", done, total: all.length });
    }
  } finally {
    await scoring.close();
  }
  return leftOut;
}

/** A model that is loaded, on this thread or on others. */
interface Scoring extends Pick<Lanes, "score" | "close"> {
  readonly limits: ScoreLimits;
}

/** Scores on this thread, with threads that load pictures beside. */
async function here(options: ScoreOptions): Promise<Scoring> {
  const scorer = await openScorer(options.run, options);
  async function* score(files: readonly string[], shared: ReadonlyMap<string, string>) {
    const loader = openLoader({ ...scorer.picture, ...files.length <= FEW && { workers: "none" } });
    try {
      let batch: Loaded[] = [];
      let done = 0;
      for await (const loaded of loader.load(files)) {
        batch.push(loaded);
        if (batch.length < BATCH && done + batch.length < files.length) continue;
        done += batch.length;
        yield await scoreLoaded(scorer, batch, shared, options.details);
        batch = [];
      }
    } finally {
      await loader.close();
    }
  }
  return { limits: scorer, score, close: scorer.close };
}

/** Scores in lanes. */
async function inLanes(options: ScoreOptions, count: number, limits: ScoreLimits): Promise<Scoring> {
  const { open, score, close } = openLanes(options.run, options, count);
  try {
    await open();
  } catch (error) {
    await close();
    throw error;
  }
  return { limits, score, close };
}

/** What earlier lines do not tell of, and telling how many of these stand. */
export async function notYetScored(
  { earlier, reporter }: Pick<ScoreOptions, "earlier" | "reporter">,
  { files, failed }: Pick<Files, "files" | "failed">,
  scorer: Pick<Scorer, "segmentFile">,
): Promise<Pick<Files, "files" | "failed">> {
  if (!earlier) return { files, failed };
  const { lines, since, nameOf, keep } = earlier;
  const fileOf = new Map([...failed.map(({ path }) => path), ...files].map((file) => [nameOf(file), file]));
  const wanted = [...failed.map(({ path }) => nameOf(path)), ...files.map(nameOf)];
  const standing = await standingLines(lines, {
    names: wanted,
    filesOf: (name) => {
      const file = fileOf.get(name);
      return file === undefined ? [] : [file, ...mapOf(scorer, file)];
    },
  }, since);
  const stand = lines.slice(0, standing.lines);
  keep(stand.length);
  const why = standing.changed === undefined ? "" : `; "${standing.changed}" has changed since`;
  reporter.say(`${stand.length} of ${wanted.length} scored before${why}`);
  return {
    failed: withoutLines(failed, stand, ({ path }) => nameOf(path)),
    files: withoutLines(files, stand, nameOf),
  };
}

function mapOf({ segmentFile }: Pick<Scorer, "segmentFile">, file: string): string[] {
  try {
    return [segmentFile(file) ?? []].flat();
  } catch {
    // Scoring the picture says why it has none.
    return [];
  }
}

/** Pictures that share their segment map with another one, with what is said of each: it cannot be told whose it is. */
export function findSharedMaps(files: readonly string[], scorer: Pick<Scorer, "segmentFile">): Map<string, string> {
  const owners = new Map<string, string>();
  const shared = new Map<string, string>();
  for (const file of new Set(files)) {
    const [map] = mapOf(scorer, file);
    if (map === undefined) continue;
    const other = owners.get(map);
    if (other === undefined) owners.set(map, file);
    else if (resolve(other) !== resolve(file)) {
      for (const each of [other, file]) shared.set(each, sharedMap(other, file, map));
    }
  }
  return shared;
}

/** The files that were named, and the pictures in the folders that were. */
export async function listFiles(paths: readonly string[]): Promise<readonly string[]> {
  return (await findFiles(paths)).files;
}

/** So many pictures are read before a worker would have begun. */
const FEW = 16;

/** There is nothing to score. */
export function noPicture(paths: readonly string[]): Error {
  return new Error(`Cannot score as there is no picture in ${paths.join(", ")}`);
}

/** Said of models of earlier releases. */
export const UNSEALED = "The model has no hashes of its files, so that damage to them is not noticed:\n" +
  "an earlier release has written it";

/** What there is to score. */
interface Files {
  readonly files: readonly string[];
  /** Folders that cannot be listed. */
  readonly failed: readonly { readonly path: string; readonly error: Error }[];
  /** Files that may be pictures of kinds that are not read. */
  readonly leftOut: number;
  readonly notes: readonly string[];
}

/** The files that were named, and the pictures in the folders that were. A name that is nothing stays, to be told of. */
async function findFiles(paths: readonly string[]): Promise<Files> {
  const found = await Promise.all(paths.map(async (path): Promise<Files> => {
    if (!await exists(path, "folder")) return { files: [path], failed: [], leftOut: 0, notes: [] };
    const { pictures, unread, failed } = await listFolder(path);
    return {
      files: pictures.map((picture) => picture.path),
      failed,
      leftOut: unread.length,
      notes: [...describeUnread(path, unread), ...describeMasks(path, pictures)],
    };
  }));
  return {
    files: found.flatMap(({ files }) => files),
    failed: found.flatMap(({ failed }) => failed),
    leftOut: found.reduce((sum, { leftOut }) => sum + leftOut, 0),
    notes: found.flatMap(({ notes }) => notes),
  };
}
