/** The options of `deno task fit NAME --data DIR`. @module */
import { merge, object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { multiple, optional, withDefault } from "@optique/core/modifiers";
import { argument, command, constant, option } from "@optique/core/primitives";
import { choice, float, string } from "@optique/core/valueparser";
import { path } from "@optique/run/valueparser";
import { goodOptions } from "./good_options.ts";
import { alignOptions } from "./picture_options.ts";
import { DETECTOR_NAMES, LABEL_CLASSIFIER_NAMES } from "./names.ts";

/** What the command does, in a line. */
export const fitBrief = message`Fit one detector on good pictures, or a classifier on good and bad ones`;

/** The options of `deno task fit`. */
export const fitParser = merge(
  object({
    command: constant("fit" as const),
    what: argument(choice([...DETECTOR_NAMES, ...LABEL_CLASSIFIER_NAMES], { metavar: "NAME" }), {
      description: message`Which detector, or a classifier, which learns from the pictures in bad/ too`,
    }),
    set: multiple(option("--set", string({ metavar: "KEY=VALUE" }), {
      description: message`A setting of it, such as preset=paper; more than one may be given`,
    })),
    falseAlarms: withDefault(
      option("--false-alarms", float({ metavar: "SHARE", min: 0, max: 1 }), {
        description: message`Share of good parts that the threshold may call bad, above 0 and below 1`,
      }),
      0.01,
    ),
    review: optional(option("--review", float({ metavar: "SHARE", min: 0, max: 1 }), {
      description:
        message`Share of good parts that may be looked at or called bad, more than --false-alarms: with it parts of a second threshold on are "review"`,
    })),
    confidence: withDefault(
      option("--confidence", float({ metavar: "SHARE", min: 0, max: 1 }), {
        description: message`How sure that must be, above 0 and below 1`,
      }),
      0.9,
    ),
    out: option("--out", path({ metavar: "DIR" }), { description: message`Folder to write the model to` }),
  }),
  goodOptions,
  alignOptions,
);

export const fitCommand = command("fit", fitParser, { brief: fitBrief });
