/** The table of steps: for each kind of task what does it, and which code its results depend on. @module */
import { type ClassifyTask, runClassified } from "./classify_step.ts";
import { type EvidenceTask, runEvidence } from "./evidence_step.ts";
import { type FeatureTask, runFeatures } from "./feature_step.ts";
import { type FitTask, runFit } from "./fit_step.ts";
import { type ForestTask, runForest } from "./forest_step.ts";
import { type MapTask, runMaps } from "./map_step.ts";
import { type PixelTask, runPixels } from "./pixel_step.ts";
import type { Resources } from "./resources.ts";
import { runScores, type ScoreTask } from "./score_step.ts";
import { runStandards, type StandardTask } from "./standard_step.ts";
import type { Kind } from "./task.ts";
import { runTraining, type TrainTask } from "./train_step.ts";

/** The tasks by their kinds. */
export interface Tasks {
  readonly fit: FitTask;
  readonly train: TrainTask;
  readonly map: MapTask;
  readonly score: ScoreTask;
  readonly classify: ClassifyTask;
  readonly feature: FeatureTask;
  readonly standard: StandardTask;
  readonly evidence: EvidenceTask;
  readonly pixels: PixelTask;
  readonly forest: ForestTask;
}
/** A task of any kind. */
export type AnyTask = Tasks[Kind];

/** What a kind of task is. */
export interface Step<T> {
  /** Does a task and keeps its result under the task's key. */
  readonly run: (resources: Resources, task: T) => Promise<void>;
  /** Places of `lib/` whose code the result depends on: a change there makes it again. */
  readonly code: readonly string[];
  /** What progress calls tasks of this kind together; those without tell it themselves. */
  readonly progress?: string;
  /** Whether several are done at once, by workers of their own. */
  readonly atOnce?: true;
}

const filesOf = (folder: string) => (...names: readonly string[]) =>
  names.map((name) => `product/run/${folder}/${name}.ts`);
const [cache, pictures, steps] = ["cache", "pictures", "steps"].map(filesOf);
// Values that all steps read and make.
const VALUES = ["domain.ts", "base/tensor", "base/io", "base/planes"];
/** Seeing pictures; defects are generated, in segments, before pictures are seen. */
const SEEING = [
  ...VALUES,
  ...[
    "engine",
    "picture/image",
    "picture/segment",
    "picture/change",
    "picture/data/listing.ts",
    "picture/data/mask.ts",
  ],
  ...["method/backbone", "method/learn", "method/detect"],
  ...pictures("picture_memory", "seen_file", "segments", "source_batches"),
  ...steps("load_fitted", "resources", "task"),
];
const FIT = [...SEEING, ...steps("fit_step", "fitting")];
const PIXELS = [
  ...VALUES,
  ...["picture/image", "picture/segment/legend.ts", "picture/segment/plane.ts", "picture/segment/snap.ts"],
  "picture/data/mask.ts",
  ...["picture/segment/components.ts", "method/learn"],
  ...["method/evaluate/pixel_counts.ts", "method/evaluate/pixel_curves.ts"],
  "product/experiment/smoothing.ts",
  ...cache("kept_rows", "map_file"),
  ...steps("pixel_step", "task"),
];

const EVIDENCE = ["method/evidence", "method/features", "method/stats"];

/** The steps, in the order in which they are done. */
export const STEPS: { readonly [K in Kind]: Step<Tasks[K]> } = {
  fit: { run: runFit, code: FIT },
  train: {
    run: runTraining,
    code: [...SEEING, "method/classify", "product/experiment/folds.ts", ...steps("fitting", "train_step")],
  },
  map: {
    run: runMaps,
    code: [...FIT, ...cache("kept_rows", "map_file"), ...steps("map_step")],
    progress: "Anomaly maps",
  },
  score: {
    run: runScores,
    code: [...VALUES, ...cache("kept_rows", "map_file"), ...steps("score_step", "task")],
  },
  classify: {
    run: runClassified,
    code: [
      ...[...SEEING, ...PIXELS, "method/classify", "method/evaluate/decide.ts"],
      ...steps("classify_step", "score_step"),
    ],
  },
  feature: {
    run: runFeatures,
    code: [
      ...[...VALUES, "stage.ts", "picture/segment", "method/learn", "method/stats", "method/features"],
      ...["product/experiment/smoothing.ts", "product/model/maps_to_features.ts"],
      ...[...cache("kept_rows", "map_file"), ...steps("feature_step", "task")],
    ],
    progress: "Statistics over segments",
  },
  standard: {
    run: runStandards,
    code: [
      ...SEEING,
      ...EVIDENCE,
      ...cache("kept_rows", "map_file"),
      ...steps("fit_step", "map_step", "standard_step"),
    ],
  },
  evidence: {
    run: runEvidence,
    code: [
      ...[...SEEING, ...EVIDENCE, "method/stats"],
      ...cache("kept_rows", "map_file"),
      ...steps("evidence_step", "feature_step", "feature_table", "fit_step", "map_step", "score_step", "standard_step"),
    ],
    progress: "Evidence beside the statistics",
  },
  pixels: { run: runPixels, code: PIXELS, progress: "Figures over pixels" },
  forest: {
    run: runForest,
    code: [
      ...[...VALUES, "method/forest", "method/features/select.ts"],
      ...["../packages/xgboost-wasm/mod.ts", "../packages/xgboost-wasm/src"],
      ...cache("kept_rows", "map_file"),
      ...steps("feature_table", "forest_step", "score_step", "task"),
    ],
    progress: "Forests and scores",
    atOnce: true,
  },
};

/**
 * Does a task by what stands in it, and keeps its result in the cache. What it needs must be there.
 *
 * @throws what the step throws; see `attempt` for what goes on after that
 */
export function runTask(resources: Resources, task: AnyTask): Promise<void> {
  return doStep(resources, task.kind, task);
}

function doStep<K extends Kind>(resources: Resources, kind: K, task: AnyTask): Promise<void> {
  return STEPS[kind].run(resources, task as Tasks[K]);
}
