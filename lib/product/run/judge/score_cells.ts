/** Scores of the test parts by every method, benchmark and seed. @module */
import { checkScores } from "../../../method/evaluate/decide.ts";
import { attempt, type FailedCell, type Failure, reasonOf } from "../../experiment/failures.ts";
import type { ScoreSet } from "../../experiment/results.ts";
import { scoredParts } from "../../experiment/scored_part.ts";
import { inputOf, judgeOf, scoresBy } from "./cell_judge.ts";
import { leftOutScores, planKinds, type PlannedKinds } from "./left_out_kinds.ts";
import { bestOf, mayBeChosen } from "./choice.ts";
import { crossScores, madeOf } from "./cross_fit.ts";
import { loadTrees } from "../steps/forest_step.ts";
import { blockedBy } from "../plan/graph.ts";
import { readPixelFigures } from "../steps/pixel_step.ts";
import type { Cell, RunPlan } from "../plan/plan.ts";
import type { Resources } from "../steps/resources.ts";
import type { Workspace } from "../steps/workspace.ts";
import { kindsTogether, scalesOf } from "./scales.ts";

/** What could be scored, and what could not. */
export interface CellScores {
  readonly cells: readonly Cell[];
  /** One a cell. */
  readonly scores: readonly ScoreSet[];
  readonly failed: readonly FailedCell[];
}

/**
 * Scores all cells whose needs are there.
 *
 * @param failures of the tasks that failed, by their keys
 * @param choosing whether what is chosen is all that is wanted: kinds are left out of a forest, which takes a forest each, only
 * where it may be chosen
 * @throws what the first failure has thrown where nothing could be scored
 */
export async function scoreCells(
  work: Workspace,
  { seeds, graph }: RunPlan,
  failures: ReadonlyMap<string, Failure>,
  choosing = false,
): Promise<CellScores> {
  const failureOf = blockedBy(graph, failures);
  const cells = seeds.flatMap(({ cells }) => cells);
  const sets = new Map<Cell, ScoreSet>();
  const beside = (cell: Cell) =>
    cells.filter((other) => other.benchmark === cell.benchmark && other.experiment === cell.experiment);
  const others = (cell: Cell) =>
    cell.others?.methods.map((method) => sets.get(beside(cell).find((other) => other.method === method)!));
  async function scoreOne(cell: Cell) {
    const { benchmark: { name }, method, experiment: { seed }, needs } = cell;
    // What is made of others goes on with those that there are.
    const blocked = cell.others ? undefined : needs.map(failureOf).find((failure) => failure);
    if (blocked) return { cell, failure: blocked };
    const found: { set?: ScoreSet } = {};
    const failure = await attempt(work, `The scores of ${method} for ${name}, seed ${seed}`, async () => {
      work.signal.throwIfAborted();
      const set = await scoreCell(work, cell, others(cell));
      found.set = { ...set, ...await withKinds(cell, set, others(cell)) };
      sets.set(cell, found.set);
      work.signal.throwIfAborted();
    });
    return { cell, ...found, failure };
  }
  /** Kinds are the same for all methods of a benchmark. */
  const planned = new Map<string, Promise<PlannedKinds>>();
  async function withKinds(
    cell: Cell,
    set: ScoreSet,
    made: readonly (ScoreSet | undefined)[] | undefined,
  ): Promise<Pick<ScoreSet, "leftOut">> {
    if (!cell.benchmark.folds) return {};
    if (cell.others) {
      const { sets, alone } = madeOf(work, cell.others.methods, made ?? []);
      const leftOut = cell.others.kind === "best"
        ? sets[bestOf(sets, alone)].leftOut
        : kindsTogether(sets, scalesOf(sets, alone));
      return { ...leftOut && { leftOut } };
    }
    if (work.budget.isOver() || choosing && cell.forest && !isInPlay(cell, set)) return {};
    const key = JSON.stringify([cell.benchmark.name, cell.experiment.seed]);
    const kinds = await (planned.get(key) ?? planned.set(key, planKinds(work, beside(cell))).get(key)!);
    return kinds.kinds.length > 0 ? { leftOut: await leftOutScores(work, cell, kinds, set) } : {};
  }
  /** Whether a choice depends on what a method finds of kinds that were left out; its set is without them. */
  function isInPlay(cell: Cell, set: ScoreSet): boolean {
    return beside(cell).some((choice) => {
      if (choice.others?.kind !== "best" || !choice.others.methods.includes(cell.method)) return false;
      const all = choice.others.methods.map((method, m) => method === cell.method ? set : others(choice)![m]);
      const { methods, sets, alone } = madeOf(work, choice.others.methods, all);
      return mayBeChosen(sets, alone, methods.indexOf(cell.method), cell.benchmark.folds!);
    });
  }
  const ends: Awaited<ReturnType<typeof scoreOne>>[] = [];
  // Methods that are made of others come after those; "best" comes last, as it may choose a "together".
  const turnOf = ({ forest, others }: Cell) =>
    others ? { together: 1, best: 3 }[others.kind] : choosing && forest ? 2 : 0;
  for (const turn of [0, 1, 2, 3]) {
    ends.push(...await Promise.all(cells.filter((cell) => turnOf(cell) === turn).map(scoreOne)));
  }
  ends.sort((a, b) => cells.indexOf(a.cell) - cells.indexOf(b.cell));
  const scored = ends.flatMap(({ cell, set }) => set ? [{ cell, set }] : []);
  const failed = ends.flatMap(({ cell: { benchmark, method, experiment: { seed } }, failure }): FailedCell[] =>
    failure ? [{ benchmark: benchmark.name, method, seed, reason: reasonOf(failure) }] : []
  );
  const [first] = [...failures.values(), ...ends.flatMap(({ failure }) => failure ?? [])];
  if (scored.length === 0 && first) throw first.error;
  return { cells: scored.map(({ cell }) => cell), scores: scored.map(({ set }) => set), failed };
}

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
