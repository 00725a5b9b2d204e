/**
 * Scores of parts by judges that were trained on the other folds: what new parts would get. All parts train the judge that
 * is shipped; its figures and its threshold come from here.
 * @module
 */
import type { Features } from "../../domain.ts";
import { auroc } from "../../method/evaluate/auroc.ts";
import { compareAuroc } from "../../method/evaluate/delong.ts";
import { takeFeatures } from "../../method/features/rows.ts";
import { goodQuantilesOf } from "../../method/forest/good_quantiles.ts";
import type { Judge, Member } from "../../method/judge/contract.ts";
import { logOf, sumScores } from "../../method/judge/together.ts";
import { applyLogistic, type LogisticFitted } from "../../method/regression/apply.ts";
import { fitLogistic } from "../../method/regression/logistic.ts";
import { regressionWithout, type SeenRows } from "../../method/regression/without.ts";
import type { EvidenceBlock } from "../../method/evidence/evidence.ts";
import type { BenchmarkSplit, Source } from "../experiment/experiment.ts";
import { belowOnKinds, leftOutAuroc, type LeftOutKind } from "../experiment/left_out.ts";
import type { ScoreSet } from "../experiment/results.ts";
import type { ScoredPart } from "../experiment/scored_part.ts";
import { readTable, selectFeatures, type TableSpec } from "./feature_table.ts";
import { inTable, judgeOf, scoresBy } from "./cell_judge.ts";
import { type ForestTask, loadTrees } from "./forest_step.ts";
import type { Cell } from "./plan.ts";
import type { Workspace } from "./workspace.ts";

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

/** How a method's scores count among others. */
export type Scale = Omit<Member, "judge">;

/** From so many standard errors on a method is below another one beyond chance: 95 %, one-sided; less than half a point never. */
const BEYOND = 1.645;
const POINT = 0.005;
/** What a detector may count beside what is trained, where kinds that are left out want it … */
const WEIGHTS = [0.5, 1, 2, 4, 8];
/** … and what that may cost in AUROC where the kinds are found and not known: clusters may be kinds of parts, good ones too. */
const FREE = 0.002;

/**
 * The scales of methods that are put together, by their scores of the same parts.
 *
 * What is trained counts once. A detector, which learns from no bad part, helps where there are few of them, and where a kind
 * is new: it counts the more, until the sum is not below the best detector on kinds that were left out, beyond chance.
 *
 * @param alone which of the sets are a detector's own scores, which are distances
 */
export function scalesOf(sets: readonly ScoreSet[], alone: readonly boolean[]): Scale[] {
  const bad = sets[0].parts.filter(({ label }) => label === "bad").length;
  const usual = 10 / (20 + bad);
  const detectors = sets.filter((_, m) => alone[m]);
  const weights = [usual, ...WEIGHTS.filter((weight) => weight > usual)];
  const found = sets.some(({ leftOut = [] }) => leftOut.some((kind) => kind.found));
  const area = (weight: number) => aurocOf(sets[0].parts, scoresTogether(sets, scalesBy(sets, alone, weight)));
  const allowed = found ? weights.filter((weight) => area(weight) >= area(usual) - FREE) : weights;
  const enough = allowed.findIndex((weight) => {
    const kinds = kindsTogether(sets, scalesBy(sets, alone, weight));
    return kinds === undefined || !isBelow(kinds, detectors);
  });
  return scalesBy(sets, alone, allowed.at(enough)!);
}

/** Whether something is below the best of some detectors on kinds that were left out, beyond chance. */
function isBelow(kinds: readonly LeftOutKind[], detectors: readonly ScoreSet[]): boolean {
  return detectors.some(({ leftOut }) =>
    leftOut && leftOutAuroc(leftOut) - leftOutAuroc(kinds) > POINT && belowOnKinds(kinds, leftOut) > BEYOND
  );
}

/** Kinds that were left out, as methods together score them; undefined where there are none. */
export function kindsTogether(sets: readonly ScoreSet[], scales: readonly Scale[]): LeftOutKind[] | undefined {
  if (sets.some(({ leftOut }) => leftOut === undefined)) return undefined;
  return sets[0].leftOut!.map((own, k) => {
    const each = sets.map(({ leftOut }) => leftOut![k].parts.map(({ score }) => score));
    const sums = sumScores(scales, each);
    return { ...own, parts: own.parts.map((part, n) => ({ ...part, score: sums[n] })) };
  });
}

function scalesBy(sets: readonly ScoreSet[], alone: readonly boolean[], detector: number): Scale[] {
  return sets.map(({ parts }, m) => {
    const log = alone[m];
    const good = parts.filter(({ label }) => label === "good").map(({ score }) => log ? logOf(score) : score);
    const mean = good.reduce((sum, value) => sum + value, 0) / good.length;
    const variance = good.reduce((sum, value) => sum + (value - mean) ** 2, 0) / good.length;
    return {
      ...log && { log: true as const },
      mean,
      deviation: variance > 0 ? Math.sqrt(variance) : 1,
      // What gives all good parts one score has no scale, and says nothing.
      weight: variance > 0 ? log ? detector : 1 : 0,
    };
  });
}

function aurocOf(parts: readonly ScoredPart[], scores: readonly number[]): number {
  return auroc(scores, parts.map(({ label }) => Number(label === "bad")));
}

/** The scores of methods together, part by part. */
export function scoresTogether(sets: readonly ScoreSet[], scales: readonly Scale[]): number[] {
  return [...sumScores(scales, sets.map(({ parts }) => parts.map(({ score }) => score)))];
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

/**
 * Which of some methods to rely on: the first, unless another tells good and bad parts apart better by more than one standard
 * error of the difference (DeLong); of several such the best. None that is below one of the detectors alone on known kinds
 * that were left out, beyond chance.
 *
 * The first is what does best on other data: of few bad parts the highest figure is often chance. The rule of one standard
 * error is that of Breiman et al. (Classification and Regression Trees, 1984, section 3.4.3).
 *
 * @param sets scores of the same parts in the same order
 * @param alone which of the sets are a detector's own scores
 */
export function bestOf(
  sets: readonly ScoreSet[],
  alone: readonly boolean[],
  counts: (id: string) => boolean = () => true,
): number {
  const detectors = sets.filter((_, m) => alone[m]);
  const able = [...sets.keys()].filter((m) => {
    const { leftOut } = sets[m];
    return alone[m] || !leftOut || leftOut.some(({ found }) => found) || !isBelow(leftOut, detectors);
  });
  const scoresOf = (m: number) => sets[m].parts.filter(({ id }) => counts(id)).map(({ score }) => score);
  const labels = sets[0].parts.filter(({ id }) => counts(id)).map(({ label }) => Number(label === "bad"));
  const first = scoresOf(able[0]);
  const gains = able.map((m) => compareAuroc(scoresOf(m), first, labels)).map(({ difference, error }) =>
    difference > error + 1e-12 ? difference : 0
  );
  return able[gains.indexOf(Math.max(...gains))];
}

/**
 * The scores of the best of some methods: of the parts of a fold those of the method that all other folds would choose, so
 * that a part has no say in what judges it. Methods are brought to one scale first.
 */
export function scoresOfBest(
  sets: readonly ScoreSet[],
  scales: readonly Scale[],
  folds: ReadonlyMap<string, number>,
  alone: readonly boolean[],
): number[] {
  const scaled = sets.map((set, m) => scoresTogether([set], [{ ...scales[m], weight: 1 }]));
  const chosen = new Map(
    [...new Set(folds.values())].map((fold) => [fold, bestOf(sets, alone, (id) => folds.get(id) !== fold)]),
  );
  return sets[0].parts.map(({ id }, n) => scaled[chosen.get(folds.get(id) ?? 0) ?? 0][n]);
}
