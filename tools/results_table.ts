/**
 * Prints the table of a finished run as Markdown, as docs/results.md has them.
 *
 *     deno task tables RUNDIR…
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import type { ResultRow, Results, Summary } from "../lib/pipeline/results.ts";

/** One row a benchmark and method; columns that no row fills are left out. */
export function markdownTable({ rows, failed = [] }: Pick<Results, "rows" | "failed">): string {
  const columns: [string, (row: ResultRow) => string][] = [
    ["benchmark", (row) => row.benchmark],
    ["method", (row) => row.method],
    ["Cl. AUROC", (row) => figure(row.auroc)],
    ["FPR@95TPR", (row) => figure(row.fpr95)],
    ["AUROC, unseen kinds", (row) => figure(row.aurocUnseen)],
    ["AU-PR", (row) => row.pixelAupr ? figure(row.aupr) : ""],
    ["pixel AU-PR", (row) => figure(row.pixelAupr)],
    ["pixel AUROC", (row) => figure(row.pixelAuroc)],
    [
      "in the paper",
      ({ paper }) =>
        [paper?.auroc, paper?.fpr95].flatMap((value) => value === undefined ? [] : [percent(value)]).join(" / "),
    ],
  ];
  const filled = columns.filter(([, cell]) => rows.some((row) => cell(row) !== ""));
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  let before = "";
  const body = rows.map((row) => {
    const cells = filled.map(([, cell]) => cell(row));
    const [benchmark, ...rest] = cells;
    const shown = benchmark === before ? "" : `${benchmark}: ${row.n.good} good, ${row.n.bad} bad`;
    before = benchmark;
    return line([shown, ...rest]);
  });
  return [
    line(filled.map(([head]) => head)),
    line(filled.map(() => "---")),
    ...body,
    ...failed.map(({ benchmark, method, seed, reason }) =>
      `\n${method} (${benchmark}, seed ${seed}) failed: ${reason}`
    ),
  ].join("\n");
}

/** Fit time and throughput of detectors and classifiers. */
export function timingTable(
  rows: readonly { name: string; fitSeconds?: number; picturesPerSecond?: number }[],
): string {
  return [
    "| | one fit, s | pictures/s |",
    "| --- | --- | --- |",
    ...rows.map(({ name, fitSeconds, picturesPerSecond }) =>
      `| ${name} | ${fitSeconds?.toFixed(fitSeconds < 10 ? 1 : 0) ?? ""} | ${picturesPerSecond?.toFixed(0) ?? ""} |`
    ),
  ].join("\n");
}

function figure(summary: Summary | undefined): string {
  if (!summary) return "";
  return percent(summary.mean) + (summary.values.length > 1 ? ` ± ${percent(summary.std)}` : "");
}

function percent(value: number): string {
  return (100 * value).toFixed(1);
}

if (import.meta.main) {
  const folders = process.argv.slice(2);
  if (folders.length === 0) {
    console.error("Cannot print a table without a run folder: deno task tables RUNDIR");
    process.exit(2);
  }
  for (const folder of folders) {
    const results: Results | undefined = await readFile(join(folder, "results.json"), "utf8").then(JSON.parse)
      .catch((error) => {
        console.error(`Cannot print the table of "${folder}" as ${error.message}: name the folder of a finished run`);
      });
    if (!results) process.exit(2);
    console.log(`${folder}, seeds ${results.seeds.join(", ")}\n\n${markdownTable(results)}\n`);
    const timings = await readFile(join(folder, "timings.json"), "utf8").then(JSON.parse).catch(() => undefined);
    if (timings) console.log(`${timingTable(timings.rows)}\n`);
  }
}
