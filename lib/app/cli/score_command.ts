/** `deno task score --run RUNDIR PATHS…`: scores new pictures with a run's models. @module */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { merge, object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { multiple, optional, withDefault } from "@optique/core/modifiers";
import type { InferValue } from "@optique/core/parser";
import { argument, command, constant, option } from "@optique/core/primitives";
import { choice, float } from "@optique/core/valueparser";
import { path } from "@optique/run/valueparser";
import { readFeatures } from "../../product/run/read_pipeline.ts";
import { checkApart } from "../../base/io/apart.ts";
import type { Reporter } from "../../base/text/progress.ts";
import { listFiles, scorePictures } from "../../product/model/score_files.ts";
import type { PictureScore } from "../../product/model/score_files.ts";
import { csvHeader, csvLine, jsonLine } from "../../product/model/score_lines.ts";
import { deviceOptions, forestOptions, libraryOptions } from "./device_options.ts";
import { EXIT } from "./exit.ts";
import { openLines } from "./lines_file.ts";
import { print } from "./print.ts";

/** What the command does, in a line. */
export const scoreBrief = message`Score new pictures with the models of a run`;

const noRun = (run: string) =>
  message`There is no folder ${run}. Name the folder of a finished run, such as runs/vad/NAME, or what "deno task fit" wrote to --out.`;

/** The options of `deno task score`. */
export const scoreParser = merge(
  object({
    command: constant("score" as const),
    run: option("--run", path({ metavar: "RUNDIR", mustExist: true, errors: { pathNotFound: noRun } }), {
      description: message`Folder of a run`,
    }),
    paths: multiple(
      argument(path({ metavar: "PATH" }), { description: message`Pictures, or folders of pictures` }),
      { min: 1 },
    ),
    format: withDefault(
      option("--format", choice(["csv", "jsonl"], { metavar: "FORMAT" }), { description: message`Form of a line` }),
      "csv" as const,
    ),
    out: optional(option("--out", path({ metavar: "FILE" }), {
      description: message`File to write in place of the output stream`,
    })),
    threshold: optional(option("--threshold", float({ metavar: "X" }), {
      description: message`Score from which a part is bad, in place of the run's`,
    })),
    features: optional(option("--features", path({ metavar: "MODULE" }), {
      description:
        message`Pipeline file, or module with a feature set, that the run's own feature set is loaded from; a model alone loads no code`,
    })),
    segments: optional(option("--segments", path({ metavar: "DIR" }), {
      description: message`Segment maps of the pictures, where the run has one a picture`,
    })),
  }),
  deviceOptions,
  libraryOptions,
);

export const scoreCommand = command("score", scoreParser, { brief: scoreBrief });

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
    segments: options.segments,
    features: options.features === undefined ? undefined : await readFeatures(options.features),
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
