/** The options of `deno task drift --run RUNDIR FILE`. @module */
import { object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { optional, withDefault } from "@optique/core/modifiers";
import { argument, command, constant, option } from "@optique/core/primitives";
import { choice, float, integer } from "@optique/core/valueparser";
import { path } from "@optique/run/valueparser";

/** What the command does, in a line. */
export const driftBrief = message`Look whether scored parts are still like the good training parts`;

/** The options of `deno task drift`. */
export const driftParser = object({
  command: constant("drift" as const),
  run: option("--run", path({ metavar: "RUNDIR", mustExist: true }), { description: message`Folder of a run` }),
  lines: argument(path({ metavar: "FILE" }), {
    description: message`What "score --format jsonl --details" has written`,
  }),
  last: optional(option("--last", integer({ metavar: "N", min: 1 }), {
    description: message`Look at the last N parts; at all where left out`,
  })),
  falseAlarms: withDefault(
    option("--false-alarms", float({ metavar: "SHARE", min: 0, max: 1 }), {
      description: message`Share of looks that raise an alarm where nothing has changed, at most`,
    }),
    0.01,
  ),
  format: withDefault(
    option("--format", choice(["text", "json"], { metavar: "FORMAT" }), {
      description: message`Form of what is found`,
    }),
    "text" as const,
  ),
});

export const driftCommand = command("drift", driftParser, { brief: driftBrief });
