/** The options of `deno task backbone NAME --weights FILE`. @module */
import { object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { optional } from "@optique/core/modifiers";
import { argument, command, constant, option } from "@optique/core/primitives";
import { choice, integer, string } from "@optique/core/valueparser";
import { path } from "@optique/run/valueparser";
import { ARCHITECTURE_NAMES } from "./names.ts";

/** What the command does, in a line. */
export const backboneBrief = message`Make a backbone file of a known network and its weights`;

/** The options of `deno task backbone`. */
export const backboneParser = object({
  command: constant("backbone" as const),
  architecture: argument(choice(ARCHITECTURE_NAMES, { metavar: "NETWORK" }), { description: message`Which network` }),
  weights: optional(option("--weights", path({ metavar: "FILE", mustExist: true }), {
    description: message`Its weights: safetensors with torchvision's, timm's or anomalib's names`,
  })),
  random: optional(option("--random", integer({ metavar: "SEED", min: 0, max: 0xffffffff }), {
    description: message`Drawn weights in place of a file, to train from the start`,
  })),
  layers: optional(option("--layers", string({ metavar: "NAMES" }), {
    description: message`Layers to give, with commas, finest first; all where left out`,
  })),
  out: optional(option("--out", path({ metavar: "ONNX" }), { description: message`File to write (NETWORK.onnx)` })),
});

export const backboneCommand = command("backbone", backboneParser, { brief: backboneBrief });
