/** Reading the command line. Nothing but options is loaded for it, so that help is there at once. @module */
import { writeSync } from "node:fs";
import process from "node:process";
import { or } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { run } from "@optique/run";
import { EXIT } from "./exit_codes.ts";
import { tidyUsage } from "./usage.ts";

/** Help wraps here, and at the terminal's own width where that is less. */
const WIDTH = 80;

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
      const { pipelineParser, pipelineBrief } = await import("./options/pipeline_options.ts");
      return run(pipelineParser, { ...own, brief: pipelineBrief });
    }
    case "score": {
      const { scoreParser, scoreBrief } = await import("./options/score_options.ts");
      return run(scoreParser, { ...own, brief: scoreBrief });
    }
    case "decide": {
      const { decideParser, decideBrief } = await import("./options/decide_options.ts");
      return run(decideParser, { ...own, brief: decideBrief });
    }
    case "drift": {
      const { driftParser, driftBrief } = await import("./options/drift_options.ts");
      return run(driftParser, { ...own, brief: driftBrief });
    }
    case "stand-in": {
      const { standInParser, standInBrief } = await import("./options/stand_in_options.ts");
      return run(standInParser, { ...own, brief: standInBrief });
    }
    case "backbone": {
      const { backboneParser, backboneBrief } = await import("./options/backbone_options.ts");
      return run(backboneParser, { ...own, brief: backboneBrief });
    }
    case "fit": {
      const { fitParser, fitBrief } = await import("./options/fit_options.ts");
      return run(fitParser, { ...own, brief: fitBrief });
    }
    case "segment": {
      const { segmentParser, segmentBrief } = await import("./options/segment_options.ts");
      return run(segmentParser, { ...own, brief: segmentBrief });
    }
    case "distil": {
      const { distilParser, distilBrief } = await import("./options/distil_options.ts");
      return run(distilParser, { ...own, brief: distilBrief });
    }
    case "export": {
      const { exportParser, exportBrief } = await import("./options/export_options.ts");
      return run(exportParser, { ...own, brief: exportBrief });
    }
    case "verify": {
      const { verifyParser, verifyBrief } = await import("./options/verify_options.ts");
      return run(verifyParser, { ...own, brief: verifyBrief });
    }
    case "pretrain": {
      const { pretrainParser, pretrainBrief } = await import("./options/pretrain_options.ts");
      return run(pretrainParser, { ...own, brief: pretrainBrief });
    }
    case "worker": {
      const { workerParser, workerBrief } = await import("./options/worker_options.ts");
      return run(workerParser, { ...own, brief: workerBrief });
    }
    case "queue": {
      const { queueParser, queueBrief } = await import("./options/queue_options.ts");
      return run(queueParser, { ...own, brief: queueBrief });
    }
  }
  const [
    pipeline,
    score,
    decide,
    drift,
    fit,
    segment,
    distil,
    pretrain,
    standIn,
    backbone,
    worker,
    queue,
    exporting,
    verify,
  ] = await Promise.all([
    import("./options/pipeline_options.ts"),
    import("./options/score_options.ts"),
    import("./options/decide_options.ts"),
    import("./options/drift_options.ts"),
    import("./options/fit_options.ts"),
    import("./options/segment_options.ts"),
    import("./options/distil_options.ts"),
    import("./options/pretrain_options.ts"),
    import("./options/stand_in_options.ts"),
    import("./options/backbone_options.ts"),
    import("./options/worker_options.ts"),
    import("./options/queue_options.ts"),
    import("./options/export_options.ts"),
    import("./options/verify_options.ts"),
  ]);
  // Shells complete one word, so completion is for a function or alias named "segad".
  const completing = args.some((arg) => arg.startsWith("--completion"));
  return run(
    or(
      pipeline.pipelineCommand,
      score.scoreCommand,
      decide.decideCommand,
      drift.driftCommand,
      fit.fitCommand,
      segment.segmentCommand,
      distil.distilCommand,
      pretrain.pretrainCommand,
      standIn.standInCommand,
      backbone.backboneCommand,
      worker.workerCommand,
      queue.queueCommand,
      exporting.exportCommand,
      verify.verifyCommand,
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

/** A command with its options. */
export type Options = Awaited<ReturnType<typeof parse>>;

/** The process ends as soon as the library for options has written. */
function writeAll(file: number, text: string): void {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
}
