/** The judge of a run with folds for new parts, trained on all parts. @module */
import { goodQuantilesOf } from "../../../method/forest/good_quantiles.ts";
import type { Judge, Member } from "../../../method/judge/contract.ts";
import type { ScoreSet } from "../../experiment/results.ts";
import { judgeOf } from "./cell_judge.ts";
import { bestOf } from "./choice.ts";
import type { Cell } from "../plan/run_plan.ts";
import { scalesOf } from "./scales.ts";
import { runTask } from "../steps/steps.ts";
import type { Workspace } from "../steps/workspace.ts";
import { wholeRegression } from "./regression_rows.ts";
import { madeOf } from "./made_of.ts";

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
  if (!others) {
    const { resources, cache } = work;
    if (cell.forest && !await cache.has(cell.forest.task.key)) await runTask(resources, cell.forest.task);
    return { judge: await judgeOf(resources, cell), scores, method };
  }
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
