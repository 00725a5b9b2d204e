/** What the tasks of a run are planned from. @module */
import type { Backbone } from "../../../method/backbone/backbone.ts";
import type { Dataset } from "../../../picture/data/dataset.ts";
import type { FeatureSet } from "../../../method/features/feature_set.ts";
import type { PipelineDefinition } from "../../experiment/definition.ts";
import type { Budget } from "../budget.ts";
import type { RunFleet } from "../fleet/run_fleet.ts";
import type { NamedClassifier, NamedDetector } from "./methods.ts";
import type { Reference } from "../pictures/reference.ts";
import type { Resources } from "./resources.ts";
import type { Segments } from "../pictures/segments.ts";
import type { Kind, Sight } from "./task.ts";

/** What fitting needs to know: what a pipeline file says, but for its benchmarks and methods. */
export type FitSettings = Pick<
  PipelineDefinition,
  "picture" | "detectors" | "classifiers" | "segments" | "features" | "pixel" | "looks"
>;

/** A backbone, and how pictures are looked at with it. */
export interface Eye {
  readonly backbone: Backbone;
  readonly sight: Sight;
}

/** What is known where something is fitted on pictures, and what its tasks are done with. */
export interface FitWorkspace extends Pick<Resources, "runtime" | "cache" | "reporter" | "signal"> {
  readonly definition: FitSettings;
  readonly detectors: readonly NamedDetector[];
  readonly classifiers: readonly NamedClassifier[];
  readonly dataset: Dataset;
  /** SHA-256 of each part's file, by id. */
  readonly hashes: ReadonlyMap<string, string>;
  /** SHA-256 of each part's mask, by id; empty where no pixels are judged or learnt. */
  readonly masks: ReadonlyMap<string, string>;
  readonly backbone: Backbone;
  readonly segments: Segments;
  /** What pictures are aligned with, where they are. */
  readonly reference?: Reference;
  readonly features: FeatureSet;
  readonly sight: Sight;
  /** What a detector or classifier sees pictures with: the pipeline's backbone and size, or its own. */
  lookOf(name: string): Eye;
  /** Hashes of the code behind each kind of task. */
  readonly code: Readonly<Record<Kind, string>>;
  readonly resources: Resources;
}

/** Those of one run of a pipeline. */
export interface Workspace extends FitWorkspace {
  readonly definition: PipelineDefinition;
  /** What choosing among methods may take: what is not done in it is left out and named. */
  readonly budget: Budget;
  /** Who does the tasks; this process where left out. */
  readonly fleet?: RunFleet;
}
