/** Scores of parts that a model's judge has not seen: what its threshold is set on, and moved by. @module */
import { join } from "node:path";
import { readCsv } from "../../base/io/csv.ts";
import { exists } from "../../base/io/walk.ts";
import type { ModelFile } from "./model_file.ts";

/** Sorted from the lowest. */
export interface HeldOut {
  readonly good: Float64Array;
  readonly bad: Float64Array;
}

/** The scores in `scores.csv` of the row and the seed that the model is; of a model without a run none. */
export async function readHeldOut(
  run: string,
  { benchmark, method, seed }: Pick<ModelFile, "benchmark" | "method" | "seed">,
): Promise<HeldOut> {
  const path = join(run, "scores.csv");
  if (!await exists(path, "file")) return { good: new Float64Array(), bad: new Float64Array() };
  const rows = (await readCsv(path, ["benchmark", "method", "seed", "label", "score"])).filter((row) =>
    row.benchmark === benchmark && row.method === method && row.seed === String(seed)
  );
  const of = (label: string) =>
    Float64Array.from(rows.filter((row) => row.label === label), ({ score }) => Number(score)).sort();
  return { good: of("good"), bad: of("bad") };
}
