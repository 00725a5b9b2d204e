/** The command line: a command a task. @module */
import { writeSync } from "node:fs";
import process from "node:process";
import { or } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { run } from "@optique/run";
import { backboneBrief, backboneCommand, backboneParser, runBackboneCommand } from "./backbone_command.ts";
import { distilBrief, distilCommand, distilParser, runDistilCommand } from "./distil_command.ts";
import { EXIT, runCommand } from "./exit.ts";
import { fitBrief, fitCommand, fitParser, runFitCommand } from "./fit_command.ts";
import { openReporter } from "./terminal.ts";
import { tidyUsage } from "./usage.ts";
import { pipelineBrief, pipelineCommand, pipelineParser, runPipelineCommand } from "./pipeline_command.ts";
import { pretrainBrief, pretrainCommand, pretrainParser, runPretrainCommand } from "./pretrain_command.ts";
import { runScoreCommand, scoreBrief, scoreCommand, scoreParser } from "./score_command.ts";
import { runSegmentCommand, segmentBrief, segmentCommand, segmentParser } from "./segment_command.ts";
import { runStandInCommand, standInBrief, standInCommand, standInParser } from "./stand_in_command.ts";

/** Help wraps here, and at the terminal's own width where that is less. */
const WIDTH = 80;

function parse(args: readonly string[]) {
  const maxWidth = Math.min(WIDTH, process.stdout.columns || WIDTH);
  const writer = (file: number, program: string) => (text: string) =>
    writeAll(file, `${tidyUsage(text, program, maxWidth)}\n`);
  const options = {
    args,
    help: "option",
    showDefault: true,
    showChoices: true,
    maxWidth,
    termWidth: 24,
    colors: process.stdout.isTTY === true && !process.env.NO_COLOR,
    errorExitCode: EXIT.usage,
    aboveError: "usage",
  } as const;
  // Each task is a command of its own, whose usage is its own as well.
  const programName = `deno task ${args[0]}`;
  const own = {
    programName,
    args: args.slice(1),
    stdout: writer(1, programName),
    stderr: writer(2, programName),
  };
  switch (args[0]) {
    case "pipeline":
      return run(pipelineParser, { ...options, ...own, brief: pipelineBrief });
    case "score":
      return run(scoreParser, { ...options, ...own, brief: scoreBrief });
    case "stand-in":
      return run(standInParser, { ...options, ...own, brief: standInBrief });
    case "backbone":
      return run(backboneParser, { ...options, ...own, brief: backboneBrief });
    case "fit":
      return run(fitParser, { ...options, ...own, brief: fitBrief });
    case "segment":
      return run(segmentParser, { ...options, ...own, brief: segmentBrief });
    case "distil":
      return run(distilParser, { ...options, ...own, brief: distilBrief });
    case "pretrain":
      return run(pretrainParser, { ...options, ...own, brief: pretrainBrief });
  }
  // Shells complete one word, so completion is for a function or alias named "segad".
  const completing = args.some((arg) => arg.startsWith("--completion"));
  return run(
    or(
      pipelineCommand,
      scoreCommand,
      fitCommand,
      segmentCommand,
      distilCommand,
      pretrainCommand,
      standInCommand,
      backboneCommand,
    ),
    {
      ...options,
      programName: completing ? "segad" : "deno task segad",
      stdout: writer(1, "deno task segad"),
      stderr: writer(2, "deno task segad"),
      completion: "option",
      brief: message`Visual inspection: pictures in, scores out.`,
    },
  );
}

/** The process ends as soon as the library for options has written. */
function writeAll(file: number, text: string): void {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
}

/** What is left of a command that was stopped. */
function keptOf(options: ReturnType<typeof parse>): string {
  if (options.command !== "score") return "Finished steps are kept: the same command goes on from here";
  return options.out ? `The lines so far are in ${options.out}.part` : "The lines so far are whole";
}

if (import.meta.main) {
  const options = parse(process.argv.slice(2));
  const reporter = openReporter({
    terminal: process.stderr.isTTY === true,
    write: (text) => void process.stderr.write(text),
  });
  await runCommand(
    async (signal) => {
      try {
        switch (options.command) {
          case "pipeline":
            return await runPipelineCommand(options, reporter, signal);
          case "score":
            return await runScoreCommand(options, reporter, signal);
          case "stand-in":
            return await runStandInCommand(options, reporter, signal);
          case "backbone":
            return await runBackboneCommand(options, reporter);
          case "fit":
            return await runFitCommand(options, reporter, signal);
          case "segment":
            return await runSegmentCommand(options, reporter, signal);
          case "distil":
            return await runDistilCommand(options, reporter, signal);
          case "pretrain":
            return await runPretrainCommand(options, reporter, signal);
        }
      } finally {
        reporter.close();
      }
    },
    reporter.say,
    keptOf(options),
  );
}
