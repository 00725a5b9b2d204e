/** Reading the command line. Nothing but options is loaded for it, so that help is there at once. @module */
import "./ascii_segmenter.ts";
import { writeSync } from "node:fs";
import process from "node:process";
import { message } from "@optique/core/message";
import { run } from "@optique/run";
import { EXIT } from "./exit_codes.ts";
import { later } from "./later.ts";
import { tidyUsage } from "./usage.ts";

/** Help wraps here, and at the terminal's own width where that is less. */
const WIDTH = 80;

/** A command's options are read when it is the one that was named. */
function optionsIn<Module>(name: string): Promise<Module> {
  return later<Module>(`./options/${name}_options.ts`, import.meta.url);
}

/** The command that was named with its options. Ends the process where it was asked for help, or cannot be understood. */
export async function parse(args: readonly string[]) {
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
    ...options,
    programName,
    args: args.slice(1),
    stdout: writer(1, programName),
    stderr: writer(2, programName),
  };
  switch (args[0]) {
    case "pipeline": {
      const { pipelineParser, pipelineBrief } = await optionsIn<typeof import("./options/pipeline_options.ts")>(
        "pipeline",
      );
      return run(pipelineParser, { ...own, brief: pipelineBrief });
    }
    case "score": {
      const { scoreParser, scoreBrief } = await optionsIn<typeof import("./options/score_options.ts")>("score");
      return run(scoreParser, { ...own, brief: scoreBrief });
    }
    case "decide": {
      const { decideParser, decideBrief } = await optionsIn<typeof import("./options/decide_options.ts")>("decide");
      return run(decideParser, { ...own, brief: decideBrief });
    }
    case "drift": {
      const { driftParser, driftBrief } = await optionsIn<typeof import("./options/drift_options.ts")>("drift");
      return run(driftParser, { ...own, brief: driftBrief });
    }
    case "stand-in": {
      const { standInParser, standInBrief } = await optionsIn<typeof import("./options/stand_in_options.ts")>(
        "stand_in",
      );
      return run(standInParser, { ...own, brief: standInBrief });
    }
    case "backbone": {
      const { backboneParser, backboneBrief } = await optionsIn<typeof import("./options/backbone_options.ts")>(
        "backbone",
      );
      return run(backboneParser, { ...own, brief: backboneBrief });
    }
    case "fit": {
      const { fitParser, fitBrief } = await optionsIn<typeof import("./options/fit_options.ts")>("fit");
      return run(fitParser, { ...own, brief: fitBrief });
    }
    case "segment": {
      const { segmentParser, segmentBrief } = await optionsIn<typeof import("./options/segment_options.ts")>("segment");
      return run(segmentParser, { ...own, brief: segmentBrief });
    }
    case "distil": {
      const { distilParser, distilBrief } = await optionsIn<typeof import("./options/distil_options.ts")>("distil");
      return run(distilParser, { ...own, brief: distilBrief });
    }
    case "export": {
      const { exportParser, exportBrief } = await optionsIn<typeof import("./options/export_options.ts")>("export");
      return run(exportParser, { ...own, brief: exportBrief });
    }
    case "verify": {
      const { verifyParser, verifyBrief } = await optionsIn<typeof import("./options/verify_options.ts")>("verify");
      return run(verifyParser, { ...own, brief: verifyBrief });
    }
    case "pretrain": {
      const { pretrainParser, pretrainBrief } = await optionsIn<typeof import("./options/pretrain_options.ts")>(
        "pretrain",
      );
      return run(pretrainParser, { ...own, brief: pretrainBrief });
    }
    case "worker": {
      const { workerParser, workerBrief } = await optionsIn<typeof import("./options/worker_options.ts")>("worker");
      return run(workerParser, { ...own, brief: workerBrief });
    }
    case "queue": {
      const { queueParser, queueBrief } = await optionsIn<typeof import("./options/queue_options.ts")>("queue");
      return run(queueParser, { ...own, brief: queueBrief });
    }
  }
  const { allCommands } = await later<typeof import("./options/all_commands.ts")>(
    "./options/all_commands.ts",
    import.meta.url,
  );
  // Shells complete one word, so completion is for a function or alias named "segad".
  const completing = args.some((arg) => arg.startsWith("--completion"));
  return run(
    allCommands,
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

/** A command with its options. */
export type Options = Awaited<ReturnType<typeof parse>>;

/** The process ends as soon as the library for options has written. */
function writeAll(file: number, text: string): void {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
}
