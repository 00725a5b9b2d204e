/** Training on the pictures of a fit in random order, which learned detectors and classifiers share. @module */
import { canonicalJson, sha256 } from "../../base/io/hash.ts";
import type { AnyTensor } from "../../engine/session/port.ts";
import { epochOrder } from "../../engine/train/order.ts";
import type { Schedule } from "../../engine/train/schedule.ts";
import type { TrainingStep } from "../../engine/train/step.ts";
import { train } from "../../engine/train/train.ts";
import type { FitContext, Observation } from "./contract.ts";
import type { TrainedWeights } from "./fitted_file.ts";

/** See {@linkcode trainOnPictures}. */
export interface PictureTraining {
  readonly step: TrainingStep;
  /** The step for another number of pictures: then what is left over at an epoch's end is a smaller batch. */
  readonly rest?: (batch: number) => TrainingStep;
  readonly steps: number;
  readonly batch: number;
  readonly rate: Schedule;
  /** What the fit depends on besides the pictures; a checkpoint of something else is not taken up. */
  readonly identity: unknown;
  /** What the step is fed for some pictures; a pure function. */
  feed(
    pictures: Observation,
    step: number,
    indices: readonly number[],
  ): Record<string, AnyTensor> | Promise<Record<string, AnyTensor>>;
  /** As progress calls it; "training" where left out. */
  readonly what?: string;
  /** Which pictures a step sees, where not all of them in a new random order each epoch. */
  order?(step: number): readonly number[];
}

/** How many pictures a step can have: the wanted number, or all there are. */
export function batchFor(wanted: number, pictures: number): number {
  return Math.min(wanted, pictures);
}

/** Trains on the pictures of a fit, a new random order each epoch, with its checkpoint, progress and signal. */
export async function trainOnPictures(context: FitContext, training: PictureTraining): Promise<TrainedWeights> {
  const { runtime, seed, pictures, ids, checkpoint, onProgress, signal } = context;
  const { step, steps, batch, rate, rest } = training;
  const order = training.order ?? epochOrder(seed, pictures, batch, rest !== undefined);
  const left = pictures % batch;
  const identity = sha256(canonicalJson({ identity: training.identity, seed, pictures, steps, batch }));
  const { weights } = await train({
    runtime,
    step,
    ...rest && left > 0 && { other: { step: rest(left), takes: (number) => order(number).length === left } },
    steps,
    rate,
    async feed(number) {
      const indices = order(number);
      return await training.feed(await context.take(indices), number, indices);
    },
    describe: (number) => `pictures ${order(number).map((i) => ids ? `"${ids[i]}"` : i).join(", ")}`,
    ...checkpoint !== undefined && { checkpoint: { path: checkpoint, identity } },
    onProgress: onProgress && ((done, total, note) => onProgress(done, total, training.what ?? "training", note)),
    signal,
  });
  return Object.fromEntries(weights);
}
