/** `deno task verify DIR`: an exported model against its certificate. @module */
import type { InferValue } from "@optique/core/parser";
import type { Reporter } from "../../../base/text/progress.ts";
import { verifyExport } from "../../../product/export/verify.ts";
import { EXIT } from "../exit_codes.ts";
import type { verifyCommand } from "../options/verify_options.ts";

export async function runVerifyCommand(
  options: InferValue<typeof verifyCommand>,
  reporter: Reporter,
): Promise<number> {
  const { certificate, found } = await verifyExport(options.folder, options);
  for (const { name, score, expected, scoreError, mapError, decision, holds } of found) {
    reporter.say(
      `${holds ? "ok  " : "FAIL"} ${name}: ${score.toFixed(6)} (${decision}), expected ${expected.toFixed(6)}`,
    );
    if (!holds) {
      reporter.say(`     off by ${scoreError.toExponential(1)}, maps by ${mapError.toExponential(1)}`);
    }
  }
  const held = found.filter(({ holds }) => holds).length;
  const { score, map } = certificate.tolerance;
  reporter.say(`${held} of ${found.length} hold, within ${score} of scores and ${map} of maps`);
  return held === found.length ? EXIT.ok : EXIT.failed;
}
