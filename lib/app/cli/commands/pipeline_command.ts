/** `deno task pipeline FILE`: fits, judges and reports. @module */
import { existsSync } from "node:fs";
import { checkApart } from "../../../base/io/apart.ts";
import { listObjects } from "../../../picture/data/readers/table.ts";
import type { Reporter } from "../../../base/text/progress.ts";
import type { PipelineDefinition } from "../../../product/experiment/definition.ts";
import type { OpenFleet } from "../../queue/fleet.ts";
import { readPipeline } from "../../../product/run/read_pipeline.ts";
import { type RunOptions, runPipeline, type RunSummary } from "../../../product/run/run.ts";
import { forObject, runObjects } from "../../../product/run/run_objects.ts";
import { readBackboneOptions } from "../options/backbone_file.ts";
import { EXIT } from "../exit_codes.ts";
import { forestOptions } from "../options/device_options.ts";
import { later } from "../later.ts";
import { backInProject } from "../place.ts";
import { chosenPipeline, outputsOf, type PipelineOptions } from "./chosen_pipeline.ts";
import { runMaps } from "./judge_maps.ts";
import { reportRun, tell, tellWhatIsLeft } from "./tell_run.ts";

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
  const chosen = chosenPipeline(definition, options);
  const { looks, segments, data: { object } } = chosen;
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
    await reportRun(run, settings);
  };
  if (object === "all") {
    const code = await runAll(chosen, settings, report);
    return code === EXIT.ok && unread > 0 ? EXIT.partly : code;
  }
  const summary = await runPipeline(object === undefined ? chosen : forObject(chosen, object), settings);
  if (summary) {
    await report(summary);
    tellWhatIsLeft(summary, file, reporter);
  }
  return summary?.results.failed || summary?.undeployed || unread > 0 ? EXIT.partly : EXIT.ok;
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
