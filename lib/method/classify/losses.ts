/** Losses of supervised classifiers. @module */
import { binaryCrossEntropy, softplus } from "../../engine/graph/compose.ts";
import { number } from "../../engine/graph/numbers.ts";
import {
  abs,
  add,
  div,
  mul,
  reduceMean,
  reduceSum,
  relu,
  reshape,
  sigmoid,
  sub,
  topK,
} from "../../engine/graph/ops.ts";
import type { Value } from "../../engine/graph/value.ts";

/** Weights of the focal loss. */
export interface Focus {
  /** Of bad pictures; good ones have 1 − alpha. */
  readonly alpha: number;
  readonly gamma: number;
}

const one = number(1);

/**
 * The focal loss (Lin et al., "Focal Loss for Dense Object Detection", 2017, Eq. 5), mean over pictures:
 * −α_t (1 − p_t)^γ log p_t, with γ = 2 as a square.
 *
 * @param logits f32[N]
 * @param labels f32[N], 1 is bad
 */
export function focalLoss(logits: Value<"f32">, labels: Value<"f32">, { alpha }: Omit<Focus, "gamma">): Value<"f32"> {
  const crossEntropy = sub(softplus(logits), mul(logits, labels));
  const p = sigmoid(logits);
  // 1 − p_t = p + y − 2 p y
  const missed = sub(add(p, labels), mul(mul(p, labels), number(2)));
  const weight = add(mul(labels, number(2 * alpha - 1)), number(1 - alpha));
  return reduceMean(mul(weight, mul(mul(missed, missed), crossEntropy)), { axes: [0] });
}

/**
 * The deviation loss (Pang et al., "Explainable Deep Few-shot Anomaly Detection with Deviation Networks", 2021, Eq. 6),
 * mean over pictures: (1 − y) |dev| + y max(0, a − dev), dev = (score − μ) / σ of scores drawn from a standard normal
 * distribution (Eq. 5), a = 5.
 *
 * @param scores f32[N]
 * @param labels f32[N], 1 is bad
 * @param mean μ, one float
 * @param inverse 1 / σ, one float
 */
export function deviationLoss(
  scores: Value<"f32">,
  labels: Value<"f32">,
  mean: Value<"f32">,
  inverse: Value<"f32">,
): Value<"f32"> {
  const dev = mul(sub(scores, mean), inverse);
  const bad = mul(labels, relu(sub(number(5), dev)));
  return reduceMean(add(mul(sub(one, labels), abs(dev)), bad), { axes: [0] });
}

/**
 * Cross-entropy, mean over pixels, plus the soft Dice loss (Milletari et al., "V-Net", 2016, with plain sums below), which
 * does not let the many good pixels outweigh the few bad ones: 1 − (2 Σ p y + 1) / (Σ p + Σ y + 1).
 *
 * @param logits f32[N,1,H,W]
 * @param mask f32[N,1,H,W], 1 is bad
 */
export function maskLoss(logits: Value<"f32">, mask: Value<"f32">): Value<"f32"> {
  const all = { axes: [0, 1, 2, 3] };
  const p = sigmoid(logits);
  const shared = add(mul(reduceSum(mul(p, mask), all), number(2)), one);
  const either = add(add(reduceSum(p, all), reduceSum(mask, all)), one);
  return add(reduceMean(binaryCrossEntropy(logits, mask), all), sub(one, div(shared, either)));
}

/**
 * The mean of the k largest absolute scores of each picture (Pang et al. 2021, Eq. 4).
 *
 * @param map f32[N,1,h,w]
 * @returns f32[N]
 */
export function topScores(map: Value<"f32">, k: number): Value<"f32"> {
  const flat = reshape(map, [map.shape[0], -1]);
  const [largest] = topK(abs(flat), { k, axis: 1, largest: true });
  return mul(reduceSum(largest, { axes: [1] }), number(1 / k));
}
