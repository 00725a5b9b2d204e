/**
 * The one contract of all that is fitted: detectors, on good pictures, and classifiers, on labelled ones.
 *
 * The backbone runs once a picture for all of them, so what it sees comes beside the pictures.
 * @module
 */
import type { Backbone, BackboneLayer, FeatureMaps } from "../backbone/backbone.ts";
import type { Image } from "../../domain.ts";
import type { Runtime } from "../../engine/session/runtime.ts";
import type { Dim, Tensor } from "../../base/tensor/tensor.ts";

/** What is seen of a batch of pictures: themselves, and the backbone's layers that were asked for. */
export interface Observation<N extends Dim = "N"> {
  /** What the pictures are called in their data set, for those that look something up; absent in training. */
  readonly ids?: readonly string[];
  /** The pictures. */
  readonly image: Image<N>;
  /** The backbone's layers by name. */
  readonly features: FeatureMaps<N>;
}

/** The pictures of a fit, which may be too many for memory. */
export interface TrainingPictures {
  /** All of them, batch by batch, in a fixed order; may be asked for again. */
  batches(): AsyncIterable<Observation>;
  /** Some of them by number, in this order: for training in random order. They are kept in memory as far as they fit. */
  take(indices: readonly number[]): Promise<Observation>;
}

/** What fitting is given; {@linkcode "./fit_context.ts".fitContext} makes it. */
export interface FitContext extends TrainingPictures {
  /** Those of the backbone's layers that the fit will see. */
  readonly layers: readonly BackboneLayer[];
  /** For those that train it further, or learn from it. */
  readonly backbone: Backbone;
  /** Of the pictures, in pixels. */
  readonly size: { readonly height: number; readonly width: number };
  /** What graphs are opened with. */
  readonly runtime: Runtime;
  /** How many pictures there are. */
  readonly pictures: number;
  /** What they are called in their data set, for errors; their numbers stand for it where left out. */
  readonly ids?: readonly string[];
  /** The masks of some pictures by number, 1 where a pixel is bad; given to those that learn from masks. */
  masks?(indices: readonly number[]): Promise<Tensor<"u8", readonly ["N", "H", "W"], "label">>;
  /** For all that is drawn. */
  readonly seed: number;
  /** A file for the state of a training, from which a fit that was stopped goes on. */
  readonly checkpoint?: string;
  /** Told of steps done, of how many, of what ("pictures", "coreset"), and how it goes ("loss 0.012"). */
  onProgress?(done: number, total: number, what?: string, note?: string): void;
  /** Stops the fit between two steps. */
  readonly signal?: AbortSignal;
}

/** What fitting on labelled pictures is given. */
export interface LabelledContext extends FitContext {
  /** 1 for a bad picture, 0 for a good one; one a picture. Both are there. */
  readonly labels: readonly (0 | 1)[];
}

/** What applying is given. */
export interface ApplyContext {
  /** What graphs are opened with. */
  readonly runtime: Runtime;
}

/** What was fitted, loaded into the runtime. */
export interface Applied {
  /** Frees what the runtime holds. */
  release(): Promise<void>;
}

/** What was fitted as one graph, where it is one: `apply` follows from it, and so does an export. */
export interface Network {
  /** ONNX. Its inputs are `image` f32[N,3,H,W], 0 to 1, and layers of the backbone by their names. */
  readonly model: Uint8Array;
  /** What comes out: f32[N,1,h,w] for a map, f32[N] for a score or a logit. */
  readonly outputs: readonly ("map" | "score" | "logit")[];
}

/** One kind of what was fitted: how it is read, applied and written. Scoring knows no more of it. `Fitted` is plain data. */
export interface FittedKind<Fitted = unknown, Loaded extends Applied = Applied> {
  /** As pipelines and model files call it: "patchcore". */
  readonly name: string;
  /** As people call it: "PatchCore". */
  readonly title: string;
  /** Loads what was fitted into the runtime. */
  apply(context: ApplyContext, fitted: Fitted): Promise<Loaded>;
  /** What was fitted as one graph; left out by those that are more than a graph. */
  network?(fitted: Fitted): Network;
  /** The bytes of what was fitted, for a file. */
  pack(fitted: Fitted): Uint8Array<ArrayBuffer>;
  /** Throws a SyntaxError where the bytes are not what `pack` gives. */
  unpack(bytes: Uint8Array): Fitted;
}

/** How something is configured and fitted, and what then becomes of it. */
export interface Estimator<
  Config = unknown,
  Fitted = unknown,
  Loaded extends Applied = Applied,
  Context extends FitContext = FitContext,
> extends FittedKind<Fitted, Loaded> {
  /** It learns from masks: each bad picture of its fit must have one. */
  readonly masks?: true;
  /** Checks settings and fills in what is left out. Throws a TypeError that names each path, what was expected and found. */
  parse(config: unknown): Config;
  /** The layers of the backbone that it sees, none where pictures are enough. Throws a RangeError for a layer that is not there. */
  layers(config: Config, available: readonly BackboneLayer[]): readonly string[];
  /** Files and folders that the settings name: their content counts as a setting. None where left out. */
  files?(config: Config): readonly string[];
  /** Whether a fit depends on the seed: it does where this is left out. Seeds share a fit that draws nothing. */
  draws?(config: Config, available: readonly BackboneLayer[]): boolean;
  /** The same pictures in the same order with the same seed give the same bytes. */
  fit(context: Context, config: Config): Promise<Fitted>;
}

/**
 * The one of a name in a table.
 *
 * @param kind as the message calls one: "detector"
 * @throws {RangeError} where there is none; the message lists those that there are
 */
export function findNamed<T>(kind: string, table: Readonly<Record<string, T>>, name: string): T {
  if (Object.hasOwn(table, name)) return table[name];
  const known = Object.keys(table).map((key) => `"${key}"`).join(", ");
  throw new RangeError(`Cannot use ${kind} "${name}" as the ${kind}s are ${known}`);
}
