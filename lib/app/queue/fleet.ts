/** The workers at a queue, as a run sees them. @module */
import type { Reporter } from "../../base/text/progress.ts";
import { type Cache, openCache } from "../../product/run/cache/cache.ts";
import type { Fleet, Job, JobEnd } from "../../product/run/fleet/job.ts";
import { packJob } from "../../product/run/fleet/job_payload.ts";
import type { PictureStore } from "../../product/run/cache/store.ts";
import type { FromQueue, Kin } from "./messages.ts";
import { openQueueProcess } from "./queue_process.ts";

/** A fleet that must be closed. */
export interface OpenFleet extends Fleet {
  readonly cache: Cache;
  readonly store?: PictureStore;
  /** Takes back what nobody has begun. */
  close(): Promise<void>;
}

/** How a fleet is opened. */
export interface FleetOptions {
  readonly url: string;
  readonly kin: Kin;
  /** The folder that jobs are kept in that are too large for the queue. */
  readonly cache: string;
  /** Where they are kept as well, for workers that do not share the folder. */
  readonly store?: string;
  readonly reporter: Reporter;
}

/** Processes that may end at one picture or task before it is given up. */
export const TRIES = 3;

/**
 * Opens the fleet at a queue.
 *
 * @throws {Error} where the queue cannot be reached, or refuses
 */
export async function openFleet({ url, kin, cache: root, store, reporter }: FleetOptions): Promise<OpenFleet> {
  const pending = new Map<number, { resolve(end: JobEnd): void; reject(error: unknown): void }>();
  let next = 0;
  let count = 0;
  let toldOthers = false;
  let takenBack = () => {};
  function take(message: FromQueue): void {
    if (message.type === "tell") reporter.warn(message.line);
    else if (message.type === "taken back") takenBack();
    else if (message.type === "workers") {
      count = message.count;
      if (count > 0 || toldOthers || message.others.length === 0) return;
      toldOthers = true;
      reporter.warn(
        `The workers at this queue are of another version and cannot take these jobs: they are ${
          message.others.join(" and ")
        }, this run is ${kin.text}`,
      );
    } else if (message.type === "end") {
      count = message.workers;
      pending.get(message.id)?.resolve(message.end);
      pending.delete(message.id);
    }
  }
  const queue = await openQueueProcess(
    { url, role: "producer", kin, ...store !== undefined && { store: { url: store, cache: root } } },
    take,
  );
  const cache = openCache(root, queue.store);
  // Not raced with each job: a promise that stays holds what every race with it has given.
  let gone: unknown;
  queue.lost.catch((error) => {
    gone = error;
    for (const { reject } of pending.values()) reject(error);
    pending.clear();
  });
  return {
    ...{ cache, store: queue.store },
    async do(name: string, job: Job): Promise<JobEnd> {
      if (gone !== undefined) throw gone;
      const id = next++;
      const end = new Promise<JobEnd>((resolve, reject) => pending.set(id, { resolve, reject }));
      // A result that is in the cache is found there; scores are kept by the queue alone.
      const reuse = job.kind === "score";
      const single = job.kind === "score" ? job.files.length === 1 : job.tasks.length === 1;
      await queue.send({ type: "do", id, name, job: await packJob(cache, job), tries: single ? TRIES : 1, reuse });
      return await end;
    },
    workers: () => count,
    async close() {
      const back = new Promise<void>((resolve) => takenBack = resolve);
      await queue.send({ type: "take back" });
      await Promise.race([back, queue.lost.catch(() => {}), new Promise((resolve) => setTimeout(resolve, 3000))]);
      await queue.close(3000);
    },
  };
}
