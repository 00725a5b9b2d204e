/** The judge of a cell, and what it is shown of pictures: kept features in its columns, or kept own scores. @module */
import { type Distance, distance, features } from "../../../domain.ts";
import type { Judge, JudgeInput } from "../../../method/judge/contract.ts";
import { applyJudge, columnsOf } from "../../../method/judge/table.ts";
import { type FeatureTable, readTable, selectFeatures } from "../steps/feature_table.ts";
import { loadForest } from "../steps/forest_step.ts";
import type { Cell } from "../plan/run_plan.ts";
import type { Resources } from "../steps/resources.ts";
import { readScores } from "../steps/score_step.ts";

/** Where what a judge needs is kept. */
type Kept = Pick<Cell, "forest" | "alone" | "regression" | "others">;

/**
 * The judge of a cell.
 *
 * @param load how a forest is loaded: to score and explain, or to score
 * @throws {Error} where its forest is not kept
 */
export async function judgeOf(
  resources: Pick<Resources, "cache">,
  { forest, alone }: Kept,
  load: typeof loadForest = loadForest,
): Promise<Judge> {
  if (forest) return { kind: "forest", model: await load(resources, forest.task) };
  if (alone) return alone.judge;
  throw new TypeError("Cannot judge a cell that has neither a forest nor own scores");
}

/**
 * What the judge of a cell is shown of some pictures.
 *
 * @throws {Error} where their features or scores are not kept
 */
export async function inputOf(
  { cache }: Pick<Resources, "cache">,
  { forest, alone, regression, others }: Kept,
  judge: Judge,
  ids: readonly string[],
): Promise<JudgeInput> {
  const table = forest?.table ?? regression?.table ?? others?.table;
  const scores: Record<string, Distance> = {};
  for (const { judge: { name }, key, ids: all } of [...alone ? [alone] : [], ...others?.alone ?? []]) {
    const kept = await readScores(cache, key, all);
    scores[name] = distance([ids.length], Float32Array.from(ids, (id) => kept.get(id) ?? NaN));
  }
  return table && columnsOf(judge).length > 0
    ? { ...inTable(await readTable(cache, table), judge, ids), scores }
    : { columns: [], features: features([ids.length, 0]), scores };
}

/** What a judge of columns is shown of some pictures of a table. */
export function inTable(table: FeatureTable, judge: Judge, ids: readonly string[]): JudgeInput {
  const columns = columnsOf(judge);
  return { columns, features: selectFeatures(table, ids, columns), scores: {} };
}

/** One score for each picture that a judge is shown. */
export async function scoresBy(
  resources: Pick<Resources, "forests">,
  judge: Judge,
  input: JudgeInput,
): Promise<Float32Array> {
  return (await applyJudge(judge, { runner: resources.forests() })(input)).data;
}
