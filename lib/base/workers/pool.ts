/**
 * Workers as asynchronous functions, over `node:worker_threads` (Deno, Node and Bun alike).
 *
 * The worker's file calls {@linkcode serve} from `serve.ts` with a function; the pool calls that function elsewhere.
 * @module
 */
import { Worker } from "node:worker_threads";
import { EndedWorkerError } from "../text/errors.ts";
import { packMessage, unpackMessage } from "./message.ts";
import type { Transferable } from "./serve.ts";

/** A fixed number of workers that take requests in order of arrival. */
export interface Pool<Request, Response> {
  readonly size: number;
  /** Runs the worker's function; rejects with the error that it threw, or with an EndedWorkerError when the worker died. */
  run(request: Request, transfer?: readonly Transferable[]): Promise<Response>;
  /** Ends the workers. Requests under way reject. */
  close(): Promise<void>;
}

type Reply = { ok: true; value: unknown } | { ok: false; error: Error };
interface Job<Request, Response> {
  request: Request;
  transfer: readonly Transferable[];
  resolve(value: Response): void;
  reject(error: Error): void;
}

/**
 * Starts workers lazily, one for each request that finds none idle, up to `size`.
 *
 * ```ts ignore
 * const pool = openPool<string, Photo>(new URL("./decode_worker.ts", import.meta.url), 2);
 * ```
 */
export function openPool<Request, Response>(url: URL, size: number): Pool<Request, Response> {
  if (!(Number.isInteger(size) && size >= 1)) {
    throw new RangeError(`Cannot open a pool of ${size} workers as at least one is needed`);
  }
  const queue: Job<Request, Response>[] = [];
  const running = new Map<Worker, Job<Request, Response> | undefined>();
  let closed = false;

  function start(): Worker {
    const worker = new Worker(url);
    running.set(worker, undefined);
    worker.on("message", (reply: Reply) => {
      const job = running.get(worker);
      running.set(worker, undefined);
      if (reply.ok) job?.resolve(unpackMessage(reply.value) as Response);
      else job?.reject(reply.error);
      next(worker);
    });
    worker.on("error", (error: Error) => fail(worker, new EndedWorkerError(error.message, { cause: error })));
    worker.on(
      "exit",
      (code: number) => fail(worker, new EndedWorkerError(`Cannot go on as a worker ended with code ${code}`)),
    );
    return worker;
  }

  function fail(worker: Worker, error: Error): void {
    if (!running.has(worker)) return;
    const job = running.get(worker);
    running.delete(worker);
    job?.reject(error);
    if (!closed) dispatch();
  }

  function next(worker: Worker): void {
    const job = queue.shift();
    if (!job) {
      worker.unref();
      return;
    }
    worker.ref();
    running.set(worker, job);
    worker.postMessage(packMessage(job.request, job.transfer), job.transfer as never);
  }

  function dispatch(): void {
    if (queue.length === 0) return;
    for (const [worker, job] of running) {
      if (job === undefined) return next(worker);
    }
    if (running.size < size) next(start());
  }

  return {
    size,
    run(request, transfer = []) {
      if (closed) return Promise.reject(new Error("Cannot run in a pool as it is closed"));
      return new Promise((resolve, reject) => {
        queue.push({ request, transfer, resolve, reject });
        dispatch();
      });
    },
    async close() {
      closed = true;
      const error = new Error("Cannot finish as the pool was closed");
      for (const job of queue.splice(0)) job.reject(error);
      const workers = [...running];
      running.clear();
      for (const [, job] of workers) job?.reject(error);
      await Promise.all(workers.map(([worker]) => worker.terminate()));
    },
  };
}
