/**
 * Scores of parts by judges that were trained on the other folds: what new parts would get. All parts train the judge that
 * is shipped; its figures and its threshold come from here.
 * @module
 */
import type { Features } from "../../../domain.ts";
import { takeFeatures } from "../../../method/features/rows.ts";
import { goodQuantilesOf } from "../../../method/forest/good_quantiles.ts";
import type { Judge, Member } from "../../../method/judge/contract.ts";
import { applyLogistic, type LogisticFitted } from "../../../method/regression/apply.ts";
import { fitLogistic } from "../../../method/regression/logistic.ts";
import { regressionWithout, type SeenRows } from "../../../method/regression/without.ts";
import type { EvidenceBlock } from "../../../method/evidence/evidence.ts";
import type { BenchmarkSplit, Source } from "../../experiment/experiment.ts";
import type { ScoreSet } from "../../experiment/results.ts";
import { readTable, selectFeatures, type TableSpec } from "../steps/feature_table.ts";
import { inTable, judgeOf, scoresBy } from "./cell_judge.ts";
import { bestOf, scoresOfBest } from "./choice.ts";
import { type ForestTask, loadTrees } from "../steps/forest_step.ts";
import type { Cell } from "../plan/run_plan.ts";
import { scalesOf, scoresTogether } from "./scales.ts";
import type { Workspace } from "../steps/workspace.ts";

/**
 * What an error costs a regression against its penalty. Columns are standardised and blocks weigh the same, so that one value
 * does for all data: between 1 and 10 it made no difference on photographs of solar cells and on drawn parts.
 */
const COST = 10 / 3;

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

/** Parts as a regression sees them; labels are 1 for bad. */
export interface RegressionRows {
  readonly features: Features;
  readonly labels: Uint8Array;
}

/** The training parts of a regression as it sees them. */
export async function regressionTable(
  work: Workspace,
  sources: readonly Source[],
  table: TableSpec,
): Promise<RegressionRows & { readonly columns: readonly string[] }> {
  const columns = table.evidence?.columns ?? [];
  return {
    columns,
    features: selectFeatures(await readTable(work.cache, table), sources.map(({ id }) => id), columns),
    labels: Uint8Array.from(sources, ({ item }) => Number(item.label === "bad")),
  };
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
 * The score of each row by a regression on the rows of the other folds.
 *
 * @param folds the fold of each row
 * @param chosen which of the rows of the other folds are trained on; all where left out
 */
export async function scoresByFolds(
  { signal }: Pick<Workspace, "signal">,
  rows: RegressionRows,
  folds: readonly (number | undefined)[],
  blocks: readonly EvidenceBlock[],
  chosen: (row: number) => boolean = () => true,
): Promise<number[]> {
  const scores = new Array<number>(folds.length).fill(NaN);
  for (const fold of new Set(folds)) {
    signal.throwIfAborted();
    const all = [...folds.keys()];
    const heldOut = all.filter((n) => folds[n] === fold);
    scoresOfRows(rows, all.filter((n) => folds[n] !== fold && chosen(n)), heldOut, blocks)
      .forEach((score, i) => scores[heldOut[i]] = score);
    // Gives progress and Ctrl-C their turn.
    await new Promise((resolve) => setTimeout(resolve));
  }
  return scores;
}

/** The scores of some rows by a regression on others. */
export function scoresOfRows(
  { features, labels }: RegressionRows,
  seen: readonly number[],
  judged: readonly number[],
  blocks: readonly EvidenceBlock[],
): Float32Array {
  const fitted = fitBlocks(takeFeatures(features, seen), seen.map((n) => labels[n]), blocks);
  return applyLogistic(fitted)(takeFeatures(features, judged)).data;
}

/** The regression of all pipelines on some rows without some of their columns, as it judges others. */
export function withoutColumns(
  blocks: readonly EvidenceBlock[],
  features: Features,
  rows: SeenRows,
): (columns: readonly number[]) => Float64Array {
  return regressionWithout({ cost: COST, blocks: blocks.map(({ width }) => width) }, features, rows);
}

/** The regression on all parts of a benchmark, for new ones. */
export async function wholeRegression(
  work: Workspace,
  { good, bad }: BenchmarkSplit,
  table: TableSpec,
  blocks: readonly EvidenceBlock[],
): Promise<RegressionRows & { readonly columns: readonly string[]; readonly model: LogisticFitted }> {
  const seen = await regressionTable(work, [...good, ...bad], table);
  return { ...seen, model: fitBlocks(seen.features, seen.labels, blocks) };
}

/** The regression of all pipelines over rows of evidence. */
function fitBlocks(
  features: Features,
  labels: ArrayLike<number>,
  blocks: readonly EvidenceBlock[],
): LogisticFitted {
  return fitLogistic({ cost: COST, blocks: blocks.map(({ width }) => width) }, features, labels);
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

/**
 * Those of some methods that could be judged, their scores, and which of them are detectors alone.
 *
 * @throws {Error} where none could
 */
export function madeOf(
  work: Pick<Workspace, "definition">,
  methods: readonly string[],
  others: readonly (ScoreSet | undefined)[],
): { readonly methods: readonly string[]; readonly sets: readonly ScoreSet[]; readonly alone: readonly boolean[] } {
  const left = methods.filter((_, m) => others[m]);
  if (left.length === 0) throw new Error("Cannot judge as no method that it is made of could be judged");
  return { methods: left, sets: others.flatMap((set) => set ?? []), alone: aloneIn(work, left) };
}

/** Which of some methods are detectors alone. */
function aloneIn({ definition }: Pick<Workspace, "definition">, methods: readonly string[]): boolean[] {
  return methods.map((method) => "alone" in definition.methods[method]);
}

/** A method of a run with folds: the judge for new parts, trained on all parts, and how it does on parts it has not seen. */
export interface WholeJudge {
  readonly judge: Judge;
  /** Of all parts, as new parts would get them, on the scale of the judge. */
  readonly scores: ScoreSet;
  /** The method that it is: of those to choose from the one that was chosen. */
  readonly method: string;
}

/**
 * The judge of a cell for new parts.
 *
 * @param found the scores of the cells of the same benchmark and seed, by method
 */
export async function wholeJudge(
  work: Workspace,
  cells: readonly Cell[],
  found: ReadonlyMap<string, ScoreSet>,
  method: string,
): Promise<WholeJudge> {
  const cell = cells.find((each) => each.method === method);
  const scores = found.get(method);
  if (!cell || !scores) throw new Error(`Cannot make a model of "${method}" as it could not be judged`);
  const { benchmark, regression, others } = cell;
  if (regression) {
    const { columns, model, features, labels } = await wholeRegression(
      work,
      benchmark,
      regression.table,
      regression.blocks,
    );
    const judge: Judge = { kind: "regression", columns, model, goodQuantiles: goodQuantilesOf(features, labels) };
    return { judge, scores, method };
  }
  if (!others) return { judge: await judgeOf(work.resources, cell), scores, method };
  const { methods, sets, alone } = madeOf(work, others.methods, others.methods.map((name) => found.get(name)));
  if (others.kind === "best") return await wholeJudge(work, cells, found, methods[bestOf(sets, alone)]);
  const scales = scalesOf(sets, alone);
  const members: Member[] = [];
  for (const [m, name] of methods.entries()) {
    if (scales[m].weight === 0) continue;
    const { judge } = await wholeJudge(work, cells, found, name);
    if (judge.kind === "together") throw new TypeError("Cannot put methods together that are put together themselves");
    members.push({ judge, ...scales[m] });
  }
  return { judge: { kind: "together", members }, scores, method };
}
