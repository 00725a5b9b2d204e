/**
 * The model that a run leaves for scoring: the first seed's detectors, a forest, a segment map and a threshold.
 *
 * The threshold is set on training parts alone, and on scores of parts that the forest was not trained on: five forests
 * each score the fifth that they did not see.
 * @module
 */
import { cp, mkdir, rm } from "node:fs/promises";
import { extname, join } from "node:path";
import { thresholdAtRecall } from "../../method/evaluate/threshold.ts";
import type { ForestModel } from "../../method/forest/model.ts";
import { writeForest } from "../../method/forest/model_file.ts";
import type { ForestRunner } from "../../method/forest/runner.ts";
import { writeFileAtomic } from "../../base/io/atomic.ts";
import type { ClassifyTask } from "./classify_step.ts";
import type { Source } from "../experiment/experiment.ts";
import { stratifiedFolds } from "../experiment/folds.ts";
import { getForest, planForest, scoreSources } from "./forest_step.ts";
import type { Cell } from "./judge.ts";
import { classifierOf, detectorsOf } from "../experiment/method_parts.ts";
import type { CatchingDecision, ModelFile } from "../model/model_file.ts";
import type { SeedPlan } from "./describe_plan.ts";
import type { RunSize } from "./read_pipeline.ts";
import { emptyModelsFolder } from "../model/models_folder.ts";
import { writeJson } from "./run_folder.ts";
import type { Workspace } from "./workspace.ts";

/** Forests that share the training parts out to score each part once without having seen it. */
const FOLDS = 5;

/** What was put into `models/`. */
export interface Deployment {
  readonly model: ModelFile & { readonly decision: CatchingDecision };
  /** Absent where the method is a detector alone. */
  readonly forest?: ForestModel;
  readonly cell: Cell;
}

/** See {@linkcode deploy}. */
export interface DeployOptions {
  readonly folder: string;
  readonly plans: readonly SeedPlan[];
  readonly cells: readonly Cell[];
  /** The pipeline file: where a feature set of the user's own is found again. */
  readonly file: string;
  /** The size that the pipeline file was read with. */
  readonly size: RunSize;
}

/**
 * Writes `models/` of a run folder.
 *
 * @returns undefined where the method failed with the first seed: then there is no model
 */
export async function deploy(
  work: Workspace,
  runner: ForestRunner,
  options: DeployOptions,
): Promise<Deployment | undefined> {
  const { definition, cache, backbone } = work;
  const { benchmark, method, recall } = definition.decision;
  const { folder, plans, cells } = options;
  const cell = cells.find((cell) =>
    cell.benchmark.name === benchmark && cell.method === method && cell.experiment.seed === plans[0].experiment.seed
  );
  // A run of the same name may have left other models; model.json is written last, so half of one is none.
  const models = await emptyModelsFolder(folder);
  if (!cell) {
    await rm(models, { recursive: true, force: true });
    return undefined;
  }
  const places = detectorsOf(definition, method);
  for (const place of places) {
    const { name, detector } = work.detectors[place];
    const { key } = plans[0].fits.find((fit) => fit.name === name)!;
    await cache.load(key, detector.unpack);
    await cache.export(key, join(models, "detectors", `${name}.safetensors`));
  }
  const classifier = await deployClassifier(work, options, cell, models);
  const forest = cell.forest && await getForest(work, runner, cell.forest);
  if (forest) await writeForest(join(models, "forest"), forest);
  await writeFileAtomic(join(models, "backbone.onnx"), backbone.model);
  const scores = await heldOutScores(
    work,
    runner,
    cell,
    classifier ? taskOf(options, cell, classifier.name).parts.map(({ id }) => id) : [],
  );
  const { threshold, rate, interval } = thresholdAtRecall(scores, recall, { seed: cell.experiment.seed });
  const { mean, std, name, sha256 } = backbone;
  const used = new Set(places.flatMap((place) => {
    const { detector, config } = work.detectors[place];
    return detector.layers(config, backbone.layers);
  }));
  // The others need not be computed to score.
  const layers = backbone.layers.filter((layer) => used.has(layer.name));
  const model: Deployment["model"] = {
    format: 1,
    pipeline: definition.name,
    file: options.file,
    size: options.size,
    benchmark,
    method,
    judge: forest ? "forest" : classifier ? "classifier" : "detector",
    seed: cell.experiment.seed,
    picture: definition.picture,
    smoothing: definition.smoothing ?? 0,
    backbone: { name, sha256, mean: [...mean], std: [...std], layers: layers.map((layer) => ({ ...layer })) },
    detectors: places.map((place) => {
      const { name, detector } = work.detectors[place];
      return { name, type: detector.name };
    }),
    ...classifier && { classifier },
    features: { name: work.features.name, identity: work.features.identity },
    segments: { kind: work.segments.kind, names: [...work.segments.names] },
    decision: { threshold, recall, rate, interval: [interval.low, interval.high], parts: scores.length },
  };
  if (work.segments.kind === "static") await copySegmentMap(definition.segments, models);
  await writeJson(join(models, "model.json"), model);
  return { model, forest, cell };
}

/** The training of the classifier that a cell of the first seed uses. */
function taskOf({ plans }: DeployOptions, cell: Cell, name: string): ClassifyTask {
  const task = plans[0].classifiers.find((each) => each.name === name && each.benchmark === cell.benchmark.name);
  if (!task) throw new Error(`Cannot keep the classifier "${name}" as it was not trained`);
  return task;
}

async function deployClassifier(
  work: Workspace,
  options: DeployOptions,
  cell: Cell,
  models: string,
): Promise<ModelFile["classifier"]> {
  const name = classifierOf(work.definition, cell.method);
  if (name === undefined) return undefined;
  const { fitKey, classifier } = taskOf(options, cell, name);
  await work.cache.load(fitKey, classifier.unpack);
  await work.cache.export(fitKey, join(models, "classifiers", `${name}.safetensors`));
  return { name, type: classifier.name };
}

/** Scores of the bad training parts by something that was not fitted on them. */
async function heldOutScores(
  work: Workspace,
  runner: ForestRunner,
  cell: Cell,
  trained: readonly string[],
): Promise<number[]> {
  const { benchmark, forest: task, table, alone } = cell;
  if (!task) {
    // What a classifier was trained on says nothing of its threshold.
    const seen = new Set(trained);
    return benchmark.bad.filter(({ id }) => !seen.has(id)).map(({ id }) => table.scores.get(id)![alone!]);
  }
  const folds = stratifiedFolds(task.labels, FOLDS, task.seed);
  const scores = await Promise.all(Array.from({ length: FOLDS }, async (_, fold) => {
    work.signal.throwIfAborted();
    const inside = (label: number, held: boolean): Source[] =>
      task.sources.filter((_, i) => task.labels[i] === label && (folds[i] === fold) === held);
    const held = inside(1, true);
    if (held.length === 0) return [];
    const parts = { good: inside(0, false), bad: inside(1, false) };
    const part = planForest(work, { ...task, name: `${task.name}, fold ${fold + 1}` }, table, parts);
    return [...await scoreSources(runner, await getForest(work, runner, part), table, held)];
  }));
  return scores.flat();
}

async function copySegmentMap(path: string, models: string): Promise<void> {
  await mkdir(models, { recursive: true });
  const legend = path.replace(/\.[^.]+$/, ".json");
  const extension = extname(path);
  await cp(path, join(models, `segments${extension}`));
  await cp(legend, join(models, "segments.json"));
}
