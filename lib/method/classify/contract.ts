/**
 * The contract of supervised classifiers g (SegAD, Sec. 4): trained on labelled pictures, one logit a picture.
 * @module
 */
import type { BackboneLayer } from "../backbone/backbone.ts";
import type { ApplyContext, FitContext, Observed } from "../detect/contract.ts";
import type { AnomalyMap } from "../../domain.ts";
import type { AsyncStage } from "../../stage.ts";
import type { Tensor } from "../../base/tensor/tensor.ts";

/** What training is given. */
export interface ClassifyContext extends FitContext {
  /** 1 for a bad picture, 0 for a good one; one a picture. Both are there. */
  readonly labels: readonly (0 | 1)[];
  /** The masks of some pictures by number, 1 where a pixel is bad; given to those that learn from masks. */
  masks?(indices: readonly number[]): Promise<Tensor<"u8", readonly ["N", "H", "W"], "label">>;
}

/** A trained classifier that is loaded into the runtime. */
export interface AppliedClassifier {
  /** Higher is more likely bad. */
  readonly classify: AsyncStage<Observed, Tensor<"f32", readonly ["N"], "logit">>;
  /** Those that learn from masks: how likely each pixel is bad, at the network's own grid. Its maximum is the score. */
  readonly segment?: AsyncStage<Observed, AnomalyMap<"N", 1, "h", "w">>;
  /** Frees what the runtime holds. */
  release(): Promise<void>;
}

/** A classifier: how it is configured, trained, applied and kept. `Fitted` is plain data. */
export interface Classifier<Config = unknown, Fitted = unknown> {
  /** As pipelines call it: "wrn". */
  readonly name: string;
  /** As people call it: "WRN". */
  readonly title: string;
  /** It learns from masks, and gives maps. */
  readonly masks?: true;
  /** Checks settings and fills in what is left out. Throws a TypeError that names each path, what was expected and found. */
  parse(config: unknown): Config;
  /** The layers of the backbone that it sees as features; none where it sees pictures. */
  layers(config: Config, available: readonly BackboneLayer[]): readonly string[];
  /** The same pictures in the same order with the same seed give the same bytes. */
  fit(context: ClassifyContext, config: Config): Promise<Fitted>;
  /** Loads what was trained into the runtime. */
  apply(context: ApplyContext, fitted: Fitted): Promise<AppliedClassifier>;
  /** The bytes of what was trained, for a file. */
  pack(fitted: Fitted): Uint8Array<ArrayBuffer>;
  /** Throws a SyntaxError where the bytes are not what `pack` gives. */
  unpack(bytes: Uint8Array): Fitted;
}
