/**
 * Figures as the tables show them: percent with one decimal, as in the paper.
 * @module
 */
import type { PaperFigures } from "../experiment/paper_figures.ts";
import type { MethodComparison, ResultRow, Summary } from "../experiment/results.ts";

/** The metrics of a table, how they are headed (as in the paper) and which way is better. */
export const METRICS = {
  auroc: { head: "Cl. AUROC", short: "Cl. AUROC", arrow: "↑" },
  fpr95: { head: "FPR@95TPR", short: "FPR@95TPR", arrow: "↓" },
  aupr: { head: "AU-PR", short: "AU-PR", arrow: "↑" },
  f1Max: { head: "F1-max", short: "F1-max", arrow: "↑" },
  pixelAuroc: { head: "pixel AUROC", short: "Px AUROC", arrow: "↑" },
  pixelAupr: { head: "pixel AU-PR", short: "Px AU-PR", arrow: "↑" },
  pixelAupro: { head: "AUPRO", short: "AUPRO", arrow: "↑" },
  pixelF1: { head: "SegF1", short: "SegF1", arrow: "↑" },
  aurocUnseen: { head: "AUROC unseen", short: "Unseen", arrow: "↑" },
  aurocLeftOut: { head: "AUROC of kinds left out", short: "Kinds left out", arrow: "↑" },
} as const;

/** The name of a metric in a {@linkcode ResultRow}. */
export type Metric = keyof typeof METRICS;

/**
 * A fraction as percent with one decimal; "n/a" for what is not a number. What lies halfway goes to the even digit, as with
 * Python's `round`, which papers' tables are made with: 84.25 is 84.2.
 *
 * ```ts
 * import { percent } from "./figures.ts";
 * console.assert(percent(0.9171) === "91.7");
 * ```
 */
export function percent(fraction: number): string {
  if (!Number.isFinite(fraction)) return "n/a";
  const value = 100 * fraction;
  // Of doubles only those that end in .25 and .75 lie halfway, and of .75 the upper digit is the even one.
  const halfway = Math.abs(value % 1) === 0.25;
  return halfway ? (value - Math.sign(value) * 0.05).toFixed(1) : value.toFixed(1);
}

/** `91.7 ± 0.3`, or `91.7` where there is one seed and thus no spread. */
export function spread(summary: Summary): string {
  const mean = percent(summary.mean);
  return summary.values.length > 1 && mean !== "n/a" ? `${mean} ± ${percent(summary.std)}` : mean;
}

/**
 * What a paper gives for a metric, `88.3 ± 0.3` where it gives a deviation; undefined where it does not give the metric.
 *
 * ```ts
 * import { paperFigure } from "./figures.ts";
 * console.assert(paperFigure({ auroc: 0.883, aurocStd: 0.003 }, "auroc") === "88.3 ± 0.3");
 * ```
 */
export function paperFigure(
  paper: PaperFigures | undefined,
  metric: Extract<Metric, keyof PaperFigures>,
): string | undefined {
  const mean = paper?.[metric];
  if (mean === undefined) return undefined;
  const std = metric === "auroc" ? paper?.aurocStd : metric === "fpr95" ? paper?.fpr95Std : undefined;
  return percent(mean) + (std === undefined ? "" : ` ± ${percent(std)}`);
}

/** A score with four significant digits, whatever its unit. */
export function shortNumber(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  const text = size !== 0 && (size < 0.001 || size >= 1e6)
    ? value.toExponential(2)
    : String(Number(value.toPrecision(4)));
  return text.replaceAll("-", "−");
}

/**
 * The rows that hold the best figure as it is printed, so that equal ones are all marked. None where only one row has it, nor
 * where comparisons are given and the difference to another row is not beyond chance: by AUROC the comparison of the two, by
 * FPR@95TPR that their intervals do not meet; of other figures nothing says so.
 */
export function bestRows(
  rows: readonly ResultRow[],
  metric: Metric,
  comparisons?: readonly MethodComparison[],
): Set<ResultRow> {
  const given = rows.filter((row) => Number.isFinite(row[metric]?.mean));
  if (given.length < 2) return new Set();
  const sign = METRICS[metric].arrow === "↑" ? 1 : -1;
  const printed = (row: ResultRow) => sign * Number(percent(row[metric]!.mean));
  const best = Math.max(...given.map(printed));
  const marked = given.filter((row) => printed(row) === best);
  const others = given.filter((row) => printed(row) !== best);
  const clear = !comparisons ||
    marked.every((row) => others.every((other) => isBeyond(row, other, metric, comparisons)));
  return new Set(clear ? marked : []);
}

/** Whether the better of two rows is so beyond chance. */
export function isBeyond(
  row: ResultRow,
  other: ResultRow,
  metric: Metric,
  comparisons: readonly MethodComparison[],
): boolean {
  if (metric === "fpr95") return (row.bootstrap?.fpr95.high ?? 1) < (other.bootstrap?.fpr95.low ?? 0);
  if (metric !== "auroc") return false;
  const both = [row.method, other.method];
  const found = comparisons.find(({ benchmark, first, second }) =>
    benchmark === row.benchmark && both.includes(first) && both.includes(second)
  );
  return found !== undefined && found.corrected < 0.05;
}

/** Groups in the order in which they first appear. */
export function groupBy<T>(values: readonly T[], key: (value: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const group = groups.get(key(value));
    if (group) group.push(value);
    else groups.set(key(value), [value]);
  }
  return groups;
}

/** `1000 good, 1000 bad (165 of unseen kinds)`. */
export function partsInWords(n: ResultRow["n"]): string {
  return `${n.good} good, ${n.bad} bad${n.unseen ? ` (${n.unseen} of unseen kinds)` : ""}`;
}
