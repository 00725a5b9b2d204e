/**
 * The heads and the loss of DRA (Ding, Pang and Shen, "Catching Both Gray and Black Swans: Open-set Supervised Anomaly
 * Detection", CVPR 2022, Sec. 3).
 *
 * With f the backbone's features of picture x, fᵢ those of place i, top(·) the mean of the largest tenth of the absolute
 * scores of places, and r̄ the mean features of the good reference pictures:
 *
 *     seen(x) = top(w_s · fᵢ + b_s)                          Sec. 3.1, trained on good and seen bad pictures
 *     pseudo(x) = top(w_p · fᵢ + b_p)                        Sec. 3.2, trained on good pictures and pseudo anomalies
 *     residual(x) = top(w_r · gᵢ + b_r),                     Sec. 3.3, trained on all
 *         g = relu(bn(conv3×3(r̄ − f)))
 *     normality(x) = |W₂ relu(W₁ mean_i fᵢ + c₁) + c₂|       Sec. 3.4, trained on all, good pictures as the positive ones
 *
 * Each head has DevNet's deviation loss L(s, y) = (1 − y) |dev(s)| + y max(0, 5 − dev(s)) over its own pictures; the loss is
 * the sum over the heads. A picture's score is seen + pseudo + residual − normality (Sec. 3.5).
 * @module
 */
import { normOf } from "../backbone/resnet.ts";
import { globalAverage, linear } from "../../engine/graph/compose.ts";
import { abs, add, concat, conv, reduceMean, relu, reshape, slice, sub } from "../../engine/graph/ops.ts";
import { literal, toLiteral } from "../../engine/graph/value.ts";
import type { Value } from "../../engine/graph/value.ts";
import { fanUniform, scoped, shared } from "../../engine/graph/weights.ts";
import type { Weights } from "../../engine/graph/weights.ts";
import { deviationLoss, topScores } from "./losses.ts";
import { meanOf } from "./scales.ts";

/** The scores of the four heads, f32[N] each, 0 or more. */
export interface DraScores {
  /** Anomalies like those seen in training (Sec. 3.1). */
  readonly seen: Value<"f32">;
  /** Anomalies like the pseudo ones (Sec. 3.2). */
  readonly pseudo: Value<"f32">;
  /** What differs from good references, latent residuals (Sec. 3.3). */
  readonly residual: Value<"f32">;
  /** How good the whole picture looks (Sec. 3.4). */
  readonly normality: Value<"f32">;
}

const HIDDEN = 256;

/** A map of scores by a 1 × 1 convolution, and the mean of its largest share of places (as in DevNet). */
function topHead(features: Value<"f32">, weights: Weights, top: number): Value<"f32"> {
  const [, channels, height, width] = features.shape.map(Number);
  const map = conv(features, weights("weight", [1, channels, 1, 1], fanUniform(channels)), {
    bias: weights("bias", [1], fanUniform(channels)),
  });
  return topScores(map, Math.max(1, Math.floor(top * height * width)));
}

/**
 * The scores of the heads, averaged over scales.
 *
 * @param scales features of the pictures, f32[N,C,h,w], and the mean ones of the reference pictures, f32[1,C,h,w], at each scale
 * @param top share of the places that make a score
 */
export function draScores(
  scales: readonly { readonly features: Value<"f32">; readonly reference: Value<"f32"> }[],
  given: Weights,
  top: number,
): DraScores {
  const weights = shared(given);
  const each = scales.map(({ features, reference }) => scoresAt(features, reference, weights, top));
  const mean = (head: keyof DraScores) => meanOf(each.map((scores) => scores[head]));
  return { seen: mean("seen"), pseudo: mean("pseudo"), residual: mean("residual"), normality: mean("normality") };
}

function scoresAt(
  features: Value<"f32">,
  reference: Value<"f32">,
  weights: Weights,
  top: number,
): DraScores {
  const [count, channels] = features.shape;
  const C = Number(channels);
  const residual = scoped(weights, "residual");
  const apart = conv(sub(reference, features), residual("conv.weight", [C, C, 3, 3], fanUniform(9 * C)), {
    bias: residual("conv.bias", [C], fanUniform(9 * C)),
    pads: [1, 1, 1, 1],
  });
  const normality = scoped(weights, "normality");
  const hidden = relu(linear(
    globalAverage(features),
    normality("fc1.weight", [HIDDEN, C], fanUniform(C)),
    normality("fc1.bias", [HIDDEN], fanUniform(C)),
  ));
  const whole = linear(
    hidden,
    normality("fc2.weight", [1, HIDDEN], fanUniform(HIDDEN)),
    normality("fc2.bias", [1], fanUniform(HIDDEN)),
  );
  return {
    seen: topHead(features, scoped(weights, "seen"), top),
    pseudo: topHead(features, scoped(weights, "pseudo"), top),
    residual: topHead(relu(normOf(apart, residual, "bn")), residual, top),
    normality: abs(reshape(whole, [count])),
  };
}

/** The score of a picture: the three kinds of abnormality less the normality (Sec. 3.5). */
export function draScore({ seen, pseudo, residual, normality }: DraScores): Value<"f32"> {
  return sub(add(add(seen, pseudo), residual), normality);
}

/** How the pictures of a step lie behind each other. */
export interface DraBatch {
  readonly references: number;
  readonly good: number;
  readonly bad: number;
  readonly pseudo: number;
}

/**
 * Deviation losses of the four heads: each sees the pictures that are its own (Sec. 3.1 to 3.4); their sum.
 *
 * @param scales features of the references and of the pictures behind them, at each scale
 */
export function draLoss(
  scales: readonly Value<"f32">[],
  weights: Weights,
  { references, good, bad, pseudo }: DraBatch,
  { top, mean, inverse }: { readonly top: number; readonly mean: Value<"f32">; readonly inverse: Value<"f32"> },
): Value<"f32"> {
  const rows = (x: Value<"f32">, from: number, count: number) => slice(x, { axis: 0, from, to: from + count });
  const scores = draScores(
    scales.map((seen) => ({
      reference: reduceMean(rows(seen, 0, references), { axes: [0], keepDims: true }),
      features: rows(seen, references, good + bad + pseudo),
    })),
    weights,
    top,
  );
  const own = (x: Value<"f32">, kind: "bad" | "pseudo") =>
    concat([rows(x, 0, good), kind === "bad" ? rows(x, good, bad) : rows(x, good + bad, pseudo)], { axis: 0 });
  const labels = (goods: number, others: number) =>
    literal(toLiteral("f32", [...new Array(good).fill(goods), ...new Array(others).fill(1 - goods)]));
  const loss = (x: Value<"f32">, y: Value<"f32">) => deviationLoss(x, y, mean, inverse);
  return [
    loss(own(scores.seen, "bad"), labels(0, bad)),
    loss(own(scores.pseudo, "pseudo"), labels(0, pseudo)),
    loss(scores.residual, labels(0, bad + pseudo)),
    loss(scores.normality, labels(1, bad + pseudo)),
  ].reduce((sum, each) => add(sum, each));
}
