/**
 * Prints how hard a stand-in is for one method of a run on it: AUROC by kind of defect and by severity, each share of the
 * bad test parts against all good ones, mean and deviation over the run's seeds.
 *
 *     deno run --allow-read --allow-env tools/stand_in_difficulty.ts RUNDIR STAND_IN_DIR [--method PatchCore]
 *         [--benchmark one-class]
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { type } from "arktype";
import { readCsv } from "../lib/base/io/csv.ts";
import { LOGICAL, STRUCTURAL, UNSEEN } from "../lib/picture/stand_in/kinds.ts";
import { auroc } from "../lib/method/evaluate/auroc.ts";
import { fprAtTpr } from "../lib/method/evaluate/fpr_at_tpr.ts";
import { meanStd } from "../lib/method/evaluate/mean_std.ts";

const standIn = type({ files: type({ path: "string", kind: "string", severity: "number" }).array() });

/** One test part and its score in one seed. */
export interface ScoredPart {
  readonly seed: string;
  readonly kind: string;
  /** 0 to 1; 0 for good parts. */
  readonly severity: number;
  readonly score: number;
}

/** A line of the table; figures are shares, 0 to 1. */
export interface Difficulty {
  readonly share: string;
  /** Bad parts of the share, in one seed. */
  readonly parts: number;
  readonly mean: number;
  readonly std: number;
}

type Choice = readonly [share: string, belongs: (part: ScoredPart) => boolean];

/** Shares of the bad parts; lines of the table, in its order. */
const shares: readonly Choice[] = [
  ["all bad", () => true],
  ["seen kinds", ({ kind }) => !isOneOf(UNSEEN, kind)],
  ["unseen kinds", ({ kind }) => isOneOf(UNSEEN, kind)],
  ["logical", ({ kind }) => isOneOf(LOGICAL, kind)],
  ["structural", ({ kind }) => isOneOf(STRUCTURAL, kind)],
  ["severity below 1/3", ({ severity }) => severity < 1 / 3],
  ["severity 1/3 to 2/3", ({ severity }) => severity >= 1 / 3 && severity < 2 / 3],
  ["severity from 2/3", ({ severity }) => severity >= 2 / 3],
];

/** AUROC of each share and kind against all good parts, and FPR@95TPR of all; kinds from easy to hard. */
export function difficultyOf(parts: readonly ScoredPart[]): Difficulty[] {
  const kinds = [...new Set(parts.map(({ kind }) => kind))].filter((kind) => kind !== "good");
  const row = ([share, belongs]: Choice) => figure(parts, share, belongs, auroc);
  return [
    ...shares.map(row),
    figure(parts, "FPR@95TPR, all bad", () => true, (scores, labels) => fprAtTpr(scores, labels, 0.95)),
    ...kinds.map((kind) => row([kind, (part) => part.kind === kind])).sort((a, b) => b.mean - a.mean),
  ];
}

function figure(
  parts: readonly ScoredPart[],
  share: string,
  belongs: (part: ScoredPart) => boolean,
  measure: (scores: number[], labels: number[]) => number,
): Difficulty {
  const seeds = [...new Set(parts.map(({ seed }) => seed))];
  const chosen = parts.filter((part) => part.kind === "good" || belongs(part));
  const values = seeds.map((seed) => {
    const those = chosen.filter((part) => part.seed === seed);
    return measure(those.map(({ score }) => score), those.map(({ kind }) => kind === "good" ? 0 : 1));
  });
  const bad = chosen.filter(({ kind }) => kind !== "good").length;
  return { share, parts: bad / seeds.length, ...meanStd(values) };
}

function isOneOf(kinds: readonly string[], kind: string): boolean {
  return kinds.includes(kind);
}

/**
 * Joins a run's scores with what the stand-in says of each file.
 *
 * @throws {Error} where the run has no such scores, or a file that the stand-in has not
 */
export async function readScoredParts(
  run: string,
  folder: string,
  { method, benchmark }: { method: string; benchmark: string },
): Promise<ScoredPart[]> {
  const rows = await readCsv(join(run, "scores.csv"), ["benchmark", "method", "seed", "file", "score"]);
  const own = rows.filter((row) => row.method === method && row.benchmark === benchmark);
  if (own.length === 0) throw new Error(`Cannot read scores of "${method}" for "${benchmark}" as "${run}" has none`);
  const found = standIn(JSON.parse(await readFile(join(folder, "stand-in.json"), "utf8")));
  if (found instanceof type.errors) throw new Error(`Cannot read the stand-in of "${folder}" as ${found.summary}`);
  const files = new Map(found.files.map((file) => [file.path, file]));
  return own.map(({ seed, file, score }) => {
    const part = files.get(file);
    if (!part) throw new Error(`Cannot find "${file}" of "${run}" as "${folder}" holds another stand-in`);
    return { seed, kind: part.kind, severity: part.severity, score: Number(score) };
  });
}

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    args: process.argv.slice(2),
    options: {
      method: { type: "string", default: "PatchCore" },
      benchmark: { type: "string", default: "one-class" },
    },
    allowPositionals: true,
  });
  if (positionals.length !== 2) {
    console.error("Cannot measure as a run folder and the folder of its stand-in are needed");
    process.exit(2);
  }
  const [run, folder] = positionals;
  const percent = (value: number) => (100 * value).toFixed(1);
  for (const { share, parts, mean, std } of difficultyOf(await readScoredParts(run, folder, values))) {
    console.log(`${share.padEnd(20)} ${String(parts).padStart(4)} ${percent(mean).padStart(6)} ± ${percent(std)}`);
  }
}
