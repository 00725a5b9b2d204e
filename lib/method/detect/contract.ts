/** The contract of detectors: fitted on good pictures, applied to any. @module */
import type { AnomalyMap } from "../../domain.ts";
import type { AsyncStage } from "../../stage.ts";
import type { Dim, Tensor } from "../../base/tensor/tensor.ts";
import type { Applied, Estimator, FitContext, FittedKind, Observation } from "../learn/contract.ts";

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

/** What leaving pictures out is given: the good pictures that the detector was fitted on, as the fit had them. */
export type LeftOutContext = Pick<FitContext, "runtime" | "pictures" | "batches" | "onProgress" | "signal">;

/**
 * A fitted detector that judges each of the pictures it was fitted on as if it had been fitted without that picture, so that
 * their maps are as those of good pictures that it never saw.
 */
export interface LeftOutDetector extends Applied {
  /** Some pictures of the fit, and the number of each in the order of the fit; a batch of N equals N batches of one. */
  detect(pictures: Observation, numbers: readonly number[]): Promise<Detection>;
}

/** What a detector has fitted: how it is read, applied and written. */
export type FittedDetector<Fitted = unknown> = FittedKind<Fitted, AppliedDetector>;

/** A detector: how it is configured and fitted, and what then becomes of it. */
export interface Detector<Config = unknown, Fitted = unknown> extends Estimator<Config, Fitted, AppliedDetector> {
  /**
   * Loads what was fitted, and learns from the pictures of the fit what it takes, so that it leaves out the picture it
   * judges. Left out by detectors that have to be fitted anew for that: see `foldedMaps`.
   *
   * @throws {RangeError} where too few pictures would remain
   */
  leftOut?(context: LeftOutContext, config: Config, fitted: Fitted): Promise<LeftOutDetector>;
}

/** What pipelines call the detectors. */
export type DetectorName =
  | "patchcore"
  | "padim"
  | "fastflow"
  | "rd4ad"
  | "efficientad"
  | "mean_difference"
  | "onnx"
  | "maps";

/** A layer and its grid. */
export interface Grid {
  /** Of the backbone's layer. */
  readonly name: string;
  /** Numbers a place. */
  readonly channels: number;
  /** Rows. */
  readonly height: number;
  /** Columns. */
  readonly width: number;
}
