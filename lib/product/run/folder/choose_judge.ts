/** The judge of the model that a run leaves, and the scores that its threshold is set on. @module */
import { auroc } from "../../../method/evaluate/auroc.ts";
import { ownOf } from "../../../base/text/own.ts";
import { classifierOf } from "../../experiment/method_parts.ts";
import { scoresByPart } from "../../decide/unseen_scores.ts";
import { type WholeJudge, wholeJudge } from "../judge/whole_judge.ts";
import type { Cell } from "../plan/run_plan.ts";
import type { TrainTask } from "../steps/train_step.ts";
import type { Workspace } from "../steps/workspace.ts";
import type { DeployOptions } from "./deployment.ts";
import { heldOutScores, type Unseen, unseenParts } from "./held_out_scores.ts";

/** A cell whose judge is put into `models/`, and the scores that its threshold is set on. */
export interface Chosen {
  readonly cell: Cell;
  readonly unseen: Unseen;
  /** Where the run has folds. */
  readonly crossed?: WholeJudge;
  readonly instead?: string;
}

/**
 * The cell, or where its judge gives parts that it has not seen one score, so that nothing can be decided by it, the detector
 * alone that tells them apart best.
 *
 * @throws {Error} where none does
 */
export async function chooseJudge(work: Workspace, options: DeployOptions, cell: Cell): Promise<Chosen> {
  const wanted = await unseenBy(work, options, cell);
  if (tellsApart(wanted.unseen, cell, options)) return wanted;
  const others: Chosen[] = [];
  for (const other of options.cells) {
    if (other.alone?.judge.kind !== "detector" || other.experiment !== cell.experiment) continue;
    if (other.benchmark !== cell.benchmark) continue;
    // A model for new pictures looks at them once, in one size.
    if (ownOf(work.definition.looks, other.alone.judge.name) !== undefined) continue;
    const found = await unseenBy(work, options, other);
    if (tellsApart(found.unseen, other, options)) others.push(found);
  }
  const areas = others.map(({ unseen }) => {
    const { good, bad } = scoresByPart(unseen);
    return good.length > 0 ? auroc([...good, ...bad], [...good.map(() => 0), ...bad.map(() => 1)]) : 0;
  });
  const best = others[areas.indexOf(Math.max(...areas))];
  const why = `${cell.method} gives parts that it was not trained on one score, as it had ` +
    `${cell.benchmark.good.length} good and ${cell.benchmark.bad.length} bad parts to learn from`;
  if (!best) throw new Error(`Cannot make a model as ${why}, and no detector stands in for it`);
  return { ...best, instead: `${why}: ${best.cell.method} alone decides in its place` };
}

async function unseenBy(work: Workspace, options: DeployOptions, cell: Cell): Promise<Chosen> {
  if (cell.benchmark.folds) {
    const crossed = await crossedJudge(work, options, cell);
    return { cell, crossed, unseen: unseenParts(crossed.scores, cell.benchmark) };
  }
  const name = classifierOf(work.definition, cell.method);
  const trained = name === undefined ? [] : trainingOf(options, cell, name).spec.pictures.map(({ id }) => id);
  return { cell, unseen: await heldOutScores(work, cell, trained) };
}

/** Whether there are bad parts to set a threshold on, and not all parts have one score. */
function tellsApart(unseen: Unseen, cell: Cell, { cells, scores }: DeployOptions): boolean {
  const { good, bad } = scoresByPart(unseen);
  const tested = scores[cells.indexOf(cell)].parts.map(({ score }) => score);
  return bad.length > 0 && [[...good, ...bad], tested].every((some) => some.some((score) => score !== some[0]));
}

/** The judge of a run with folds. */
async function crossedJudge(
  work: Workspace,
  { cells, scores }: DeployOptions,
  { benchmark, experiment, method }: Cell,
): Promise<WholeJudge> {
  const own = cells.filter((cell) => cell.benchmark === benchmark && cell.experiment === experiment);
  const found = new Map(own.map((cell) => [cell.method, scores[cells.indexOf(cell)]]));
  return await wholeJudge(work, own, found, method);
}

/** The training of the classifier that a cell of the first seed uses. */
export function trainingOf({ plans }: DeployOptions, cell: Cell, name: string): TrainTask {
  const task = plans[0].trainings.find(({ spec }) =>
    spec.classifier.name === name && spec.benchmark === cell.benchmark.name
  );
  if (!task) throw new Error(`Cannot keep the classifier "${name}" as it was not trained`);
  return task;
}
