/** Scores of bad parts by judges that have seen no part of their kind: what they would find of a kind that nobody knows. @module */
import { foundKinds } from "../../../method/learn/found_kinds.ts";
import { type HeldOutKind, kindsLeftOut } from "../../../method/learn/folds.ts";
import type { LeftOutKind } from "../../experiment/left_out.ts";
import { partGroups } from "../../experiment/parts.ts";
import type { ScoreSet } from "../../experiment/results.ts";
import { inTable, scoresBy } from "./cell_judge.ts";
import { regressionTable, scoresOfRows } from "./regression_rows.ts";
import { readTable } from "../steps/feature_table.ts";
import { loadTrees, planForest } from "../steps/forest_step.ts";
import type { Cell } from "../plan/run_plan.ts";
import { runTask } from "../steps/steps.ts";
import type { Workspace } from "../steps/workspace.ts";

/** A kind has at least so many bad parts to be left out. */
const LEAST = 3;
/** Kinds that are left out at most, the largest: each takes a training of every method. */
const MOST = 6;

/** Kinds that are left out. */
export interface PlannedKinds {
  readonly kinds: readonly HeldOutKind[];
  /** They are clusters, and nobody has named them. */
  readonly found: boolean;
}

/**
 * The kinds of a benchmark with folds, each with what is trained on and judged without it: those that are known, or else
 * clusters of the bad parts.
 *
 * @param cells of the benchmark
 * @returns none where there are not two
 */
export async function planKinds(work: Workspace, cells: readonly Cell[]): Promise<PlannedKinds> {
  const [{ benchmark: { test }, experiment: { seed } }] = cells;
  const items = test.map(({ item }) => item);
  const labels = items.map(({ label }) => Number(label === "bad"));
  const groups = partGroups(items);
  const known = largest(items.map(({ kind }) => kind), labels);
  const regression = cells.find((cell) => cell.regression)?.regression;
  let kinds = known;
  let found = false;
  if (new Set(known.filter((kind) => kind !== undefined)).size < 2 && regression) {
    const { features } = await regressionTable(work, test, regression.table);
    found = true;
    kinds = largest(
      foundKinds(features, labels, { seed, blocks: regression.blocks.map(({ width }) => width) }),
      labels,
    );
  }
  const count = new Set(cells[0].benchmark.folds?.values()).size;
  return { kinds: kindsLeftOut(labels, kinds, { count, seed, groups }), found };
}

/** Without kinds that have too few parts, or are too many. */
function largest(kinds: readonly (string | undefined)[], labels: readonly number[]): (string | undefined)[] {
  const counts = new Map<string, number>();
  kinds.forEach((kind, i) => {
    if (kind !== undefined && labels[i] === 1) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  });
  const chosen = new Set(
    [...counts].filter(([, count]) => count >= LEAST).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
      .slice(0, MOST).map(([kind]) => kind),
  );
  return kinds.map((kind) => kind !== undefined && chosen.has(kind) ? kind : undefined);
}

/**
 * The scores of each kind by a method that is not made of others, trained without it.
 *
 * @param set the method's scores of all parts, which are those of a detector alone
 */
export async function leftOutScores(
  work: Workspace,
  { benchmark: { test }, regression, forest }: Cell,
  { kinds, found }: PlannedKinds,
  set: ScoreSet,
): Promise<LeftOutKind[]> {
  const rows = regression && await regressionTable(work, test, regression.table);
  const table = forest && await readTable(work.cache, forest.table);

  async function scoresWithout({ kind, train, test: judged }: HeldOutKind): Promise<ArrayLike<number>> {
    // Gives progress and Ctrl-C their turn.
    await new Promise((resolve) => setTimeout(resolve));
    work.signal.throwIfAborted();
    if (rows && regression) return scoresOfRows(rows, train, judged, regression.blocks);
    if (!forest || !table) return judged.map((i) => set.parts[i].score);
    const sources = train.map((i) => test[i]);
    const of = (label: "good" | "bad") => sources.filter(({ item }) => item.label === label);
    const { spec } = forest.task;
    const name = `${spec.name}, without ${kind}`;
    const task = planForest(work, { ...spec, title: `The forest of ${name}`, name }, forest.table, {
      good: of("good"),
      bad: of("bad"),
    });
    if (!await work.cache.has(task.key)) await runTask(work.resources, task);
    const judge = { kind: "forest", model: await loadTrees(work, task) } as const;
    return await scoresBy(work.resources, judge, inTable(table, judge, judged.map((i) => test[i].id)));
  }

  // Forests grow side by side, one a worker.
  const scores = await Promise.all(kinds.map(scoresWithout));
  return kinds.map(({ kind, test: judged }, k) => ({
    ...{ kind, ...found && { found } },
    parts: judged.map((i, n) => ({ ...set.parts[i], score: scores[k][n] })),
  }));
}
