/**
 * The one contract of all detectors: fitted on good pictures, applied to any.
 *
 * The backbone runs once a picture for all detectors, so a detector takes its feature maps beside the pictures.
 * @module
 */
import type { Backbone, BackboneLayer, FeatureMaps } from "../backbone/backbone.ts";
import type { AnomalyMap, Image } from "../../domain.ts";
import type { Runtime } from "../../engine/session/runtime.ts";
import type { AsyncStage } from "../../stage.ts";
import type { Dim, Tensor } from "../../base/tensor/tensor.ts";

/** What is seen of a batch of pictures: themselves, and the backbone's layers that were asked for. */
export interface Observed<N extends Dim = "N"> {
  /** What the pictures are called in their data set, for those that look something up; absent in training. */
  readonly ids?: readonly string[];
  /** The pictures. */
  readonly image: Image<N>;
  /** The backbone's layers by name. */
  readonly features: FeatureMaps<N>;
}

/** What a detector finds in a batch of pictures. */
export interface Detection<N extends Dim = "N"> {
  /** At the detector's own grid; `upsampleMap` brings it to the size of the picture. */
  readonly map: AnomalyMap<N, 1, "h", "w">;
  /** The detector's own verdict on each picture, higher is stranger. */
  readonly score: Tensor<"f32", readonly [N], "distance">;
}

/** What fitting is given. */
export interface FitContext {
  /** Those of the backbone's layers that the fit will see. */
  readonly layers: readonly BackboneLayer[];
  /** For those that train it further, or learn from it. */
  readonly backbone: Backbone;
  /** Of the pictures, in pixels. */
  readonly size: { readonly height: number; readonly width: number };
  /** The good pictures, batch by batch, in a fixed order; may be asked for again. */
  batches(): AsyncIterable<Observed>;
  /** Some of them by number, in this order: for training in random order. They are kept in memory as far as they fit. */
  take(indices: readonly number[]): Promise<Observed>;
  /** What graphs are opened with. */
  readonly runtime: Runtime;
  /** How many good pictures there are. */
  readonly pictures: number;
  /** What they are called in their data set, for errors; their numbers stand for it where left out. */
  readonly ids?: readonly string[];
  /** For all that is drawn. */
  readonly seed: number;
  /** A file for the state of a training, from which a fit that was stopped goes on. */
  readonly checkpoint?: string;
  /** Told of steps done, of how many, of what ("pictures", "coreset"), and how it goes ("loss 0.012"). */
  onProgress?(done: number, total: number, what?: string, note?: string): void;
  /** Stops the fit between two steps. */
  readonly signal?: AbortSignal;
}

/** What applying is given. */
export interface ApplyContext {
  /** What graphs are opened with. */
  readonly runtime: Runtime;
}

/** A fitted detector that is loaded into the runtime. */
export interface AppliedDetector {
  /** Pictures to maps and scores; a batch of N equals N batches of one. */
  readonly detect: AsyncStage<Observed, Detection>;
  /** Frees what the runtime holds. */
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
  /** The layers of the backbone that it uses, none where pictures are enough. Throws a RangeError for a layer that is not there. */
  layers(config: Config, available: readonly BackboneLayer[]): readonly string[];
  /** Files and folders that the settings name: their content counts as a setting. None where left out. */
  files?(config: Config): readonly string[];
  /** The same pictures in the same order with the same seed give the same bytes. */
  fit(context: FitContext, config: Config): Promise<Fitted>;
  /** Loads what was fitted into the runtime. */
  apply(context: ApplyContext, fitted: Fitted): Promise<AppliedDetector>;
  /** The bytes of what was fitted, for a file. */
  pack(fitted: Fitted): Uint8Array<ArrayBuffer>;
  /** Throws a SyntaxError where the bytes are not what `pack` gives. */
  unpack(bytes: Uint8Array): Fitted;
}
