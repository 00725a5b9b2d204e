/**
 * `runs/<pipeline>/<name>/`: what a run leaves behind.
 *
 * | file           | content                                                                            |
 * | -------------- | ---------------------------------------------------------------------------------- |
 * | `results.json` | the table: fractions 0 to 1, over the seeds; the same bytes for the same seeds      |
 * | `scores.csv`   | the score of every test part by every method, benchmark and seed                    |
 * | `manifest.csv` | every picture with its split, label and SHA-256                                     |
 * | `run.json`     | the resolved configuration, versions, hashes of the inputs, times                   |
 * | `models/`      | what `score` needs: detectors, forest, segment map, threshold                       |
 * | `report.html`  | the table, histograms and pictures                                                  |
 *
 * @module
 */
import { existsSync, mkdirSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Item } from "../../../picture/data/dataset.ts";
import { writeFileAtomic } from "../../../base/io/atomic.ts";
import { formatCsv } from "../../../base/io/csv.ts";
import type { Results, ScoreSet } from "../../experiment/results.ts";

/** `2026-01-31T12-30-05`: sorts by time and is a file name everywhere. */
export function runName(time: Date): string {
  return time.toISOString().slice(0, 19).replaceAll(":", "-");
}

/**
 * The folder of a run: of its name, or of its time where it has none, see {@linkcode freeFolder}.
 *
 * @throws {TypeError} see {@linkcode checkRunName}
 */
export function chooseFolder(parent: string, name: string | undefined, time: Date): string {
  if (name === undefined) return freeFolder(parent, time);
  checkRunName(name);
  return join(parent, name);
}

/**
 * Checks the name of a run, which is the name of a folder beside those of other runs and never a way to another place.
 *
 * @throws {TypeError} where it has other characters than letters, digits, dots, hyphens and underscores, or is `.` or `..`
 */
export function checkRunName(name: string): void {
  if (/^[A-Za-z0-9._-]+$/.test(name) && name !== "." && name !== "..") return;
  throw new TypeError(
    `Cannot name a run "${name}" as a name has letters, digits, dots, hyphens and underscores only: ` +
      "--runs names the folder that it is in",
  );
}

/**
 * The folder of a run without a name: that of its time, with a number where another run began in the same second. It is made, so
 * that no other process finds it free as well.
 */
export function freeFolder(parent: string, time: Date): string {
  for (let number = 1;; number++) {
    const folder = join(parent, number === 1 ? runName(time) : `${runName(time)}-${number}`);
    try {
      mkdirSync(parent, { recursive: true });
      mkdirSync(folder);
      return folder;
    } catch (error) {
      // Whoever writes there says what else is wrong.
      if ((error as NodeJS.ErrnoException).code !== "EEXIST" || !existsSync(folder)) return folder;
    }
  }
}

/**
 * Makes a folder that will be written into, so that one that cannot be is found before hours of work.
 *
 * @throws {Error} with the path, the reason and the option that names another
 */
export async function makeFolder(path: string, option: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`Cannot write into "${path}" as ${reason}: name another folder with ${option}`, { cause });
  }
}

/** Writes `results.json`; its bytes depend on the results alone. */
export async function writeResults(folder: string, results: Results): Promise<void> {
  await writeFileAtomic(join(folder, "results.json"), `${JSON.stringify(results, null, 2)}\n`);
}

/** Writes `scores.csv`, sorted as the sets are. */
export async function writeScores(folder: string, sets: readonly ScoreSet[]): Promise<void> {
  const rows = sets.flatMap(({ benchmark, method, seed, parts }) =>
    parts.map(({ id, label, unseen, kind, score }) => [benchmark, method, seed, id, label, kind ?? "", unseen, score])
  );
  const fields = ["benchmark", "method", "seed", "file", "label", "kind", "unseen", "score"];
  await writeFileAtomic(join(folder, "scores.csv"), `${formatCsv([fields, ...rows])}\n`);
}

/** Writes `manifest.csv`. */
export async function writeManifest(
  folder: string,
  items: readonly Item[],
  hashes: ReadonlyMap<string, string>,
): Promise<void> {
  const rows = items.map((
    { id, split, label, kind, unseen },
  ) => [id, split, label, kind ?? "", unseen, hashes.get(id)]);
  const fields = ["file", "split", "label", "kind", "unseen", "sha256"];
  await writeFileAtomic(join(folder, "manifest.csv"), `${formatCsv([fields, ...rows])}\n`);
}

/** Writes any plain data as a JSON file for people to read. */
export async function writeJson(path: string, value: unknown): Promise<void> {
  await writeFileAtomic(path, `${JSON.stringify(value, null, 2)}\n`);
}
