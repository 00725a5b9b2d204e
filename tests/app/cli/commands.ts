/** The commands in this process, which is faster than a process each: what they throw is the message of a process. @module */
import assert from "node:assert/strict";
import { parse } from "@optique/core/parser";
import type { Parser } from "@optique/core/parser";
import { runBackboneCommand } from "../../../lib/app/cli/backbone_command.ts";
import { backboneParser } from "../../../lib/app/cli/backbone_options.ts";
import { runDecideCommand } from "../../../lib/app/cli/decide_command.ts";
import { decideParser } from "../../../lib/app/cli/decide_options.ts";
import { runDistilCommand } from "../../../lib/app/cli/distil_command.ts";
import { distilParser } from "../../../lib/app/cli/distil_options.ts";
import { runExportCommand } from "../../../lib/app/cli/export_command.ts";
import { exportParser } from "../../../lib/app/cli/export_options.ts";
import { runFitCommand } from "../../../lib/app/cli/fit_command.ts";
import { fitParser } from "../../../lib/app/cli/fit_options.ts";
import { runPipelineCommand } from "../../../lib/app/cli/pipeline_command.ts";
import { pipelineParser } from "../../../lib/app/cli/pipeline_options.ts";
import { runPretrainCommand } from "../../../lib/app/cli/pretrain_command.ts";
import { pretrainParser } from "../../../lib/app/cli/pretrain_options.ts";
import { runScoreCommand } from "../../../lib/app/cli/score_command.ts";
import { scoreParser } from "../../../lib/app/cli/score_options.ts";
import { runSegmentCommand } from "../../../lib/app/cli/segment_command.ts";
import { segmentParser } from "../../../lib/app/cli/segment_options.ts";
import { runVerifyCommand } from "../../../lib/app/cli/verify_command.ts";
import { verifyParser } from "../../../lib/app/cli/verify_options.ts";
import type { Reporter } from "../../../lib/base/text/progress.ts";

/** What commands have told people, line by line; a test empties it. */
export const told: string[] = [];
const reporter: Reporter = {
  say: (line) => void told.push(line),
  warn: (line) => void told.push(`Warning: ${line}`),
  progress: () => {},
};
const never = new AbortController().signal;

/** What a command does with the options that it understands. */
function command<T>(
  parser: Parser<"sync", T, unknown>,
  work: (options: T, reporter: Reporter, signal: AbortSignal) => Promise<number>,
): (...args: string[]) => Promise<number> {
  return async (...args) => {
    const parsed = parse(parser, args);
    assert.ok(parsed.success, `${args.join(" ")}: ${JSON.stringify(parsed)}`);
    return await work(parsed.value, reporter, never);
  };
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
