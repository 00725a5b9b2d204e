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
import type { Judge } from "../../method/judge/contract.ts";
import { writeJudge } from "../../method/judge/table.ts";
import { classifierNamed } from "../../method/classify/table.ts";
import { writeFileAtomic } from "../../base/io/atomic.ts";
import type { Source } from "../experiment/experiment.ts";
import { stratifiedFolds } from "../experiment/folds.ts";
import { readTable } from "./feature_table.ts";
import { loadForest, planForest } from "./forest_step.ts";
import { inputOf, inTable, judgeOf, scoresBy } from "./cell_judge.ts";
import { classifierOf, detectorsOf, partsOf, seesEvidence } from "../experiment/method_parts.ts";
import type { ScoreSet } from "../experiment/results.ts";
import { clopperPearson } from "../../method/evaluate/clopper_pearson.ts";
import { promiseRecall } from "../../method/evaluate/promise.ts";
import { unpackEvidence } from "../../method/evidence/file.ts";
import { type WholeJudge, wholeJudge } from "./cross_fit.ts";
import { EVIDENCE_FILE } from "../model/open_model.ts";
import type { CatchingDecision, ModelFile } from "../model/model_file.ts";
import type { Cell, SeedPlan } from "./plan.ts";
import type { StandInSize } from "../../picture/stand_in/plan.ts";
import { checkModelsFolder, replaceModels } from "../model/models_folder.ts";
import { writeJson } from "./run_folder.ts";
import { runTask } from "./steps.ts";
import type { TrainTask } from "./train_step.ts";
import type { Workspace } from "./workspace.ts";

/** Forests that share the training parts out to score each part once without having seen it. */
const FOLDS = 5;

/** What was put into `models/`. */
export interface Deployment {
  readonly model: ModelFile & { readonly benchmark: string; readonly decision: CatchingDecision };
  /** What makes the scores. */
  readonly judge: Judge;
  readonly cell: Cell;
}

/** See {@linkcode deploy}. */
export interface DeployOptions {
  readonly folder: string;
  readonly plans: readonly SeedPlan[];
  readonly cells: readonly Cell[];
  /** One a cell. */
  readonly scores: readonly ScoreSet[];
  /** The pipeline file: where a feature set of the user's own is found again. */
  readonly file: string;
  /** The size that the pipeline file was read with. */
  readonly size: StandInSize;
}

/**
 * Writes `models/` of a run folder.
 *
 * @returns undefined where the method failed with the first seed: then there is no model
 */
export async function deploy(
  work: Workspace,
  options: DeployOptions,
): Promise<Deployment | undefined> {
  const { benchmark, method } = work.definition.decision;
  const { folder, plans, cells } = options;
  const cell = cells.find((cell) =>
    cell.benchmark.name === benchmark && cell.method === method && cell.experiment.seed === plans[0].experiment.seed
  );
  if (cell) return await replaceModels(folder, (models) => writeModels(work, options, cell, models));
  // A run of the same name may have left others.
  await checkModelsFolder(folder);
  await rm(join(folder, "models"), { recursive: true, force: true });
  return undefined;
}

async function writeModels(
  work: Workspace,
  options: DeployOptions,
  cell: Cell,
  models: string,
): Promise<Deployment> {
  const { definition, cache, backbone } = work;
  const { benchmark, method, recall } = definition.decision;
  const { plans } = options;
  const crossed = cell.benchmark.folds && await crossedJudge(work, options, cell);
  const places = detectorsOf(definition, crossed?.method ?? method);
  for (const place of places) {
    const { name, detector } = work.detectors[place];
    const { key } = plans[0].detectors[place].fit;
    await cache.load(key, detector.unpack);
    await cache.export(key, join(models, "detectors", `${name}.safetensors`));
  }
  const classifier = await deployClassifier(work, options, cell, models);
  const judge = crossed?.judge ?? await judgeOf(work, cell);
  await writeJudge(judge, models);
  const standards =
    crossed && partsOf(definition, crossed.method).some((part) => seesEvidence(definition.methods[part]))
      ? plans[0].evidence?.standards
      : undefined;
  if (standards) {
    await cache.load(standards.key, unpackEvidence);
    await cache.export(standards.key, join(models, EVIDENCE_FILE));
  }
  await writeFileAtomic(join(models, "backbone.onnx"), backbone.model);
  const decision = crossed ? decisionOf(crossed.scores, recall) : await heldOutDecision(
    work,
    cell,
    classifier ? trainingOf(options, cell, classifier.name).spec.pictures.map(({ id }) => id) : [],
    recall,
  );
  const { mean, std, name, sha256 } = backbone;
  const used = new Set(places.flatMap((place) => {
    const { detector, config } = work.detectors[place];
    return standards ? work.sight.layers : detector.layers(config, backbone.layers);
  }));
  // The others need not be computed to score.
  const layers = backbone.layers.filter((layer) => used.has(layer.name));
  const model: Deployment["model"] = {
    format: 1,
    pipeline: definition.name,
    file: options.file,
    size: options.size,
    benchmark,
    method: crossed?.method ?? method,
    judge: judge.kind,
    ...standards && { evidence: true as const },
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
    decision,
  };
  if (work.segments.kind === "static") await copySegmentMap(definition.segments, models);
  await writeJson(join(models, "model.json"), model);
  return { model, judge, cell };
}

/** The judge of a run with folds. */
async function crossedJudge(
  work: Workspace,
  { cells, scores }: DeployOptions,
  { benchmark, experiment, method }: Cell,
): Promise<WholeJudge> {
  const own = cells.filter((cell) => cell.benchmark === benchmark && cell.experiment === experiment);
  const found = new Map(own.map((cell) => [cell.method, scores[cells.indexOf(cell)]]));
  return await wholeJudge(work, own, found, method);
}

/**
 * The threshold that catches the share `recall` of the bad parts, by scores that new parts would get, with exact bounds of
 * the share among parts to come.
 */
function decisionOf({ parts }: ScoreSet, recall: number): CatchingDecision {
  const bad = parts.filter(({ label }) => label === "bad").map(({ score }) => score).sort((a, b) => a - b);
  const good = parts.filter(({ label }) => label === "good").map(({ score }) => score);
  const missed = Math.floor((1 - recall) * bad.length + 1e-9);
  const threshold = bad[missed];
  const caught = bad.filter((score) => score >= threshold).length;
  const { low, high } = clopperPearson(caught, bad.length, 0.95);
  const alarms = good.filter((score) => score >= threshold).length;
  const bounds = clopperPearson(alarms, good.length, 0.95);
  return {
    threshold,
    recall,
    rate: caught / bad.length,
    interval: [low, high],
    parts: bad.length,
    alarms: { rate: alarms / good.length, interval: [bounds.low, bounds.high], parts: good.length },
    missing: promiseRecall(bad, { share: recall, confidence: 0.95 }).missing,
  };
}

/** The training of the classifier that a cell of the first seed uses. */
function trainingOf({ plans }: DeployOptions, cell: Cell, name: string): TrainTask {
  const task = plans[0].trainings.find(({ spec }) =>
    spec.classifier.name === name && spec.benchmark === cell.benchmark.name
  );
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
  const { key, spec: { classifier: { type } } } = trainingOf(options, cell, name);
  await work.cache.load(key, classifierNamed(type).unpack);
  await work.cache.export(key, join(models, "classifiers", `${name}.safetensors`));
  return { name, type };
}

/** The threshold of a judge that other parts than its own have set. */
async function heldOutDecision(
  work: Workspace,
  cell: Cell,
  trained: readonly string[],
  recall: number,
): Promise<CatchingDecision> {
  const scores = await heldOutScores(work, cell, trained);
  const { threshold, rate, interval } = thresholdAtRecall(scores, recall, { seed: cell.experiment.seed });
  return { threshold, recall, rate, interval: [interval.low, interval.high], parts: scores.length };
}

/** Scores of the bad training parts by something that was not fitted on them. */
async function heldOutScores(work: Workspace, cell: Cell, trained: readonly string[]): Promise<number[]> {
  const { benchmark: { good, bad }, forest } = cell;
  const { resources } = work;
  if (!forest) {
    // What a classifier was trained on says nothing of its threshold.
    const seen = new Set(trained);
    const unseen = bad.map(({ id }) => id).filter((id) => !seen.has(id));
    const judge = await judgeOf(resources, cell);
    return [...await scoresBy(resources, judge, await inputOf(resources, cell, judge, unseen))];
  }
  const { spec } = forest.task;
  const table = await readTable(work.cache, forest.table);
  const folds = stratifiedFolds(Uint8Array.from(spec.labels), FOLDS, spec.seed);
  const inside = (sources: readonly Source[], begin: number, fold: number, heldOut: boolean) =>
    sources.filter((_, i) => (folds[begin + i] === fold) === heldOut);
  const scores = await Promise.all(Array.from({ length: FOLDS }, async (_, fold) => {
    work.signal.throwIfAborted();
    const heldOut = inside(bad, good.length, fold, true);
    if (heldOut.length === 0) return [];
    const parts = { good: inside(good, 0, fold, false), bad: inside(bad, good.length, fold, false) };
    const name = `${spec.name}, fold ${fold + 1}`;
    const task = planForest(work, { ...spec, title: `The forest of ${name}`, name }, forest.table, parts);
    if (!await work.cache.has(task.key)) await runTask(work.resources, task);
    const judge: Judge = { kind: "forest", model: await loadForest(work, task) };
    return [...await scoresBy(resources, judge, inTable(table, judge, heldOut.map(({ id }) => id)))];
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
