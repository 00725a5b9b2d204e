/**
 * What the threshold of a run's model is set on: scores of training parts alone, each by what was not trained on the part. Five
 * forests each score the fifth that they did not see, and their scores are brought onto the scale of the forest that is kept.
 * @module
 */
import { counter } from "../../../base/text/progress.ts";
import type { Judge } from "../../../method/judge/contract.ts";
import type { BenchmarkSplit, Source } from "../../experiment/experiment.ts";
import { stratifiedFolds } from "../../experiment/folds.ts";
import { readTable } from "../steps/feature_table.ts";
import { type ForestTask, loadTrees, planForest } from "../steps/forest_step.ts";
import { inputOf, inTable, judgeOf, scoresBy } from "../judge/cell_judge.ts";
import type { ScoreSet } from "../../experiment/results.ts";
import type { UnseenPart } from "../../decide/unseen_scores.ts";
import { ontoScale } from "../../../method/judge/scale.ts";
import type { Cell } from "../plan/run_plan.ts";
import { runTask } from "../steps/steps.ts";
import type { Workspace } from "../steps/workspace.ts";

/** Forests that together score each training part once without having seen it. */
const FOLDS = 5;

/** Pictures with the scores that they would get as new ones. */
export type Unseen = readonly UnseenPart[];

/** The scores of a run with folds, which are of parts that their judges have not seen. */
export function unseenParts({ parts }: ScoreSet, { test }: BenchmarkSplit): Unseen {
  const shown = new Map(test.map(({ id, item }) => [id, item.part]));
  return parts.map(({ id, label, score }) => {
    const part = shown.get(id);
    return { file: id, label, ...part !== undefined && { part }, score };
  });
}

/** Scores of the training parts by something that was not fitted on them, on the scale of the judge of the cell. */
export async function heldOutScores(work: Workspace, cell: Cell, trained: readonly string[]): Promise<Unseen> {
  const { benchmark: { good, bad }, forest, experiment } = cell;
  if (forest) return await foldScores(work, forest, { good, bad });
  // What something was fitted or trained on says nothing of its threshold.
  const seen = new Set([...trained, ...experiment.detectors.map(({ id }) => id)]);
  const judge = await judgeOf(work, cell, loadTrees);
  const scoresOf = async (sources: readonly Source[], label: "good" | "bad") => {
    const ids = sources.map(({ id }) => id).filter((id) => !seen.has(id));
    const scores = await scoresBy(work.resources, judge, await inputOf(work.resources, cell, judge, ids));
    return ids.map((file, n) => ({ file, label, score: scores[n] }));
  };
  return [...await scoresOf(good, "good"), ...await scoresOf(bad, "bad")];
}

/** Scores of the training parts of a forest by forests that were trained on the other folds, on the scale of the forest. */
async function foldScores(
  work: Workspace,
  forest: NonNullable<Cell["forest"]>,
  { good, bad }: Pick<BenchmarkSplit, "good" | "bad">,
): Promise<Unseen> {
  const { spec } = forest.task;
  const table = await readTable(work.cache, forest.table);
  const labels = Uint8Array.from(spec.labels);
  const folds = stratifiedFolds(labels, FOLDS, spec.seed);
  const whole = await trained(forest.task);
  const tell = counter(work.reporter, "Forests for the threshold", FOLDS, 0);
  tell();
  const each = await Promise.all(Array.from({ length: FOLDS }, async (_, fold) => {
    work.signal.throwIfAborted();
    const within = (sources: readonly Source[], begin: number) => sources.filter((_, i) => folds[begin + i] !== fold);
    const parts = { good: within(good, 0), bad: within(bad, good.length) };
    const name = `${spec.name}, fold ${fold + 1}`;
    const task = planForest(work, { ...spec, title: `The forest of ${name}`, name }, forest.table, parts);
    if (!await work.cache.has(task.key)) await runTask(work.resources, task);
    const judge = await trained(task);
    const rows = [...labels.keys()];
    const [seen, heldOut] = [true, false].map((own) => rows.filter((i) => (folds[i] !== fold) === own));
    const onto = ontoScale(await scoresOf(judge, seen), await scoresOf(whole, seen), seen.map((i) => labels[i]));
    const scores = await scoresOf(judge, heldOut);
    tell();
    return onto
      ? heldOut.map((i, n) => ({
        file: spec.ids[i],
        label: labels[i] === 1 ? "bad" as const : "good" as const,
        score: onto(scores[n]),
      }))
      : [];
  }));
  return each.flat();

  async function trained(task: ForestTask): Promise<Judge> {
    return { kind: "forest", model: await loadTrees(work, task) };
  }

  async function scoresOf(judge: Judge, rows: readonly number[]): Promise<number[]> {
    return [...await scoresBy(work.resources, judge, inTable(table, judge, rows.map((i) => spec.ids[i])))];
  }
}
