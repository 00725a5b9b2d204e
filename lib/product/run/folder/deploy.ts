/**
 * The model that a run leaves for scoring: the first seed's detectors, a forest, a segment map and a threshold.
 *
 * The threshold is set on training parts alone, and on scores of parts that the forest was not trained on: five forests
 * each score the fifth that they did not see, and their scores are brought onto the scale of the forest that is kept.
 * @module
 */
import { cp, mkdir, rm } from "node:fs/promises";
import { extname, join } from "node:path";
import { auroc } from "../../../method/evaluate/auroc.ts";
import type { Judge } from "../../../method/judge/contract.ts";
import { writeJudge } from "../../../method/judge/table.ts";
import { classifierNamed } from "../../../method/classify/table.ts";
import { ownOf } from "../../../base/text/own.ts";
import { writeFileAtomic } from "../../../base/io/atomic.ts";
import type { BenchmarkSplit, Source } from "../../experiment/experiment.ts";
import { stratifiedFolds } from "../../experiment/folds.ts";
import { readTable } from "../steps/feature_table.ts";
import { type ForestTask, loadTrees, planForest } from "../steps/forest_step.ts";
import { inputOf, inTable, judgeOf, scoresBy } from "../judge/cell_judge.ts";
import { classifierOf, detectorsOf, partsOf, seesEvidence } from "../../experiment/method_parts.ts";
import type { ScoreSet } from "../../experiment/results.ts";
import { smoothingsFor } from "../../experiment/smoothing.ts";
import { decideByRecall } from "../../decide/decisions.ts";
import { scoresByPart, type UnseenPart, writeUnseenScores } from "../../decide/unseen_scores.ts";
import { ontoScale } from "../../../method/judge/scale.ts";
import { unpackEvidence } from "../../../method/evidence/file.ts";
import { type WholeJudge, wholeJudge } from "../judge/cross_fit.ts";
import { BACKBONE_FILE, EVIDENCE_FILE } from "../../model/open_model.ts";
import {
  type CatchingDecision,
  GOOD_PARTS_FILE,
  type ModelFile,
  REFERENCE_FILE,
  writeModelFile,
} from "../../model/model_file.ts";
import { packGoodParts } from "../../model/good_parts.ts";
import { goodPartsOfRun } from "./good_parts_of_run.ts";
import type { Cell, SeedPlan } from "../plan/plan.ts";
import type { StandInSize } from "../../../picture/stand_in/plan.ts";
import { checkModelsFolder, replaceModels } from "../../model/models_folder.ts";
import { runTask } from "../steps/steps.ts";
import type { TrainTask } from "../steps/train_step.ts";
import type { Workspace } from "../steps/workspace.ts";

/** Forests that together score each training part once without having seen it. */
const FOLDS = 5;

/** What was put into `models/`. */
export interface Deployment {
  readonly model: ModelFile & { readonly benchmark: string; readonly decision: CatchingDecision };
  /** What makes the scores. */
  readonly judge: Judge;
  readonly cell: Cell;
  /** Why it is another method than the pipeline decides by, in words. */
  readonly instead?: string;
  /** The share of good pictures whose part lies elsewhere than in the others. */
  readonly shifted?: number;
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
  if (cell) {
    const chosen = await chooseJudge(work, options, cell);
    return await replaceModels(folder, (models) => writeModels(work, options, chosen, models));
  }
  // A run of the same name may have left other models.
  await checkModelsFolder(folder);
  await rm(join(folder, "models"), { recursive: true, force: true });
  return undefined;
}

/** A cell whose judge is put into `models/`, and the scores that its threshold is set on. */
interface Chosen {
  readonly cell: Cell;
  readonly unseen: Unseen;
  /** Where the run has folds. */
  readonly crossed?: WholeJudge;
  readonly instead?: string;
}

/**
 * The cell, or where its judge gives parts that it has not seen one score, so that nothing can be decided by it, the detector
 * alone that tells them apart best.
 *
 * @throws {Error} where none does
 */
async function chooseJudge(work: Workspace, options: DeployOptions, cell: Cell): Promise<Chosen> {
  const wanted = await unseenBy(work, options, cell);
  if (tellsApart(wanted.unseen, cell, options)) return wanted;
  const others: Chosen[] = [];
  for (const other of options.cells) {
    if (other.alone?.judge.kind !== "detector" || other.experiment !== cell.experiment) continue;
    if (other.benchmark !== cell.benchmark) continue;
    // A model for new pictures looks at them once, in one size.
    if (ownOf(work.definition.looks, other.alone.judge.name) !== undefined) continue;
    const found = await unseenBy(work, options, other);
    if (tellsApart(found.unseen, other, options)) others.push(found);
  }
  const areas = others.map(({ unseen }) => {
    const { good, bad } = scoresByPart(unseen);
    return good.length > 0 ? auroc([...good, ...bad], [...good.map(() => 0), ...bad.map(() => 1)]) : 0;
  });
  const best = others[areas.indexOf(Math.max(...areas))];
  const why = `${cell.method} gives parts that it was not trained on one score, as it had ` +
    `${cell.benchmark.good.length} good and ${cell.benchmark.bad.length} bad parts to learn from`;
  if (!best) throw new Error(`Cannot make a model as ${why}, and no detector stands in for it`);
  return { ...best, instead: `${why}: ${best.cell.method} alone decides in its place` };
}

async function unseenBy(work: Workspace, options: DeployOptions, cell: Cell): Promise<Chosen> {
  if (cell.benchmark.folds) {
    const crossed = await crossedJudge(work, options, cell);
    return { cell, crossed, unseen: unseenParts(crossed.scores, cell.benchmark) };
  }
  const name = classifierOf(work.definition, cell.method);
  const trained = name === undefined ? [] : trainingOf(options, cell, name).spec.pictures.map(({ id }) => id);
  return { cell, unseen: await heldOutScores(work, cell, trained) };
}

/** Whether there are bad parts to set a threshold on, and not all parts have one score. */
function tellsApart(unseen: Unseen, cell: Cell, { cells, scores }: DeployOptions): boolean {
  const { good, bad } = scoresByPart(unseen);
  const tested = scores[cells.indexOf(cell)].parts.map(({ score }) => score);
  return bad.length > 0 && [[...good, ...bad], tested].every((some) => some.some((score) => score !== some[0]));
}

async function writeModels(
  work: Workspace,
  options: DeployOptions,
  { cell, unseen, crossed, instead }: Chosen,
  models: string,
): Promise<Deployment> {
  const { definition, cache, backbone } = work;
  const { benchmark, method: _, ...wish } = definition.decision;
  const { plans } = options;
  const method = crossed?.method ?? cell.method;
  const places = detectorsOf(definition, method);
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
  await writeFileAtomic(join(models, BACKBONE_FILE), backbone.model);
  const usual = await goodPartsOfRun(work, cell, plans[0].detectors, method);
  if (usual) await writeFileAtomic(join(models, GOOD_PARTS_FILE), packGoodParts(usual.goodParts));
  if (work.reference) await writeFileAtomic(join(models, REFERENCE_FILE), work.reference.file);
  const decision = decideByRecall(scoresByPart(unseen), wish);
  await writeUnseenScores(models, unseen);
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
    method,
    judge: judge.kind,
    ...standards && { evidence: true as const },
    seed: cell.experiment.seed,
    picture: definition.picture,
    smoothing: smoothingsFor(definition.smoothing, places.map((place) => work.detectors[place].name)),
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
  await writeModelFile(models, model);
  return { model, judge, cell, ...instead !== undefined && { instead }, ...usual && { shifted: usual.shifted } };
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

/** Pictures with the scores that they would get as new ones. */
type Unseen = readonly UnseenPart[];

function unseenParts({ parts }: ScoreSet, { test }: BenchmarkSplit): Unseen {
  const shown = new Map(test.map(({ id, item }) => [id, item.part]));
  return parts.map(({ id, label, score }) => {
    const part = shown.get(id);
    return { file: id, label, ...part !== undefined && { part }, score };
  });
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

/** Scores of the training parts by something that was not fitted on them, on the scale of the judge of the cell. */
async function heldOutScores(work: Workspace, cell: Cell, trained: readonly string[]): Promise<Unseen> {
  const { benchmark: { good, bad }, forest, experiment } = cell;
  if (forest) return await foldScores(work, forest, { good, bad });
  // What something was fitted or trained on says nothing of its threshold.
  const seen = new Set([...trained, ...experiment.detectors.map(({ id }) => id)]);
  const judge = await judgeOf(work, cell, loadTrees);
  const scoresOf = async (sources: readonly Source[], label: "good" | "bad") => {
    const ids = sources.map(({ id }) => id).filter((id) => !seen.has(id));
    const scores = await scoresBy(work.resources, judge, await inputOf(work.resources, cell, judge, ids));
    return ids.map((file, n) => ({ file, label, score: scores[n] }));
  };
  return [...await scoresOf(good, "good"), ...await scoresOf(bad, "bad")];
}

/** Scores of the training parts of a forest by forests that were trained on the other folds, on the scale of the forest. */
async function foldScores(
  work: Workspace,
  forest: NonNullable<Cell["forest"]>,
  { good, bad }: Pick<BenchmarkSplit, "good" | "bad">,
): Promise<Unseen> {
  const { spec } = forest.task;
  const table = await readTable(work.cache, forest.table);
  const labels = Uint8Array.from(spec.labels);
  const folds = stratifiedFolds(labels, FOLDS, spec.seed);
  const whole = await trained(forest.task);
  const each = await Promise.all(Array.from({ length: FOLDS }, async (_, fold) => {
    work.signal.throwIfAborted();
    const within = (sources: readonly Source[], begin: number) => sources.filter((_, i) => folds[begin + i] !== fold);
    const parts = { good: within(good, 0), bad: within(bad, good.length) };
    const name = `${spec.name}, fold ${fold + 1}`;
    const task = planForest(work, { ...spec, title: `The forest of ${name}`, name }, forest.table, parts);
    if (!await work.cache.has(task.key)) await runTask(work.resources, task);
    const judge = await trained(task);
    const rows = [...labels.keys()];
    const [seen, heldOut] = [true, false].map((own) => rows.filter((i) => (folds[i] !== fold) === own));
    const onto = ontoScale(await scoresOf(judge, seen), await scoresOf(whole, seen), seen.map((i) => labels[i]));
    const scores = await scoresOf(judge, heldOut);
    return onto
      ? heldOut.map((i, n) => ({
        file: spec.ids[i],
        label: labels[i] === 1 ? "bad" as const : "good" as const,
        score: onto(scores[n]),
      }))
      : [];
  }));
  return each.flat();

  async function trained(task: ForestTask): Promise<Judge> {
    return { kind: "forest", model: await loadTrees(work, task) };
  }

  async function scoresOf(judge: Judge, rows: readonly number[]): Promise<number[]> {
    return [...await scoresBy(work.resources, judge, inTable(table, judge, rows.map((i) => spec.ids[i])))];
  }
}

async function copySegmentMap(path: string, models: string): Promise<void> {
  await mkdir(models, { recursive: true });
  const legend = path.replace(/\.[^.]+$/, ".json");
  const extension = extname(path);
  await cp(path, join(models, `segments${extension}`));
  await cp(legend, join(models, "segments.json"));
}
