/** What a run needs: the tasks of its seeds, and the cells of the table that need them. @module */
import type { BenchmarkSplit, Experiment } from "../../experiment/experiment.ts";
import type { Judge } from "../../../method/judge/contract.ts";
import type { ClassifyTask } from "../steps/classify_step.ts";
import type { PlacedEvidence } from "../steps/evidence_step.ts";
import type { PlacedFeatures } from "../steps/feature_step.ts";
import type { EvidenceBlock } from "../../../method/evidence/evidence.ts";
import type { TableSpec } from "../steps/feature_table.ts";
import type { FitTask } from "../steps/fit_step.ts";
import type { ForestTask } from "../steps/forest_step.ts";
import type { Graph } from "./graph.ts";
import type { PlacedMaps } from "../steps/map_step.ts";
import type { PixelTask } from "../steps/pixel_step.ts";
import type { ScoreTask } from "../steps/score_step.ts";
import type { AnyTask } from "../steps/steps.ts";
import type { TrainTask } from "../steps/train_step.ts";

/** One cell of the table: a method on a benchmark with a seed. */
export interface Cell {
  readonly benchmark: BenchmarkSplit;
  readonly method: string;
  readonly experiment: Experiment;
  /** Keys of the results that it is judged by. */
  readonly needs: readonly string[];
  /** The scores of a detector or classifier alone … */
  readonly alone?: {
    readonly judge: Extract<Judge, { readonly name: string }>;
    readonly key: string;
    readonly ids: readonly string[];
  };
  /** … or a forest, with the features of all pictures of the benchmark; `folds` are trained without a fold of the parts each … */
  readonly forest?: { readonly task: ForestTask; readonly table: TableSpec; readonly folds?: readonly ForestTask[] };
  /** … or a regression over evidence … */
  readonly regression?: { readonly table: TableSpec; readonly blocks: readonly EvidenceBlock[] };
  /** … or other methods, together or the best of them. */
  readonly others?: {
    readonly kind: "together" | "best";
    readonly methods: readonly string[];
    /** What those of them see that see columns, and the own scores of those that are detectors. */
    readonly table?: TableSpec;
    readonly alone: readonly NonNullable<Cell["alone"]>[];
  };
  /** The key of its figures over pixels, where there are any. */
  readonly pixels?: string;
}

/** A detector of one seed. */
export interface DetectorPlan {
  readonly fit: FitTask;
  readonly maps: PlacedMaps;
  readonly scores: ScoreTask;
}

/** What one seed needs. */
export interface SeedPlan {
  readonly experiment: Experiment;
  /** In the order of the pipeline's detectors. */
  readonly detectors: readonly DetectorPlan[];
  readonly features: PlacedFeatures;
  /** Where a method sees it. */
  readonly evidence?: PlacedEvidence;
  readonly trainings: readonly TrainTask[];
  readonly classified: readonly ClassifyTask[];
  readonly pixels: readonly PixelTask[];
  readonly cells: readonly Cell[];
}

/** What a run needs. */
export interface RunPlan {
  readonly seeds: readonly SeedPlan[];
  readonly graph: Graph<AnyTask>;
}
