/** What the methods of pre-training have in common. @module */
import { l2Normalize } from "../../engine/graph/compose.ts";
import { number } from "../../engine/graph/numbers.ts";
import { add, mul, reduceMean, sqrt, sub } from "../../engine/graph/ops.ts";
import type { Value } from "../../engine/graph/value.ts";
import type { Weights } from "../../engine/graph/weights.ts";
import { spotTheDifference } from "./losses.ts";
import { spotEntropy } from "./defect_classifier.ts";

/**
 * What the SPD term of contrastive methods is: `cosine` of projections, or `xent`, the cross-entropy of an auxiliary
 * classifier, which SPD's ablation has in its place. Supervised training has the latter alone.
 */
export const SPD_LOSSES = ["cosine", "xent"] as const;
/** One of {@linkcode SPD_LOSSES}. */
export type SpdLoss = typeof SPD_LOSSES[number];

/** What a method is told; what it does not know of is unused. */
export interface PretrainingSettings {
  /** How often each picture is seen. */
  readonly epochs: number;
  /** Pictures a step. */
  readonly batch: number;
  /** Learning rate of SGD for 256 pictures a step; it is taken in proportion to the batch (Goyal et al. 2017). */
  readonly rate: number;
  /** Decay of the weights. */
  readonly weightDecay: number;
  /** Width inside the projection. */
  readonly hidden: number;
  /** Numbers of a projection. */
  readonly dim: number;
  /** τ of contrastive losses. */
  readonly temperature: number;
  /** m of MoCo's momentum encoder. */
  readonly keyMomentum: number;
  /** Keys in MoCo's queue. */
  readonly queue: number;
  /** How the learning rate falls: half a cosine, or to a tenth at each third. */
  readonly falls: "cosine" | "steps";
  /** Share of the steps over which it rises first. */
  readonly warmup: number;
}

/** What a training step sees of a batch: pictures f32[N,3,H,W] of 0 to 1, as `makeViews` names them. */
export interface ViewValues {
  readonly anchor: Value<"f32">;
  readonly strong: Value<"f32">;
  /** Where the SPD term is wanted. */
  readonly spot?: { readonly positive: Value<"f32">; readonly negative: Value<"f32"> };
  /** f32[N,classes], 1 at the class and 0 elsewhere; for supervised training. */
  readonly classes?: Value<"f32">;
}

/** See {@linkcode Method}. */
export interface ObjectiveOptions {
  readonly views: ViewValues;
  /** The backbone with its normalisation, and the mean over its grid: f32[N,3,H,W] to f32[N,C]. The same weights each time. */
  encode(view: Value<"f32">): Value<"f32">;
  /** Gives heads their weights, the same value for the same name. */
  readonly weights: Weights;
  readonly settings: PretrainingSettings;
  /** η, the weight of the SPD term; unused where there is no `views.spot`. */
  readonly spd: number;
  readonly spdLoss: SpdLoss;
}

/** What a method minimises, before batch norms are told to take the statistics of the batch. */
export interface Objective {
  /** One float. */
  readonly loss: Value<"f32">;
  /** What each pass through the networks gives, in the order in which running statistics see the passes. */
  readonly passes: readonly Value<"f32">[];
  /** What is kept besides weights and running statistics, and its next value. */
  readonly buffers?: ReadonlyMap<Value<"f32">, Value<"f32">>;
  /** Single floats to watch. */
  readonly metrics: Readonly<Record<string, Value<"f32">>>;
}

/** A method of pre-training: a function from views to what is minimised. */
export type Method = (options: ObjectiveOptions) => Objective;

/**
 * A contrastive loss with the SPD term, where that is wanted: L + η (cos(z, z⁻) − cos(z, z⁺)) (SPD, Sec. 4), or L + η times
 * {@linkcode spotEntropy} of the two views' features (SPD, ablation: "w/ Xent").
 *
 * @param project from a view to projections f32[N,D], with a pass of its own through the networks
 * @param z projections of the anchors
 */
export function withSpd(
  { views: { spot }, encode, weights, spd, spdLoss }: ObjectiveOptions,
  project: (view: Value<"f32">) => Value<"f32">,
  z: Value<"f32">,
  plain: Objective,
): Objective {
  const metrics = { ...plain.metrics, spread: spread(z) };
  if (!spot) return { ...plain, metrics };
  const { term, passes } = spdLoss === "xent" ? spotEntropy({ encode, weights }, spot) : spotCosine(project, z, spot);
  return {
    ...plain,
    loss: add(plain.loss, mul(term, number(spd))),
    passes: [...plain.passes, ...passes],
    metrics: { ...metrics, spd: term },
  };
}

function spotCosine(
  project: (view: Value<"f32">) => Value<"f32">,
  z: Value<"f32">,
  spot: { readonly positive: Value<"f32">; readonly negative: Value<"f32"> },
) {
  const [positive, negative] = [project(spot.positive), project(spot.negative)];
  return { term: spotTheDifference(z, negative, positive), passes: [positive, negative] };
}

/**
 * How far projections of length 1 are spread over the batch: the mean deviation of their numbers times √D (Chen and He
 * 2021, Sec. 4.1). About 1 for directions at random, 0 where all pictures have become the same.
 */
export function spread(z: Value<"f32">): Value<"f32"> {
  const unit = l2Normalize(z, 1);
  const centred = sub(unit, reduceMean(unit, { axes: [0], keepDims: true }));
  const deviation = sqrt(reduceMean(mul(centred, centred), { axes: [0] }));
  return mul(reduceMean(deviation, { axes: [0] }), number(Math.sqrt(Number(z.shape[1]))));
}
