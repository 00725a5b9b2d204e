/** The options of `deno task verify DIR`. @module */
import { merge, object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { argument, command, constant } from "@optique/core/primitives";
import { path } from "@optique/run/valueparser";
import { deviceOptions } from "./device_options.ts";

/** What the command does, in a line. */
export const verifyBrief = message`Check an exported model by its certificate`;

/** The options of `deno task verify`. */
export const verifyParser = merge(
  object({
    command: constant("verify" as const),
    folder: argument(path({ metavar: "DIR", mustExist: true }), { description: message`Folder of an export` }),
  }),
  deviceOptions,
);

export const verifyCommand = command("verify", verifyParser, { brief: verifyBrief });
