/** `deno task stand-in --out DIR`: the procedural stand-in as pictures. @module */
import { availableParallelism } from "node:os";
import type { InferValue } from "@optique/core/parser";
import { writeMaskedStandIn, writeStandIn } from "../../../picture/stand_in/write.ts";
import { MASKED_OBJECT } from "../../../picture/stand_in/masked_plan.ts";
import { removeLeftovers } from "../../../base/io/half_written.ts";
import type { Reporter } from "../../../base/text/progress.ts";
import { EXIT } from "../exit_codes.ts";
import { quote } from "../quote.ts";
import type { standInCommand } from "../options/stand_in_options.ts";

/** What reads each layout. */
const FILES = {
  vad: "vad.ts",
  visa: "spd_one_class.ts",
  mvtec: "spd_one_class_mvtec.ts",
  folder: "folder.ts",
} as const;

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
  const object = layout === "vad" || layout === "folder" ? "" : ` --object ${MASKED_OBJECT}`;
  reporter.say(`Wrote ${options.out}: deno task pipeline ${FILES[layout]} --data ${quote(options.out)}${object}`);
  return EXIT.ok;
}
