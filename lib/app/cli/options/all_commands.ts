/** All commands with their options, in the order in which help names them. @module */
import { or } from "@optique/core/constructs";
import { backboneCommand } from "./backbone_options.ts";
import { decideCommand } from "./decide_options.ts";
import { distilCommand } from "./distil_options.ts";
import { driftCommand } from "./drift_options.ts";
import { exportCommand } from "./export_options.ts";
import { fitCommand } from "./fit_options.ts";
import { pipelineCommand } from "./pipeline_options.ts";
import { pretrainCommand } from "./pretrain_options.ts";
import { queueCommand } from "./queue_options.ts";
import { scoreCommand } from "./score_options.ts";
import { segmentCommand } from "./segment_options.ts";
import { standInCommand } from "./stand_in_options.ts";
import { verifyCommand } from "./verify_options.ts";
import { workerCommand } from "./worker_options.ts";

/** One of the commands. */
export const allCommands = or(
  pipelineCommand,
  scoreCommand,
  decideCommand,
  driftCommand,
  fitCommand,
  segmentCommand,
  distilCommand,
  pretrainCommand,
  standInCommand,
  backboneCommand,
  workerCommand,
  queueCommand,
  exportCommand,
  verifyCommand,
);
