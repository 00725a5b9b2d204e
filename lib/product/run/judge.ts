/** Scores of the test parts by every method, benchmark and seed. @module */
import { checkScores } from "../../method/evaluate/decide.ts";
import { attempt, type FailedCell, type Failure, reasonOf } from "../experiment/failures.ts";
import type { ScoreSet } from "../experiment/results.ts";
import { evidenceOf, judgeOf, scoresBy } from "./cell_judge.ts";
import { blockedBy } from "./graph.ts";
import { readPixelFigures } from "./pixel_step.ts";
import type { Cell, RunPlan } from "./plan.ts";
import type { Workspace } from "./workspace.ts";

/** What could be judged, and what could not. */
export interface Judgement {
  readonly cells: readonly Cell[];
  /** One a cell. */
  readonly scores: readonly ScoreSet[];
  readonly failed: readonly FailedCell[];
}

/**
 * Judges all cells whose needs are there.
 *
 * @param failures of the tasks that failed, by their keys
 * @throws what the first failure has thrown where nothing could be judged
 */
export async function judge(
  work: Workspace,
  { seeds, graph }: RunPlan,
  failures: ReadonlyMap<string, Failure>,
): Promise<Judgement> {
  const failureOf = blockedBy(graph, failures);
  const cells = seeds.flatMap(({ cells }) => cells);
  const ends = await Promise.all(cells.map(async (cell) => {
    const { benchmark: { name }, method, experiment: { seed }, needs } = cell;
    const blocked = needs.map(failureOf).find((failure) => failure);
    if (blocked) return { cell, failure: blocked };
    const found: { set?: ScoreSet } = {};
    const failure = await attempt(work, `The scores of ${method} for ${name}, seed ${seed}`, async () => {
      work.signal.throwIfAborted();
      found.set = await judgeCell(work, cell);
      work.signal.throwIfAborted();
    });
    return { cell, ...found, failure };
  }));
  const judged = ends.flatMap(({ cell, set }) => set ? [{ cell, set }] : []);
  const failed = ends.flatMap(({ cell: { benchmark, method, experiment: { seed } }, failure }): FailedCell[] =>
    failure ? [{ benchmark: benchmark.name, method, seed, reason: reasonOf(failure) }] : []
  );
  const [first] = [...failures.values(), ...ends.flatMap(({ failure }) => failure ?? [])];
  if (judged.length === 0 && first) throw first.error;
  return { cells: judged.map(({ cell }) => cell), scores: judged.map(({ set }) => set), failed };
}

/**
 * Scores the test parts of a cell.
 *
 * @throws {RangeError} that names the method where a score is not finite
 */
export async function judgeCell({ cache, resources }: Workspace, cell: Cell): Promise<ScoreSet> {
  const { benchmark, method, experiment, pixels } = cell;
  const ids = benchmark.test.map(({ id }) => id);
  const judge = await judgeOf(resources, cell);
  const scores = await scoresBy(resources, judge, await evidenceOf(resources, cell, judge, ids));
  checkScores(method, ids, scores);
  return {
    benchmark: benchmark.name,
    method,
    seed: experiment.seed,
    parts: benchmark.test.map(({ id, item }, i) => ({
      id,
      label: item.label,
      unseen: item.unseen,
      ...item.kind !== undefined && { kind: item.kind },
      score: scores[i],
    })),
    ...pixels !== undefined && { pixel: await readPixelFigures(cache, pixels) },
  };
}
