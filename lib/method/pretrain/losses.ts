/** Losses of self-supervised pre-training, and the term that makes features sensitive to local defects. @module */
import { cosineSimilarity, l2Normalize, logSoftmax, logSumExp } from "../../engine/graph/compose.ts";
import { number } from "../../engine/graph/numbers.ts";
import {
  add,
  concat,
  matMul,
  mul,
  reduceMean,
  reduceSum,
  reshape,
  stopGradient,
  sub,
  transpose,
} from "../../engine/graph/ops.ts";
import { literal } from "../../engine/graph/value.ts";
import type { Value } from "../../engine/graph/value.ts";

const FEATURES = { axes: [1] };
const PICTURES = { axes: [0] };

/** What an anchor's similarity to itself becomes: e to the power of it is 0. */
const NEVER = -1e9;

/**
 * NT-Xent, InfoNCE with the other pictures of the batch as negatives (Chen et al., "A Simple Framework for Contrastive
 * Learning of Visual Representations", ICML 2020, Eq. 1 and Alg. 1), mean over all 2N views:
 * −log exp(cos(z_i, z_j)/τ) / Σ_{k≠i} exp(cos(z_i, z_k)/τ), with z_j the other view of z_i's picture.
 *
 * @param z1 projections of the first views, f32[N,D], N at least 2
 * @param z2 … of the second views, in the same order
 * @param temperature τ, above 0
 * @returns one float
 *
 * ```ts
 * import { input } from "../../engine/graph/value.ts";
 * import { ntXent } from "./losses.ts";
 * const [z1, z2] = [input("z1", "f32", [8, 128]), input("z2", "f32", [8, 128])];
 * console.assert(ntXent(z1, z2, 0.1).shape.length === 0);
 * ```
 */
export function ntXent(z1: Value<"f32">, z2: Value<"f32">, temperature: number): Value<"f32"> {
  const views = 2 * Number(z1.shape[0]);
  const unit = concat([l2Normalize(z1, 1), l2Normalize(z2, 1)], { axis: 0 });
  const others = concat([l2Normalize(z2, 1), l2Normalize(z1, 1)], { axis: 0 });
  const scaled = mul(unit, number(1 / temperature));
  const own = new Float32Array(views * views);
  for (let i = 0; i < views; i++) own[i * views + i] = NEVER;
  const all = add(
    matMul(scaled, transpose(unit, [1, 0])),
    literal({ dtype: "f32", shape: [views, views], data: own }),
  );
  return reduceMean(sub(logSumExp(all, FEATURES), reduceSum(mul(scaled, others), FEATURES)), PICTURES);
}

/**
 * InfoNCE with a queue of negatives (He et al., "Momentum Contrast for Unsupervised Visual Representation Learning",
 * CVPR 2020, Eq. 1), mean over pictures: −log exp(q·k/τ) / (exp(q·k/τ) + Σ_{k⁻ in the queue} exp(q·k⁻/τ)). Nothing flows
 * back into keys.
 *
 * @param query f32[N,D] of length 1 each
 * @param key f32[N,D] of length 1 each, of the same pictures
 * @param queue f32[K,D] of length 1 each, of pictures before
 * @param temperature τ, above 0
 * @returns one float
 */
export function queueContrast(
  query: Value<"f32">,
  key: Value<"f32">,
  queue: Value<"f32">,
  temperature: number,
): Value<"f32"> {
  const scaled = mul(query, number(1 / temperature));
  const positive = reduceSum(mul(scaled, stopGradient(key)), { axes: [1], keepDims: true });
  const negative = matMul(scaled, transpose(stopGradient(queue), [1, 0]));
  const all = concat([positive, negative], { axis: 1 });
  return reduceMean(sub(logSumExp(all, FEATURES), reshape(positive, [positive.shape[0]])), PICTURES);
}

/**
 * SimSiam's loss (Chen and He, "Exploring Simple Siamese Representation Learning", CVPR 2021, Eq. 4), mean over pictures:
 * ½ D(p₁, stopgrad(z₂)) + ½ D(p₂, stopgrad(z₁)) with D(p, z) = −cos(p, z) (Eq. 1).
 *
 * @param p1 predictions from the first views, f32[N,D]
 * @param z2 projections of the second views, f32[N,D]
 * @returns one float, −1 to 1
 */
export function simSiamLoss(
  [p1, z1]: readonly [Value<"f32">, Value<"f32">],
  [p2, z2]: readonly [Value<"f32">, Value<"f32">],
): Value<"f32"> {
  const near = (p: Value<"f32">, z: Value<"f32">) =>
    reduceMean(cosineSimilarity(p, stopGradient(z), FEATURES), PICTURES);
  return mul(add(near(p1, z2), near(p2, z1)), number(-0.5));
}

/**
 * The SPD term (Zou et al., "SPot-the-Difference Self-Supervised Pre-training for Anomaly Detection and Segmentation",
 * ECCV 2022, Sec. 4), mean over pictures: cos(z, z⁻) − cos(z, z⁺). Added to a contrastive loss with a weight η, it draws a
 * picture to its slightly and globally changed version and away from the one with a local defect. Gradients flow into all
 * three.
 *
 * @param z projections of the pictures, f32[N,D]
 * @param negative z⁻, of the same pictures with a local defect
 * @param positive z⁺, of the same pictures after a weak change of the whole
 * @returns one float, −2 to 2
 *
 * ```ts
 * import { input } from "../../engine/graph/value.ts";
 * import { spotTheDifference } from "./losses.ts";
 * const [z, negative, positive] = ["z", "negative", "positive"].map((name) => input(name, "f32", [8, 128]));
 * console.assert(spotTheDifference(z, negative, positive).shape.length === 0);
 * ```
 */
export function spotTheDifference(
  z: Value<"f32">,
  negative: Value<"f32">,
  positive: Value<"f32">,
): Value<"f32"> {
  return reduceMean(sub(cosineSimilarity(z, negative, FEATURES), cosineSimilarity(z, positive, FEATURES)), PICTURES);
}

/**
 * Cross-entropy of classes, mean over pictures: −Σ_c y_c log softmax(logits)_c.
 *
 * @param logits f32[N,C]
 * @param classes f32[N,C], 1 at the class and 0 elsewhere
 * @returns one float
 */
export function classEntropy(logits: Value<"f32">, classes: Value<"f32">): Value<"f32"> {
  return mul(reduceMean(reduceSum(mul(logSoftmax(logits, 1), classes), FEATURES), PICTURES), number(-1));
}
