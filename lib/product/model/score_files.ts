/** Scoring files: each picture gets a line, whatever happens to the others. @module */
import { resolve } from "node:path";
import { exists, listPictures } from "../../base/io/listing.ts";
import { type Loaded, openLoader } from "../../picture/image/loader.ts";
import { explain } from "../../base/text/explain.ts";
import type { Reporter } from "../../base/text/progress.ts";
import { sharedMap } from "../../picture/segment/read.ts";
import { openScorer, type Scorable, type Scorer, type ScorerOptions } from "./scorer.ts";
import { BATCH } from "../run/source_batches.ts";

/** What `score` says of a file. Of one that could not be read, `error` alone. */
export type PictureScore =
  | {
    readonly file: string;
    readonly score: number;
    readonly decision: "good" | "bad";
    readonly reason: string;
    readonly error?: undefined;
  }
  | { readonly file: string; readonly error: string };

/** What to score, and with what. */
export interface ScoreOptions extends ScorerOptions {
  /** A run folder. */
  readonly run: string;
  /** Pictures, and folders of pictures at any depth. */
  readonly paths: readonly string[];
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
}

/**
 * Scores files in the order of the paths, those of a folder by name. A file that cannot be read is told of in its place.
 *
 * @throws {Error} where the model cannot be loaded, or there is no picture at all
 */
export async function scorePictures(options: ScoreOptions, take: (score: PictureScore) => void): Promise<void> {
  const { run, reporter, signal } = options;
  const files = await listFiles(options.paths);
  if (files.length === 0) throw new Error(`Cannot score as there is no picture in ${options.paths.join(", ")}`);
  const scorer = await openScorer(run, options);
  const { height, width, filter, depth } = scorer.model.picture;
  const loader = openLoader({ height, width, filter, depth });
  const shared = findSharedMaps(files, scorer);
  try {
    let batch: Loaded[] = [];
    let done = 0;
    for await (const loaded of loader.load(files)) {
      signal.throwIfAborted();
      batch.push(loaded);
      if (batch.length < BATCH && done + batch.length < files.length) continue;
      for (const score of await scoreBatch(batch)) take(score);
      done += batch.length;
      batch = [];
      reporter.progress({ step: "Score", done, total: files.length });
    }
  } finally {
    await loader.close();
    await scorer.close();
  }

  async function scoreBatch(loaded: readonly Loaded[]): Promise<PictureScore[]> {
    const readable = loaded.filter((one): one is Extract<Loaded, { photo: unknown }> =>
      "photo" in one && !shared.has(one.path)
    );
    const results = await scoreEach(readable.map(({ path, photo }) => ({ id: path, photo })));
    return loaded.map((one) => {
      if ("error" in one) return { file: one.path, error: explain(one.error) };
      return results.get(one.path) ?? { file: one.path, error: shared.get(one.path)! };
    });
  }

  /** Scores a batch at once; where that fails, one by one, to find the picture that it was. */
  async function scoreEach(pictures: readonly Scorable[]): Promise<Map<string, PictureScore>> {
    try {
      const verdicts = await scorer.score(pictures);
      return new Map(pictures.map(({ id }, i) => [id, { file: id, ...verdicts[i] }]));
    } catch (error) {
      if (pictures.length === 1) return new Map([[pictures[0].id, { file: pictures[0].id, error: explain(error) }]]);
      const each = await Promise.all(pictures.map((picture) => scoreEach([picture])));
      return new Map(each.flatMap((one) => [...one]));
    }
  }
}

/** Pictures whose segment map is another one's too, with what is said of each: nobody knows whose it is. */
function findSharedMaps(files: readonly string[], { segmentFile }: Scorer): Map<string, string> {
  const owners = new Map<string, string>();
  const shared = new Map<string, string>();
  for (const file of new Set(files)) {
    let map: string | undefined;
    try {
      map = segmentFile(file);
    } catch {
      // Scoring the picture says why it has none.
    }
    if (map === undefined) continue;
    const other = owners.get(map);
    if (other === undefined) owners.set(map, file);
    else if (resolve(other) !== resolve(file)) {
      for (const each of [other, file]) shared.set(each, sharedMap(other, file, map));
    }
  }
  return shared;
}

/**
 * The files that were named, and the pictures in the folders that were. A name that is nothing, and a folder that cannot
 * be listed, stay, to be told of.
 */
export async function listFiles(paths: readonly string[]): Promise<string[]> {
  const lists = await Promise.all(paths.map(async (path) => {
    if (!await exists(path, "folder")) return [path];
    return await listPictures(path).then((found) => found.map((picture) => picture.path), () => [path]);
  }));
  return lists.flat();
}
