/** `deno task export --run RUNDIR --out DIR`: a run's model as one ONNX graph with a certificate. @module */
import { existsSync } from "node:fs";
import type { InferValue } from "@optique/core/parser";
import { checkApart } from "../../../base/io/apart.ts";
import type { Reporter } from "../../../base/text/progress.ts";
import { exportModel } from "../../../product/export/export.ts";
import { forestOptions } from "../options/device_options.ts";
import { EXIT } from "../exit_codes.ts";
import type { exportCommand } from "../options/export_options.ts";
import { quote } from "../quote.ts";

const FROM = {
  given: "",
  "of the run": ", which are the run's own and lie in the folder now",
  drawn: ", which are drawn ones: the run's own are not where they were",
} as const;

export async function runExportCommand(
  options: InferValue<typeof exportCommand>,
  reporter: Reporter,
): Promise<number> {
  // A run over the classes of a data set writes a folder for each beside its own.
  const run = options.object === undefined ? options.run : `${options.run.replace(/[/\\]+$/, "")}-${options.object}`;
  if (!existsSync(run)) throw new Error(`Cannot export "${options.object}" as there is no folder "${run}"`);
  const { out, pictures } = options;
  await checkApart([{ path: out, option: "--out", replaced: true }], [run, ...pictures]);
  const { size, found, graph, certificate, pictures: from } = await exportModel({
    ...{ run, out, pictures, precision: options.precision, input: options.input, segments: options.segments },
    forest: forestOptions(options.xgboost),
  });
  const worst = found.reduce((most, { scoreError }) => Math.max(most, scoreError), 0);
  reporter.say(`Wrote ${out}: model.onnx, ${(size / 2 ** 20).toFixed(1)} MiB, operator set ${certificate.made.opset}`);
  reporter.say(`Certified by ${found.length} pictures${FROM[from]}`);
  reporter.say(`Scores of the graph and of the product differ by ${worst.toExponential(1)} at most`);
  if (options.precision !== "f32") {
    reporter.say(`A runtime holds where a score is off by ${certificate.tolerance.score} at most, a map by`);
    reporter.say(`${certificate.tolerance.map} of its largest; no decision on the pictures is another`);
  }
  if (graph.card.groups.length === 0) {
    reporter.say("The graph does not tell what moved a score, as its judge does not either");
  }
  reporter.say(`Check:   deno task verify ${quote(out)}`);
  reporter.say(`Score:   deno task score --run ${quote(out)} PICTURES…`);
  return EXIT.ok;
}
