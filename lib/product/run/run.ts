/** Running a pipeline: plan it, do what is missing, judge, and write the run folder. @module */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { loadBackbone, type LoadOptions } from "../../method/backbone/load.ts";
import { countItems, type Dataset } from "../../picture/data/dataset.ts";
import { checkMasks, hashMasks } from "../../picture/data/mask.ts";
import { checkSplit, makeManifest } from "../../picture/data/manifest.ts";
import { presets } from "../../method/forest/presets.ts";
import { type ForestRunner, openForestRunner, type RunnerOptions } from "../../method/forest/runner.ts";
import { XGBOOST_VERSION } from "../../../packages/xgboost-wasm/mod.ts";
import { DECODER_VERSION } from "../../picture/image/decode.ts";
import { sha256 } from "../../base/io/hash.ts";
import type { Device } from "../../engine/session/device.ts";
import { openRuntime, RUNTIME_VERSION } from "../../engine/session/runtime.ts";
import { openCache } from "./cache.ts";
import type { PipelineDefinition } from "../experiment/definition.ts";
import { deploy, type Deployment, type DeployOptions } from "./deploy.ts";
import { namedClassifiers, namedDetectors } from "./methods.ts";
import { planExperiment } from "../experiment/experiment.ts";
import { attempt, type FailedCell, failedCells } from "../experiment/failures.ts";
import { explain } from "../../base/text/explain.ts";
import { removeLeftovers } from "../../base/io/half_written.ts";
import { type Cell, checkColumns, judgeCell, planCells } from "./judge.ts";
import { checkModelsFolder } from "../model/models_folder.ts";
import { openData } from "./open_data.ts";
import { openWorkspace, RELEASE } from "./open_workspace.ts";
import { countMissing, describePlan, type SeedPlan } from "./describe_plan.ts";
import type { Reporter } from "../../base/text/progress.ts";
import { compareMethods, type Results, type ScoreSet, summarise, withMeans } from "../experiment/results.ts";
import {
  checkRunName,
  chooseFolder,
  makeFolder,
  writeJson,
  writeManifest,
  writeResults,
  writeScores,
} from "./run_folder.ts";
import { openSegments } from "./segments.ts";
import { computeFeatures, computePixels, fitAndMap, planSteps } from "./steps.ts";
import { type TimingRow, timingRows } from "./timings.ts";
import type { Workspace } from "./workspace.ts";

/** How to run a pipeline. */
export interface RunOptions {
  /** The pipeline file, for the record. */
  readonly file: string;
  /** Folder of the pictures; without it, what the pipeline allows. */
  readonly data?: string;
  readonly size: "small" | "paper";
  /** In place of the embedded one. */
  readonly backbone?: { readonly path: string } & LoadOptions;
  readonly device: Device | "auto";
  readonly threads?: number;
  /** How forests are run; the embedded XGBoost where left out. */
  readonly forest?: RunnerOptions;
  /** Folder of run folders. */
  readonly runs: string;
  /** Folder of finished steps. */
  readonly cache: string;
  /** Name of the run folder; the time where left out. */
  readonly name?: string;
  /** Print the plan and stop. */
  readonly planOnly?: boolean;
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
}

/** What a run found. */
export interface RunSummary {
  readonly folder: string;
  /** When the run began, for people. */
  readonly date: string;
  readonly definition: PipelineDefinition;
  readonly dataset: Dataset;
  readonly origin: string;
  readonly results: Results;
  readonly scores: readonly ScoreSet[];
  readonly plans: readonly SeedPlan[];
  /** Absent where the method that the pipeline decides by failed … */
  readonly deployment?: Deployment;
  /** … or the model for new pictures could not be made of it: why, in words. */
  readonly undeployed?: string;
  readonly versions: Record<string, string>;
  readonly timings: readonly TimingRow[];
}

/**
 * Runs a pipeline. What is in the cache is not done again; `use` is called while everything is still open, to look at
 * maps and pictures of the run.
 *
 * @returns undefined where only the plan was wanted
 * @throws {Error} where something cannot be read, fitted or written; finished steps are kept
 */
export async function runPipeline(
  definition: PipelineDefinition,
  options: RunOptions,
  use: (summary: RunSummary, work: Workspace, runner: ForestRunner) => Promise<void> = async () => {},
): Promise<RunSummary | undefined> {
  const { reporter, signal } = options;
  const begun = new Date();
  await checkRunFolder(options, definition.name);
  // What can be wrong at once is found before pictures are drawn, hashed or read.
  namedDetectors(definition.detectors);
  namedClassifiers(definition.classifiers);
  const runtime = await openRuntime(options);
  const backbone = options.backbone && await loadBackbone(options.backbone.path, options.backbone);
  const cache = openCache(options.cache);
  if (!options.planOnly) {
    await makeFolder(options.cache, "--cache");
    await makeFolder(options.runs, "--runs");
  }
  await removeLeftovers(options.cache);
  const { dataset, origin, source, manifest: planned } = await openData(definition, {
    folder: options.data,
    size: options.size,
    cache: options.cache,
    planOnly: options.planOnly,
    reporter,
    signal,
  });
  if (dataset.labels) {
    reporter.say(`Good parts are those in "${dataset.labels.good}/", bad ones those in "${dataset.labels.bad}/"`);
  }
  for (const note of dataset.notes ?? []) reporter.warn(note);
  // What the split or the segment maps refuse is told before thousands of pictures are read.
  const experiments = definition.seeds.map((seed) => planExperiment(dataset, definition, seed));
  const mapped = new Map(experiments.flatMap(({ sources }) => sources).map(({ item }) => [item.id, item]));
  const segments = await openSegments(definition.segments, definition.picture, [...mapped.values()]);
  const manifest = planned ?? await makeManifest(dataset.items, (done, total) => {
    signal.throwIfAborted();
    reporter.progress({ step: "Hash the pictures", done, total });
  });
  for (const warning of manifest.warnings) reporter.warn(warning);
  const hashes = new Map(manifest.files.map(({ id, sha256 }) => [id, sha256]));
  const learns = [
    ...namedDetectors(definition.detectors).map(({ detector }) => detector),
    ...namedClassifiers(definition.classifiers).map(({ classifier }) => classifier),
  ].some((estimator) => estimator.masks);
  const masks = definition.pixel || learns ? await hashMasks(dataset.items) : undefined;
  if (masks && !options.planOnly) { for (const warning of await checkMasks(dataset.items)) reporter.warn(warning); }
  const xgboost = options.forest?.library;
  const work = await openWorkspace(definition, {
    ...options,
    runtime,
    backbone,
    dataset,
    hashes,
    masks,
    segments,
    cache,
    xgboost,
  });
  const runner = openForestRunner(options.forest);
  try {
    for (const warning of work.segments.warnings) reporter.warn(warning);
    checkColumns(work);
    for (const { benchmarks } of experiments) for (const { split } of benchmarks) checkSplit(split, manifest);
    const whole = await planSteps(work, experiments);
    const missing = await countMissing(work.cache, whole);
    reporter.say(describePlan(definition, { dataset, origin, plans: whole, missing, segments: work.segments }));
    if (options.planOnly) return undefined;

    const { plans, failures: unmapped } = await fitAndMap(work, whole);
    const { tables, failures: featureless } = await computeFeatures(work, plans);
    const failures = [...unmapped, ...featureless, ...await computePixels(work, plans)];
    const lost = plans.map(({ experiment }) => failedCells(definition, experiment, failures));
    const planned = (await Promise.all(
      plans.map((plan, i) => planCells(work, plan.experiment, tables[i], plan.classifiers, plan.pixels, lost[i])),
    )).flat();
    if (planned.length === 0 && failures.length > 0) throw failures[0].error;
    const { cells, scores, failed: unjudged } = await judge(work, runner, planned);
    const failed = [...lost.flat(), ...unjudged];

    const comparisons = compareMethods(scores);
    const results: Results = {
      pipeline: definition.name,
      seeds: definition.seeds,
      data: {
        origin: source,
        counts: flatCounts(dataset),
        sha256: manifest.sha256,
        ...masks && { masks: sha256([...masks].join("\n")) },
      },
      rows: withMeans(summarise(scores, definition.paper, definition.seeds), definition.methods, definition.paper),
      ...comparisons.length > 0 && { comparisons },
      ...failed.length > 0 && { failed },
    };
    const parent = join(options.runs, definition.name);
    const folder = chooseFolder(parent, options.name, begun);
    await removeLeftovers(folder);
    // Of an earlier run of this name nothing must stay that the new results do not belong to.
    for (const file of ["run.json", "report.html"]) await rm(join(folder, file), { force: true });
    await writeResults(folder, results);
    await writeScores(folder, scores);
    await writeManifest(folder, dataset.items, hashes);
    const versions = {
      segad: RELEASE,
      runtime: navigator.userAgent,
      inference: RUNTIME_VERSION,
      decoder: DECODER_VERSION,
      xgboost: xgboost ?? `${XGBOOST_VERSION}, embedded`,
      backbone: `${work.backbone.name} ${work.backbone.sha256.slice(0, 16)}`,
      data: manifest.sha256.slice(0, 16),
    };
    const writeRecord = () =>
      writeJson(join(folder, "run.json"), {
        pipeline: options.file,
        begun: begun.toISOString(),
        seconds: Math.max(0, Math.round((Date.now() - begun.getTime()) / 1000)),
        size: options.size,
        data: { origin, root: dataset.root, sha256: manifest.sha256, files: dataset.items.length },
        device: runtime.device,
        threads: options.threads ?? "all cores",
        versions,
        code: work.code,
        definition: { ...definition, features: work.features.name },
        detectors: work.detectors.map(({ name, detector, config }) => ({ name, type: detector.name, config })),
        classifiers: work.classifiers.map(({ name, classifier, config }) => ({ name, type: classifier.name, config })),
        forest: presets[definition.forest.preset],
        backbone: { ...work.backbone, model: undefined },
        fits: plans.map(({ experiment, fits }) => ({ seed: experiment.seed, keys: fits.map(({ key }) => key) })),
      });
    await writeRecord();
    const timings = await timingRows(work, timedSteps(plans));
    await writeJson(join(folder, "timings.json"), {
      device: runtime.device,
      threads: options.threads ?? "all cores",
      rows: timings,
    });
    const deployed = await tryDeploy(work, runner, { folder, plans, cells, file: options.file, size: options.size });
    const date = begun.toISOString().slice(0, 16).replace("T", " ") + " UTC";
    const summary = {
      folder,
      date,
      definition,
      dataset,
      origin,
      results,
      scores,
      plans,
      ...deployed,
      versions,
      timings,
    };
    await use(summary, work, runner);
    await writeRecord();
    return summary;
  } finally {
    await runner.close();
    await work.close();
  }
}

/** What a name can be wrong with, before the work. */
async function checkRunFolder({ name, runs }: RunOptions, pipeline: string): Promise<void> {
  if (name === undefined) return;
  checkRunName(name);
  await checkModelsFolder(join(runs, pipeline, name));
}

/** Fits of detectors and trainings of classifiers, with the keys that their times are kept by. */
function timedSteps(plans: readonly SeedPlan[]) {
  return plans.flatMap(({ fits, classifiers }) => [
    ...fits.map(({ name, key }) => ({ name, key, kind: "detector" as const })),
    ...classifiers.map(({ name, fitKey }) => ({ name, key: fitKey, kind: "classifier" as const })),
  ]);
}

/**
 * Judges all cells; forests train side by side, as many as the runner has workers.
 *
 * @returns the cells that could be judged with their scores, and those that could not
 * @throws what the first cell has thrown where none could be judged
 */
async function judge(work: Workspace, runner: ForestRunner, cells: readonly Cell[]) {
  const { reporter, signal } = work;
  let done = 0;
  reporter.progress({ step: "Forests and scores", done, total: cells.length });
  const ends = await Promise.all(cells.map(async (cell) => {
    const { benchmark: { name: benchmark }, method, experiment: { seed } } = cell;
    const found: { set?: ScoreSet } = {};
    const step = `${cell.forest ? "The forest" : "The scores"} of ${method} for ${benchmark}, seed ${seed}`;
    const failure = await attempt(work, { step, seed, benchmark }, async () => {
      signal.throwIfAborted();
      found.set = await judgeCell(work, runner, cell);
      signal.throwIfAborted();
    });
    reporter.progress({ step: "Forests and scores", done: ++done, total: cells.length });
    return { cell, ...found, failure };
  }));
  const judged = ends.flatMap(({ cell, set }) => set ? [{ cell, set }] : []);
  const failed = ends.flatMap(({ cell, failure }): FailedCell[] =>
    failure
      ? [{
        benchmark: cell.benchmark.name,
        method: cell.method,
        seed: failure.seed,
        reason: `${failure.step}: ${explain(failure.error)}`,
      }]
      : []
  );
  if (judged.length === 0 && failed.length > 0) throw ends.find(({ failure }) => failure)!.failure!.error;
  return { cells: judged.map(({ cell }) => cell), scores: judged.map(({ set }) => set), failed };
}

/** Makes the model for new pictures. The table does not need it, so that what goes wrong with it is told and no more. */
async function tryDeploy(
  work: Workspace,
  runner: ForestRunner,
  options: DeployOptions,
): Promise<Pick<RunSummary, "deployment" | "undeployed">> {
  const made: { deployment?: Deployment } = {};
  const step = { step: "The model for new pictures", seed: options.plans[0].experiment.seed };
  const failure = await attempt(work, step, async () => {
    made.deployment = await deploy(work, runner, options);
  });
  if (!failure) return made;
  // Half of a model is none.
  await rm(join(options.folder, "models"), { recursive: true, force: true });
  return { undeployed: `${failure.step}: ${explain(failure.error)}` };
}

function flatCounts({ items }: Dataset): Record<string, number> {
  const { train, test, unseen } = countItems(items);
  return { trainGood: train.good, trainBad: train.bad, testGood: test.good, testBad: test.bad, testUnseen: unseen };
}
