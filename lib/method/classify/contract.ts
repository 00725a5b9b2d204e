/**
 * The contract of supervised classifiers g (SegAD, Sec. 4): trained on labelled pictures, one logit a picture.
 * @module
 */
import type { AnomalyMap } from "../../domain.ts";
import type { AsyncStage } from "../../stage.ts";
import type { Tensor } from "../../base/tensor/tensor.ts";
import type { Applied, Estimator, FittedKind, LabelledContext, Observation } from "../learn/contract.ts";

/** A trained classifier that is loaded into the runtime. */
export interface AppliedClassifier extends Applied {
  /** Higher is more likely bad. */
  readonly classify: AsyncStage<Observation, Tensor<"f32", readonly ["N"], "logit">>;
  /** Those that learn from masks: how likely each pixel is bad, at the network's own grid. Its maximum is the score. */
  readonly segment?: AsyncStage<Observation, AnomalyMap<"N", 1, "h", "w">>;
}

/** What a classifier has learned: how it is read, applied and written. */
export type FittedClassifier<Fitted = unknown> = FittedKind<Fitted, AppliedClassifier>;

/** A classifier: how it is configured and trained, and what then becomes of it. */
export type Classifier<Config = unknown, Fitted = unknown> = Estimator<
  Config,
  Fitted,
  AppliedClassifier,
  LabelledContext
>;

/** What pipelines call the classifiers. */
export type ClassifierName = "wrn" | "devnet" | "dra" | "linear" | "unet";
