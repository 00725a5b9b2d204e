/**
 * The tables of finished runs as Markdown, as docs/results.md has them: figures with the paper's, 95 % intervals and which
 * methods are better than which, the learning curve, times.
 *
 *     deno task tables RUNDIR…                 prints them
 *     deno task tables RUNDIR… --out FILE      writes them; the file is whole or as it was
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { writeFileAtomic } from "../lib/base/io/atomic.ts";
import { describeOrigin } from "../lib/product/experiment/data_source.ts";
import type { Interval } from "../lib/method/evaluate/bootstrap.ts";
import type { MethodComparison, ResultRow, Results } from "../lib/product/experiment/results.ts";
import { groupBy, METRICS, paperFigure, partsInWords, percent, spread } from "../lib/product/report/figures.ts";
import { displayWidth } from "../lib/product/report/text_table.ts";

/** What is read of `run.json`. */
export interface RunRecord {
  readonly seconds?: number;
  readonly device?: string;
  readonly data?: { readonly origin?: string };
  readonly definition?: { readonly benchmarks?: Readonly<Record<string, unknown>> };
}

/** A row of `timings.json`. */
export interface Timing {
  readonly name: string;
  readonly fitSeconds?: number;
  readonly picturesPerSecond?: number;
}

/** The p below which a difference counts, as corrected for all comparisons of the run. */
const LEVEL = 0.05;

/** Everything of a run, under a heading with the pipeline and the data. */
export function runTables(
  results: Results,
  { record, timings = [] }: { readonly record?: RunRecord; readonly timings?: readonly Timing[] } = {},
): string {
  const { pipeline, seeds, data, rows, comparisons = [], failed = [] } = results;
  // Results of older versions do not say where they were measured, and their records of other data have paths in them.
  const drawn = /^the (procedural stand-in .*)$/.exec(record?.data?.origin ?? "")?.[1];
  const origin = data.origin ? describeOrigin(data.origin) : drawn ?? "unnamed data";
  const facts = [
    `Measured on: ${origin} (pictures ${data.sha256.slice(0, 8)})`,
    `${seeds.length === 1 ? "seed" : "seeds"} ${seeds.join(", ")}`,
    ...record?.seconds === undefined ? [] : [
      `${duration(record.seconds)}${
        record.device ? ` on ${record.device}` : ""
      }, kept steps of earlier runs not counted`,
    ],
  ];
  const benchmarks = record?.definition?.benchmarks ?? {};
  return [
    `## ${pipeline}: ${origin}`,
    wrap(`${facts.join("; ")}. In percent${seeds.length > 1 ? ", mean ± standard deviation over the seeds" : ""}.`),
    resultTable(rows),
    intervalTable(rows, comparisons),
    curveTable(rows, benchmarks),
    timings.length > 0 ? timingTable(timings) : "",
    failureTable(failed),
  ].filter((block) => block !== "").join("\n\n");
}

/** One row a benchmark and method; columns that no row fills are left out. */
export function resultTable(rows: readonly ResultRow[]): string {
  const column = (metric: keyof typeof METRICS, shown = (_: ResultRow) => true) =>
    [METRICS[metric].head, (row: ResultRow) => row[metric] && shown(row) ? spread(row[metric]) : ""] as const;
  const inPaper = ({ paper }: ResultRow) =>
    (["auroc", "fpr95", "aupr", "pixelAupr", "pixelAuroc"] as const).flatMap((metric) =>
      paperFigure(paper, metric) ?? []
    )
      .join(" / ");
  const columns = [
    ["method", (row: ResultRow) => row.method],
    ["Cl. AUROC", (row: ResultRow) => spread(row.auroc)],
    column("fpr95"),
    column("aurocUnseen"),
    column("aupr", (row) => row.pixelAupr !== undefined),
    column("pixelAupr"),
    column("pixelAuroc"),
    ["in the paper", inPaper],
    ["seeds", (row: ResultRow) => row.seeds?.join(", ") ?? ""],
  ] as const;
  const filled = columns.filter(([, cell]) => rows.some((row) => cell(row) !== ""));
  const body = [...groupBy(rows, ({ benchmark }) => benchmark)].flatMap(([benchmark, own]) =>
    own.map((row, i) => [
      i === 0 ? `${benchmark}: ${partsInWords(row.n)}` : "",
      ...filled.map(([, cell]) => cell(row)),
    ])
  );
  return table(["benchmark", ...filled.map(([head]) => head)], body);
}

/** 95 % intervals, and for each method those of its benchmark whose AUROC is lower and hardly by chance. */
export function intervalTable(rows: readonly ResultRow[], comparisons: readonly MethodComparison[]): string {
  const compared = new Set(
    comparisons.flatMap(({ benchmark, first, second }) =>
      [first, second].map((method) => JSON.stringify([benchmark, method]))
    ),
  );
  const inQuestion = (row: ResultRow) =>
    row.bootstrap !== undefined || row.interval !== undefined ||
    compared.has(JSON.stringify([row.benchmark, row.method]));
  const groups = groupBy(rows.filter(inQuestion), ({ benchmark }) => benchmark);
  if (groups.size === 0) return "";
  const range = (of: Interval | undefined) => of ? `${percent(of.low)} to ${percent(of.high)}` : "";
  const body = [...groups].flatMap(([benchmark, own]) => {
    const number = (method: string) => own.findIndex((row) => row.method === method) + 1;
    return own.map((row, i) => {
      const beaten = comparisons.flatMap(({ benchmark: other, first, second, difference, corrected }) => {
        if (other !== benchmark || !(corrected < LEVEL)) return [];
        const [better, worse] = difference > 0 ? [first, second] : [second, first];
        return better === row.method ? [number(worse)] : [];
      });
      return [
        i === 0 ? benchmark : "",
        String(i + 1),
        row.method,
        range(row.bootstrap?.auroc ?? row.interval),
        range(row.bootstrap?.fpr95),
        beaten.sort((a, b) => a - b).join(", "),
      ];
    });
  });
  const heads = ["benchmark", "no.", "method", "Cl. AUROC", "FPR@95TPR", "AUROC higher than that of"];
  const kept = heads.map((_, i) => i < 3 || i === 5 && comparisons.length > 0 || body.some((cells) => cells[i] !== ""));
  const cut = (cells: readonly string[]) => cells.filter((_, i) => kept[i]);
  const tested = comparisons.length > 0
    ? ` The last column has the methods of the same benchmark whose AUROC is lower with p < ${LEVEL} (DeLong's test over the ` +
      `test parts, Holm's correction for all ${comparisons.length} comparisons).`
    : "";
  return `${wrap(`95 % intervals of the means over other test parts.${tested}`)}\n\n${
    table(cut(heads), body.map(cut))
  }`;
}

/** AUROC over the number of bad training parts, where the benchmarks of the pipeline differ in it. */
export function curveTable(rows: readonly ResultRow[], benchmarks: Readonly<Record<string, unknown>>): string {
  const points = Object.entries(benchmarks).flatMap(([name, kind]) => {
    const { bad } = Object(kind) as { readonly bad?: unknown };
    return typeof bad === "number" ? [{ name, bad }] : [];
  }).sort((a, b) => a.bad - b.bad);
  const own = rows.filter((row) => points.some(({ name }) => name === row.benchmark));
  if (new Set(points.map(({ bad }) => bad)).size < 2 || own.length === 0) return "";
  const body = [...groupBy(own, ({ method }) => method)].map(([method, some]) => [
    method,
    ...points.map(({ name }) => {
      const row = some.find(({ benchmark }) => benchmark === name);
      return row ? spread(row.auroc) : "";
    }),
  ]);
  const heads = ["bad training parts", ...points.map(({ bad }) => bad.toLocaleString("en"))];
  return `Learning curve, Cl. AUROC:\n\n${table(heads, body)}`;
}

/** Fit time and throughput of detectors and classifiers. */
export function timingTable(rows: readonly Timing[]): string {
  return table(
    ["fitted", "one fit, s", "pictures/s"],
    rows.map(({ name, fitSeconds, picturesPerSecond }) => [
      name,
      fitSeconds?.toFixed(fitSeconds < 10 ? 1 : 0) ?? "",
      picturesPerSecond?.toFixed(0) ?? "",
    ]),
  );
}

function failureTable(failed: NonNullable<Results["failed"]>): string {
  if (failed.length === 0) return "";
  const rows = [...groupBy(failed, ({ reason }) => reason)].map(([reason, cells]) => [
    cells.map(({ benchmark, method, seed }) => `${method} (${benchmark}, seed ${seed})`).join(", "),
    `\`${reason.replaceAll("`", "'").replaceAll(/\s+/g, " ")}\``,
  ]);
  return table(["not judged", "why"], rows);
}

/** Text in lines of at most 120 columns, as `deno fmt` breaks it here. */
function wrap(text: string): string {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const longer = `${lines.at(-1)} ${word}`;
    if (lines.length === 0 || displayWidth(longer) > 120) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines.join("\n");
}

/** A table with its pipes below one another, as `deno fmt` leaves it. */
function table(heads: readonly string[], body: readonly (readonly string[])[]): string {
  const rows = [heads, ...body].map((cells) => cells.map((cell) => cell.replaceAll("|", "\\|")));
  const widths = heads.map((_, i) => Math.max(3, ...rows.map((cells) => displayWidth(cells[i]))));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => cell + " ".repeat(widths[i] - displayWidth(cell))).join(" | ")} |`;
  const [head, ...rest] = rows.map(line);
  return [head, line(widths.map((width) => "-".repeat(width))), ...rest].join("\n");
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  return seconds < 90 * 60 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

/**
 * The tables of a run folder; of one over all objects, whose own runs lie beside it, with the time of all.
 *
 * @throws {Error} where the folder has no whole results.json
 */
export async function folderTables(folder: string): Promise<string> {
  const read = async (path: string) => JSON.parse(await readFile(path, "utf8"));
  const maybe = (path: string) => read(path).catch(() => undefined);
  let results: Results;
  try {
    results = await read(join(folder, "results.json"));
  } catch (cause) {
    throw new Error(
      `Cannot print the table of "${folder}" as ${(cause as Error).message}: name the folder of a finished run`,
      { cause },
    );
  }
  const record: RunRecord | undefined = await maybe(join(folder, "run.json")) ??
    await objectsRecord(folder, results.data.origin?.objects ?? [], maybe);
  const timings = await maybe(join(folder, "timings.json"));
  return runTables(results, { record, timings: timings?.rows });
}

async function objectsRecord(
  folder: string,
  objects: readonly string[],
  maybe: (path: string) => Promise<RunRecord | undefined>,
): Promise<RunRecord | undefined> {
  const own = await Promise.all(
    objects.map((object) => maybe(join(`${folder.replace(/\/+$/, "")}-${object}`, "run.json"))),
  );
  const seconds = own.reduce((sum, one) => sum + (one?.seconds ?? NaN), 0);
  return own.length > 0 && Number.isFinite(seconds) ? { seconds, device: own[0]?.device } : undefined;
}

if (import.meta.main) {
  try {
    const { values: { out }, positionals: folders } = parseArgs({
      args: process.argv.slice(2),
      options: { out: { type: "string" } },
      allowPositionals: true,
    });
    if (folders.length === 0) {
      console.error("Cannot print tables without a run folder: deno task tables RUNDIR… [--out FILE]");
      process.exit(2);
    }
    const text = `${(await Promise.all(folders.map(folderTables))).join("\n\n")}\n`;
    if (out === undefined) console.log(text.trimEnd());
    else await writeFileAtomic(out, text);
  } catch (error) {
    console.error((error as Error).message);
    process.exit(2);
  }
}
