/**
 * The process that does a worker's jobs: without the network, told on its input, telling on its output, and ending with either.
 * What kills it, such as a picture, does not kill the worker.
 * @module
 */
import { describeError } from "../../base/text/describe_error.ts";
import type { Progress } from "../../base/text/progress.ts";
import { leaveSignals } from "../../base/workers/leave_signals.ts";
import type { Device } from "../../engine/session/device.ts";
import { openCache } from "../../product/run/cache/cache.ts";
import { type Doer, openDoer } from "../../product/run/fleet/do_job.ts";
import type { Answer, Job } from "../../product/run/fleet/job.ts";
import { type QueuedJob, unpackJob } from "../../product/run/fleet/job_payload.ts";
import type { FolderMapping } from "../../product/run/fleet/task_paths.ts";
import { receive } from "./lines.ts";

/** How a doer is opened. */
export interface DoerOptions {
  readonly cache: string;
  readonly device: Device | "auto";
  readonly threads?: number;
  /** Module with a feature set of the user's own. */
  readonly features?: string;
  readonly mappings: readonly FolderMapping[];
}

/** To the process. */
export type ToDoer =
  | { readonly type: "open"; readonly options: DoerOptions }
  | { readonly type: "do"; readonly id: number; readonly job: QueuedJob };

/** From the process. */
export type FromDoer =
  | { readonly type: "answer"; readonly id: number; readonly answer: Answer }
  | { readonly type: "say"; readonly line: string }
  | { readonly type: "warn"; readonly line: string }
  | { readonly type: "progress"; readonly progress: Progress }
  | { readonly type: "failed"; readonly text: string };

function send(message: FromDoer): void {
  const bytes = new TextEncoder().encode(`${JSON.stringify(message)}\n`);
  try {
    for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
  } catch {
    // Who listened has ended.
    Deno.exit(0);
  }
}

async function open({ cache: root, features, ...options }: DoerOptions) {
  const cache = openCache(root);
  const own = features === undefined
    ? undefined
    : await (await import("../../product/run/read_pipeline.ts")).readFeatures(features);
  const doer = openDoer({
    ...options,
    cache,
    ...own && { featureSets: [own] },
    reporter: {
      say: (line) => send({ type: "say", line }),
      warn: (line) => send({ type: "warn", line }),
      progress: (progress) => send({ type: "progress", progress }),
    },
    signal: new AbortController().signal,
  });
  return { doer, cache };
}

/** Takes messages until there are no more. */
async function serve(): Promise<void> {
  let opened: { readonly doer: Doer; readonly cache: ReturnType<typeof openCache> } | undefined;
  for await (const message of receive<ToDoer>(Deno.stdin.readable)) {
    if (message.type === "open") {
      try {
        opened = await open(message.options);
      } catch (error) {
        send({ type: "failed", text: describeError(error) });
      }
    } else if (opened) {
      const { doer, cache } = opened;
      // Jobs come one after the other; the input is read meanwhile, so that its end ends the work.
      void unpackJob(cache, message.job).then(
        (job: Job) => doer.do(job),
        (error): Answer => ({ kind: "given back", reason: describeError(error) }),
      ).then((answer) => send({ type: "answer", id: message.id, answer }));
    }
  }
}

if (import.meta.main) {
  leaveSignals();
  await serve();
  Deno.exit(0);
}
