/** The command line: a command a task. Each loads the code behind it when it is known that it is wanted. @module */
import process from "node:process";
import { later } from "./later.ts";
import { type Options, parse } from "./parse.ts";
import { giveBack } from "./permissions.ts";
import { enterTypedFolder } from "./place.ts";
import type { TerminalReporter } from "./terminal.ts";

async function work(options: Options, reporter: TerminalReporter, signal: AbortSignal): Promise<number> {
  switch (options.command) {
    case "pipeline":
      return (await later<typeof import("./pipeline_command.ts")>("./pipeline_command.ts")).runPipelineCommand(
        options,
        reporter,
        signal,
      );
    case "score":
      return (await later<typeof import("./score_command.ts")>("./score_command.ts")).runScoreCommand(
        options,
        reporter,
        signal,
      );
    case "decide":
      return (await later<typeof import("./decide_command.ts")>("./decide_command.ts")).runDecideCommand(
        options,
        reporter,
      );
    case "drift":
      return (await later<typeof import("./drift_command.ts")>("./drift_command.ts")).runDriftCommand(options);
    case "stand-in":
      return (await later<typeof import("./stand_in_command.ts")>("./stand_in_command.ts")).runStandInCommand(
        options,
        reporter,
        signal,
      );
    case "backbone":
      return (await later<typeof import("./backbone_command.ts")>("./backbone_command.ts")).runBackboneCommand(
        options,
        reporter,
      );
    case "fit":
      return (await later<typeof import("./fit_command.ts")>("./fit_command.ts")).runFitCommand(
        options,
        reporter,
        signal,
      );
    case "segment":
      return (await later<typeof import("./segment_command.ts")>("./segment_command.ts")).runSegmentCommand(
        options,
        reporter,
        signal,
      );
    case "distil":
      return (await later<typeof import("./distil_command.ts")>("./distil_command.ts")).runDistilCommand(
        options,
        reporter,
        signal,
      );
    case "export":
      return (await later<typeof import("./export_command.ts")>("./export_command.ts")).runExportCommand(
        options,
        reporter,
      );
    case "verify":
      return (await later<typeof import("./verify_command.ts")>("./verify_command.ts")).runVerifyCommand(
        options,
        reporter,
      );
    case "pretrain":
      return (await later<typeof import("./pretrain_command.ts")>("./pretrain_command.ts")).runPretrainCommand(
        options,
        reporter,
        signal,
      );
    case "worker":
      return (await later<typeof import("./worker_command.ts")>("./worker_command.ts")).runWorkerCommand(
        options,
        reporter,
        signal,
      );
    case "queue":
      return (await later<typeof import("./queue_command.ts")>("./queue_command.ts")).runQueueCommand(
        options,
        reporter,
        signal,
      );
  }
}

/** What is left of a command that was stopped. */
function keptOf(options: Options): string {
  if (options.command === "worker") return "The work in hand is done, and other workers go on";
  if (options.command === "queue") return "The queue stays as it is";
  if (options.command !== "score") return "Finished steps are kept: the same command goes on from here";
  return options.out
    ? `The lines so far are in ${options.out}.part: the same command goes on from there`
    : "The lines so far are whole";
}

if (import.meta.main) {
  enterTypedFolder();
  const options = await parse(process.argv.slice(2));
  await giveBack(options);
  const [{ openReporter }, { runCommand }] = await Promise.all([
    later<typeof import("./terminal.ts")>("./terminal.ts"),
    later<typeof import("./exit.ts")>("./exit.ts"),
  ]);
  const reporter = openReporter({
    terminal: process.stderr.isTTY === true,
    write: (text) => void process.stderr.write(text),
  });
  await runCommand(
    (signal) => work(options, reporter, signal).finally(reporter.close),
    reporter.say,
    keptOf(options),
  );
}
