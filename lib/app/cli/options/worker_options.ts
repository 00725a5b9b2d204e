/** The options of `deno task worker --queue URL`. @module */
import { merge, object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { multiple, optional, withDefault } from "@optique/core/modifiers";
import { command, constant, option } from "@optique/core/primitives";
import { float, integer, type ValueParser } from "@optique/core/valueparser";
import { path } from "@optique/run/valueparser";
import type { FolderMapping } from "../../../product/run/fleet/task_paths.ts";
import { deviceOptions } from "./device_options.ts";
import { ofProject } from "../place.ts";
import { queueOption, storeOption } from "./queue_option.ts";

/** What the command does, in a line. */
export const workerBrief = message`Take tasks and pictures from a queue and do them, until Ctrl-C`;

/** `FROM=TO`. */
const mapping: ValueParser<"sync", FolderMapping> = {
  mode: "sync",
  metavar: "FROM=TO",
  placeholder: { from: "", to: "" },
  parse(text) {
    const [, from, to] = /^([^=]+)=(.+)$/.exec(text) ?? [];
    if (from !== undefined) return { success: true, value: { from, to } };
    return { success: false, error: message`Expected FROM=TO, such as /data=/mnt/data, but got ${text}.` };
  },
  format: ({ from, to }) => `${from}=${to}`,
};

/** The options of `deno task worker`. */
export const workerParser = merge(
  object({
    command: constant("worker" as const),
    queue: queueOption,
    data: multiple(option("--data", mapping, {
      description:
        message`Where files of the machine that hands work out are here: what lies in FROM there lies in TO here, a folder or s3://BUCKET/PREFIX with --store; may be given several times`,
    })),
    cache: withDefault(
      option("--cache", path({ metavar: "DIR" }), {
        description: message`Where finished steps are kept: the folder that the machine that hands work out has for it`,
      }),
      ofProject(".cache"),
    ),
    store: optional(storeOption),
    features: optional(option("--features", path({ metavar: "MODULE" }), {
      description:
        message`Pipeline file, or module with a feature set, where runs have one of their own; the queue alone loads no code`,
    })),
    processes: withDefault(
      option("--processes", integer({ metavar: "N", min: 1 }), { description: message`Jobs that are done at once` }),
      1,
    ),
    patience: withDefault(
      option("--patience", float({ metavar: "SECONDS", min: 1 }), {
        description: message`After so long without a sign of life its jobs go to other workers`,
      }),
      30,
    ),
    taskMinutes: withDefault(
      option("--task-minutes", float({ metavar: "MINUTES", min: 0.01, max: 30_000 }), {
        description:
          message`A process that says nothing of its job for so long is ended; three times, and the task or picture is reported`,
      }),
      60,
    ),
  }),
  deviceOptions,
);

export const workerCommand = command("worker", workerParser, { brief: workerBrief });
