/**
 * Scores of parts by judges that were trained on the other folds: what new parts would get. All parts train the judge that
 * is shipped; its figures and its threshold come from here.
 * @module
 */
import type { Judge } from "../../../method/judge/contract.ts";
import type { EvidenceBlock } from "../../../method/evidence/evidence.ts";
import type { BenchmarkSplit } from "../../experiment/experiment.ts";
import type { ScoreSet } from "../../experiment/results.ts";
import { readTable, type TableSpec } from "../steps/feature_table.ts";
import { inTable, scoresBy } from "./cell_judge.ts";
import { scoresOfBest } from "./choice.ts";
import { type ForestTask, loadTrees } from "../steps/forest_step.ts";
import type { Cell } from "../plan/run_plan.ts";
import { scalesOf, scoresTogether } from "./scales.ts";
import type { Workspace } from "../steps/workspace.ts";
import { regressionTable, scoresByFolds } from "./regression_rows.ts";
import { madeOf } from "./made_of.ts";

/** The scores of the test parts by the forests of their folds. */
export async function crossForest(
  work: Workspace,
  { test, folds }: BenchmarkSplit,
  table: TableSpec,
  tasks: readonly ForestTask[],
): Promise<number[]> {
  const features = await readTable(work.cache, table);
  const scores = new Map<string, number>();
  for (const [fold, task] of tasks.entries()) {
    work.signal.throwIfAborted();
    const heldOut = test.filter(({ id }) => folds?.get(id) === fold);
    const judge: Judge = { kind: "forest", model: await loadTrees(work, task) };
    const found = await scoresBy(work.resources, judge, inTable(features, judge, heldOut.map(({ id }) => id)));
    heldOut.forEach(({ id }, n) => scores.set(id, found[n]));
  }
  return test.map(({ id }) => scores.get(id) ?? NaN);
}

/** The scores of the test parts by regressions on the other folds. */
export async function crossRegression(
  work: Workspace,
  { test, folds }: BenchmarkSplit,
  table: TableSpec,
  blocks: readonly EvidenceBlock[],
): Promise<number[]> {
  return await scoresByFolds(
    work,
    await regressionTable(work, test, table),
    test.map(({ id }) => folds?.get(id)),
    blocks,
  );
}

/**
 * The scores of the test parts of a cell by judges that have not seen them; undefined where its judge was trained on other
 * parts.
 *
 * @param others the scores of the methods that it is made of; the others go on without one that has failed
 */
export async function crossScores(
  work: Workspace,
  { benchmark, forest, regression, others: derived }: Cell,
  others: readonly (ScoreSet | undefined)[] = [],
): Promise<readonly number[] | undefined> {
  if (regression) return await crossRegression(work, benchmark, regression.table, regression.blocks);
  if (forest?.folds) return await crossForest(work, benchmark, forest.table, forest.folds);
  if (!derived) return undefined;
  const { sets, alone } = madeOf(work, derived.methods, others);
  const scales = scalesOf(sets, alone);
  return derived.kind === "together"
    ? scoresTogether(sets, scales)
    : scoresOfBest(sets, scales, benchmark.folds ?? new Map(), alone);
}
