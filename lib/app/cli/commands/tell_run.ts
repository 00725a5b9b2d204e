/** What a run has found, in words. @module */
import { describeOrigin } from "../../../product/experiment/data_source.ts";
import type { Reporter } from "../../../base/text/progress.ts";
import type { Results } from "../../../product/experiment/results.ts";
import { textTable } from "../../../product/report/text_table.ts";
import { describeFailed } from "../../../product/experiment/failures.ts";
import { EXIT } from "../exit_codes.ts";
import { toTyped } from "../place.ts";
import { print } from "../print.ts";
import { wrap } from "../../../base/text/wrap.ts";
import { describeDecision } from "../../../product/model/describe_decision.ts";
import { describeTimings } from "../../../product/run/cache/timings.ts";
import { describeAuto } from "../../../product/report/describe_auto.ts";
import { adviceFor } from "../../../product/report/advice.ts";
import { writeRunReport } from "../../../product/report/run_report.ts";
import type { RunOptions, RunSummary } from "../../../product/run/run.ts";
import { quote } from "../quote.ts";

/** Shows what a run without a report has found; nothing where only the plan was wanted. */
export function tell(
  summary: { readonly results: Results; readonly folder: string } | undefined,
  reporter: Reporter,
): number {
  if (!summary) return EXIT.ok;
  printTable(summary.results);
  const failed = describeFailed(summary.results.failed ?? []);
  if (failed) reporter.warn(failed);
  reporter.say(`Results: ${toTyped(summary.folder)}/results.json`);
  return failed ? EXIT.partly : EXIT.ok;
}

/** The table, below a line that says on which data it was measured. */
function printTable({ data, rows, comparisons = [] }: Results): void {
  print(`\nMeasured on: ${describeOrigin(data.origin)}\n\n${textTable(rows, 80, comparisons)}`);
}

/** Shows what a run of a pipeline has found, and writes its report. */
export async function reportRun(run: RunSummary, { reporter, device }: RunOptions): Promise<void> {
  // The table first: what goes wrong with the report must not hide it.
  printTable(run.results);
  if (run.swapped) reporter.warn(run.swapped);
  for (const line of describeAuto(run.definition, run.results)) reporter.say(wrap(line, 80, 2));
  const failed = describeFailed(run.results.failed ?? []);
  if (failed) reporter.warn(failed);
  const timings = describeTimings(run.timings, device);
  if (timings) reporter.say(timings);
  await writeRunReport(run);
}

/**
 * Says what a run has left: its report, its model, and how to score with it.
 *
 * @param file of the pipeline
 */
export function tellWhatIsLeft(summary: RunSummary, file: string, reporter: Reporter): void {
  reporter.say(`Report:  ${toTyped(summary.folder)}/report.html`);
  const own = typeof summary.definition.features === "object" ? `--features ${quote(file)} ` : "";
  if (summary.deployment) {
    const { model: { method, decision }, instead } = summary.deployment;
    if (instead !== undefined) reporter.warn(instead);
    reporter.say(wrap(`Model:   ${method}; ${describeDecision(decision)}`, 80, 9));
    for (const [i, line] of adviceFor(summary).entries()) {
      reporter.say(wrap(`${i === 0 ? "Helps:  " : "        "} ${line}`, 80, 9));
    }
    reporter.say(`Score:   deno task score --run ${quote(toTyped(summary.folder))} ${own}PICTURES…`);
  }
}
