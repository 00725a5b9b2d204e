/** The command line: a command a task. Each loads the code behind it when it is known that it is wanted. @module */
import process from "node:process";
import { later } from "./later.ts";
import { type Options, parse } from "./parse.ts";
import { giveBack } from "./permissions.ts";
import { enterTypedFolder } from "./place.ts";
import type { TerminalReporter } from "./terminal.ts";

function commandIn<Module>(name: string): Promise<Module> {
  return later<Module>(`./commands/${name}_command.ts`, import.meta.url);
}

async function work(options: Options, reporter: TerminalReporter, signal: AbortSignal): Promise<number> {
  switch (options.command) {
    case "pipeline":
      return (await commandIn<typeof import("./commands/pipeline_command.ts")>("pipeline"))
        .runPipelineCommand(options, reporter, signal);
    case "score":
      await later<typeof import("../../base/text/few_questions.ts")>(
        "../../base/text/few_questions.ts",
        import.meta.url,
      );
      return (await commandIn<typeof import("./commands/score_command.ts")>("score"))
        .runScoreCommand(options, reporter, signal);
    case "decide":
      return (await commandIn<typeof import("./commands/decide_command.ts")>("decide"))
        .runDecideCommand(options, reporter);
    case "drift":
      return (await commandIn<typeof import("./commands/drift_command.ts")>("drift"))
        .runDriftCommand(options);
    case "stand-in":
      return (await commandIn<typeof import("./commands/stand_in_command.ts")>("stand_in"))
        .runStandInCommand(options, reporter, signal);
    case "backbone":
      return (await commandIn<typeof import("./commands/backbone_command.ts")>("backbone"))
        .runBackboneCommand(options, reporter);
    case "fit":
      return (await commandIn<typeof import("./commands/fit_command.ts")>("fit"))
        .runFitCommand(options, reporter, signal);
    case "segment":
      return (await commandIn<typeof import("./commands/segment_command.ts")>("segment"))
        .runSegmentCommand(options, reporter, signal);
    case "distil":
      return (await commandIn<typeof import("./commands/distil_command.ts")>("distil"))
        .runDistilCommand(options, reporter, signal);
    case "export":
      return (await commandIn<typeof import("./commands/export_command.ts")>("export"))
        .runExportCommand(options, reporter);
    case "verify":
      return (await commandIn<typeof import("./commands/verify_command.ts")>("verify"))
        .runVerifyCommand(options, reporter);
    case "pretrain":
      return (await commandIn<typeof import("./commands/pretrain_command.ts")>("pretrain"))
        .runPretrainCommand(options, reporter, signal);
    case "worker":
      return (await commandIn<typeof import("./commands/worker_command.ts")>("worker"))
        .runWorkerCommand(options, reporter, signal);
    case "queue":
      return (await commandIn<typeof import("./commands/queue_command.ts")>("queue"))
        .runQueueCommand(options, reporter, signal);
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
    later<typeof import("./terminal.ts")>("./terminal.ts", import.meta.url),
    later<typeof import("./exit.ts")>("./exit.ts", import.meta.url),
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
