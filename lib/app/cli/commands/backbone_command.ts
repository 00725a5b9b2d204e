/** `deno task backbone NAME --weights FILE`: a backbone file from weights. @module */
import type { InferValue } from "@optique/core/parser";
import { checkApart } from "../../../base/io/apart.ts";
import { makeBackbone, readWeights } from "../../../method/backbone/make_file.ts";
import { writeFileAtomic } from "../../../base/io/atomic.ts";
import type { Reporter } from "../../../base/text/progress.ts";
import { EXIT } from "../exit_codes.ts";
import { quote } from "../quote.ts";
import type { backboneCommand } from "../options/backbone_options.ts";

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
