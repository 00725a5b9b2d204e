/** `deno task pipeline FILE`: fits, judges and reports. @module */
import { wrap } from "../../../base/text/wrap.ts";
import { describeDecision } from "../../../product/model/describe_decision.ts";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { InferValue } from "@optique/core/parser";
import { checkApart } from "../../../base/io/apart.ts";
import type { Output } from "../../../base/io/apart.ts";
import { listObjects } from "../../../picture/data/readers/table.ts";
import { describeOrigin } from "../../../product/experiment/data_source.ts";
import type { Reporter } from "../../../base/text/progress.ts";
import type { Results } from "../../../product/experiment/results.ts";
import { parseDefinition } from "../../../product/experiment/define_pipeline.ts";
import type { PipelineDefinition } from "../../../product/experiment/definition.ts";
import type { OpenFleet } from "../../queue/fleet.ts";
import { readPipeline } from "../../../product/run/read_pipeline.ts";
import { parseReference } from "../../../product/published/definition.ts";
import { type RunOptions, runPipeline, type RunSummary } from "../../../product/run/run.ts";
import { forObject, runObjects } from "../../../product/run/run_objects.ts";
import { describeTimings } from "../../../product/run/cache/timings.ts";
import { readReference } from "../../../product/published/read_reference.ts";
import { runReference } from "../../../product/published/run.ts";
import { describeAuto } from "../../../product/report/describe_auto.ts";
import { adviceFor } from "../../../product/report/advice.ts";
import { writeRunReport } from "../../../product/report/run_report.ts";
import { textTable } from "../../../product/report/text_table.ts";
import { describeFailed } from "../../../product/experiment/failures.ts";
import { readBackboneOptions } from "../options/backbone_file.ts";
import { EXIT } from "../exit_codes.ts";
import { forestOptions } from "../options/device_options.ts";
import { later } from "../later.ts";
import { backInProject, toTyped } from "../place.ts";
import { readLooks } from "../options/look_options.ts";
import { alignSetting } from "../options/picture_options.ts";
import { print } from "../print.ts";
import { quote } from "../quote.ts";
import type { pipelineCommand } from "../options/pipeline_options.ts";

export type PipelineOptions = InferValue<typeof pipelineCommand>;

/** What may be a path; a pipeline file is looked up in the project's pipelines/ as well, and "none" is no segment map. */
function pathsOf({ file, segments, align }: PipelineOptions): (keyof PipelineOptions)[] {
  const more = [
    ...existsSync(file) ? ["file"] as const : [],
    ...segments === "none" ? [] : ["segments"] as const,
    ...align === "good-parts" ? [] : ["align"] as const,
  ];
  return ["data", "table", "maps", "backbone", "runs", "cache", "xgboost", ...more];
}

export async function runPipelineCommand(
  typed: PipelineOptions,
  reporter: Reporter,
  signal: AbortSignal,
): Promise<number> {
  if (typed.data?.startsWith("s3://")) {
    throw new TypeError(
      `Cannot read "${typed.data}" as a pipeline looks at every picture itself: bring them into a folder, name that with ` +
        `--data here, and tell workers --data FOLDER=${typed.data}`,
    );
  }
  const options = backInProject(typed, pathsOf(typed));
  const { queue, xgboost, cache, store, device, plan } = options;
  if (queue === undefined) return await run(options, reporter, signal);
  if (options.maps !== undefined) {
    throw new TypeError("Cannot use --maps with --queue: maps are judged by this process");
  }
  if (xgboost !== undefined) {
    throw new TypeError("Cannot use --xgboost with --queue: workers train forests with the embedded XGBoost");
  }
  if (plan) return await run(options, reporter, signal);
  const { withFleet } = await later<typeof import("../with_fleet.ts")>("../with_fleet.ts", import.meta.url);
  return await withFleet(
    { url: queue, cache, store, device, reporter },
    (fleet) => run(options, reporter, signal, fleet),
  );
}

async function run(
  options: PipelineOptions,
  reporter: Reporter,
  signal: AbortSignal,
  fleet?: OpenFleet,
): Promise<number> {
  if (options.maps !== undefined && options.crossFit !== undefined) {
    throw new TypeError("Cannot use --maps with --cross-fit: there are no classifiers to train");
  }
  if (options.maps !== undefined && options.looks.length > 0) {
    throw new TypeError("Cannot use --maps with --look: maps stand in place of what detectors would see");
  }
  if (options.maps !== undefined) return await runMaps(options, options.maps, reporter, signal);
  const { definition, file } = await readPipeline(options.file, options.size);
  const seeds = options.seeds?.split(",").map(Number) ?? definition.seeds;
  const object = options.object ?? definition.data.object;
  const segments = options.segments ?? definition.segments;
  if (segments.includes("{object}") && object === undefined) {
    throw new TypeError(`Cannot find the segment maps "${segments}" as no object is named: add --object NAME, or all`);
  }
  const looks = readLooks(definition.looks, options.looks);
  const chosen = parseDefinition({
    ...definition,
    ...looks && { looks },
    ...options.crossFit !== undefined && { crossFit: options.crossFit },
    segments,
    seeds,
    decision: {
      ...definition.decision,
      ...options.recall !== undefined && { recall: options.recall },
      ...options.confidence !== undefined && { confidence: options.confidence },
      ...options.falseAlarms !== undefined && { falseAlarms: options.falseAlarms },
    },
    data: {
      ...definition.data,
      ...object !== undefined && { object },
      ...options.group !== undefined && { group: options.group },
      ...options.table !== undefined && { table: options.table },
    },
    picture: {
      ...definition.picture,
      ...options.depth && { depth: options.depth },
      ...options.maxPixels && { maxPixels: options.maxPixels },
      ...alignSetting(options.align),
    },
  });
  await checkApart(outputsOf(options, definition.name), [
    ...[options.data, options.backbone, segments === "none" ? undefined : segments],
    ...Object.values(looks ?? {}).map(({ backbone }) => backbone),
  ]);
  const settings: RunOptions = {
    file,
    data: options.data,
    size: options.size,
    backbone: readBackboneOptions(options),
    device: options.device,
    threads: options.threads,
    forest: forestOptions(options.xgboost),
    runs: options.runs,
    cache: options.cache,
    name: options.name,
    minutes: options.minutes,
    fleet,
    store: fleet?.store,
    planOnly: options.plan,
    skipUnreadable: options.skipUnreadable,
    reporter,
    signal,
  };
  let unread = 0;
  const report = async (run: RunSummary) => {
    unread += run.unread;
    // The table first: what goes wrong with the report must not hide it.
    printTable(run.results);
    if (run.swapped) reporter.warn(run.swapped);
    for (const line of describeAuto(run.definition, run.results)) reporter.say(wrap(line, 80, 2));
    const failed = describeFailed(run.results.failed ?? []);
    if (failed) reporter.warn(failed);
    const timings = describeTimings(run.timings, options.device);
    if (timings) reporter.say(timings);
    await writeRunReport(run);
  };
  if (object === "all") {
    const code = await runAll(chosen, settings, report);
    return code === EXIT.ok && unread > 0 ? EXIT.partly : code;
  }
  const summary = await runPipeline(object === undefined ? chosen : forObject(chosen, object), settings);
  if (summary) {
    await report(summary);
    reporter.say(`Report:  ${toTyped(summary.folder)}/report.html`);
    const own = typeof chosen.features === "object" ? `--features ${quote(file)} ` : "";
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
  return summary?.results.failed || summary?.undeployed || unread > 0 ? EXIT.partly : EXIT.ok;
}

/** Where a run writes. */
function outputsOf({ runs, cache, name }: PipelineOptions, pipeline: string): Output[] {
  const own = join(runs, pipeline);
  return [
    { path: cache, option: "--cache" },
    { path: own, option: "--runs" },
    ...name === undefined ? [] : [
      { path: join(own, name), option: "--name" },
      { path: join(own, name, "models"), option: "--name", replaced: true },
    ],
  ];
}

/** Runs all objects of a data set. */
async function runAll(
  definition: PipelineDefinition,
  settings: RunOptions,
  report: Parameters<typeof runObjects>[3],
): Promise<number> {
  const { data, reporter } = settings;
  const objects = data === undefined ? [] : await listObjects(data, definition.data);
  if (objects.length === 0) {
    throw new TypeError("Cannot run all objects as --data must name a folder that holds several: VisA's or MVTec AD's");
  }
  const summary = await runObjects(definition, objects, settings, report);
  return tell(summary, reporter);
}

/** Judges maps that others have made. */
async function runMaps(
  options: PipelineOptions,
  maps: string,
  reporter: Reporter,
  signal: AbortSignal,
): Promise<number> {
  if (options.data !== undefined) throw new TypeError("Cannot use --maps with --data: maps stand in place of pictures");
  if (options.segments !== undefined) {
    throw new TypeError("Cannot use --maps with --segments: the segment maps are those in its visa_segm/");
  }
  if (options.depth ?? options.maxPixels ?? options.align) {
    throw new TypeError("Cannot use --maps with --depth, --max-pixels or --align: maps stand in place of pictures");
  }
  if (readBackboneOptions(options)) {
    throw new TypeError("Cannot use --maps with --backbone: maps stand in place of what a backbone would see");
  }
  const { definition, file } = await readReference(options.file);
  await checkApart(outputsOf(options, definition.name), [maps]);
  const seeds = options.seeds?.split(",").map(Number) ?? definition.seeds;
  const summary = await runReference(parseReference({ ...definition, seeds }), {
    file,
    maps,
    ...options.object !== undefined && { classes: [options.object] },
    forest: forestOptions(options.xgboost),
    runs: options.runs,
    cache: options.cache,
    name: options.name,
    planOnly: options.plan,
    reporter,
    signal,
  });
  return tell(summary, reporter);
}

/** Shows what a run without a report has found; nothing where only the plan was wanted. */
function tell(
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
