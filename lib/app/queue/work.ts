/** A worker: takes jobs from a queue and has them done by processes of its own. @module */
import { fileURLToPath } from "node:url";
import { describeError } from "../../base/text/describe_error.ts";
import type { Reporter } from "../../base/text/progress.ts";
import type { Answer } from "../../product/run/fleet/job.ts";
import { bring, type Brought, ChangedPictureError, takeAway } from "./bring.ts";
import type { QueuedJob } from "../../product/run/fleet/job_payload.ts";
import { type Child, openChild } from "./child.ts";
import type { DoerOptions, FromDoer, ToDoer } from "./doer_main.ts";
import type { FromQueue, Kin } from "./messages.ts";
import { openQueueProcess, QueueError } from "./queue_process.ts";
import { openSilence, type Silence } from "./silence.ts";

/** How a worker works. */
export interface WorkOptions {
  readonly url: string;
  readonly kin: Kin;
  /** Processes that do jobs. */
  readonly processes: number;
  /** Seconds without a sign of life after which its jobs go to others. */
  readonly patience: number;
  /** Minutes after which a process that does a job and says nothing of it is ended. */
  readonly taskMinutes: number;
  /** What is shared with who hands jobs out, in place of the cache's folder. */
  readonly store?: string;
  readonly doer: DoerOptions;
  readonly reporter: Reporter;
  /** Aborted where it shall end after the work in hand. */
  readonly signal: AbortSignal;
}

/** One process that does jobs; where it has ended, the next job starts another one. */
interface Hand {
  child?: Child<ToDoer>;
  /** The job that it has. */
  busy?: number;
  /** What was brought for it. */
  brought?: Brought;
  /** Since the job was given, or its last word of it. */
  silence?: Silence;
  /** Why its process was ended. */
  reason?: string;
}

/**
 * Works until it is stopped.
 *
 * @returns how many jobs were done
 * @throws {QueueError} where the queue cannot be reached or refuses, or the worker cannot go on: its disk is full, its cache is
 * not that of the run
 */
export async function work(options: WorkOptions): Promise<number> {
  const { url, kin, processes, patience, taskMinutes, store, reporter, signal } = options;
  const hands: Hand[] = Array.from({ length: processes }, () => ({}));
  let done = 0;
  let leave = (_error?: Error) => {};
  const left = new Promise<void>((resolve, reject) => leave = (error) => error ? reject(error) : resolve());
  left.catch(() => {});

  function take(message: FromQueue): void {
    if (message.type === "tell") reporter.warn(message.line);
    else if (message.type === "left") leave();
    else if (message.type === "take") {
      const hand = hands.find(({ busy }) => busy === undefined)!;
      hand.busy = message.id;
      void giveTo(hand, message.id, message.job);
    }
  }
  async function giveTo(hand: Hand, id: number, job: QueuedJob): Promise<void> {
    let brought: Brought;
    try {
      brought = queue.store ? await bring(queue.store, options.doer, job) : { job };
    } catch (error) {
      const nobody = error instanceof ChangedPictureError;
      return end(hand, id, { kind: nobody ? "refused" : "given back", reason: describeError(error) });
    }
    hand.brought = brought;
    const child = hand.child ??= openHand(hand);
    hand.silence = openSilence(60_000 * taskMinutes, () => {
      hand.reason = `it said nothing of its work for ${taskMinutes} minutes (--task-minutes)`;
      child.kill();
    });
    await child.send({ type: "do", id, job: brought.job });
  }
  function free(hand: Hand): void {
    hand.silence?.over();
    hand.busy =
      hand.brought =
      hand.silence =
      hand.reason =
        undefined;
  }
  async function end(hand: Hand, id: number, answer: Answer): Promise<void> {
    hand.silence?.over();
    const { brought } = hand;
    let told = answer;
    try {
      if (queue.store && brought) await takeAway(queue.store, brought, answer);
    } catch (error) {
      told = { kind: "given back", reason: describeError(error) };
    }
    free(hand);
    done++;
    await queue.send({ type: "answer", id, answer: told });
    if (told.kind !== "given back") return;
    // The queue is told first, so that another worker has the job.
    const { reason } = told;
    setTimeout(() => leave(new QueueError(`Cannot go on working: ${reason}`)), 500);
  }
  function openHand(hand: Hand): Child<ToDoer> {
    const child = openChild<FromDoer, ToDoer>(argsOf(options.doer), (message) => {
      hand.silence?.broken();
      if (message.type === "say") reporter.say(message.line);
      else if (message.type === "warn") reporter.warn(message.line);
      else if (message.type === "progress") reporter.progress(message.progress);
      else if (message.type === "failed") leave(new QueueError(message.text));
      else void end(hand, message.id, message.answer);
    });
    void child.send({ type: "open", options: options.doer });
    void child.ended.then((how) => {
      hand.child = undefined;
      if (hand.busy === undefined) return;
      const { busy: id, reason = how ?? "it ended by itself" } = hand;
      free(hand);
      reporter.warn(`The process that did a job has ended: ${reason}`);
      void queue.send({ type: "died", id, reason: `the process that did it ended: ${reason}` });
    });
    return child;
  }
  const queue = await openQueueProcess({
    ...{ url, role: "worker", kin, atOnce: processes, patience } as const,
    ...store !== undefined && { store: { url: store, cache: options.doer.cache } },
  }, take);
  const stop = () => void queue.send({ type: "leave" });
  signal.addEventListener("abort", stop);
  try {
    await Promise.race([left, queue.lost]);
    return done;
  } finally {
    signal.removeEventListener("abort", stop);
    await Promise.all([queue.close(3000), ...hands.map(({ child }) => child?.close(3000))]);
  }
}

function argsOf({ cache, device }: DoerOptions): string[] {
  return [
    ...["--allow-read", `--allow-write=${cache}`, "--allow-env", "--allow-ffi"],
    ...device === "cpu" ? [] : ["--allow-run"],
    fileURLToPath(new URL("./doer_main.ts", import.meta.url)),
  ];
}
