/** Moving the threshold of a model: its file says what the new one does, and no network is run for it. @module */
import { join } from "node:path";
import { checkThreshold } from "../../method/evaluate/decide.ts";
import { clopperPearson, lowerShare } from "../../method/evaluate/clopper_pearson.ts";
import { countFrom } from "../../base/tensor/linear_quantile.ts";
import type { HeldOut } from "./held_out.ts";
import { type CatchingDecision, MODEL_FILE, type ModelFile, readModelFile, rewriteModelFile } from "./model_file.ts";

/** Where parts are called bad, and where they are looked at from. */
export interface Thresholds {
  readonly threshold: number;
  /** Not above the threshold; there is none where this is left out. */
  readonly review?: number;
}

/** How sure what is said of a threshold is. */
const SURE = 0.95;

/**
 * Writes other thresholds into `models/model.json` of a run, with what they do to parts that the judge has not seen. What the
 * threshold was wished to do stays on record.
 *
 * @throws {TypeError | RangeError} where a threshold is no finite number, or the second one is above the first
 */
export async function moveThreshold(
  run: string,
  { threshold, review }: Thresholds,
  heldOut: HeldOut,
): Promise<ModelFile> {
  checkThreshold(threshold);
  if (review !== undefined && checkThreshold(review) > threshold) {
    throw new RangeError(
      `Cannot move the threshold to ${threshold} as parts are looked at from ${review} on, which is above it`,
    );
  }
  const models = join(run, "models");
  const model = await readModelFile(join(models, MODEL_FILE));
  const moved: ModelFile = { ...model, decision: movedDecision(model.decision, { threshold, review }, heldOut) };
  await rewriteModelFile(models, moved);
  return moved;
}

/** What a decision says of other thresholds. */
export function movedDecision(
  decision: ModelFile["decision"],
  { threshold, review }: Thresholds,
  { good, bad }: HeldOut,
): ModelFile["decision"] {
  const two = { threshold, ...review !== undefined && review < threshold && { review } };
  if (!("recall" in decision)) {
    const { falseAlarms, parts } = decision;
    return { ...two, falseAlarms, parts };
  }
  if (bad.length === 0) {
    throw new RangeError("Cannot move the threshold as the run has no scores of bad parts that its judge has not seen");
  }
  const low = review ?? threshold;
  const caught = countFrom(bad, low);
  const { recall, confidence } = decision;
  const alarms = shareOf(good, threshold);
  const looked = two.review === undefined ? undefined : shareOf(good, low);
  const moved: CatchingDecision = {
    ...two,
    recall,
    ...shareOf(bad, low)!,
    ...confidence !== undefined && { confidence },
    promised: lowerShare(caught, bad.length, confidence ?? SURE),
    ...alarms && { alarms },
    ...looked && { looked },
  };
  return moved;
}

function shareOf(sorted: Float64Array, threshold: number): NonNullable<CatchingDecision["alarms"]> | undefined {
  const parts = sorted.length;
  if (parts === 0) return undefined;
  const count = countFrom(sorted, threshold);
  const { low, high } = clopperPearson(count, parts, SURE);
  return { rate: count / parts, interval: [low, high], parts };
}
