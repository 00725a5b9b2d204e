/** Pre-training a backbone on pictures, with or without the SPD term. @module */
import type { Backbone } from "../backbone/backbone.ts";
import type { Image } from "../../domain.ts";
import { batchFor } from "../learn/train_on_pictures.ts";
import type { Size } from "../../picture/image/resize.ts";
import { canonicalJson, sha256 } from "../../base/io/hash.ts";
import type { Runtime } from "../../engine/session/runtime.ts";
import { tensor } from "../../base/tensor/tensor.ts";
import { epochOrder } from "../../engine/train/order.ts";
import { cosine, type Schedule, stepped, warmedUp } from "../../engine/train/schedule.ts";
import { train } from "../../engine/train/train.ts";
import type { SpdLoss } from "./contract.ts";
import { exportBackbone } from "./encoder.ts";
import { pretrainingStep, viewsOf } from "./network.ts";
import type { PretrainingMethod, PretrainingSettings } from "./settings.ts";
import { openViewPool } from "./view_pool.ts";
import type { Negative } from "./views.ts";

/** See {@linkcode pretrain}. */
export interface PretrainOptions {
  /** What steps are opened with. */
  readonly runtime: Runtime;
  /** Where training begins. */
  readonly backbone: Backbone;
  /** How it learns. */
  readonly method: PretrainingMethod;
  /** Settings of the method. */
  readonly settings: PretrainingSettings;
  /** The learning rate of a step, in place of what the settings say in proportion to the batch. */
  readonly rate?: number;
  /** η, the weight of the SPD term; none where left out. */
  readonly spd?: number;
  /** What the term is; `cosine` where left out, and always `xent` in supervised training. */
  readonly spdLoss?: SpdLoss;
  /** What a local defect of the SPD term is; SmoothBlend where left out. */
  readonly negative?: Negative;
  /** Of the views, in pixels. */
  readonly size: Size;
  /** How many pictures there are. */
  readonly pictures: number;
  /** Some of them by number, f32[N,3,H,W] of 0 to 1. */
  take(indices: readonly number[]): Promise<Image>;
  /** For supervised training, the class of each picture from 0 on. */
  readonly labels?: readonly number[];
  /** Of all that is drawn. */
  readonly seed: number;
  /** Threads that make views; 1 where left out. The result does not depend on it. */
  readonly workers?: number;
  /** A file for the state of a stopped training, and what tells its pictures from others. */
  readonly checkpoint?: { readonly path: string; readonly data: string; readonly seconds?: number };
  /** Told of steps done, of all, and of the loss. */
  onProgress?(done: number, total: number, note?: string): void;
  /** Stops between two steps. */
  readonly signal?: AbortSignal;
}

/** What pre-training has made. */
export interface Pretrained {
  /** ONNX; says its layers and normalisation itself, with the running statistics of the training. */
  readonly backbone: Uint8Array<ArrayBuffer>;
  /** f32[steps]. */
  readonly losses: Float32Array;
  /** f32[steps] each: `spread` of the projections, and `spd`, the SPD term without its weight, where that was wanted. */
  readonly metrics: Readonly<Record<string, Float32Array>>;
}

/**
 * Pre-trains for some epochs; what does not fill a batch at an epoch's end is left out of it. The same seed and pictures
 * give the same bytes, also over a stop and a second call with the same checkpoint.
 *
 * @throws {RangeError} where there are fewer than two pictures or classes, or the loss is no finite number
 * @throws {SyntaxError} where the backbone has an operator that cannot be trained
 * @throws {Error} what `take` throws, and where `signal` is aborted
 *
 * ```ts ignore
 * const { backbone } = await pretrain({ runtime, backbone: await embeddedBackbone(), method: "simsiam",
 *   settings: PRETRAINING_METHODS.simsiam.presets.small, spd: 0.1, size: { height: 256, width: 256 }, pictures, take, seed: 0 });
 * ```
 */
export async function pretrain(options: PretrainOptions): Promise<Pretrained> {
  const { runtime, backbone, method, settings, spd, spdLoss, negative = "smoothblend", size, pictures, seed } = options;
  const { take, labels, workers = 1, checkpoint, onProgress, signal } = options;
  const classes = method === "supervised" ? countClasses(labels) : undefined;
  if (pictures < 2) throw new RangeError(`Cannot pre-train on ${pictures} pictures as at least 2 are needed`);
  const batch = batchFor(settings.batch, pictures);
  const steps = settings.epochs * Math.floor(pictures / batch);
  const peak = options.rate ?? settings.rate * batch / 256;
  const order = epochOrder(seed, pictures, batch);
  const rules = {
    views: viewsOf(method, spd !== undefined),
    augmentation: method === "simclr" ? "simclr" : "strong",
    negative,
  } as const;
  const identity = {
    ...{ method, settings, peak, spd, spdLoss, rules, size, seed, pictures, steps, batch, labels },
    ...{ backbone: backbone.sha256, layers: backbone.layers, data: checkpoint?.data },
  };
  const pool = openViewPool(workers);
  try {
    const { weights, losses, metrics } = await train({
      runtime,
      step: pretrainingStep({ backbone, method, settings, spd, spdLoss, classes, size, batch, seed }),
      steps,
      rate: scheduleOf(settings, peak, steps),
      async feed(step) {
        const indices = order(step);
        const views = await pool.make(await take(indices), rules, (seed + 15_485_863 * (step + 1)) % 0x1_0000_0000);
        return classes === undefined ? views : { ...views, classes: oneHot(indices.map((i) => labels![i]), classes) };
      },
      checkpoint: checkpoint &&
        { path: checkpoint.path, identity: sha256(canonicalJson(identity)), seconds: checkpoint.seconds },
      onProgress,
      signal,
    });
    return { backbone: exportBackbone(backbone, Object.fromEntries(weights)), losses, metrics };
  } finally {
    await pool.close();
  }
}

/**
 * How many classes some labels have.
 *
 * @throws {RangeError} where there are fewer than two
 */
export function countClasses(labels: readonly number[] | undefined): number {
  const classes = new Set(labels).size;
  if (classes >= 2) return classes;
  throw new RangeError(
    `Cannot pre-train on classes as there are ${classes}, and at least 2 are needed: put the pictures of each class ` +
      "into a folder of its own, or take simsiam, moco or simclr, which need none",
  );
}

function oneHot(labels: readonly number[], classes: number) {
  const data = new Float32Array(labels.length * classes);
  labels.forEach((label, n) => data[n * classes + label] = 1);
  return tensor("f32", [labels.length, classes], data);
}

function scheduleOf({ falls, warmup }: PretrainingSettings, peak: number, steps: number): Schedule {
  const thirds = [Math.floor(steps / 3), Math.floor(2 * steps / 3)];
  const falling = falls === "cosine" ? cosine(peak, steps) : stepped(peak, thirds, 0.1);
  return warmedUp(falling, Math.floor(warmup * steps));
}
