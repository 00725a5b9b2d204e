/** Taking jobs for the process that does them. @module */
import { type Job, Worker } from "bullmq";
import process from "node:process";
import { hostname } from "node:os";
import { randomUUID } from "node:crypto";
import type { Answer } from "../../../product/run/fleet/job.ts";
import type { QueuedJob } from "../../../product/run/fleet/job_payload.ts";
import type { FromQueue, Kin, ToQueue } from "../messages.ts";
import type { Server } from "./connect.ts";
import type { Member, Registry } from "./registry.ts";

/** How a worker is opened. */
export interface WorkerParts {
  readonly kin: Kin;
  readonly registry: Registry;
  readonly send: (message: FromQueue) => void;
  /** Jobs at the same time. */
  readonly atOnce: number;
  /** Seconds without a sign of life after which its jobs go to others. */
  readonly patience: number;
}

/** What takes jobs. */
export interface OpenWorker {
  take(message: ToQueue): void;
}

/** Jobs whose workers vanish go to others so often; the third time is the last. */
const STALLS = 2;
/** Between two looks whether there are runs of another version alone, in milliseconds. */
const LOOK = 5_000;

/**
 * Opens a worker.
 *
 * @throws {Error} where all runs at the queue are of another version
 */
export async function openWorker(
  { another, address: { prefix } }: Server,
  { kin, registry, send, atOnce, patience }: WorkerParts,
): Promise<OpenWorker> {
  await refuseOthers(registry, kin);
  const ends = new Map<number, { resolve(answer: Answer): void; reject(error: Error): void }>();
  let next = 0;
  const id = `${hostname()}-${process.pid}-${randomUUID().slice(0, 4)}`;
  const worker = new Worker<QueuedJob, Answer>(kin.id, doOne, {
    ...{ connection: another(), prefix, concurrency: atOnce, maxStalledCount: STALLS },
    lockDuration: 1000 * patience,
    stalledInterval: 500 * patience,
    drainDelay: 2,
  });
  // A server that is away, and the lock of a job that went to another worker meanwhile: both are told elsewhere.
  worker.on("error", () => {});

  async function doOne(job: Job<QueuedJob, Answer>): Promise<Answer> {
    const own = next++;
    const end = new Promise<Answer>((resolve, reject) => ends.set(own, { resolve, reject }));
    send({ type: "take", id: own, job: job.data });
    try {
      const answer = { ...await end, worker: id };
      // Before who waits for it counts the workers that are left.
      if (answer.kind === "given back") await leave(false);
      registry.count(kin, countsOf(answer));
      return answer;
    } catch (error) {
      registry.count(kin, { deaths: 1 });
      throw error;
    } finally {
      ends.delete(own);
    }
  }
  async function leave(waits: boolean): Promise<void> {
    clearInterval(looking);
    await registry.leave();
    await worker.pause(!waits);
  }
  const member = (): Member => ({
    ...{ id, role: "worker", kin, host: hostname(), pid: process.pid, busy: ends.size, atOnce } as const,
  });
  await registry.join(member);
  const looking = setInterval(async () => {
    if (ends.size > 0) return;
    try {
      await refuseOthers(registry, kin);
    } catch (error) {
      if (!(error instanceof OtherKinError)) return;
      await leave(false);
      send({ type: "failed", text: error.message });
    }
  }, LOOK);
  return {
    take(message) {
      if (message.type === "answer") ends.get(message.id)?.resolve(message.answer);
      else if (message.type === "died") ends.get(message.id)?.reject(new Error(message.reason));
      else if (message.type === "leave") void leave(true).catch(() => {}).finally(() => send({ type: "left" }));
    },
  };
}

function countsOf(answer: Answer): Record<string, number> {
  return {
    jobs: 1,
    seconds: answer.seconds ?? 0,
    ...answer.kind === "score" && { pictures: answer.scores.length },
    ...answer.kind === "tasks" && { tasks: answer.ends.length },
    ...answer.kind === "given back" && { "given back": 1 },
  };
}

/** All runs at a queue are of another version than a worker. */
class OtherKinError extends Error {}

async function refuseOthers(registry: Registry, kin: Kin): Promise<void> {
  const runs = (await registry.members()).filter(({ role }) => role === "producer");
  if (runs.length === 0 || runs.some((run) => run.kin.id === kin.id)) return;
  throw new OtherKinError(
    `Cannot take jobs as the run at this queue is of another version: it is ${runs[0].kin.text}, this worker is ` +
      `${kin.text}. Start the worker from the same release, on the same kind of machine and device`,
  );
}
