/** Running a pipeline: plan it, do what is missing, score, and write the run folder. @module */
import type { PipelineDefinition } from "../experiment/definition.ts";
import { autoScores } from "./judge/auto_scores.ts";
import { describePlan } from "./plan/describe_plan.ts";
import { doTasks } from "./do_tasks.ts";
import { missingFor } from "./plan/graph.ts";
import { scoreCells } from "./judge/score_cells.ts";
import { type OpenRun, openRun, type RunOptions } from "./open_run.ts";
import { demandsOf } from "./plan/demands.ts";
import { planRun } from "./plan/plan.ts";
import type { RunPlan } from "./plan/run_plan.ts";
import { type RunSummary, writeRun } from "./folder/write_run.ts";

export type { RunOptions, RunSummary };

/**
 * Runs a pipeline. What is in the cache is not done again.
 *
 * @returns undefined where only the plan was wanted
 * @throws {Error} where something cannot be read, fitted or written; finished steps are kept
 */
export async function runPipeline(
  definition: PipelineDefinition,
  options: RunOptions,
): Promise<RunSummary | undefined> {
  const run = await openRun(definition, options);
  try {
    const first = await plan(run);
    if (options.planOnly) return undefined;
    const { plan: done, failures } = await doTasks(run.work, run.experiments, first);
    const scored = await scoreCells(run.work, done, failures);
    return await writeRun(run, done, scored, await autoScores(run.work, run.experiments));
  } finally {
    await run.work.close();
  }
}

/** Plans a run and tells the plan. */
async function plan({ work, experiments, origin }: OpenRun): Promise<RunPlan> {
  const { definition, dataset, segments, cache, reporter } = work;
  const plan = await planRun(work, experiments, new Map());
  const missing = await missingFor(cache, plan.graph, demandsOf(work, plan).flat());
  reporter.say(describePlan(definition, { dataset, origin, plans: plan.seeds, missing, segments }));
  return plan;
}
