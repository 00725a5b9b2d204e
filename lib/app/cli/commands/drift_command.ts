/** `deno task drift --run RUNDIR FILE`: whether scored parts are still like the good training parts. @module */
import type { InferValue } from "@optique/core/parser";
import { wrap } from "../../../base/text/wrap.ts";
import { describeDrift } from "../../../product/drift/describe.ts";
import { findDrift } from "../../../product/drift/find_drift.ts";
import { readWatchedParts } from "../../../product/drift/read_lines.ts";
import { readGoodParts } from "../../../product/model/good_parts.ts";
import type { driftCommand } from "../options/drift_options.ts";
import { EXIT } from "../exit_codes.ts";
import { print } from "../print.ts";

export async function runDriftCommand(
  { run, lines, last, falseAlarms, format }: InferValue<typeof driftCommand>,
): Promise<number> {
  const good = await readGoodParts(run);
  if (!good) {
    throw new Error(
      `Cannot look for drift with "${run}" as an earlier release has made it, which kept nothing of good parts: run the ` +
        "pipeline or fit again",
    );
  }
  const parts = await readWatchedParts(lines);
  const report = findDrift(good, last === undefined ? parts : parts.slice(-last), { falseAlarms });
  if (format === "json") print(`${JSON.stringify(report)}\n`);
  else print(`${describeDrift(report).map((line) => wrap(line, 80, 2)).join("\n")}\n`);
  return EXIT.ok;
}
