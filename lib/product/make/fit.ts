/** One detector or classifier on the pictures of a folder, as a model that `score` takes. @module */
import { join } from "node:path";
import { writeFileAtomic } from "../../base/io/atomic.ts";
import { linearQuantile } from "../../base/tensor/linear_quantile.ts";
import { seededRandom } from "../../base/tensor/random.ts";
import type { Item } from "../../picture/data/dataset.ts";
import { detectorNamed } from "../../method/detect/table.ts";
import { planClassified } from "../run/classify_step.ts";
import { observe } from "../../method/learn/observation.ts";
import { planFit } from "../run/fit_step.ts";
import { readScores } from "../run/score_step.ts";
import { runTask } from "../run/steps.ts";
import { planTraining } from "../run/train_step.ts";
import type { FitTask } from "../run/fit_step.ts";
import type { GoodFolder } from "./good_folder.ts";
import type { ModelFile } from "../model/model_file.ts";
import { checkModelsFolder, emptyModelsFolder } from "../model/models_folder.ts";
import { writeJson } from "../run/run_folder.ts";
import { sourceBatches } from "../run/source_batches.ts";
import type { FitWorkspace } from "../run/workspace.ts";

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
 * Fits the one detector of a folder's workspace on nine tenths of its good pictures, or trains its one classifier on these
 * and all bad ones, sets the threshold on the other good pictures, and writes the model.
 *
 * @returns the threshold, and the number of pictures behind it
 * @throws {Error} where there are fewer than two good pictures, `models/` is somebody else's, or a step fails; finished
 * steps are kept
 */
export async function fitFolder(
  { work, items }: GoodFolder,
  { seed, falseAlarms, out }: FitFolderOptions,
): Promise<{ readonly threshold: number; readonly parts: number }> {
  if (!(falseAlarms >= 0 && falseAlarms <= 1)) {
    throw new RangeError(
      `Cannot set a threshold as the share of false alarms must be from 0 to 1: it is ${falseAlarms}`,
    );
  }
  await checkModelsFolder(out);
  const good = items.filter(({ label }) => label === "good");
  if (good.length < 2) throw new Error(`Cannot fit on ${good.length} picture as at least 2 are needed`);
  const order = seededRandom(seed).permutation(good.length);
  const count = Math.max(1, Math.round(KEPT * good.length));
  const kept = Array.from(order.subarray(0, count), (i) => good[i]);
  const held = new Set(kept);
  const seen = good.filter((item) => !held.has(item));
  const judge = work.classifiers.length > 0
    ? await trainClassifier(work, {
      seed,
      good: seen,
      bad: items.filter(({ label }) => label === "bad"),
      kept,
    })
    : await fitDetector(work, { seed, good: seen, kept });
  const odd = judge.scores.find((score) => !Number.isFinite(score));
  if (odd !== undefined) {
    throw new RangeError(`Cannot set a threshold as ${judge.method} gives scores that are not finite: ${odd}`);
  }
  const threshold = linearQuantile(Float64Array.from(judge.scores).sort(), 1 - falseAlarms);
  const models = await emptyModelsFolder(out);
  await work.cache.export(judge.key, join(models, judge.file));
  const { mean, std, name, sha256, model: bytes } = work.backbone;
  // Those that the detector uses: the others need not be computed to score.
  const { layers } = await work.resources.extractor(work.sight);
  await writeFileAtomic(join(models, "backbone.onnx"), bytes);
  const model: ModelFile = {
    format: 1,
    pipeline: "fit",
    method: judge.method,
    seed,
    picture: work.definition.picture,
    smoothing: 0,
    backbone: { name, sha256, mean: [...mean], std: [...std], layers: layers.map((layer) => ({ ...layer })) },
    ...judge.model,
    features: { name: work.features.name, identity: work.features.identity },
    segments: { kind: "none", names: [...work.segments.names] },
    decision: { threshold, falseAlarms, parts: judge.scores.length },
  };
  await writeJson(join(models, "model.json"), model);
  return { threshold, parts: judge.scores.length };
}

/** What was fitted, and what it says of the good pictures that were kept from it. */
interface Judge {
  readonly method: string;
  /** In the cache, and below `models/`. */
  readonly key: string;
  readonly file: string;
  readonly scores: readonly number[];
  readonly model: Pick<ModelFile, "judge" | "detectors" | "classifier">;
}

interface Parts {
  readonly seed: number;
  readonly good: readonly Item[];
  readonly kept: readonly Item[];
}

async function fitDetector(work: FitWorkspace, { seed, good, kept }: Parts): Promise<Judge> {
  const task = await planFit(work, work.detectors[0], { fitSeed: seed, detectors: good });
  if (!await work.cache.has(task.key)) await runTask(work.resources, task);
  const { name, type } = task.spec.detector;
  return {
    method: detectorNamed(type).title,
    key: task.key,
    file: `detectors/${name}.safetensors`,
    scores: await scoresOf(work, task, kept),
    model: { judge: "detector", detectors: [{ name, type }] },
  };
}

async function trainClassifier(
  work: FitWorkspace,
  { seed, good, bad, kept }: Parts & { readonly bad: readonly Item[] },
): Promise<Judge> {
  const [named] = work.classifiers;
  const { name, classifier } = named;
  if (bad.length === 0) {
    throw new Error(
      `Cannot train ${classifier.title} without bad pictures: put them into bad/ beside good/, or into train/bad/`,
    );
  }
  const training = await planTraining(work, named, { seed, benchmark: "the folder", good, bad });
  const ids = kept.map(({ id }) => id);
  const scored = await planClassified(work, training, kept.map((item) => ({ item, id: item.id })), []);
  for (const task of [training, scored]) if (!await work.cache.has(task.key)) await runTask(work.resources, task);
  return {
    method: classifier.title,
    key: training.key,
    file: `classifiers/${name}.safetensors`,
    scores: [...(await readScores(work.cache, scored.key, ids)).values()],
    model: { judge: "classifier", detectors: [], classifier: { name, type: classifier.name } },
  };
}

/** What the fitted detector says of some pictures. */
async function scoresOf(work: FitWorkspace, { key, spec }: FitTask, items: readonly Item[]): Promise<number[]> {
  const { resources, signal, reporter } = work;
  const { sight, detector: { type } } = spec;
  const [applied, extractor] = [await resources.detector(type, key), await resources.extractor(sight)];
  const scores: number[] = [];
  const sources = items.map((item) => ({ item, id: item.id }));
  for await (
    const { image, sources: some } of sourceBatches(
      resources.loader(sight.picture),
      sources,
      work.segments.mapOf,
      signal,
    )
  ) {
    const seen = await observe(extractor, image, some.map(({ id }) => id));
    scores.push(...(await applied.detect(seen)).score.data);
    reporter.progress({ step: "Threshold on kept pictures", done: scores.length, total: items.length });
  }
  return scores;
}
