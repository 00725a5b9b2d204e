/**
 * What each method, and in it each detector, segment and block of evidence, is worth, over runs of a pipeline that says so,
 * by the number of bad parts that they learned from: AUROC in percent of parts that the judge has not seen, and by how much
 * it falls without a part (means over the runs).
 *
 *     deno run --allow-read tools/worth_table.ts RUNDIR…
 * @module
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { meanStd } from "../lib/method/evaluate/mean_std.ts";
import type { Results } from "../lib/product/experiment/results.ts";

const runs: Results[] = await Promise.all(
  process.argv.slice(2).map(async (run) => JSON.parse(await readFile(join(run, "results.json"), "utf8"))),
);
if (runs.length === 0) throw new TypeError("Cannot print a table without a run");

const counts = [...new Set(runs.map(({ rows }) => rows[0].n.bad))].sort((a, b) => a - b);
const groups = counts.map((count) => runs.filter(({ rows }) => rows[0].n.bad === count));

/** A line with the mean of a figure for each number of bad parts. */
function line(title: string, figure: (run: Results) => number): string {
  const means = groups.map((group) => (100 * meanStd(group.map(figure)).mean).toFixed(1).replace("-", "−"));
  return `| ${[title, ...means].join(" | ")} |`;
}

const [{ rows, worth = [] }] = runs;
const heads = groups.map((group, g) => `${counts[g]} bad (${group.length} ${group.length === 1 ? "run" : "runs"})`);
console.log([
  `| AUROC | ${heads.join(" | ")} |`,
  `| --- | ${heads.map(() => "---").join(" | ")} |`,
  ...rows.map(({ method }) => line(method, (run) => run.rows.find((row) => row.method === method)!.auroc.mean)),
  ...worth.filter(({ kind }) => kind !== "parts").map(({ kind, name }) =>
    line(
      `… falls without ${kind} ${name} by`,
      (run) => run.worth!.find((part) => part.kind === kind && part.name === name)!.difference,
    )
  ),
].join("\n"));
