/** Scores of the test parts of one cell. @module */
import { checkScores } from "../../../method/evaluate/decide.ts";
import type { ScoreSet } from "../../experiment/results.ts";
import { scoredParts } from "../../experiment/scored_part.ts";
import type { Cell } from "../plan/run_plan.ts";
import { loadTrees } from "../steps/forest_step.ts";
import { readPixelFigures } from "../steps/pixel_step.ts";
import type { Resources } from "../steps/resources.ts";
import type { Workspace } from "../steps/workspace.ts";
import { inputOf, judgeOf, scoresBy } from "./cell_judge.ts";
import { crossScores } from "./cross_fit.ts";

/**
 * Scores the test parts of a cell.
 *
 * @param others the scores of the methods that it is made of; one that is missing has failed
 * @throws {RangeError} that names the method where a score is not finite
 */
export async function scoreCell(
  work: Workspace,
  cell: Cell,
  others?: readonly (ScoreSet | undefined)[],
): Promise<ScoreSet> {
  const { cache, resources } = work;
  const { benchmark, method, experiment, pixels } = cell;
  const ids = benchmark.test.map(({ id }) => id);
  const scores = await crossScores(work, cell, others) ?? await wholeScores(resources, cell, ids);
  checkScores(method, ids, scores);
  return {
    benchmark: benchmark.name,
    method,
    seed: experiment.seed,
    parts: scoredParts(benchmark.test, scores),
    ...pixels !== undefined && { pixel: await readPixelFigures(cache, pixels) },
  };
}

/** Scores by a judge that was trained on other parts than these. */
async function wholeScores(resources: Resources, cell: Cell, ids: readonly string[]): Promise<ArrayLike<number>> {
  const judge = await judgeOf(resources, cell, loadTrees);
  return await scoresBy(resources, judge, await inputOf(resources, cell, judge, ids));
}
