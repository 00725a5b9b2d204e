/** The options of `deno task distil --data DIR --out FILE`. @module */
import { merge, object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { optional, withDefault } from "@optique/core/modifiers";
import { command, constant, option } from "@optique/core/primitives";
import { choice, float, integer } from "@optique/core/valueparser";
import { path } from "@optique/run/valueparser";
import { goodOptions } from "./good_options.ts";

/** What the command does, in a line. */
export const distilBrief = message`Distil a teacher for EfficientAD from a backbone, on any pictures`;

/** The options of `deno task distil`. */
export const distilParser = merge(
  object({
    command: constant("distil" as const),
    out: option("--out", path({ metavar: "ONNX" }), { description: message`File to write` }),
    network: withDefault(
      option("--network", choice(["small", "medium", "far"], { metavar: "SIZE" }), {
        description:
          message`PDN-S or PDN-M, whose places see 33 × 33 pixels, or far, PDN-S with two convolutions more and 81 × 81`,
      }),
      "small" as const,
    ),
    width: withDefault(
      option("--width", float({ metavar: "FACTOR", min: 0.01, max: 4 }), {
        description: message`Channels inside, relative to the paper's`,
      }),
      1,
    ),
    steps: withDefault(
      option("--steps", integer({ metavar: "N", min: 1 }), { description: message`Steps of training` }),
      60_000,
    ),
    batch: withDefault(
      option("--batch", integer({ metavar: "N", min: 1 }), { description: message`Pictures a step` }),
      16,
    ),
    like: optional(option("--like", choice(["authors"], { metavar: "WHOM" }), {
      description:
        message`authors: the backbone sees pictures at twice --side, the target is normalised as a whole, one picture in ten is grey, and weights begin as PyTorch's; for many pictures of all kinds, as of ImageNet`,
    })),
    held: optional(option("--held", integer({ metavar: "N", min: 0 }), {
      description:
        message`Pictures that are left out of the training, to tell how much of the target is explained; one in twenty where left out`,
    })),
    rate: withDefault(
      option("--rate", float({ metavar: "X", min: 0 }), { description: message`Learning rate of Adam` }),
      1e-4,
    ),
  }),
  goodOptions,
);

export const distilCommand = command("distil", distilParser, { brief: distilBrief });
