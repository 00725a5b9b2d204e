/**
 * The networks, losses and maps of EfficientAD (Batzner et al., "EfficientAD: Accurate Visual Anomaly Detection at
 * Millisecond-Level Latencies", WACV 2024, Sec. 3 and appendix A.1), with anomalib's names of weights.
 *
 * With T̂ = (T − μ) / σ the teacher, its channels at mean 0 and deviation 1 over the good pictures, S and S′ the halves of the
 * student, A the autoencoder, x a good picture, x̃ the same in another light, p a picture of something else; over channels c
 * and places w, h of C · W · H:
 *
 *     D = (T̂(x) − S(x))²                                                  squared differences, by channel and place
 *     L_hard = mean of those of D that are at least their quantile p_hard   (Eq. 1)
 *     L_ST = L_hard + 1/(CWH) Σ S(p)²                                       (Eq. 2)
 *     L_AE = 1/(CWH) Σ (T̂(x̃) − A(x̃))²                                     (Eq. 3)
 *     L_STAE = 1/(CWH) Σ (A(x̃) − S′(x̃))²                                   (Eq. 4)
 *     L = L_ST + L_AE + L_STAE
 *     M_ST = 1/C Σ_c (T̂(x) − S(x))²,  M_AE = 1/C Σ_c (A(x) − S′(x))²        the local and the global map
 *     M̂ = 0.1 (M − q_a) / (q_b − q_a)                                       q_a, q_b: 90 % and 99.5 % of good pictures' M
 *     joint map = ½ M̂_ST + ½ M̂_AE                                           (Sec. 3.4)
 * @module
 */
import { convolution, imagenetNormalised, MARGINS, pdn } from "../../backbone/pdn.ts";
import type { PdnShape } from "../../backbone/pdn.ts";
import { number } from "../../../engine/graph/numbers.ts";
import {
  add,
  concat,
  mul,
  pad,
  reduceMean,
  relu,
  reshape,
  resizeBilinear,
  slice,
  sub,
  topK,
} from "../../../engine/graph/ops.ts";
import type { Value } from "../../../engine/graph/value.ts";
import { ones, scoped, shared, zeros } from "../../../engine/graph/weights.ts";
import type { Weights } from "../../../engine/graph/weights.ts";
import { linearQuantile } from "../../../base/tensor/linear_quantile.ts";

/** The shortest side of a picture that the autoencoder can take in: its code is one place there. */
export const LEAST_SIDE = 256;

/** Channels of the autoencoder's hidden layers, and of its code. */
const ENCODER = [32, 32, 64, 64, 64] as const;
const CODE = 64;

/** Grids of the decoder, the finest last: sizes behind each interpolation, for a side of the picture. */
function decoderSides(side: number): number[] {
  const floor = (by: number, less: number) => Math.floor(side / by) - less;
  return [floor(64, 1), floor(32, 0), floor(16, 1), floor(8, 0), floor(4, 1), floor(2, 1)];
}

/** Shapes f32[N,64,h,w] of what the decoder's six hidden layers give, which dropout masks in training. */
export function dropoutShapes(
  batch: number,
  { height, width }: { readonly height: number; readonly width: number },
): (readonly [number, number, number, number])[] {
  // A 4 × 4 convolution with two zeros around grows the grid by one.
  const rows = decoderSides(height);
  const columns = decoderSides(width);
  return rows.map((row, i) => [batch, CODE, row + 1, columns[i] + 1] as const);
}

/**
 * The autoencoder: the whole picture through a narrow code, and from there to the teacher's grid. What it cannot rebuild
 * is logically odd. Its width is the authors' whatever the patch description networks' is.
 *
 * @param image f32[N,3,H,W], 0 to 1; H and W at least 256
 * @param masks of {@linkcode dropoutShapes}, 0 or 1/(1 − p) each; none outside training
 */
export function autoencoder(
  image: Value<"f32">,
  weights: Weights,
  shape: PdnShape,
  masks?: readonly Value<"f32">[],
): Value<"f32"> {
  const [height, width] = image.shape.slice(2).map(Number);
  const encoder = scoped(weights, "encoder");
  let x = imagenetNormalised(image);
  ENCODER.forEach((channels, i) => {
    x = relu(convolution(x, encoder, `enconv${i + 1}`, { channels, kernel: 4, stride: 2, pads: 1 }));
  });
  x = convolution(x, encoder, "enconv6", { channels: CODE, kernel: 8 });
  const decoder = scoped(weights, "decoder");
  const rows = decoderSides(height);
  const columns = decoderSides(width);
  rows.forEach((row, i) => {
    const grown = resizeBilinear(x, { size: [row, columns[i]] });
    const made = relu(convolution(grown, decoder, `deconv${i + 1}`, { channels: CODE, kernel: 4, pads: 2 }));
    x = masks ? mul(made, masks[i]) : made;
  });
  const last = [height, width].map((side) => Math.ceil(side / 4) - (shape.padding ? 0 : 2 * MARGINS[shape.size]));
  x = resizeBilinear(x, { size: [last[0], last[1]] });
  x = relu(convolution(x, decoder, "deconv7", { channels: CODE, kernel: 3, pads: 1 }));
  return convolution(x, decoder, "deconv8", { channels: shape.channels, kernel: 3, pads: 1 });
}

/** The teacher with its channels at mean 0 and deviation 1 over the good pictures. */
export function normalisedTeacher(image: Value<"f32">, weights: Weights, shape: PdnShape): Value<"f32"> {
  const size = [1, shape.channels, 1, 1];
  const made = pdn(image, scoped(weights, "teacher"), shape);
  return mul(sub(made, weights("teacher.mean", size, zeros)), weights("teacher.scale", size, ones));
}

/** The student has twice the teacher's channels: the first half follows the teacher, the second the autoencoder. */
function student(image: Value<"f32">, weights: Weights, shape: PdnShape, half: 0 | 1): Value<"f32"> {
  const { channels } = shape;
  const both = { ...shape, channels: 2 * channels };
  return pdn(image, scoped(weights, "student"), both, [half * channels, (half + 1) * channels]);
}

/** What a training step sees, f32[B,3,H,W] each. */
export interface LossInputs {
  readonly image: Value<"f32">;
  /** The same pictures with another light. */
  readonly augmented: Value<"f32">;
  /** Pictures of something else. */
  readonly penalty: Value<"f32">;
  readonly masks?: readonly Value<"f32">[];
  /** The teacher's answers to the first two, normalised; those of a patch description network among the weights where left out. */
  readonly taught?: { readonly image: Value<"f32">; readonly augmented: Value<"f32"> };
}

/** The three parts of the loss, a float each. */
export interface Losses {
  /** Eq. 1 and 2: the mean of the hardest 0.1 % of squared distances, and the student's answer to other pictures. */
  readonly student: Value<"f32">;
  /** Eq. 3: teacher against autoencoder. */
  readonly autoencoder: Value<"f32">;
  /** Eq. 4: autoencoder against the student's second half. */
  readonly studentAutoencoder: Value<"f32">;
}

const squared = (x: Value<"f32">): Value<"f32"> => mul(x, x);
const meanOf = (x: Value<"f32">): Value<"f32"> => reduceMean(x, { axes: x.shape.map((_, axis) => axis) });

/**
 * The loss of a step; the sum of its parts is what is minimised.
 *
 * @param hard the quantile from which on squared distances count (the paper's p_hard), 0.999 in the paper; 0 counts all
 */
export function losses(
  { image, augmented, penalty, masks, taught: answered }: LossInputs,
  given: Weights,
  shape: PdnShape,
  hard = 0.999,
): Losses {
  const weights = shared(given);
  const count = Number(image.shape[0]);
  const answers = student(concat([image, penalty], { axis: 0 }), weights, shape, 0);
  const rows = (from: number) => slice(answers, { axis: 0, from, to: from + count });
  const taught = answered ??
    { image: normalisedTeacher(image, weights, shape), augmented: normalisedTeacher(augmented, weights, shape) };
  const distance = squared(sub(taught.image, rows(0)));
  const rebuilt = autoencoder(augmented, scoped(weights, "ae"), shape, masks);
  return {
    student: add(hardest(distance, hard), meanOf(squared(rows(count)))),
    autoencoder: meanOf(squared(sub(taught.augmented, rebuilt))),
    studentAutoencoder: meanOf(squared(sub(rebuilt, student(augmented, weights, shape, 1)))),
  };
}

/** The mean of the values from a quantile on (Eq. 1), the quantile by the linear rule. */
function hardest(distance: Value<"f32">, hard: number): Value<"f32"> {
  if (hard === 0) return meanOf(distance);
  const count = distance.shape.map(Number).reduce((product, size) => product * size, 1);
  const k = Math.max(1, count - Math.ceil(hard * (count - 1)));
  const [largest] = topK(reshape(distance, [count]), { axis: 0, k, largest: true });
  return meanOf(largest);
}

/**
 * The two maps before normalisation, f32[N,1,h,w] on the grid of stride 4: student against teacher, and student against
 * autoencoder; the mean over channels of squared differences. Where the networks have no padding, zeros stand around.
 *
 * @param answered the teacher's normalised answer; that of a patch description network among the weights where left out
 */
export function rawMaps(
  image: Value<"f32">,
  given: Weights,
  shape: PdnShape,
  answered?: Value<"f32">,
): readonly [Value<"f32">, Value<"f32">] {
  const weights = shared(given);
  const taught = answered ?? normalisedTeacher(image, weights, shape);
  const margin = [0, 0, MARGINS[shape.size], MARGINS[shape.size]];
  const map = (a: Value<"f32">, b: Value<"f32">) => {
    const mean = reduceMean(squared(sub(a, b)), { axes: [1], keepDims: true });
    return shape.padding ? mean : pad(mean, { before: margin, after: margin });
  };
  return [
    map(taught, student(image, weights, shape, 0)),
    map(autoencoder(image, scoped(weights, "ae"), shape), student(image, weights, shape, 1)),
  ];
}

/** The quantiles that a map is brought to 0 and 0.1 by (Sec. 3.4). */
export interface MapQuantiles {
  /** 90 %. */
  readonly low: number;
  /** 99.5 %. */
  readonly high: number;
}

/** The quantiles of all values of a map over some pictures; equal ones where the map is the same everywhere. */
export function mapQuantiles(values: readonly number[]): MapQuantiles {
  const sorted = Float64Array.from(values).sort();
  return { low: linearQuantile(sorted, 0.9), high: linearQuantile(sorted, 0.995) };
}

/** The mean of both maps, each as 0.1 · (map − low) / (high − low). */
export function jointMap(maps: readonly Value<"f32">[], quantiles: readonly MapQuantiles[]): Value<"f32"> {
  return maps.map((map, i) => {
    const { low, high } = quantiles[i];
    return mul(sub(map, number(low)), number(0.5 * 0.1 / (high - low)));
  }).reduce((sum, map) => add(sum, map));
}
