/** What the methods of cells with folds find of kinds of defects that they have not seen. @module */
import type { LeftOutKind } from "../../experiment/left_out.ts";
import type { ScoreSet } from "../../experiment/results.ts";
import type { Cell } from "../plan/run_plan.ts";
import type { Workspace } from "../steps/workspace.ts";
import { bestOf, mayBeChosen } from "./choice.ts";
import { madeOf } from "./made_of.ts";
import { leftOutScores, planKinds, type PlannedKinds } from "./left_out_kinds.ts";
import { kindsTogether, scalesOf } from "./scales.ts";
import { beside, membersOf, type Scoreboard } from "./scoreboard.ts";

/** The scores of kinds by the method of a cell without them, given its own scores; undefined where no kind is left out. */
export type KindsOf = (cell: Cell, set: ScoreSet) => Promise<readonly LeftOutKind[] | undefined>;

/**
 * Makes what leaves kinds out of the methods of cells, as long as there is time.
 *
 * @param choosing whether what is chosen is all that is wanted: a forest, which takes a forest for each kind, is left alone where
 * it cannot be chosen
 */
export function openKinds(work: Workspace, board: Scoreboard, choosing: boolean): KindsOf {
  /** Kinds are the same for all methods of a benchmark. */
  const planned = new Map<string, Promise<PlannedKinds>>();
  function plannedFor(cell: Cell): Promise<PlannedKinds> {
    const key = JSON.stringify([cell.benchmark.name, cell.experiment.seed]);
    const kinds = planned.get(key) ?? planKinds(work, beside(board, cell));
    planned.set(key, kinds);
    return kinds;
  }
  return async (cell, set) => {
    if (!cell.benchmark.folds) return undefined;
    if (cell.others) return kindsOfMembers(work, cell.others, membersOf(board, cell));
    if (work.budget.isOver() || choosing && cell.forest && !isInPlay(work, board, cell, set)) return undefined;
    const kinds = await plannedFor(cell);
    return kinds.kinds.length > 0 ? await leftOutScores(work, cell, kinds, set) : undefined;
  };
}

/** Methods that are put together, or the one that is chosen of them, by what each finds. */
function kindsOfMembers(
  work: Workspace,
  { kind, methods }: NonNullable<Cell["others"]>,
  members: readonly (ScoreSet | undefined)[],
): readonly LeftOutKind[] | undefined {
  const { sets, alone } = madeOf(work, methods, members);
  return kind === "best" ? sets[bestOf(sets, alone)].leftOut : kindsTogether(sets, scalesOf(sets, alone));
}

/** Whether a choice depends on what a method finds of kinds that were left out; its set is without them. */
function isInPlay(work: Workspace, board: Scoreboard, cell: Cell, set: ScoreSet): boolean {
  return beside(board, cell).some((choice) => {
    if (choice.others?.kind !== "best" || !choice.others.methods.includes(cell.method)) return false;
    const members = membersOf(board, choice);
    const all = choice.others.methods.map((method, m) => method === cell.method ? set : members[m]);
    const { methods, sets, alone } = madeOf(work, choice.others.methods, all);
    return mayBeChosen(sets, alone, methods.indexOf(cell.method), cell.benchmark.folds!);
  });
}
