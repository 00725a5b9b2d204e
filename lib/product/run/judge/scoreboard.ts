/** The cells of a run, and the scores of those that have some so far. @module */
import type { ScoreSet } from "../../experiment/results.ts";
import type { Cell } from "../plan/run_plan.ts";

/** Cells, and the scores of those that could be scored so far. */
export interface Scoreboard {
  readonly cells: readonly Cell[];
  readonly sets: Map<Cell, ScoreSet>;
}

/** The cells of the same benchmark and seed, the cell among them. */
export function beside({ cells }: Scoreboard, { benchmark, experiment }: Cell): Cell[] {
  return cells.filter((other) => other.benchmark === benchmark && other.experiment === experiment);
}

/** The scores of the methods that a cell is made of; one that is missing has failed. Of a method that is not made of others, none. */
export function membersOf(board: Scoreboard, cell: Cell): (ScoreSet | undefined)[] {
  const own = beside(board, cell);
  return cell.others?.methods.map((method) => board.sets.get(own.find((other) => other.method === method)!)) ?? [];
}
