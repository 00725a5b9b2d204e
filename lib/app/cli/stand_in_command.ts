/** `deno task stand-in --out DIR`: the procedural stand-in as pictures. @module */
import { availableParallelism } from "node:os";
import { object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { withDefault } from "@optique/core/modifiers";
import type { InferValue } from "@optique/core/parser";
import { command, constant, option } from "@optique/core/primitives";
import { choice, integer } from "@optique/core/valueparser";
import { path } from "@optique/run/valueparser";
import { writeMaskedStandIn, writeStandIn } from "../../picture/stand_in/write.ts";
import { MASKED_OBJECT } from "../../picture/stand_in/masked_plan.ts";
import { removeLeftovers } from "../../base/io/half_written.ts";
import type { Reporter } from "../../base/text/progress.ts";
import { EXIT } from "./exit.ts";
import { quote } from "./quote.ts";

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
    option("--layout", choice(["vad", "visa", "mvtec"], { metavar: "LAYOUT" }), {
      description: message`VAD's layout, or VisA's or MVTec AD's with a mask of each defect and fewer pictures`,
    }),
    "vad" as const,
  ),
  seed: withDefault(
    option("--seed", integer({ metavar: "N", min: 0, max: 0xffffffff }), { description: message`Seed of the parts` }),
    0,
  ),
});

export const standInCommand = command("stand-in", standInParser, { brief: standInBrief });

export async function runStandInCommand(
  options: InferValue<typeof standInCommand>,
  reporter: Reporter,
  signal: AbortSignal,
): Promise<number> {
  await removeLeftovers(options.out);
  const { layout } = options;
  const common = {
    out: options.out,
    size: options.size,
    seed: options.seed,
    workers: availableParallelism(),
    onProgress: (done: number, total: number) => reporter.progress({ step: "Draw parts", done, total }),
    signal,
  };
  await (layout === "vad" ? writeStandIn(common) : writeMaskedStandIn({ ...common, layout }));
  const [file, object] = layout === "vad"
    ? ["vad.ts", ""]
    : [layout === "visa" ? "spd_one_class.ts" : "spd_one_class_mvtec.ts", ` --object ${MASKED_OBJECT}`];
  reporter.say(`Wrote ${options.out}: deno task pipeline ${file} --data ${quote(options.out)}${object}`);
  return EXIT.ok;
}
