/** The loop over training steps: feeding, progress, checkpoints, stopping. @module */
import { allFinite } from "../../base/tensor/all_finite.ts";
import type { Literal } from "../graph/value.ts";
import type { AnyTensor } from "../session/port.ts";
import type { Runtime } from "../session/runtime.ts";
import type { Session } from "../session/session.ts";
import { tensor } from "../../base/tensor/tensor.ts";
import { MemoryError } from "../../base/text/errors.ts";
import { type Checkpoint, readCheckpoint, writeCheckpoint } from "./checkpoint.ts";
import type { Schedule } from "./schedule.ts";
import { nextOf, type TrainingStep } from "./step.ts";

/** What a step is fed, by the name of the input. */
export type Feeds = Readonly<Record<string, AnyTensor>>;

/** See {@linkcode train}. */
export interface TrainOptions {
  /** What the step is opened with. */
  readonly runtime: Runtime;
  /** What is repeated. */
  readonly step: TrainingStep;
  /** The same with another number of pictures, for those steps that have as many. */
  readonly other?: { readonly step: TrainingStep; takes(step: number): boolean };
  /** How often. */
  readonly steps: number;
  /** A pure function of the step's number, or a resumed training would not equal an unbroken one; asked one step ahead. */
  feed(step: number): Promise<Feeds>;
  /** What a step is fed, in words, for an error in it: `pictures "a.png", "b.png"`. */
  describe?(step: number): string;
  /** The learning rate of each step. */
  readonly rate: Schedule;
  /** A file for the state, and what it belongs to: one of something else is not taken up. */
  readonly checkpoint?: {
    readonly path: string;
    /** Tells this training from others: a hash of settings and data. */
    readonly identity: string;
    /** Seconds between checkpoints at least; 20 where left out. */
    readonly seconds?: number;
  };
  /** Told of steps done, of all, and of the loss: "loss 0.012". */
  onProgress?(done: number, total: number, note?: string): void;
  /** Stops between two steps. */
  readonly signal?: AbortSignal;
}

/** What a training has made. */
export interface Trained {
  /** Trained weights and buffers by name. */
  readonly weights: ReadonlyMap<string, Literal<"f32">>;
  /** f32[steps]. */
  readonly losses: Float32Array;
  /** f32[steps] each. */
  readonly metrics: Readonly<Record<string, Float32Array>>;
}

/**
 * Trains. The same feeds give the same bytes, also over a stop and a second call with the same checkpoint.
 *
 * @throws {RangeError} where the loss is no finite number: the message has the step, what it was fed and which
 * checkpoint stays
 * @throws {Error} what `feed` throws, where a checkpoint cannot be written, memory runs out or `signal` is aborted; on
 * an abort the state is written first
 */
export async function train(options: TrainOptions): Promise<Trained> {
  const { runtime, step, other, steps, feed, rate, checkpoint, onProgress, signal } = options;
  const names = ["loss", ...step.metrics];
  const records = Object.fromEntries(names.map((name) => [name, new Float32Array(steps)]));
  const resumed = checkpoint && await readCheckpoint(checkpoint.path, checkpoint.identity, step.state);
  const begin = Math.min(resumed?.step ?? 0, steps);
  for (const name of names) records[name].set((resumed?.records[name] ?? new Float32Array(0)).subarray(0, begin));
  let state = new Map<string, AnyTensor>(
    [...resumed?.state ?? step.state].map(([name, { shape, data }]) => [name, tensor("f32", shape, data)]),
  );
  if (begin >= steps) return finish(step, state, records);
  const open = ({ model, name }: TrainingStep) => runtime.open(model, `training of ${name}`, { training: true });
  const session = await open(step);
  let otherSession: Session | undefined;
  let written = performance.now();
  let cost = 0;
  let kept = resumed?.step;

  async function save(done: number): Promise<void> {
    if (!checkpoint) return;
    const before = performance.now();
    const bad = [...state].find(([, { data }]) => !allFinite(data as Float32Array));
    if (bad) throw diverged(done - 1, `"${bad[0]}" is not finite any more`);
    await writeCheckpoint(checkpoint.path, checkpoint.identity, toCheckpoint(done, state, records));
    written = performance.now();
    cost = written - before;
    kept = done;
  }

  function diverged(number: number, reason: string): RangeError {
    const fed = options.describe ? ` (${options.describe(number)})` : "";
    const state = !checkpoint
      ? ""
      : kept === undefined
      ? "; no state was written before it"
      : `; the state after ${kept} of ${steps} steps stays in "${checkpoint.path}"`;
    return new RangeError(
      `Cannot go on with the training of ${step.name} at step ${number}${fed} as ${reason}: lower the learning rate${state}`,
    );
  }

  try {
    let coming = feed(begin);
    for (let i = begin; i < steps; i++) {
      const feeds = await coming;
      if (signal?.aborted) {
        await save(i);
        signal.throwIfAborted();
      }
      if (i + 1 < steps) {
        coming = feed(i + 1);
        // Its error is thrown when its turn comes.
        coming.catch(() => {});
      }
      const results = await runStep(other?.takes(i) ? otherSession ??= await open(other.step) : session, step, {
        ...feeds,
        ...scalarsOf(step, rate(i), i),
        ...Object.fromEntries(state),
      });
      const loss = results.loss.data[0];
      if (!Number.isFinite(loss)) throw diverged(i, `its loss is ${loss}`);
      records.loss[i] = loss;
      for (const name of step.metrics) records[name][i] = results[`metric ${name}`].data[0];
      const next = new Map([...state.keys()].map((name) => [name, results[nextOf(name)]]));
      // The first state is the step's own, all later ones are ours.
      if (i > begin) [...state.values()].forEach(free);
      state = next;
      onProgress?.(i + 1, steps, `loss ${smoothed(records.loss, i).toPrecision(4)}`);
      const pause = Math.max(1000 * (checkpoint?.seconds ?? 20), 30 * cost);
      // The last state too: what comes behind the training may be stopped, and the training is not to be done again.
      if (i + 1 === steps || performance.now() - written >= pause) await save(i + 1);
      // Gives Ctrl-C, progress and the workers that decode their turn: a step holds this thread.
      await new Promise((resolve) => setTimeout(resolve));
    }
  } finally {
    await session.release();
    await otherSession?.release();
  }
  return finish(step, state, records);
}

async function runStep(session: Session, step: TrainingStep, feeds: Feeds): Promise<Record<string, AnyTensor>> {
  try {
    return await session.run(feeds);
  } catch (cause) {
    if (!(cause instanceof MemoryError)) throw cause;
    throw new MemoryError(
      `Cannot train ${step.name} as the memory does not suffice: lower the batch or the size of the pictures`,
      { cause },
    );
  }
}

function scalarsOf(step: TrainingStep, rate: number, i: number): Feeds {
  return Object.fromEntries(
    Object.entries(step.scalars(rate, i)).map(([name, value]) => [
      `scalar ${name}`,
      tensor("f32", [], new Float32Array([value])),
    ]),
  );
}

function finish(
  step: TrainingStep,
  state: ReadonlyMap<string, AnyTensor>,
  { loss, ...metrics }: Record<string, Float32Array>,
): Trained {
  return { weights: new Map(step.kept.map((name) => [name, toLiteral(state.get(name)!)])), losses: loss, metrics };
}

function toCheckpoint(
  done: number,
  state: ReadonlyMap<string, AnyTensor>,
  records: Readonly<Record<string, Float32Array>>,
): Checkpoint {
  return {
    step: done,
    state: new Map([...state].map(([name, value]) => [name, toLiteral(value)])),
    records: Object.fromEntries(Object.entries(records).map(([name, values]) => [name, values.slice(0, done)])),
  };
}

/**
 * Gives the memory of an array back at once: the collector does not see how large a set of weights is, and would keep
 * several. Node.js has the means from version 21 on.
 */
function free({ data }: AnyTensor): void {
  (data.buffer as ArrayBuffer).transfer?.(0);
}

function toLiteral({ shape, data }: AnyTensor): Literal<"f32"> {
  return { dtype: "f32", shape: shape as readonly number[], data: data as Float32Array };
}

/** The mean of the last losses, as single batches scatter. */
function smoothed(losses: Float32Array, last: number): number {
  const some = losses.subarray(Math.max(0, last - 19), last + 1);
  return some.reduce((sum, loss) => sum + loss, 0) / some.length;
}
