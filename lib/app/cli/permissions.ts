/** Permissions that a task has for some of its uses, and gives back in the others. @module */
import type { Options } from "./parse.ts";

/**
 * Gives back what a command will not use: writing where scores are printed, other processes where no device is tried. The
 * network and what the system says of itself no task has.
 */
export async function giveBack(options: Options): Promise<void> {
  if (options.command === "score" && options.out === undefined && options.overlays === undefined) {
    await Deno.permissions.revoke({ name: "write" });
  }
  const tries = "device" in options && options.device !== "cpu";
  if (!tries) await Deno.permissions.revoke({ name: "run" });
}
