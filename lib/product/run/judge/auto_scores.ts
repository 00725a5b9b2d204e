/** The rows of automatic judges: a run of their own among the training parts, whose choice judges the test parts. @module */
import { checkScores } from "../../../method/evaluate/decide.ts";
import { autoDefinition, autoExperiment, CHOSEN } from "../../experiment/auto.ts";
import type { Experiment } from "../../experiment/experiment.ts";
import { attempt, type FailedCell, reasonOf } from "../../experiment/failures.ts";
import type { ScoreSet } from "../../experiment/results.ts";
import { scoredParts } from "../../experiment/scored_part.ts";
import { inputOf, scoresBy } from "./cell_judge.ts";
import { wholeJudge } from "./whole_judge.ts";
import { doTasks } from "../do_tasks.ts";
import { layersOf } from "../steps/methods.ts";
import { planRun } from "../plan/plan.ts";
import { scoreCells } from "./score_cells.ts";
import type { Workspace } from "../steps/workspace.ts";

/** What automatic judges found: sets and failures of their rows. */
export interface AutoScores {
  readonly scores: readonly ScoreSet[];
  readonly failed: readonly FailedCell[];
}

/** Scores the test parts of the first seed by every automatic judge of a pipeline; each takes a run of its own. */
export async function autoScores(work: Workspace, experiments: readonly Experiment[]): Promise<AutoScores> {
  const scores: ScoreSet[] = [];
  const failed: FailedCell[] = [];
  const [first] = experiments;
  for (const [method, how] of Object.entries(work.definition.methods)) {
    if (!("auto" in how)) continue;
    const failure = await attempt(work, method, async () => {
      scores.push(...await scoresOf(work, first, method, how.auto));
    });
    if (!failure) continue;
    const { seed, benchmarks } = first;
    failed.push(...benchmarks.map(({ name }) => ({ benchmark: name, method, seed, reason: reasonOf(failure) })));
  }
  return { scores, failed };
}

async function scoresOf(
  whole: Workspace,
  first: Experiment,
  method: string,
  names: readonly string[],
): Promise<ScoreSet[]> {
  const detectors = whole.detectors.filter(({ name }) => names.includes(name));
  const sight = { ...whole.sight, layers: layersOf(detectors, whole.backbone.layers).map(({ name }) => name) };
  const work: Workspace = {
    ...whole,
    detectors,
    classifiers: [],
    definition: autoDefinition(whole.definition, names),
    sight,
    lookOf: () => ({ backbone: whole.backbone, sight }),
  };
  const inner = autoExperiment(first);
  if (!inner) return [];
  const { plan, failures } = await doTasks(work, [inner], await planRun(work, [inner], new Map()));
  const { cells, scores } = await scoreCells(work, plan, failures, true);
  const found: ScoreSet[] = [];
  for (const cell of cells.filter((each) => each.method === CHOSEN)) {
    const { benchmark, experiment: { seed } } = cell;
    const own = cells.filter((each) => each.benchmark === benchmark && each.experiment === cell.experiment);
    const sets = new Map(own.map((each) => [each.method, scores[cells.indexOf(each)]]));
    const crossed = sets.get(CHOSEN)!;
    const fresh = benchmark.fresh ?? [];
    const ids = fresh.map(({ id }) => id);
    const { judge } = await wholeJudge(work, own, sets, CHOSEN);
    const judged = fresh.length > 0
      ? await scoresBy(work.resources, judge, await inputOf(work.resources, cell, judge, ids))
      : new Float32Array(0);
    checkScores(method, ids, judged);
    found.push({
      ...{ benchmark: benchmark.name, method, seed },
      // Where all parts train they are judged by folds.
      parts: fresh.length === 0 ? crossed.parts : scoredParts(fresh, judged),
      ...crossed.leftOut && { leftOut: crossed.leftOut },
    });
  }
  return found;
}
