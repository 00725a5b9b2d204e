/**
 * Scores of training parts by judges that had not seen them, on the scale of the judge that is shipped: what thresholds are set
 * on. A model keeps them, so that other thresholds can be set without another run.
 * @module
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { writeFileAtomic } from "../../base/io/atomic.ts";
import { formatCsv, readCsv } from "../../base/io/csv.ts";
import { sealedFolder } from "../../base/io/sealed_folder.ts";
import { operatingPoint, type SortedScores } from "../../method/evaluate/operating_point.ts";
import { MODEL_FILE, type ModelFile, readModelFile } from "../model/model_file.ts";

/** Their name in `models/`; models of earlier releases have none. */
export const UNSEEN_SCORES_FILE = "unseen_scores.csv";

/** A picture and its score by a judge that had not seen it. */
export interface UnseenPart {
  /** What the picture is called. */
  readonly file: string;
  readonly label: "good" | "bad";
  /** Which part it shows, where there are several pictures of one. */
  readonly part?: string;
  readonly score: number;
}

/** Scores of parts, one each. */
export interface PartScores {
  readonly good: readonly number[];
  readonly bad: readonly number[];
}

/**
 * A part with several pictures counts once, as what is hardest to tell of it: a bad one by its lowest score, a good one by its
 * highest.
 *
 * ```ts
 * import { scoresByPart } from "./unseen_scores.ts";
 * const { good } = scoresByPart([
 *   { file: "a", label: "good", part: "1", score: 3 },
 *   { file: "b", label: "good", part: "1", score: 5 },
 * ]);
 * console.assert(good.join() === "5");
 * ```
 */
export function scoresByPart(pictures: readonly UnseenPart[]): PartScores {
  const of = (label: "good" | "bad", hardest: (...scores: number[]) => number) => {
    const own = Map.groupBy(
      pictures.filter((picture) => picture.label === label),
      ({ part, file }) => part === undefined ? `file ${file}` : `part ${part}`,
    );
    return Array.from(own.values(), (some) => hardest(...some.map(({ score }) => score)));
  };
  return { good: of("good", Math.max), bad: of("bad", Math.min) };
}

/** Each class from the lowest on. */
export function sorted({ good, bad }: PartScores): SortedScores {
  return { good: Float64Array.from(good).sort(), bad: Float64Array.from(bad).sort() };
}

/** Writes them into the folder of a model. */
export async function writeUnseenScores(models: string, pictures: readonly UnseenPart[]): Promise<void> {
  const rows = pictures.map(({ file, label, part, score }) => [file, label, part ?? "", score]);
  await writeFileAtomic(
    join(models, UNSEEN_SCORES_FILE),
    `${formatCsv([["file", "label", "part", "score"], ...rows])}\n`,
  );
}

/**
 * Reads the scores that a run's threshold was set on. Of a model of an earlier release they are taken from `scores.csv`, where
 * these give what it says of its threshold again.
 *
 * @throws {Error} where there is no model, or it keeps none
 * @throws {SyntaxError} where the file has changed since it was written
 */
export async function readUnseenScores(run: string): Promise<readonly UnseenPart[]> {
  const models = join(run, "models");
  const model = await readModelFile(join(models, MODEL_FILE));
  const folder = sealedFolder(models, { hashes: model.files, remedy: "run the pipeline again" });
  if (!folder.has(UNSEEN_SCORES_FILE)) return await readFoldedScores(run, model);
  // Its hash is compared here, and its text read by the reader of tables.
  await folder.read(UNSEEN_SCORES_FILE);
  const rows = await readCsv(join(models, UNSEEN_SCORES_FILE), ["file", "label", "part", "score"]);
  return rows.map(({ file, label, part, score }) => partOf({ file, label, score }, part || undefined));
}

/** Where all parts train, those that were tested had not been seen either. */
async function readFoldedScores(run: string, model: ModelFile): Promise<readonly UnseenPart[]> {
  const path = join(run, "scores.csv");
  const none = () =>
    new Error(
      `Cannot set other thresholds for "${run}" as an earlier release has made it, which kept no scores: run the pipeline ` +
        "or fit again, or score with --threshold",
    );
  if (!existsSync(path) || !("recall" in model.decision)) throw none();
  const rows = await readCsv(path, ["benchmark", "method", "seed", "file", "label", "score"]);
  const own = rows.filter(({ benchmark, method, seed }) =>
    benchmark === model.benchmark && method === model.method && Number(seed) === model.seed
  ).map((row) => partOf(row));
  const { good, bad } = scoresByPart(own);
  if (bad.length === 0) throw none();
  // Those of folds are what was measured for the model; others, of a test set say, would give other shares.
  const { threshold, review, rate, parts, alarms } = model.decision;
  const again = operatingPoint(sorted({ good, bad }), threshold, review);
  const same = bad.length === parts && again.recall?.rate === rate && again.alarms?.rate === alarms?.rate;
  if (!same) throw none();
  return own;
}

function partOf(
  { file, label, score }: { readonly file: string; readonly label: string; readonly score: string },
  part?: string,
): UnseenPart {
  const value = Number(score);
  if ((label !== "good" && label !== "bad") || score === "" || !Number.isFinite(value)) {
    throw new SyntaxError(
      `Cannot read the score of "${file}" as it must be a number of a good or a bad part: ${label} ${score}`,
    );
  }
  return { file, label, ...part !== undefined && { part }, score: value };
}
