/** The commands in this process, which is faster than a process each: what they throw is the message of a process. @module */
import assert from "node:assert/strict";
import process from "node:process";
import { parse } from "@optique/core/parser";
import type { Parser } from "@optique/core/parser";
import { runBackboneCommand } from "../../../lib/app/cli/commands/backbone_command.ts";
import { backboneParser } from "../../../lib/app/cli/options/backbone_options.ts";
import { runDecideCommand } from "../../../lib/app/cli/commands/decide_command.ts";
import { decideParser } from "../../../lib/app/cli/options/decide_options.ts";
import { runDistilCommand } from "../../../lib/app/cli/commands/distil_command.ts";
import { distilParser } from "../../../lib/app/cli/options/distil_options.ts";
import { runExportCommand } from "../../../lib/app/cli/commands/export_command.ts";
import { exportParser } from "../../../lib/app/cli/options/export_options.ts";
import { runFitCommand } from "../../../lib/app/cli/commands/fit_command.ts";
import { fitParser } from "../../../lib/app/cli/options/fit_options.ts";
import { runPipelineCommand } from "../../../lib/app/cli/commands/pipeline_command.ts";
import { pipelineParser } from "../../../lib/app/cli/options/pipeline_options.ts";
import { runPretrainCommand } from "../../../lib/app/cli/commands/pretrain_command.ts";
import { pretrainParser } from "../../../lib/app/cli/options/pretrain_options.ts";
import { runScoreCommand } from "../../../lib/app/cli/commands/score_command.ts";
import { scoreParser } from "../../../lib/app/cli/options/score_options.ts";
import { runSegmentCommand } from "../../../lib/app/cli/commands/segment_command.ts";
import { segmentParser } from "../../../lib/app/cli/options/segment_options.ts";
import { runVerifyCommand } from "../../../lib/app/cli/commands/verify_command.ts";
import { verifyParser } from "../../../lib/app/cli/options/verify_options.ts";
import { driftParser } from "../../../lib/app/cli/options/drift_options.ts";
import { runDriftCommand } from "../../../lib/app/cli/commands/drift_command.ts";
import { EXIT } from "../../../lib/app/cli/exit_codes.ts";
import { openReporter } from "../../../lib/app/cli/terminal.ts";
import { describeError } from "../../../lib/base/text/describe_error.ts";
import type { Reporter } from "../../../lib/base/text/progress.ts";
import type { Outcome } from "./product.ts";

/** What commands have told people, line by line; a test empties it. */
export const told: string[] = [];
const reporter: Reporter = {
  say: (line) => void told.push(line),
  warn: (line) => void told.push(`Warning: ${line}`),
  progress: () => {},
};
const never = new AbortController().signal;

type Work = (args: readonly string[], reporter: Reporter) => Promise<number>;

/** What a command does with the options that it understands. */
function worked<T>(
  parser: Parser<"sync", T, unknown>,
  work: (options: T, reporter: Reporter, signal: AbortSignal) => Promise<number>,
): Work {
  return async (args, reporter) => {
    const parsed = parse(parser, args);
    assert.ok(parsed.success, `${args.join(" ")}: ${JSON.stringify(parsed)}`);
    return await work(parsed.value, reporter, never);
  };
}

/** The same, telling `told`. */
function command<T>(...given: Parameters<typeof worked<T>>): (...args: string[]) => Promise<number> {
  return (...args) => worked(...given)(args, reporter);
}

export const fit = command(fitParser, runFitCommand);
export const distil = command(distilParser, runDistilCommand);
export const pretrain = command(pretrainParser, runPretrainCommand);
export const segment = command(segmentParser, runSegmentCommand);
export const pipeline = command(pipelineParser, runPipelineCommand);
export const score = command(scoreParser, runScoreCommand);
export const decide = command(decideParser, runDecideCommand);
export const backbone = command(backboneParser, runBackboneCommand);
export const exporting = command(exportParser, runExportCommand);
export const verify = command(verifyParser, runVerifyCommand);

const HERE = {
  fit: worked(fitParser, runFitCommand),
  segment: worked(segmentParser, runSegmentCommand),
  pipeline: worked(pipelineParser, runPipelineCommand),
  score: worked(scoreParser, runScoreCommand),
  decide: worked(decideParser, runDecideCommand),
  distil: worked(distilParser, runDistilCommand),
  pretrain: worked(pretrainParser, runPretrainCommand),
  backbone: worked(backboneParser, runBackboneCommand),
  drift: worked(driftParser, (options) => runDriftCommand(options)),
};

/** One after the other: what they print goes to one place. */
let before: Promise<unknown> = Promise.resolve();

/**
 * Does in this process what `run` of `product.ts` does in one of its own, for tests of what a command does and says: it takes a
 * fifth of the time. What belongs to a process, such as options that are not understood, signals and permissions, is not here.
 */
export function here(task: keyof typeof HERE, ...args: readonly string[]): Promise<Outcome> {
  const outcome = before.then(async (): Promise<Outcome> => {
    let [out, err] = ["", ""];
    const terminal = openReporter({ terminal: false, write: (text) => void (err += text) });
    const { write } = process.stdout;
    process.stdout.write = ((text: string | Uint8Array, ...more: unknown[]) => {
      out += typeof text === "string" ? text : new TextDecoder().decode(text);
      const done = more.find((each) => typeof each === "function");
      if (done) queueMicrotask(done as () => void);
      return true;
    }) as typeof write;
    try {
      const code = await HERE[task](args, terminal);
      return { code, out, err };
    } catch (error) {
      if (error instanceof assert.AssertionError) throw error;
      return { code: EXIT.failed, out, err: `${err}Error: ${describeError(error)}\n` };
    } finally {
      process.stdout.write = write;
      terminal.close();
    }
  });
  before = outcome.catch(() => {});
  return outcome;
}
