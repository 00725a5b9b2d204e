/** Permissions that a task has for some of its uses, and gives back in the others. @module */
import type { Options } from "./parse.ts";

/**
 * Gives back what a command will not use: writing where scores are printed, other processes where no device is tried and
 * no queue is named. The network and what the system says of itself no task has: the connection to a queue is held by a process
 * of its own.
 */
export async function giveBack(options: Options): Promise<void> {
  const writes = "queue" in options && options.queue !== undefined;
  if (options.command === "score" && options.out === undefined && options.overlays === undefined && !writes) {
    await Deno.permissions.revoke({ name: "write" });
  }
  const tries = "device" in options && options.device !== "cpu";
  const queues = "queue" in options && options.queue !== undefined;
  if (!tries && !queues) await Deno.permissions.revoke({ name: "run" });
}
