/** The tables of the report, as the paper sets them. @module */
import {
  bestRows,
  groupBy,
  isBeyond,
  type Metric,
  METRICS,
  paperFigure,
  partsInWords,
  percent,
  spread,
} from "./figures.ts";
import { type Markup, markup } from "./markup.ts";
import type { MethodComparison, ResultRow } from "../experiment/results.ts";
import type { ReportInput } from "./report_input.ts";

/** What the run found, in a sentence a benchmark. */
export function atAGlance(rows: readonly ResultRow[], comparisons: readonly MethodComparison[]): Markup {
  const sentences = [...groupBy(rows, (row) => row.benchmark)].flatMap(([benchmark, group]) => {
    const best = highest(group);
    if (!best) return [];
    const flagged = Number.isFinite(best.fpr95.mean)
      ? ` To find 95 of 100 bad parts it also flags ${percent(best.fpr95.mean)} of 100 good ones.`
      : "";
    const share = percent(best.auroc.mean);
    const level = group.filter((row) => row !== best && !isBeyond(best, row, "auroc", comparisons))
      .map(({ method }) => method);
    const lead = group.length === 1
      ? "was run"
      : level.length === 0
      ? "separates good from bad best"
      : "has the highest AUROC";
    const chance = group.length === 1 || level.length === 0 ? "" : ` That it is above ${listed(level)} may be chance.`;
    return [markup`<p><b>${benchmark}:</b> ${best.method} ${lead} (AUROC ${share}).${flagged}${chance}</p>`];
  });
  return sentences.length > 0 ? markup`<div class="glance">${sentences}</div>` : markup``;
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

function highest(rows: readonly ResultRow[]): ResultRow | undefined {
  return rows.filter((row) => Number.isFinite(row.auroc.mean))
    .reduce<ResultRow | undefined>((best, row) => best && best.auroc.mean >= row.auroc.mean ? best : row, undefined);
}

/** A table a benchmark, and the figures of each seed below it. */
export function resultTables(
  { rows, seeds, comparisons }: Pick<ReportInput, "rows" | "seeds" | "comparisons">,
): Markup {
  return markup`${
    [...groupBy(rows, (row) => row.benchmark)].map(([name, group]) => resultTable(name, group, seeds, comparisons))
  }`;
}

/** What papers report, in the order of the columns. */
const PAPER = ["auroc", "fpr95", "aupr", "pixelAuroc", "pixelAupr"] as const;

function resultTable(
  benchmark: string,
  rows: readonly ResultRow[],
  seeds: readonly number[],
  comparisons: ReportInput["comparisons"],
): Markup {
  const metrics = (Object.keys(METRICS) as Metric[]).filter((metric) => rows.some((row) => row[metric]));
  const hasPaper = rows.some((row) => row.paper);
  const given = PAPER.filter((metric) => rows.some(({ paper }) => paper?.[metric] !== undefined));
  const best = new Map(metrics.map((metric) => [metric, bestRows(rows, metric, comparisons)]));
  const same = new Set(rows.map((row) => partsInWords(row.n))).size === 1;
  const body = rows.map((row) =>
    markup`<tr><th scope="row">${row.method}</th>${
      metrics.map((metric) => cell(row, metric, best.get(metric)!.has(row)))
    }${
      hasPaper &&
      markup`<td data-head="in the paper">${
        row.paper ? given.map((metric) => paperFigure(row.paper, metric) ?? "–").join(" / ") : "–"
      }</td>`
    }<td class="count" data-head="good">${row.n.good}</td><td class="count" data-head="bad">${row.n.bad}</td></tr>`
  );
  return markup`<h3>${benchmark} <span class="soft">test set: ${
    same ? partsInWords(rows[0].n) : "differs by row"
  }</span></h3>
<div class="scroll" tabindex="0" role="region" aria-label="Table of ${benchmark}">
<table class="results${same && " same"}">
<thead><tr><th scope="col">Method</th>${metrics.map(heading)}${
    hasPaper && markup`<th scope="col">in the paper<br><span class="soft">${
      given.map((metric) => metric === "fpr95" ? "FPR" : METRICS[metric].short.replace("Cl. ", "")).join(" / ")
    }</span></th>`
  }<th scope="col">good</th><th scope="col">bad</th></tr></thead>
<tbody>
${body}
</tbody></table></div>
${seeds.length > 1 && eachSeed(rows, metrics, seeds)}`;
}

function heading(metric: Metric): Markup {
  const { head, arrow } = METRICS[metric];
  const way = arrow === "↑" ? "higher is better" : "lower is better";
  return markup`<th scope="col">${head} <abbr title="${way}" style="text-decoration:none">${arrow}</abbr></th>`;
}

function cell(row: ResultRow, metric: Metric, best: boolean): Markup {
  const summary = row[metric];
  const head = `${METRICS[metric].head} ${METRICS[metric].arrow}`;
  if (!summary) return markup`<td data-head="${head}">–</td>`;
  return best
    ? markup`<td class="best" data-head="${head}"><span class="mark" title="best of this table">★</span> ${
      spread(summary)
    }</td>`
    : markup`<td data-head="${head}">${spread(summary)}</td>`;
}

function eachSeed(rows: readonly ResultRow[], metrics: readonly Metric[], seeds: readonly number[]): Markup {
  const lines = rows.flatMap((row) =>
    metrics.filter((metric) => row[metric]).map((metric) =>
      markup`<tr><th scope="row">${row.method}</th><td>${METRICS[metric].head}</td>${
        seeds.map((seed) => {
          const value = row[metric]!.values[(row.seeds ?? seeds).indexOf(seed)];
          return markup`<td>${value === undefined ? "–" : percent(value)}</td>`;
        })
      }</tr>`
    )
  );
  return markup`<details><summary>The figures of each seed</summary><div class="scroll" tabindex="0"><table>
<thead><tr><th scope="col">Method</th><th scope="col">Metric</th>${
    seeds.map((seed) => markup`<th scope="col">seed ${seed}</th>`)
  }</tr></thead>
<tbody>
${lines}
</tbody></table></div></details>`;
}
