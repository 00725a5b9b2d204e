/** What the steps of a run share. @module */
import type { Backbone, FeatureExtractor } from "../../method/backbone/backbone.ts";
import type { Dataset } from "../../picture/data/dataset.ts";
import type { FeatureSet } from "../../method/features/feature_set.ts";
import type { Loader } from "../../picture/image/loader.ts";
import type { Runtime } from "../../engine/session/runtime.ts";
import type { Cache } from "./cache.ts";
import type { PipelineDefinition } from "../experiment/definition.ts";
import type { NamedClassifier, NamedDetector } from "./methods.ts";
import type { Reporter } from "../../base/text/progress.ts";
import type { Segments } from "./segments.ts";

/** Resources and facts of one run. What is expensive to open is opened when a step first asks for it. */
export interface Workspace {
  readonly definition: PipelineDefinition;
  readonly detectors: readonly NamedDetector[];
  readonly classifiers: readonly NamedClassifier[];
  readonly dataset: Dataset;
  /** SHA-256 of each part's file, by id. */
  readonly hashes: ReadonlyMap<string, string>;
  /** SHA-256 of each part's mask, by id; empty where no pixels are judged or learnt. */
  readonly masks: ReadonlyMap<string, string>;
  readonly backbone: Backbone;
  readonly runtime: Runtime;
  readonly segments: Segments;
  readonly features: FeatureSet;
  readonly cache: Cache;
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
  /** Hashes of the code behind each kind of step. */
  readonly code: {
    readonly maps: string;
    readonly classifiers: string;
    readonly features: string;
    readonly forests: string;
    readonly pixels: string;
  };
  loader(): Loader;
  /** The backbone with the layers that the detectors use. */
  extractor(): Promise<FeatureExtractor>;
}
