/** `deno task score --run RUNDIR PATHS…`: scores new pictures with a run's models. @module */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { InferValue } from "@optique/core/parser";
import type { FeatureSet } from "../../../method/features/feature_set.ts";
import { identifyModel } from "../../../product/model/open_model.ts";
import { checkApart } from "../../../base/io/apart.ts";
import { canonicalJson } from "../../../base/io/hash.ts";
import type { Reporter } from "../../../base/text/progress.ts";
import { listFiles, scorePictures } from "../../../product/model/score_files.ts";
import type { ScoreLimits } from "../../../product/model/scorer.ts";
import type { PictureScore } from "../../../product/model/score_loaded.ts";
import {
  csvLine,
  excelLine,
  HEADERS,
  jsonLine,
  type LineFormat,
  nameInLine,
  readLines,
} from "../../../product/model/score_lines.ts";
import { forestOptions } from "../options/device_options.ts";
import { EXIT } from "../exit_codes.ts";
import { checkLines, filesOfLines, type LinesFile, openLines } from "../lines_file.ts";
import { later } from "../later.ts";
import { print } from "../print.ts";
import type { scoreCommand } from "../options/score_options.ts";

export async function runScoreCommand(
  options: InferValue<typeof scoreCommand>,
  reporter: Reporter,
  signal: AbortSignal,
): Promise<number> {
  if (options.details && options.format !== "jsonl") {
    throw new Error("Cannot write details into CSV as they have no columns: add --format jsonl");
  }
  const write = options.out === undefined ? undefined : await openOut(options.out, options, reporter);
  try {
    return await scoreInto(write, options, reporter, signal);
  } finally {
    write?.release();
  }
}

/** Scores pictures into a file, or where there is none onto the output stream; here, or by the workers at a queue. */
async function scoreInto(
  write: LinesFile | undefined,
  options: InferValue<typeof scoreCommand>,
  reporter: Reporter,
  signal: AbortSignal,
): Promise<number> {
  const { queue, cache, store, device } = options;
  if (queue === undefined) return await scoreBy(scorePictures, write, options, reporter, signal);
  for (const [name, why] of Object.entries(ALONE)) {
    const given = options[name as keyof typeof ALONE];
    if (given !== undefined && given !== false) {
      throw new TypeError(`Cannot use --${name.replace("A", "-a")} with --queue: ${why}`);
    }
  }
  const { withFleet } = await later<typeof import("../with_fleet.ts")>("../with_fleet.ts", import.meta.url);
  const { scoreOnFleet } = await later<typeof import("../score_with_fleet.ts")>(
    "../score_with_fleet.ts",
    import.meta.url,
  );
  return await withFleet({ url: queue, cache, store, device, reporter }, (fleet) =>
    scoreBy(
      (given, take) => scoreOnFleet({ ...given, fleet, cache: fleet.cache, store: fleet.store }, take),
      ...[write, options, reporter, signal] as const,
    ));
}

async function scoreBy(
  score: typeof scorePictures,
  write: LinesFile | undefined,
  options: InferValue<typeof scoreCommand>,
  reporter: Reporter,
  signal: AbortSignal,
): Promise<number> {
  const { format, details } = options;
  const line = LINES[format];
  const closer = details || options.overlays !== undefined ? await openCloser(options) : undefined;
  let told = 0;
  let unread = 0;
  let unjudged = 0;
  const take = async (result: PictureScore, limits: ScoreLimits): Promise<void> => {
    if (result.error !== undefined) {
      unread++;
      reporter.warn(result.error);
    } else if (result.decision === "not_judged") unjudged++;
    // Where a line is, its drawing is.
    await closer?.draw(result, limits);
    const text = `${told++ === 0 ? HEADERS[format] : ""}${details && closer?.line(result, limits) || line(result)}\n`;
    if (write) write.line(text);
    else print(text);
  };
  const lines = write?.earlier && readLines(write.earlier.bytes, format);
  const leftOut = await score({
    run: options.run,
    paths: options.paths,
    threshold: options.threshold,
    review: options.review,
    judgeAll: options.judgeAll,
    align: options.align,
    segments: options.segments,
    depth: options.depth,
    maxPixels: options.maxPixels,
    features: options.features === undefined ? undefined : await featuresNamed(options.features),
    device: options.device,
    threads: options.threads,
    forest: forestOptions(options.xgboost),
    details: closer !== undefined,
    earlier: write?.earlier && lines && {
      lines,
      since: write.earlier.since,
      nameOf: (file) => nameInLine(file, format),
      keep(count) {
        write.keep(count === 0 ? 0 : lines[count - 1].end);
        told = count;
        unread = lines.slice(0, count).filter((one) => one.unread).length;
      },
    },
    reporter,
    signal,
  }, take);
  if (write) {
    await write.finish();
    reporter.say(`Wrote ${options.out}`);
  }
  if (unjudged > 0) reporter.say(`${unjudged} of ${told} pictures were not judged; the reasons say why`);
  if (unread > 0) {
    reporter.say(`${unread} of ${told} pictures could not be scored; the warnings say why`);
  }
  return unread + leftOut > 0 ? EXIT.partly : EXIT.ok;
}

/** What one machine does, and why workers do not. */
const ALONE = {
  features: "give it to the workers",
  xgboost: "workers have the embedded one",
  details: "workers give scores, decisions and reasons alone",
  overlays: "workers give scores, decisions and reasons alone",
  align: "workers take pictures as they are",
  judgeAll: "workers judge what can be of the part",
};

const LINES: Readonly<Record<LineFormat, (result: PictureScore) => string>> = {
  csv: csvLine,
  excel: excelLine,
  jsonl: jsonLine,
};

/** What a closer look at pictures makes; its code is loaded where one is wanted. */
async function openCloser({ overlays, run, paths }: InferValue<typeof scoreCommand>) {
  const { openScoredPictures } = await later<typeof import("../scored_pictures.ts")>(
    "../scored_pictures.ts",
    import.meta.url,
  );
  return await openScoredPictures(overlays, { paths, inputs: [join(run, "models")] });
}

/** The feature set of a module that the user has named; a command without the option loads no pipeline file. */
async function featuresNamed(name: string): Promise<FeatureSet> {
  const { readFeatures } = await import("../../../product/run/read_pipeline.ts");
  return await readFeatures(name);
}

async function openOut(
  out: string,
  options: InferValue<typeof scoreCommand>,
  reporter: Reporter,
): Promise<LinesFile> {
  await checkOut(out, options);
  checkLines(out);
  const { run, threshold = null, review = null, depth = null, segments = null, format, details, device } = options;
  const lines = await openLines(out, {
    model: await identifyModel(run),
    threshold,
    review,
    format: details ? `${format} with details` : format,
    ...options.align && { alignment: "to the mean good picture" },
    ...options.judgeAll && { ["choice of pictures that are judged"]: "all" },
    depth: canonicalJson(depth),
    ["folder of segment maps"]: segments && resolve(segments),
    device,
  });
  if (!lines.locked) reporter.warn(`"${out}" cannot be locked on this disk: write it with one process at a time`);
  return lines;
}

/**
 * Lines may lie beside the pictures, but take the place of none, and lie in no model.
 *
 * @throws {Error} where they would
 */
async function checkOut(out: string, { run, segments, paths }: InferValue<typeof scoreCommand>): Promise<void> {
  const outputs = filesOfLines(out).filter((path) => existsSync(path)).map((path) => ({ path, option: "--out" }));
  await checkApart([{ path: out, option: "--out" }], [join(run, "models"), segments]);
  // What is not there yet is no picture, so that thousands need not be looked at.
  if (outputs.length > 0) await checkApart(outputs, await listFiles(paths));
}
