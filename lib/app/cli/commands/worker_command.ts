/** `deno task worker --queue URL`: does what others hand out. @module */
import { existsSync } from "node:fs";
import { mkdir, realpath } from "node:fs/promises";
import { resolve } from "node:path";
import process from "node:process";
import type { InferValue } from "@optique/core/parser";
import { removeLeftovers } from "../../../base/io/half_written.ts";
import type { Reporter } from "../../../base/text/progress.ts";
import { openRuntime } from "../../../engine/session/runtime.ts";
import { isStored } from "../../../product/run/cache/store.ts";
import { kinOf } from "../../../product/run/fleet/kin.ts";
import { parseQueueAddress } from "../../queue/address.ts";
import { work } from "../../queue/work.ts";
import { EXIT } from "../exit_codes.ts";
import { backInProject } from "../place.ts";
import type { workerCommand } from "../options/worker_options.ts";

export async function runWorkerCommand(
  typed: InferValue<typeof workerCommand>,
  reporter: Reporter,
  signal: AbortSignal,
): Promise<number> {
  const data = typed.data.map(({ from, to }) => ({ from, to: isStored(to) ? to : resolve(to) }));
  for (const { from, to } of data) {
    if (isStored(to) && typed.store === undefined) {
      throw new Error(`Cannot use --data ${from}=${to} without a store: name it with --store`);
    }
    if (!isStored(to) && !existsSync(to)) {
      throw new Error(`Cannot use --data ${from}=${to} as there is no folder "${to}" here`);
    }
  }
  const named = typed.features !== undefined && existsSync(typed.features) ? ["features"] as const : [];
  const { queue, cache, store, device, threads, features, processes, patience, taskMinutes } = backInProject(typed, [
    "cache",
    ...named,
  ]);
  await mkdir(cache, { recursive: true });
  await removeLeftovers(cache);
  // The process that does the jobs may write there and nowhere else.
  const root = await realpath(cache);
  const { device: own } = await openRuntime({ device, threads });
  const kin = await kinOf(own);
  const stopping = stopped(signal);
  reporter.say(
    `Worker of ${kin.text}\nTaking jobs from ${parseQueueAddress(queue).shown}; Ctrl-C ends it after the one in hand`,
  );
  const done = await work({
    ...{ url: queue, kin, processes, patience, taskMinutes, store, reporter },
    doer: { cache: root, device: own, threads, features, mappings: data },
    signal: stopping,
  });
  reporter.say(`Done ${done} job${done === 1 ? "" : "s"}`);
  return EXIT.ok;
}

/** Aborted by Ctrl-C, and by what service managers send. */
function stopped(signal: AbortSignal): AbortSignal {
  const controller = new AbortController();
  signal.addEventListener("abort", () => controller.abort());
  // Of Node, which knows systems that have no such signal.
  process.on("SIGTERM", () => controller.abort());
  return controller.signal;
}
