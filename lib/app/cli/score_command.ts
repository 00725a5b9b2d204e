/** `deno task score --run RUNDIR PATHS…`: scores new pictures with a run's models. @module */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { InferValue } from "@optique/core/parser";
import type { FeatureSet } from "../../method/features/feature_set.ts";
import { checkApart } from "../../base/io/apart.ts";
import type { Reporter } from "../../base/text/progress.ts";
import { listFiles, scorePictures } from "../../product/model/score_files.ts";
import type { PictureScore } from "../../product/model/score_files.ts";
import { csvHeader, csvLine, jsonLine } from "../../product/model/score_lines.ts";
import { forestOptions } from "./device_options.ts";
import { EXIT } from "./exit_codes.ts";
import { openLines } from "./lines_file.ts";
import { print } from "./print.ts";
import type { scoreCommand } from "./score_options.ts";

export async function runScoreCommand(
  options: InferValue<typeof scoreCommand>,
  reporter: Reporter,
  signal: AbortSignal,
): Promise<number> {
  const line = options.format === "csv" ? csvLine : jsonLine;
  const header = options.format === "csv" ? `${csvHeader}\n` : "";
  if (options.out) await checkOut(options.out, options);
  const write = options.out ? openLines(options.out) : undefined;
  write?.check();
  let told = 0;
  let unread = 0;
  const take = (result: PictureScore): void => {
    if (result.error !== undefined) {
      unread++;
      reporter.warn(result.error);
    }
    const text = `${told++ === 0 ? header : ""}${line(result)}\n`;
    if (write) write.line(text);
    else print(text);
  };
  const leftOut = await scorePictures({
    run: options.run,
    paths: options.paths,
    threshold: options.threshold,
    review: options.review,
    segments: options.segments,
    depth: options.depth,
    maxPixels: options.maxPixels,
    features: options.features === undefined ? undefined : await featuresNamed(options.features),
    device: options.device,
    threads: options.threads,
    forest: forestOptions(options.xgboost),
    reporter,
    signal,
  }, take);
  if (write) {
    write.finish();
    reporter.say(`Wrote ${options.out}`);
  }
  if (unread > 0) {
    reporter.say(`${unread} of ${told} pictures could not be scored; the warnings say why`);
  }
  return unread + leftOut > 0 ? EXIT.partly : EXIT.ok;
}

/** The feature set of a module that the user has named; a command without the option loads no pipeline file. */
async function featuresNamed(name: string): Promise<FeatureSet> {
  const { readFeatures } = await import("../../product/run/read_pipeline.ts");
  return await readFeatures(name);
}

/**
 * Lines may lie beside the pictures, but take the place of none, and lie in no model.
 *
 * @throws {Error} where they would
 */
async function checkOut(out: string, { run, segments, paths }: InferValue<typeof scoreCommand>): Promise<void> {
  const outputs = [out, `${out}.part`].filter((path) => existsSync(path)).map((path) => ({ path, option: "--out" }));
  await checkApart([{ path: out, option: "--out" }], [join(run, "models"), segments]);
  // What is not there yet is no picture, so that thousands need not be looked at.
  if (outputs.length > 0) await checkApart(outputs, await listFiles(paths));
}
