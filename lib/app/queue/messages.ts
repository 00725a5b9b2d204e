/** What the commands and the process that holds the connection to Redis say to each other. @module */
import type { Answer, JobEnd } from "../../product/run/fleet/job.ts";
import type { QueuedJob } from "../../product/run/fleet/job_payload.ts";

/** Which workers and runs may work together: see `kinOf`. */
export interface Kin {
  /** In words. */
  readonly text: string;
  /** A hash of it. */
  readonly id: string;
}

/** The first message: what the process is for. */
export interface Opening {
  readonly url: string;
  readonly role: "producer" | "worker" | "admin";
  readonly kin: Kin;
  /** Of a worker: jobs that it does at the same time. */
  readonly atOnce?: number;
  /** Of a worker: seconds without a sign of life after which its jobs go to others. */
  readonly patience?: number;
  /** Where entries of the cache are kept beside its folder. */
  readonly store?: { readonly url: string; readonly cache: string };
}

/** What is asked of a store. */
export type StoreQuestion =
  | { readonly what: "has"; readonly key: string }
  | { readonly what: "fetch"; readonly keys: readonly string[] }
  | { readonly what: "keep"; readonly keys: readonly string[] }
  | { readonly what: "remove"; readonly key: string }
  | { readonly what: "rows"; readonly folder: string }
  | { readonly what: "pictures"; readonly pictures: readonly { readonly url: string; readonly path: string }[] }
  | { readonly what: "list"; readonly url: string; readonly after?: string };

/** To the process. */
export type ToQueue =
  | { readonly type: "open"; readonly opening: Opening }
  /** A producer's: hands a job out. */
  | {
    readonly type: "do";
    readonly id: number;
    readonly name: string;
    readonly job: QueuedJob;
    /** So many processes may end at it. */
    readonly tries: number;
    /** Whether an answer that is there already will do. */
    readonly reuse: boolean;
  }
  /** A producer's: takes back what nobody has begun. */
  | { readonly type: "take back" }
  /** A worker's: what became of a job that it took. */
  | { readonly type: "answer"; readonly id: number; readonly answer: Answer }
  /** A worker's: the process that did the job has ended. */
  | { readonly type: "died"; readonly id: number; readonly reason: string }
  /** A worker's: takes no more jobs, and ends when those in hand are done. */
  | { readonly type: "leave" }
  | { readonly type: "store"; readonly id: number; readonly ask: StoreQuestion }
  /** An admin's. */
  | { readonly type: "ask"; readonly what: "status" | "retry" | "drain" | "metrics" }
  | { readonly type: "serve"; readonly host: string; readonly port: number };

/** From the process. */
export type FromQueue =
  | { readonly type: "ready" }
  /** It ends now: why, in words. */
  | { readonly type: "failed"; readonly text: string }
  /** Something for people. */
  | { readonly type: "tell"; readonly line: string }
  /** To a producer: how many workers take its jobs, and of which other kin some are. */
  | { readonly type: "workers"; readonly count: number; readonly others: readonly string[] }
  | { readonly type: "end"; readonly id: number; readonly end: JobEnd; readonly workers: number }
  | { readonly type: "taken back" }
  | { readonly type: "stored"; readonly id: number; readonly value: unknown; readonly error?: string }
  /** To a worker. */
  | { readonly type: "take"; readonly id: number; readonly job: QueuedJob }
  | { readonly type: "left" }
  /** To an admin. */
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "serving"; readonly port: number };
