/** What can be said of a model without loading it. @module */
import { join } from "node:path";
import { sealedFolder } from "../../base/io/sealed_folder.ts";
import { checkThreshold } from "../../method/evaluate/decide.ts";
import { isExported } from "./exported_place.ts";
import type { ModelFile } from "./model_file.ts";
import { readModelOf, segmentsOf } from "./open_model.ts";
import { limitsOf, type Scorer, type ScorerOptions } from "./scorer.ts";

/** See {@linkcode lookUp}. */
export type KnownModel = Pick<Scorer, "model" | "threshold" | "review" | "segmentFile">;

/**
 * Reads what a model says of itself, and which files are segment maps.
 *
 * @throws {Error} where `model.json` is missing or broken, or segment maps cannot be listed
 * @throws {TypeError | RangeError} where thresholds cannot be, as `openScorer` does
 */
export async function lookUp(
  run: string,
  options: Pick<ScorerOptions, "threshold" | "review" | "segments">,
): Promise<KnownModel> {
  for (const given of [options.threshold, options.review]) if (given !== undefined) checkThreshold(given);
  const model = isExported(run) ? await modelOfExported(run) : await readModelOf(run);
  const maps = model.segments.kind === "folder" && !isExported(run)
    ? await segmentsOf(model, sealedFolder(join(run, "models"), { hashes: model.files }), options.segments)
    : undefined;
  return { model, ...limitsOf(model, options), segmentFile: (id) => maps?.fileOf(id) };
}

/** Its certificate has the hash of the graph. */
async function modelOfExported(run: string): Promise<ModelFile> {
  const { card } = await (await import("./exported_model.ts")).readExported(run);
  return { ...card.model, files: {} };
}
