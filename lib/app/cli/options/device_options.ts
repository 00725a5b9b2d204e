/** Options of every command that runs networks, and of those that run forests. @module */
import { resolve } from "node:path";
import { object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { optional, withDefault } from "@optique/core/modifiers";
import { option } from "@optique/core/primitives";
import { choice, integer } from "@optique/core/valueparser";
import { path } from "@optique/run/valueparser";
import type { RunnerOptions } from "../../../method/forest/runner.ts";

/** Where networks run. */
export const deviceOptions = object({
  device: withDefault(
    option("--device", choice(["auto", "cpu", "webgpu", "cuda"], { metavar: "DEVICE" }), {
      description: message`Where networks run`,
    }),
    "cpu" as const,
  ),
  threads: optional(option("--threads", integer({ metavar: "N", min: 1 }), {
    description: message`Threads of the CPU; all cores where left out`,
  })),
});

/** What forests run on; for the commands that have any. */
export const libraryOptions = object({
  xgboost: optional(option("--xgboost", path({ metavar: "FILE", mustExist: true }), {
    description: message`A libxgboost of your own in place of the embedded one; 3.2.0 gives the same models`,
  })),
});

/** How forests are run where the user names a library. */
export function forestOptions(library: string | undefined): RunnerOptions | undefined {
  return library === undefined
    ? undefined
    : { worker: new URL("../xgboost_ffi_worker.ts", import.meta.url), library: resolve(library) };
}
