/**
 * The one contract of all detectors: fitted on good pictures, applied to any.
 *
 * The backbone runs once a picture for all detectors, so a detector takes its feature maps.
 * @module
 */
import type { BackboneLayer, FeatureMaps } from "../backbone/backbone.ts";
import type { AnomalyMap } from "../domain.ts";
import type { Runtime } from "../session/runtime.ts";
import type { AsyncStage } from "../stage.ts";
import type { Dim, Tensor } from "../tensor/tensor.ts";

/** What a detector finds in a batch of pictures. */
export interface Detection<N extends Dim = "N"> {
  /** At the detector's own grid; `upsampleMap` brings it to the size of the picture. */
  readonly map: AnomalyMap<N, 1, "h", "w">;
  /** The detector's own verdict on each picture, higher is stranger. */
  readonly score: Tensor<"f32", readonly [N], "distance">;
}

/** What fitting is given. */
export interface FitContext {
  readonly layers: readonly BackboneLayer[];
  /** Feature maps of the good pictures, batch by batch, in a fixed order; may be asked for again. */
  features(): AsyncIterable<FeatureMaps>;
  readonly runtime: Runtime;
  /** How many good pictures there are. */
  readonly pictures: number;
  readonly seed: number;
  /** Told of steps done, of how many, and of what: "pictures", "coreset". */
  onProgress?(done: number, total: number, what?: string): void;
  readonly signal?: AbortSignal;
}

/** What applying is given. */
export interface ApplyContext {
  readonly runtime: Runtime;
}

/** A fitted detector that is loaded into the runtime. */
export interface AppliedDetector {
  readonly detect: AsyncStage<FeatureMaps, Detection>;
  release(): Promise<void>;
}

/** A detector: how it is configured, fitted, applied and kept. `Fitted` is plain data. */
export interface Detector<Config = unknown, Fitted = unknown> {
  /** As pipelines call it: "patchcore". */
  readonly name: string;
  /** As people call it: "PatchCore". */
  readonly title: string;
  /** Checks settings and fills in what is left out. Throws a TypeError that names each path, what was expected and found. */
  parse(config: unknown): Config;
  /** The layers of the backbone that it uses. Throws a RangeError for a layer that is not there. */
  layers(config: Config, available: readonly BackboneLayer[]): readonly string[];
  /** The same pictures in the same order with the same seed give the same bytes. */
  fit(context: FitContext, config: Config): Promise<Fitted>;
  apply(context: ApplyContext, fitted: Fitted): Promise<AppliedDetector>;
  pack(fitted: Fitted): Uint8Array<ArrayBuffer>;
  /** Throws a SyntaxError where the bytes are not what `pack` gives. */
  unpack(bytes: Uint8Array): Fitted;
}
