/** XGBoost in workers, so that nobody waits for it. @module */
import { availableParallelism } from "node:os";
import { moduleBeside } from "../../base/io/asset.ts";
import { openPool } from "../../base/workers/pool.ts";
import type {
  ConvertTask,
  ModelInfo,
  PredictTask,
  StoredModel,
  TrainTask,
} from "../../../packages/xgboost-wasm/mod.ts";
import type { ForestRequest, ForestResponse } from "./serve_forest.ts";
import { walkOf } from "./walk.ts";

/** XGBoost's functions, run elsewhere. Several tasks at once run side by side, one a worker. */
export interface ForestRunner {
  /**
   * Trains a forest and gives its bytes as XGBoost stores them.
   *
   * @internal
   */
  train(task: TrainTask): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * Scores of a model for a table, or its contributions.
   *
   * @internal
   */
  predict(task: PredictTask): Promise<Float32Array<ArrayBuffer>>;
  /**
   * What a model says of itself.
   *
   * @internal
   */
  inspect(model: StoredModel): Promise<ModelInfo>;
  /**
   * A model in another of XGBoost's forms.
   *
   * @internal
   */
  convert(task: ConvertTask): Promise<Uint8Array<ArrayBuffer>>;
  /** Ends the workers. Tasks under way and later ones reject. */
  close(): Promise<void>;
}

/** How to run XGBoost. */
export interface RunnerOptions {
  /** Workers at most; one engine of 40 to 90 MB each. Default: one a core, up to 8. */
  readonly workers?: number;
  /** Another worker file, for a native library. */
  readonly worker?: URL;
  /** The native library that such a worker opens. */
  readonly library?: string;
}

/**
 * So many parts are scored on the thread that asks where XGBoost is the embedded one: 300 of them by 2,000 trees in some hundredths
 * of a second, while a worker first reads the model again, which takes longer than that.
 */
const FEW = 512;

/**
 * Opens a runner. Workers start with the first tasks, and idle ones do not keep the process alive.
 *
 * ```ts
 * import { openForestRunner } from "./runner.ts";
 * const runner = openForestRunner({ workers: 2 });
 * await runner.close();
 * ```
 */
export function openForestRunner(options: RunnerOptions = {}): ForestRunner {
  const { workers = Math.min(availableParallelism(), 8), library } = options;
  const url = options.worker ?? moduleBeside("worker", import.meta.url);
  const pool = openPool<ForestRequest, ForestResponse>(url, workers);
  let isOpen = true;

  async function predict(task: PredictTask): Promise<Float32Array<ArrayBuffer>> {
    const { model, table: { values, rows, width }, output } = task;
    const walks = isOpen && output === "score" && rows <= FEW && !options.worker && !library;
    const walk = walks ? walkOf(model.bytes) : undefined;
    if (walk?.width === width) return walk.score(values, rows);
    return await pool.run({ kind: "predict", task, library }) as Float32Array<ArrayBuffer>;
  }
  return {
    train: (task) => pool.run({ kind: "train", task, library }) as Promise<Uint8Array<ArrayBuffer>>,
    predict,
    inspect: (task) => pool.run({ kind: "inspect", task, library }) as Promise<ModelInfo>,
    convert: (task) => pool.run({ kind: "convert", task, library }) as Promise<Uint8Array<ArrayBuffer>>,
    close() {
      isOpen = false;
      return pool.close();
    },
  };
}

let shared: ForestRunner | undefined;

/** The runner for those who bring none: opened with the first use. */
export function sharedForestRunner(): ForestRunner {
  shared ??= openForestRunner();
  return shared;
}
