/** One detector on a folder of good pictures, as a model that `score` takes. @module */
import { join } from "node:path";
import { writeFileAtomic } from "../io/atomic.ts";
import { linearQuantile } from "../tensor/linear_quantile.ts";
import { seededRandom } from "../tensor/random.ts";
import type { Item } from "../data/dataset.ts";
import { planFits, runFit } from "./fit_step.ts";
import type { FitTask } from "./fit_step.ts";
import type { GoodFolder } from "./good_folder.ts";
import type { ModelFile } from "./model_file.ts";
import { checkModelsFolder, emptyModelsFolder } from "./models_folder.ts";
import { writeJson } from "./run_folder.ts";
import { sourceBatches } from "./source_batches.ts";
import type { Workspace } from "./workspace.ts";

/** See {@linkcode fitFolder}. */
export interface FitFolderOptions {
  readonly seed: number;
  /** Share of good parts that the threshold may call bad. */
  readonly falseAlarms: number;
  /** Folder to write; it gets `models/`, as a run folder has. */
  readonly out: string;
}

/** The share of the pictures that are kept from the fit, for the threshold. */
const KEPT = 0.1;

/**
 * Fits the one detector of a folder's workspace on nine tenths of its pictures, sets the threshold on the others, and
 * writes the model.
 *
 * @returns the threshold, and the number of pictures behind it
 * @throws {Error} where there are fewer than two pictures, `models/` is somebody else's, or a step fails; finished steps are kept
 */
export async function fitFolder(
  { work, items, pictures }: GoodFolder,
  { seed, falseAlarms, out }: FitFolderOptions,
): Promise<{ readonly threshold: number; readonly parts: number }> {
  await checkModelsFolder(out);
  if (items.length < 2) throw new Error(`Cannot fit on ${items.length} picture as at least 2 are needed`);
  const order = seededRandom(seed).permutation(items.length);
  const held = Math.max(1, Math.round(KEPT * items.length));
  const kept = Array.from(order.subarray(0, held), (i) => items[i]);
  const fitted = new Set(kept);
  const [task] = planFits(work, { seed, fitSeed: seed, detectors: items.filter((item) => !fitted.has(item)) });
  if (!await work.cache.has(task.key)) await runFit(work, task, pictures);
  const scores = await scoresOf(work, task, kept);
  const threshold = linearQuantile(Float64Array.from(scores).sort(), 1 - falseAlarms);
  const models = await emptyModelsFolder(out);
  await work.cache.export(task.key, join(models, "detectors", `${task.name}.safetensors`));
  const { mean, std, name, sha256, model: bytes } = work.backbone;
  // Those that the detector uses: the others need not be computed to score.
  const { layers } = await work.extractor();
  await writeFileAtomic(join(models, "backbone.onnx"), bytes);
  const model: ModelFile = {
    format: 1,
    pipeline: "fit",
    file: "",
    size: "small",
    benchmark: "one-class",
    method: task.detector.title,
    judge: "detector",
    seed,
    picture: work.definition.picture,
    smoothing: 0,
    backbone: { name, sha256, mean: [...mean], std: [...std], layers: layers.map((layer) => ({ ...layer })) },
    detectors: [{ name: task.name, type: task.detector.name }],
    features: { name: work.features.name, identity: work.features.identity },
    segments: { kind: "none", names: [...work.segments.names] },
    decision: { threshold, falseAlarms, parts: scores.length },
  };
  await writeJson(join(models, "model.json"), model);
  return { threshold, parts: scores.length };
}

/** What the fitted detector says of some pictures. */
async function scoresOf(work: Workspace, task: FitTask, items: readonly Item[]): Promise<number[]> {
  const fitted = await work.cache.load(task.key, task.detector.unpack);
  if (!fitted) throw new Error(`Cannot find the fitted ${task.detector.title} in ${work.cache.root}: run again`);
  const applied = await task.detector.apply({ runtime: work.runtime }, fitted);
  const extractor = await work.extractor();
  const scores: number[] = [];
  try {
    const sources = items.map((item) => ({ item, id: item.id }));
    for await (
      const { image, sources: some } of sourceBatches(work.loader(), sources, work.segments.mapOf, work.signal)
    ) {
      const seen = { image, features: await extractor.extract(image), ids: some.map(({ id }) => id) };
      scores.push(...(await applied.detect(seen)).score.data);
      work.reporter.progress({ step: "Threshold on kept pictures", done: scores.length, total: items.length });
    }
  } finally {
    await applied.release();
  }
  const odd = scores.find((score) => !Number.isFinite(score));
  if (odd === undefined) return scores;
  throw new RangeError(`Cannot set a threshold as ${task.detector.title} gives scores that are not finite: ${odd}`);
}
