/** `deno task backbone NAME --weights FILE`: a backbone file from weights. @module */
import { object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { optional } from "@optique/core/modifiers";
import type { InferValue } from "@optique/core/parser";
import { argument, command, constant, option } from "@optique/core/primitives";
import { choice, integer, string } from "@optique/core/valueparser";
import { path } from "@optique/run/valueparser";
import { checkApart } from "../../base/io/apart.ts";
import { ARCHITECTURES, makeBackbone, readWeights } from "../../method/backbone/make_file.ts";
import { writeFileAtomic } from "../../base/io/atomic.ts";
import type { Reporter } from "../../base/text/progress.ts";
import { EXIT } from "./exit.ts";
import { quote } from "./quote.ts";

/** What the command does, in a line. */
export const backboneBrief = message`Make a backbone file of a known network and its weights`;

/** The options of `deno task backbone`. */
export const backboneParser = object({
  command: constant("backbone" as const),
  architecture: argument(choice(ARCHITECTURES, { metavar: "NETWORK" }), { description: message`Which network` }),
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

export async function runBackboneCommand(
  options: InferValue<typeof backboneCommand>,
  reporter: Reporter,
): Promise<number> {
  const { architecture, weights, random, layers, out = `${architecture}.onnx` } = options;
  if ((weights === undefined) === (random === undefined)) {
    throw new TypeError("Cannot make a backbone without weights: give either --weights FILE or --random SEED");
  }
  await checkApart([{ path: out, option: "--out" }], [weights]);
  const from = weights === undefined ? { seed: random! } : { tensors: await readWeights(weights), name: weights };
  await writeFileAtomic(out, makeBackbone(architecture, from, layers?.split(",")));
  reporter.say(`Wrote ${out}: deno task pipeline vad.ts --backbone ${quote(out)}`);
  return EXIT.ok;
}
