/**
 * The table of a run for a terminal: plain text, no colour codes, never wider than asked.
 * @module
 */
import { bestRows, groupBy, type Metric, METRICS, paperFigure, partsInWords, percent, spread } from "./figures.ts";
import type { PaperFigures } from "../experiment/paper_figures.ts";
import type { MethodComparison, ResultRow } from "../experiment/results.ts";

interface Column {
  head: string;
  cells: string[];
  /** Where the means end. */
  mean: number;
}

/** The narrowest method column for which an optional column may stay. */
const METHOD_WIDTH = 20;
const PIXEL_METHOD_WIDTH = 14;

/**
 * One block a benchmark, as in the paper: method, Cl. AUROC, FPR@95TPR, and AUROC on unseen defects and the paper's figures
 * where they are given and there is room. Where pixels were judged: AU-PR and AUROC of parts and of pixels, and the paper's
 * figures in a line of their own. The best figures carry a star, with
 * comparisons where they are best beyond chance (see {@linkcode bestRows}).
 *
 * @param width columns of the terminal, at least 40; no line is longer
 * @throws {RangeError} where the width is below 40
 *
 * ```ts
 * import { textTable } from "./text_table.ts";
 * const auroc = { mean: 0.917, std: 0.003, values: [0.914, 0.92] };
 * const text = textTable([{ benchmark: "High-shot", method: "SegAD", auroc, fpr95: auroc, n: { good: 9, bad: 8 } }]);
 * console.assert(text.includes("91.7 ± 0.3"));
 * ```
 */
export function textTable(
  rows: readonly ResultRow[],
  width = 80,
  comparisons?: readonly MethodComparison[],
): string {
  if (!(width >= 40)) throw new RangeError(`Cannot set a table in ${width} columns as it needs 40`);
  const blocks = [...groupBy(rows, (row) => row.benchmark)].map(([name, group]) =>
    block(name, group, width, comparisons)
  );
  return blocks.join("\n\n") + (blocks.length > 0 ? "\n" : "");
}

function block(
  benchmark: string,
  rows: readonly ResultRow[],
  width: number,
  comparisons: readonly MethodComparison[] | undefined,
): string {
  const seeds = Math.max(...rows.map((row) => row.auroc.values.length));
  const over = seeds > 1 ? `; mean ± std over ${seeds} seeds` : "";
  const same = rows.every((row) => partsInWords(row.n) === partsInWords(rows[0].n));
  const title = wrap(`${benchmark}: ${same ? partsInWords(rows[0].n) : "test sets differ by row"}${over}`, width);

  const pixels = rows.some((row) => row.pixelAuroc);
  const columns = (pixels ? PIXEL_METRICS : ["auroc", "fpr95"] as const).map((metric) =>
    metricColumn(rows, metric, comparisons)
  );
  for (const metric of ["aurocUnseen", "aurocLeftOut"] as const) {
    if (!pixels && rows.some((row) => row[metric])) columns.push(metricColumn(rows, metric, comparisons));
  }
  const taken = () => columns.reduce((sum, column) => sum + columnWidth(column) + 2, 0);
  if (!pixels && rows.some((row) => row.paper)) {
    // The paper's deviations stand there if there is room.
    const free = width - taken() - METHOD_WIDTH - 2;
    const [whole, means] = [paperColumn(rows, true), paperColumn(rows, false)];
    columns.push(columnWidth(whole) <= free ? whole : means);
  }
  while (columns.length > 2 && width - taken() < (pixels ? PIXEL_METHOD_WIDTH : METHOD_WIDTH)) columns.pop();

  const names = rows.map((row) => wrap(row.method, width - taken(), "  "));
  const paperWidth = pixels && rows.some((row) => row.paper) ? displayWidth("  in the paper") : 0;
  const nameWidth = Math.max(6, paperWidth, ...names.flat().map(displayWidth));
  const line = (name: string, cells: string[]) =>
    (pad(name, nameWidth) + columns.map((column, i) => "  " + padLeft(cells[i], columnWidth(column))).join(""))
      .trimEnd();
  const rule = "-".repeat(nameWidth + taken());
  const body = rows.flatMap((_, r) => {
    const [first, ...rest] = names[r];
    const { paper } = rows[r];
    return [
      line(first, columns.map((column) => column.cells[r])),
      ...rest,
      ...pixels && paper ? [line("  in the paper", paperCells(paper, columns))] : [],
    ];
  });
  return [...title, rule, line("Method", columns.map((column) => column.head)), rule, ...body, rule].join("\n");
}

function metricColumn(
  rows: readonly ResultRow[],
  metric: Metric,
  comparisons: readonly MethodComparison[] | undefined,
): Column {
  const best = bestRows(rows, metric, comparisons);
  const { short, arrow } = METRICS[metric];
  const figures = rows.map((row) => {
    const [mean, std = ""] = row[metric] ? spread(row[metric]).split(" ± ") : ["-"];
    return { mean, std, star: best.has(row) ? " *" : "  " };
  });
  const meanWidth = Math.max(...figures.map(({ mean }) => mean.length));
  const stdWidth = Math.max(...figures.map(({ std }) => std.length));
  const cells = figures.map(({ mean, std, star }) => {
    const deviation = stdWidth === 0 ? "" : (std === "" ? "   " : " ± ") + std.padStart(stdWidth);
    return mean.padStart(meanWidth) + deviation + star;
  });
  return { head: `${short} ${arrow}  `, cells, mean: meanWidth };
}

/** What stands in a table with figures over pixels, in the order of the SPD paper's tables. */
const PIXEL_METRICS = ["aupr", "auroc", "pixelAupr", "pixelAuroc"] as const;

/** A paper's figures under the means of ours. */
function paperCells(paper: PaperFigures, columns: readonly Column[]): string[] {
  return columns.map(({ cells, mean }, i) => {
    const behind = cells[0].length - mean;
    const metric = PIXEL_METRICS[i];
    return (paper[metric] === undefined ? "-" : percent(paper[metric])) + " ".repeat(behind);
  });
}

function paperColumn(rows: readonly ResultRow[], deviations: boolean): Column {
  const given = (metric: "auroc" | "fpr95", least: number) =>
    aligned(rows.map(({ paper }) => paperFigure(deviations ? paper : { [metric]: paper?.[metric] }, metric)), least);
  const [auroc, fpr95] = [given("auroc", 0), given("fpr95", 5)];
  const behind = Math.max(...fpr95.map((text = "") => text.length));
  const second = (text = "") => behind === 0 ? "" : ` ${text.padEnd(behind)}`;
  const cells = auroc.map((text, i) => text === undefined ? "-" : text + second(fpr95[i]));
  return { head: "in the paper", cells, mean: 0 };
}

/** Figures with their decimal points below one another. */
function aligned(figures: readonly (string | undefined)[], least: number): (string | undefined)[] {
  const parts = figures.map((figure) => figure?.split(" ± "));
  const width = Math.max(least, ...parts.map((part) => part?.[0].length ?? 0));
  const behind = Math.max(0, ...parts.map((part) => part?.[1]?.length ?? 0));
  return parts.map((part) => {
    if (!part) return undefined;
    const [mean, std] = part;
    const deviation = behind === 0 ? "" : (std === undefined ? "" : ` ± ${std.padStart(behind)}`).padEnd(behind + 3);
    return mean.padStart(width) + deviation;
  });
}

function columnWidth(column: Column): number {
  return Math.max(displayWidth(column.head), ...column.cells.map(displayWidth));
}

/** Lines of at most `width` columns, broken at spaces where there are any. No line is empty but the only one. */
function wrap(text: string, width: number, indent = ""): string[] {
  const words = plain(text).split(" ").filter((word) => word !== "");
  const lines: string[] = [""];
  const last = () => lines[lines.length - 1];
  for (const word of words) {
    const gap = last().trim() === "" ? "" : " ";
    if (displayWidth(last() + gap + word) <= width) {
      lines[lines.length - 1] += gap + word;
      continue;
    }
    if (gap !== "") lines.push(indent);
    for (const character of word) {
      if (displayWidth(last() + character) > width) lines.push(indent);
      lines[lines.length - 1] += character;
    }
  }
  return lines;
}

/** Text without what moves a cursor or turns its direction. */
function plain(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, " ");
}

/**
 * The columns that text takes in a terminal: two for East Asian wide characters and pictographs, none for combining marks.
 *
 * ```ts
 * import { displayWidth } from "./text_table.ts";
 * console.assert(displayWidth("良品 ok") === 7);
 * ```
 */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) {
    if (/[\p{Mn}\p{Me}]/u.test(character)) continue;
    const wide =
      /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\p{Emoji_Presentation}\u{20000}-\u{3fffd}]/u;
    width += wide.test(character) ? 2 : 1;
  }
  return width;
}

function pad(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - displayWidth(text)));
}

function padLeft(text: string, width: number): string {
  return " ".repeat(Math.max(0, width - displayWidth(text))) + text;
}
