/** The options of `deno task stand-in --out DIR`. @module */
import { object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { withDefault } from "@optique/core/modifiers";
import { command, constant, option } from "@optique/core/primitives";
import { choice, integer } from "@optique/core/valueparser";
import { path } from "@optique/run/valueparser";

/** What the command does, in a line. */
export const standInBrief = message`Write the procedural stand-in for VAD as pictures`;

/** The options of `deno task stand-in`. */
export const standInParser = object({
  command: constant("stand-in" as const),
  out: option("--out", path({ metavar: "DIR" }), { description: message`Folder to write` }),
  size: withDefault(
    option("--size", choice(["small", "paper"], { metavar: "SIZE" }), {
      description: message`How many pictures: those of the quick run, or the 5,000 of VAD`,
    }),
    "small" as const,
  ),
  layout: withDefault(
    option("--layout", choice(["vad", "visa", "mvtec", "folder"], { metavar: "LAYOUT" }), {
      description:
        message`VAD's layout; or fewer pictures in VisA's or MVTec AD's with a mask of each defect, or as a folder of good and bad parts`,
    }),
    "vad" as const,
  ),
  seed: withDefault(
    option("--seed", integer({ metavar: "N", min: 0, max: 0xffffffff }), { description: message`Seed of the parts` }),
    0,
  ),
});

export const standInCommand = command("stand-in", standInParser, { brief: standInBrief });
