/**
 * Scoring on several threads side by side, each with the model and the runtime's kernels of its own: what lies between the
 * kernels is a quarter of the work, and on one thread the other cores wait for it.
 * @module
 */
import { stat } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { moduleBeside } from "../../base/io/asset.ts";
import { walk } from "../../base/io/walk.ts";
import { EndedWorkerError } from "../../base/text/errors.ts";
import { openPool } from "../../base/workers/pool.ts";
import { BATCH } from "../../method/backbone/backbone.ts";
import { exportedFile, isExported } from "./exported_place.ts";
import type { PictureScore } from "./score_loaded.ts";
import type { ScorerOptions } from "./scorer.ts";

/** How a scorer is opened, where a message to a thread can say it. */
type LaneOptions = Omit<ScorerOptions, "features" | "forest">;

/** A few pictures to score, and with what. */
export interface LaneRequest {
  /** A run folder. */
  readonly run: string;
  readonly options: LaneOptions;
  readonly paths: readonly string[];
  /** What is said of those of them that share their segment map with another one. */
  readonly shared: ReadonlyMap<string, string>;
}

/** Threads that score. */
export interface Lanes {
  /** Loads the model in each. Rejects as `openScorer` does. */
  open(): Promise<void>;
  /**
   * The scores of the files in their order, a few at a time. What a thread was scoring when it ended is scored by another one,
   * picture by picture; one with which that ends too is told of in its place.
   */
  score(files: readonly string[], shared: ReadonlyMap<string, string>): AsyncGenerator<PictureScore[]>;
  /** Ends the threads; what is under way rejects. */
  close(): Promise<void>;
}

/** The most lanes: each holds the model in memory. */
const MOST = 4;
/** So many pictures a lane are scored in the time that opening one more takes. */
const WORTH = 4 * BATCH;

/** A larger model spends its time in kernels, which have all cores without lanes. */
const HEAVY = 100e6;

/**
 * How many lanes pay for so many pictures; one where the work cannot be told to a thread, or where a device does it.
 *
 * @param bytes of the model's files
 */
export function countLanes(
  { features, forest, device = "cpu", threads }: ScorerOptions,
  pictures: number,
  bytes: number,
): number {
  if (features || forest || device !== "cpu" || bytes > HEAVY) return 1;
  return Math.max(1, Math.min(MOST, coresOf(threads), Math.floor(pictures / WORTH)));
}

function coresOf(threads = Infinity): number {
  return Math.min(threads, availableParallelism());
}

/** The bytes of the files of a model; of one that was exported those of its graph. */
export async function bytesOf(run: string): Promise<number> {
  const files = isExported(run) ? [exportedFile(run)] : (await walk(join(run, "models"))).files.map(({ path }) => path);
  const sizes = await Promise.all(files.map(async (path) => (await stat(path)).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/**
 * Lanes that share the threads of the options between them. Scores do not depend on their number.
 *
 * @param count from 1
 * @param worker what runs in each
 */
export function openLanes(
  run: string,
  options: ScorerOptions,
  count: number,
  worker: URL = moduleBeside("score_worker", import.meta.url),
): Lanes {
  const { threads, align, depth, device, judgeAll, maxPixels, review, segments, threshold } = options;
  const given: LaneOptions = {
    ...{ align, depth, device, judgeAll, maxPixels, review, segments, threshold },
    threads: Math.max(1, Math.floor(coresOf(threads) / count)),
  };
  const pool = openPool<LaneRequest, PictureScore[]>(worker, count);

  async function scoreSome(paths: readonly string[], shared: ReadonlyMap<string, string>): Promise<PictureScore[]> {
    const own = new Map(paths.flatMap((path) => shared.has(path) ? [[path, shared.get(path)!]] : []));
    try {
      return await pool.run({ run, options: given, paths, shared: own });
    } catch (error) {
      if (!(error instanceof EndedWorkerError)) throw error;
      const [file] = paths;
      if (paths.length === 1) return [{ file, error: `Cannot score "${file}" as its thread ended: ${error.message}` }];
      const scores: PictureScore[] = [];
      for (const path of paths) scores.push(...await scoreSome([path], shared));
      return scores;
    }
  }

  return {
    async open() {
      const nothing = { run, options: given, paths: [], shared: new Map<string, string>() };
      await Promise.all(Array.from({ length: count }, () => pool.run(nothing)));
    },
    async *score(files, shared) {
      const under: Promise<PictureScore[]>[] = [];
      for (let next = 0; next < files.length || under.length > 0;) {
        for (; next < files.length && under.length < 2 * count; next += BATCH) {
          const scores = scoreSome(files.slice(next, next + BATCH), shared);
          // Whoever has stopped taking does not hear of it.
          scores.catch(() => {});
          under.push(scores);
        }
        yield await under.shift()!;
      }
    },
    close: () => pool.close(),
  };
}
