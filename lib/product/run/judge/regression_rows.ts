/** Regressions over the evidence of some parts, and how they judge others. @module */
import type { Features } from "../../../domain.ts";
import { takeFeatures } from "../../../method/features/rows.ts";
import { applyLogistic, type LogisticFitted } from "../../../method/regression/apply.ts";
import { fitLogistic } from "../../../method/regression/logistic.ts";
import { regressionWithout, type SeenRows } from "../../../method/regression/without.ts";
import type { EvidenceBlock } from "../../../method/evidence/evidence.ts";
import type { BenchmarkSplit, Source } from "../../experiment/experiment.ts";
import { readTable, selectFeatures, type TableSpec } from "../steps/feature_table.ts";
import type { Workspace } from "../steps/workspace.ts";

/**
 * What an error costs a regression against its penalty. Columns are standardised and blocks weigh the same, so that one value
 * does for all data: between 1 and 10 it made no difference on photographs of solar cells and on drawn parts.
 */
const COST = 10 / 3;

/** Parts as a regression sees them; labels are 1 for bad. */
export interface RegressionRows {
  readonly features: Features;
  readonly labels: Uint8Array;
}

/** The training parts of a regression as it sees them. */
export async function regressionTable(
  work: Workspace,
  sources: readonly Source[],
  table: TableSpec,
): Promise<RegressionRows & { readonly columns: readonly string[] }> {
  const columns = table.evidence?.columns ?? [];
  return {
    columns,
    features: selectFeatures(await readTable(work.cache, table), sources.map(({ id }) => id), columns),
    labels: Uint8Array.from(sources, ({ item }) => Number(item.label === "bad")),
  };
}

/**
 * The score of each row by a regression on the rows of the other folds.
 *
 * @param folds the fold of each row
 * @param chosen which of the rows of the other folds are trained on; all where left out
 */
export async function scoresByFolds(
  { signal }: Pick<Workspace, "signal">,
  rows: RegressionRows,
  folds: readonly (number | undefined)[],
  blocks: readonly EvidenceBlock[],
  chosen: (row: number) => boolean = () => true,
): Promise<number[]> {
  const scores = new Array<number>(folds.length).fill(NaN);
  for (const fold of new Set(folds)) {
    signal.throwIfAborted();
    const all = [...folds.keys()];
    const heldOut = all.filter((n) => folds[n] === fold);
    scoresOfRows(rows, all.filter((n) => folds[n] !== fold && chosen(n)), heldOut, blocks)
      .forEach((score, i) => scores[heldOut[i]] = score);
    // Gives progress and Ctrl-C their turn.
    await new Promise((resolve) => setTimeout(resolve));
  }
  return scores;
}

/** The scores of some rows by a regression on others. */
export function scoresOfRows(
  { features, labels }: RegressionRows,
  seen: readonly number[],
  judged: readonly number[],
  blocks: readonly EvidenceBlock[],
): Float32Array {
  const fitted = fitBlocks(takeFeatures(features, seen), seen.map((n) => labels[n]), blocks);
  return applyLogistic(fitted)(takeFeatures(features, judged)).data;
}

/** The regression of all pipelines on some rows without some of their columns, as it judges others. */
export function withoutColumns(
  blocks: readonly EvidenceBlock[],
  features: Features,
  rows: SeenRows,
): (columns: readonly number[]) => Float64Array {
  return regressionWithout({ cost: COST, blocks: blocks.map(({ width }) => width) }, features, rows);
}

/** The regression on all parts of a benchmark, for new ones. */
export async function wholeRegression(
  work: Workspace,
  { good, bad }: BenchmarkSplit,
  table: TableSpec,
  blocks: readonly EvidenceBlock[],
): Promise<RegressionRows & { readonly columns: readonly string[]; readonly model: LogisticFitted }> {
  const seen = await regressionTable(work, [...good, ...bad], table);
  return { ...seen, model: fitBlocks(seen.features, seen.labels, blocks) };
}

/** The regression of all pipelines over rows of evidence. */
function fitBlocks(
  features: Features,
  labels: ArrayLike<number>,
  blocks: readonly EvidenceBlock[],
): LogisticFitted {
  return fitLogistic({ cost: COST, blocks: blocks.map(({ width }) => width) }, features, labels);
}
