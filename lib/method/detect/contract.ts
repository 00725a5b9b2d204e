/** The contract of detectors: fitted on good pictures, applied to any. @module */
import type { AnomalyMap } from "../../domain.ts";
import type { AsyncStage } from "../../stage.ts";
import type { Dim, Tensor } from "../../base/tensor/tensor.ts";
import type { Applied, Estimator, Observation } from "../learn/contract.ts";

/** What a detector finds in a batch of pictures. */
export interface Detection<N extends Dim = "N"> {
  /** At the detector's own grid; `upsampleMap` brings it to the size of the picture. */
  readonly map: AnomalyMap<N, 1, "h", "w">;
  /** The detector's own score of each picture, higher is stranger. */
  readonly score: Tensor<"f32", readonly [N], "distance">;
}

/** A fitted detector that is loaded into the runtime. */
export interface AppliedDetector extends Applied {
  /** Pictures to maps and scores; a batch of N equals N batches of one. */
  readonly detect: AsyncStage<Observation, Detection>;
}

/** A detector: how it is configured, fitted, applied and kept. */
export type Detector<Config = unknown, Fitted = unknown> = Estimator<Config, Fitted, AppliedDetector>;
