/** Scores of the test parts by every method, benchmark and seed. @module */
import { counter } from "../../../base/text/progress.ts";
import { attempt, type FailedCell, type Failure, reasonOf } from "../../experiment/failures.ts";
import type { ScoreSet } from "../../experiment/results.ts";
import { blockedBy } from "../plan/graph.ts";
import type { Cell, RunPlan } from "../plan/run_plan.ts";
import type { Workspace } from "../steps/workspace.ts";
import { openKinds } from "./cell_kinds.ts";
import { scoreCell } from "./score_cell.ts";
import { membersOf, type Scoreboard } from "./scoreboard.ts";

/** What could be scored, and what could not. */
export interface CellScores {
  readonly cells: readonly Cell[];
  /** One a cell. */
  readonly scores: readonly ScoreSet[];
  readonly failed: readonly FailedCell[];
}

/** A cell that was tried: its scores, or why it has none. */
interface Tried {
  readonly cell: Cell;
  readonly set?: ScoreSet;
  readonly failure?: Failure;
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
  const board: Scoreboard = { cells: seeds.flatMap(({ cells }) => cells), sets: new Map() };
  const kindsOf = openKinds(work, board, choosing);
  const failureOf = blockedBy(graph, failures);
  const tell = counter(work.reporter, "Scores by each method", board.cells.length, 0);

  async function tryCell(cell: Cell): Promise<Tried> {
    const { benchmark: { name }, method, experiment: { seed }, needs } = cell;
    // What is made of others goes on with those that there are.
    const blocked = cell.others ? undefined : needs.map(failureOf).find((failure) => failure);
    if (blocked) return { cell, failure: blocked };
    const failure = await attempt(work, `The scores of ${method} for ${name}, seed ${seed}`, async () => {
      work.signal.throwIfAborted();
      const set = await scoreCell(work, cell, membersOf(board, cell));
      const leftOut = await kindsOf(cell, set);
      board.sets.set(cell, { ...set, ...leftOut && { leftOut } });
      work.signal.throwIfAborted();
    });
    return { cell, set: board.sets.get(cell), failure };
  }

  const tried: Tried[] = [];
  tell();
  for (const turn of [0, 1, 2, 3]) {
    const cells = board.cells.filter((cell) => turnOf(cell, choosing) === turn);
    tried.push(...await Promise.all(cells.map((cell) => tryCell(cell).finally(tell))));
  }
  tried.sort((a, b) => board.cells.indexOf(a.cell) - board.cells.indexOf(b.cell));
  const [first] = [...failures.values(), ...tried.flatMap(({ failure }) => failure ?? [])];
  if (board.sets.size === 0 && first) throw first.error;
  return told(tried);
}

/**
 * Methods that are made of others come after those; "best" comes last, as it may choose a "together". Whether kinds are left out of
 * a forest depends on what it is chosen from, where that is all that counts.
 */
function turnOf({ forest, others }: Cell, choosing: boolean): number {
  return others ? { together: 1, best: 3 }[others.kind] : choosing && forest ? 2 : 0;
}

function told(tried: readonly Tried[]): CellScores {
  const scored = tried.flatMap(({ cell, set }) => set ? [{ cell, set }] : []);
  const failed = tried.flatMap(({ cell: { benchmark, method, experiment: { seed } }, failure }): FailedCell[] =>
    failure ? [{ benchmark: benchmark.name, method, seed, reason: reasonOf(failure) }] : []
  );
  return { cells: scored.map(({ cell }) => cell), scores: scored.map(({ set }) => set), failed };
}
