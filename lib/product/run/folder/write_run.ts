/** Writing what a run found into its folder. @module */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { presets } from "../../../method/forest/presets.ts";
import type { RunnerOptions } from "../../../method/forest/runner.ts";
import { XGBOOST_VERSION } from "../../../../packages/xgboost-wasm/mod.ts";
import { countItems, type Dataset } from "../../../picture/data/dataset.ts";
import { DECODER_VERSION } from "../../../picture/image/decode.ts";
import { sha256 } from "../../../base/io/hash.ts";
import { removeLeftovers } from "../../../base/io/half_written.ts";
import { RUNTIME_VERSION } from "../../../engine/session/runtime.ts";
import type { PipelineDefinition } from "../../experiment/definition.ts";
import { attempt, reasonOf } from "../../experiment/failures.ts";
import { compareMethods, compareOne } from "../../experiment/compare_methods.ts";
import type { Results, ScoreSet, Worth } from "../../experiment/results.ts";
import { summarise } from "../../experiment/summarise.ts";
import { withMeans } from "../../experiment/mean_rows.ts";
import { deploy } from "./deploy.ts";
import type { Deployment } from "./deployment.ts";
import type { AutoScores } from "../judge/auto_scores.ts";
import type { Cache } from "../cache/cache.ts";
import type { CellScores } from "../judge/score_cells.ts";
import type { OpenRun } from "../open_run.ts";
import type { Reference } from "../pictures/reference.ts";
import { RELEASE } from "../../model/release.ts";
import type { RunPlan, SeedPlan } from "../plan/run_plan.ts";
import { chooseFolder, writeJson, writeManifest, writeResults, writeScores } from "./run_folder.ts";
import { type Cost, costsOf, worthOf } from "../judge/worth.ts";
import { describeSwapped } from "../../experiment/swapped_labels.ts";
import { type TimingRow, timingRows } from "../cache/timings.ts";

/** What a run found. */
export interface RunSummary {
  readonly folder: string;
  /** When the run began, for people. */
  readonly date: string;
  readonly definition: PipelineDefinition;
  /** The finished steps: maps, features and forests. */
  readonly cache: Cache;
  /** How forests are run; the embedded XGBoost where left out. */
  readonly forest?: RunnerOptions;
  readonly dataset: Dataset;
  /** What pictures were aligned with, where they were. */
  readonly reference?: Reference;
  /** How many pictures were left out as they cannot be read. */
  readonly unread: number;
  /** What is odd about the pictures, in sentences. */
  readonly notes: readonly string[];
  /** Where good and bad may be exchanged: why, in words. */
  readonly swapped?: string;
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
  /** What detectors cost, where the run says what they are worth. */
  readonly costs: readonly Cost[];
}

/** Writes the run folder, all but the report. */
export async function writeRun(
  run: OpenRun,
  plan: RunPlan,
  cellScores: CellScores,
  auto: AutoScores = { scores: [], failed: [] },
): Promise<RunSummary> {
  const { work, options, begun, origin } = run;
  const { definition, dataset } = work;
  const folder = chooseFolder(join(options.runs, definition.name), options.name, begun);
  await removeLeftovers(folder);
  // Nothing may stay of an earlier run of this name that does not belong to the new results.
  for (const file of ["run.json", "report.html"]) await rm(join(folder, file), { force: true });
  const scores = [...cellScores.scores, ...auto.scores];
  const worth = await tryWorth(run, cellScores);
  const results = {
    ...resultsOf(run, scores, [...cellScores.failed, ...auto.failed]),
    ...worth.length > 0 && { worth },
  };
  const versions = versionsOf(run);
  await writeResults(folder, results);
  await writeScores(folder, scores);
  await writeManifest(folder, dataset.items, work.hashes);
  const timings = await timingRows(work, plan.seeds.flatMap(timedSteps));
  await writeJson(join(folder, "timings.json"), { ...machineOf(run), rows: timings });
  const deployed = await tryDeploy(run, plan, cellScores, folder);
  await writeJson(join(folder, "run.json"), recordOf(run, plan, versions));
  return {
    ...{ folder, definition, dataset, origin, results, versions, timings },
    unread: run.unread,
    notes: run.notes,
    swapped: describeSwapped(results.rows, definition),
    cache: work.cache,
    ...work.reference && { reference: work.reference },
    forest: options.forest,
    date: begun.toISOString().slice(0, 16).replace("T", " ") + " UTC",
    scores,
    costs: worth.length > 0 ? await costsOf(work, plan.seeds[0]) : [],
    plans: plan.seeds,
    ...deployed,
  };
}

function resultsOf(
  { work: { definition, dataset, masks }, source, manifest }: OpenRun,
  scores: readonly ScoreSet[],
  failed: Results["failed"] & object,
): Results {
  const autos = Object.keys(definition.methods).filter((method) => "auto" in definition.methods[method]);
  // What stands beside the rows changes nothing of theirs: automatic judges are compared for themselves, by their seed.
  const comparisons = [
    ...compareMethods(scores.filter(({ method }) => !autos.includes(method))),
    ...autos.flatMap((method) => compareOne(scores, method)),
  ];
  return {
    pipeline: definition.name,
    seeds: definition.seeds,
    data: {
      origin: source,
      counts: flatCounts(dataset),
      sha256: manifest.sha256,
      ...masks.size > 0 && { masks: sha256([...masks].join("\n")) },
    },
    rows: withMeans(summarise(scores, definition.paper, definition.seeds), definition.methods, definition.paper),
    ...comparisons.length > 0 && { comparisons },
    ...failed.length > 0 && { failed },
  };
}

function versionsOf({ work: { backbone }, options, manifest }: OpenRun): Record<string, string> {
  return {
    segad: RELEASE,
    runtime: navigator.userAgent,
    inference: RUNTIME_VERSION,
    decoder: DECODER_VERSION,
    xgboost: options.forest?.library ?? `${XGBOOST_VERSION}, embedded`,
    backbone: `${backbone.name} ${backbone.sha256.slice(0, 16)}`,
    data: manifest.sha256.slice(0, 16),
  };
}

function machineOf({ work, options }: OpenRun) {
  return { device: work.runtime.device, threads: options.threads ?? "all cores" };
}

/** `run.json`: what was run on what, and with what. */
function recordOf(run: OpenRun, { seeds }: RunPlan, versions: Record<string, string>) {
  const { work, options, begun, origin, manifest } = run;
  const { definition, dataset } = work;
  return {
    pipeline: options.file,
    begun: begun.toISOString(),
    seconds: Math.max(0, Math.round((Date.now() - begun.getTime()) / 1000)),
    size: options.size,
    data: { origin, root: dataset.root, sha256: manifest.sha256, files: dataset.items.length },
    ...machineOf(run),
    versions,
    code: work.code,
    definition: { ...definition, features: work.features.name },
    detectors: work.detectors.map(({ name, detector, config }) => ({ name, type: detector.name, config })),
    classifiers: work.classifiers.map(({ name, classifier, config }) => ({ name, type: classifier.name, config })),
    forest: presets[definition.forest.preset],
    backbone: { ...work.backbone, model: undefined },
    ...definition.looks && {
      looks: Object.fromEntries(
        Object.keys(definition.looks).map((name) => {
          const { backbone, sight } = work.lookOf(name);
          return [name, { backbone: { ...backbone, model: undefined }, picture: sight.picture }];
        }),
      ),
    },
    fits: seeds.map(({ experiment, detectors }) => ({
      seed: experiment.seed,
      keys: detectors.map(({ fit }) => fit.key),
    })),
  };
}

/** Fits of detectors and trainings of classifiers, with the keys that their times are kept by. */
function timedSteps({ detectors, trainings }: SeedPlan) {
  return [
    ...detectors.map(({ fit: { key, spec } }) => ({ name: spec.detector.name, key, kind: "detector" as const })),
    ...trainings.filter(({ spec }) => spec.fold === undefined).map(({ key, spec }) => ({
      name: spec.classifier.name,
      key,
      kind: "classifier" as const,
    })),
  ];
}

/** What the parts of the first regression of a run with folds are worth; what goes wrong with it is told and no more. */
async function tryWorth({ work, options }: OpenRun, { cells, scores }: CellScores): Promise<readonly Worth[]> {
  const found: { worth: readonly Worth[] } = { worth: [] };
  const { benchmark } = work.definition.decision;
  const place = cells.findIndex((each) => each.regression && each.benchmark.name === benchmark);
  if (place >= 0 && options.worth !== false && !work.budget.isOver()) {
    await attempt(work, "What each part is worth", async () => {
      found.worth = await worthOf(work, cells[place], scores[place]);
    });
  }
  return found.worth;
}

/** Makes the model for new pictures. The table does not need it, so that what goes wrong with it is told and no more. */
async function tryDeploy(
  { work, options: { file, size } }: OpenRun,
  plan: RunPlan,
  { cells, scores }: CellScores,
  folder: string,
): Promise<Pick<RunSummary, "deployment" | "undeployed">> {
  const made: { deployment?: Deployment } = {};
  const failure = await attempt(work, "The model for new pictures", async () => {
    made.deployment = await deploy(work, { folder, plans: plan.seeds, cells, scores, file, size });
  });
  if (!failure) return made;
  // Half a model is no model.
  await rm(join(folder, "models"), { recursive: true, force: true });
  return { undeployed: reasonOf(failure) };
}

function flatCounts({ items }: Dataset): Record<string, number> {
  const { train, test, unseen } = countItems(items);
  return { trainGood: train.good, trainBad: train.bad, testGood: test.good, testBad: test.bad, testUnseen: unseen };
}
