/** Pictures that are scored by others in batches, and their scores in the order of the pictures. @module */
import { randomUUID } from "node:crypto";
import { stat } from "node:fs/promises";
import { canonicalJson, sha256 } from "../../../base/io/hash.ts";
import type { Reporter } from "../../../base/text/progress.ts";
import type { PictureScore } from "../../model/score_loaded.ts";
import { doJob } from "./do_on_fleet.ts";
import { inTurn } from "./in_turn.ts";
import { atOnceFor, type Fleet } from "./job.ts";
import { isStored } from "../cache/store.ts";

/** What is scored, and who does it. */
export interface ScoreStream {
  /** Asked for when there is room for more, and no sooner. */
  readonly files: AsyncIterable<string> | Iterable<string>;
  /** How many there are in all, and how many were scored before. */
  readonly total: number;
  readonly before: number;
  /** The entry of the cache that says what they are scored with. */
  readonly setup: string;
  readonly fleet: Fleet;
  readonly reporter: Pick<Reporter, "warn" | "progress">;
  readonly signal: AbortSignal;
}

/** Pictures of a job, at first, at least and at most. */
const [FIRST, LEAST, MOST] = [16, 8, 512];
/** Seconds that a job should take: the queue's own few milliseconds do not count beside them. */
const SECONDS = 1.5;
/** One job that takes long holds up the lines of so many others, in windows of jobs at once. */
const AHEAD = 4;
/** A job whose worker ended is done again in so many parts, to find the picture that it was. */
const PARTS = 8;

/**
 * Scores pictures. Batches are as large as takes about a second and a half, whatever a picture takes.
 *
 * @throws {Error} where no worker is left, a worker refuses, or it is stopped
 */
export async function scoreStream(
  { files, total, before, setup, fleet, reporter, signal }: ScoreStream,
  take: (score: PictureScore) => Promise<void>,
): Promise<void> {
  // What lies in a store may have changed since another call.
  const call = randomUUID();
  let size = FIRST;
  let done = before;
  const tell = () => {
    const workers = fleet.workers();
    const note = workers === 0 ? "waiting for a worker" : `${workers} worker${workers === 1 ? "" : "s"}`;
    reporter.progress({ step: "Score", done, total, note });
  };

  async function scoreAll(files: readonly string[]): Promise<PictureScore[]> {
    const contents = await Promise.all(files.map((file) => isStored(file) ? [file, call] : contentOf(file)));
    const name = `score-${sha256(canonicalJson([setup, contents])).slice(0, 40)}`;
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
      for (const score of scores) await take(score);
      done += scores.length;
    }
    tell();
  } finally {
    clearInterval(keeper);
  }
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
