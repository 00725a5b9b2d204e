/** The options of `deno task decide --run RUNDIR`. @module */
import { object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { optional } from "@optique/core/modifiers";
import { command, constant, option } from "@optique/core/primitives";
import { float } from "@optique/core/valueparser";
import { path } from "@optique/run/valueparser";

/** What the command does, in a line. */
export const decideBrief = message`Set the thresholds of a run anew, without running it again`;

const share = () => float({ metavar: "SHARE", min: 0, max: 1 });

/** The options of `deno task decide`. */
export const decideParser = object({
  command: constant("decide" as const),
  run: option("--run", path({ metavar: "RUNDIR", mustExist: true }), { description: message`Folder of a run` }),
  recall: optional(option("--recall", share(), {
    description: message`Share of bad parts to come that is to be caught`,
  })),
  confidence: optional(option("--confidence", share(), {
    description: message`How sure that must be; on average where left out`,
  })),
  falseAlarms: optional(option("--false-alarms", share(), {
    description:
      message`Share of good parts that may be called bad: with a recall parts between two thresholds are to be looked at`,
  })),
  missCost: optional(option("--miss-cost", float({ metavar: "MONEY", min: 0 }), {
    description: message`What a bad part costs that is called good: with the two below the cheapest threshold is taken`,
  })),
  alarmCost: optional(option("--alarm-cost", float({ metavar: "MONEY", min: 0 }), {
    description: message`What a good part costs that is called bad`,
  })),
  badPer1000: optional(option("--bad-per-1000", float({ metavar: "N", min: 0, max: 1000 }), {
    description: message`Bad parts among 1,000 that come`,
  })),
  partsPerShift: optional(option("--parts-per-shift", float({ metavar: "N", min: 0 }), {
    description: message`Parts of a shift, whose false alarms are told`,
  })),
  threshold: optional(option("--threshold", float({ metavar: "X" }), {
    description: message`Score from which a part is bad, as somebody has chosen it`,
  })),
  review: optional(option("--review", float({ metavar: "X" }), {
    description: message`Score from which a part is to be looked at; with --threshold`,
  })),
  plan: option("--plan", { description: message`Say what would be set, and set nothing` }),
});

export const decideCommand = command("decide", decideParser, { brief: decideBrief });
