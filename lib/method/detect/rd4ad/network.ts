/**
 * The student of RD4AD (Deng and Li, "Anomaly Detection via Reverse Distillation from One-Class Embedding", CVPR 2022,
 * Sec. 3): a bottleneck that joins three layers of the teacher, and a decoder that gives them back, the deepest first.
 * @module
 */
import { basicBlock, bottleneck, convOf, normOf } from "../../backbone/resnet.ts";
import { cosineSimilarity } from "../../../engine/graph/compose.ts";
import { number } from "../../../engine/graph/numbers.ts";
import { add, concat, convTranspose, reduceMean, relu, reshape, sub } from "../../../engine/graph/ops.ts";
import type { Value } from "../../../engine/graph/value.ts";
import { fanUniform, scoped } from "../../../engine/graph/weights.ts";
import type { Weights } from "../../../engine/graph/weights.ts";

/** The shape of the student. */
export interface StudentSettings {
  /** Blocks of two 3 × 3 convolutions, or of 1 × 1, 3 × 3 and 1 × 1 ones, as the teacher has them. */
  readonly block: "basic" | "bottleneck";
  /** Blocks of the embedding, then of the decoder's three stages. */
  readonly blocks: readonly [number, number, number, number];
  /** Channels inside the decoder's bottlenecks relative to a quarter of those outside: 2 for Wide ResNet-50-2. */
  readonly width: number;
  /** The teacher's layers have values below zero, as linear bottlenecks have; a residual network's have none. */
  readonly signed: boolean;
}

/**
 * What the student makes of the teacher's features.
 *
 * @param features three layers [N,C,H,W], each of half the grid of the one before, even at the coarsest
 * @returns three values of the same shapes
 */
export function student(
  features: readonly Value<"f32">[],
  weights: Weights,
  settings: StudentSettings,
): Value<"f32">[] {
  const [c1, c2, c3] = features.map(({ shape }) => Number(shape[1]));
  const embedded = embedding(features, scoped(weights, "bottleneck"), settings, [c2, c3]);
  const decoder = scoped(weights, "decoder");
  let x = embedded;
  return [c3, c2, c1].map((channels, stage) => {
    let made = x;
    for (let i = 0; i < settings.blocks[stage + 1]; i++) {
      made = decoderBlock(x, scoped(decoder, `layer${stage + 1}.${i}`), channels, i === 0, settings);
      x = relu(made);
    }
    return settings.signed ? made : x;
  }).reverse();
}

/** The one-class bottleneck embedding: all three layers at half the coarsest grid, joined and squeezed. */
function embedding(
  [first, second, third]: readonly Value<"f32">[],
  weights: Weights,
  settings: StudentSettings,
  [c2, c3]: readonly number[],
): Value<"f32"> {
  const halved = (x: Value<"f32">, conv: string, norm: string, channels: number) =>
    relu(normOf(convOf(x, weights, conv, { channels, kernel: 3, stride: 2 }), weights, norm));
  const fine = halved(halved(first, "conv1", "bn1", c2), "conv2", "bn2", c3);
  let x = concat([fine, halved(second, "conv3", "bn3", c3), third], { axis: 1 });
  for (let i = 0; i < settings.blocks[0]; i++) {
    const own = scoped(weights, `bn_layer.${i}`);
    const stride = i === 0 ? 2 : 1;
    x = settings.block === "basic"
      ? basicBlock(x, own, 2 * c3, stride)
      : bottleneck(x, own, { channels: 2 * c3, inner: c3 / 2, stride });
  }
  return x;
}

/** A residual block, up to its last ReLU; the first of a stage doubles the grid by a transposed 2 × 2 convolution. */
function decoderBlock(
  x: Value<"f32">,
  weights: Weights,
  channels: number,
  grows: boolean,
  settings: StudentSettings,
): Value<"f32"> {
  const growing = settings.block === "basic" ? "conv1" : "conv2";
  const grown = (value: Value<"f32">, name: string, to: number) => {
    const from = Number(value.shape[1]);
    return convTranspose(value, weights(`${name}.weight`, [from, to, 2, 2], fanUniform(to * 4)), { strides: [2, 2] });
  };
  const conv = (value: Value<"f32">, name: string, to: number, kernel: number) =>
    grows && name === growing ? grown(value, name, to) : convOf(value, weights, name, { channels: to, kernel });
  const shortcut = grows ? normOf(grown(x, "upsample.0", channels), weights, "upsample.1") : x;
  if (settings.block === "basic") {
    const first = relu(normOf(conv(x, "conv1", channels, 3), weights, "bn1"));
    return add(normOf(conv(first, "conv2", channels, 3), weights, "bn2"), shortcut);
  }
  const inner = channels / 4 * settings.width;
  const first = relu(normOf(conv(x, "conv1", inner, 1), weights, "bn1"));
  const second = relu(normOf(conv(first, "conv2", inner, 3), weights, "bn2"));
  return add(normOf(conv(second, "conv3", channels, 1), weights, "bn3"), shortcut);
}

/** The loss: Σ over layers of the mean over pictures of 1 − cos(teacher, student), each layer a vector (Sec. 3.2). */
export function distillationLoss(teacher: readonly Value<"f32">[], made: readonly Value<"f32">[]): Value<"f32"> {
  return teacher.map((x, i) => {
    const flat = (value: Value<"f32">) => reshape(value, [value.shape[0], -1]);
    return reduceMean(sub(number(1), cosineSimilarity(flat(x), flat(made[i]), { axes: [1] })), { axes: [0] });
  }).reduce((sum, loss) => add(sum, loss));
}

/** The map of one layer, Eq. 1: 1 − cos of the channels at each position, f32[N,1,H,W]. */
export function distanceMap(teacher: Value<"f32">, made: Value<"f32">): Value<"f32"> {
  return sub(number(1), cosineSimilarity(teacher, made, { axes: [1], keepDims: true }));
}
