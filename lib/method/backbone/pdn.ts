/**
 * The patch description network (Batzner et al., "EfficientAD", WACV 2024, Sec. 3.1 and appendix A.1): few convolutions
 * that describe patches of 33 × 33 pixels (81 × 81 for "far") at a stride of 4, with anomalib's names of weights: `conv1`, `conv2`, …
 * @module
 */
import { add, averagePool, conv, mul, relu, slice } from "../../engine/graph/ops.ts";
import { literal, toLiteral } from "../../engine/graph/value.ts";
import type { Value } from "../../engine/graph/value.ts";
import { heNormal, zeros } from "../../engine/graph/weights.ts";
import type { Weights } from "../../engine/graph/weights.ts";
import { IMAGENET_MEAN, IMAGENET_STD } from "./metadata.ts";

/** The shape of a patch description network. */
export interface PdnShape {
  /**
   * PDN-S has four convolutions, PDN-M six, twice as wide. "far" is none of the paper's: PDN-S with two convolutions more in
   * front of the last, 2 and 4 places apart, which describes larger patches.
   */
  readonly size: "small" | "medium" | "far";
  /** Channels inside relative to the paper's: 1, or less for small machines. */
  readonly width: number;
  /** Channels of the output: 384 in the paper. */
  readonly channels: number;
  /** Zeros around the convolutions, such that the output lies on a grid of stride 4; else it lacks 4 places a side. */
  readonly padding: boolean;
}

/** The side in pixels of the patch that one place of the output describes. */
export const RECEPTIVE_FIELD: Readonly<Record<PdnShape["size"], number>> = { small: 33, medium: 33, far: 81 };

/** Places that a network without padding leaves out on each side. */
export const MARGINS: Readonly<Record<PdnShape["size"], number>> = { small: 4, medium: 4, far: 10 };

/** Channels inside, and convolutions by kernel, padding and how far apart the places are that they see. */
const CONVOLUTIONS: Readonly<Record<PdnShape["size"], readonly (readonly [number, number, number, number])[]>> = {
  small: [[128, 4, 3, 1], [256, 4, 3, 1], [256, 3, 1, 1], [0, 4, 0, 1]],
  medium: [[256, 4, 3, 1], [512, 4, 3, 1], [512, 1, 0, 1], [512, 3, 1, 1], [0, 4, 0, 1], [0, 1, 0, 1]],
  far: [[128, 4, 3, 1], [256, 4, 3, 1], [256, 3, 1, 1], [256, 3, 2, 2], [256, 3, 4, 4], [0, 4, 0, 1]],
};

/**
 * A patch description network (EfficientAD): four or six convolutions, each place of whose output sees 33 × 33 pixels, or 81 × 81.
 *
 * @param image f32[N,3,H,W], 0 to 1; at least as large as what a place sees
 * @param of which of the output's channels are wanted, from and to; all where left out
 * @returns f32[N,channels,H/4,W/4] with padding; without, [N,channels,H/4−8,W/4−8], rounded up, and 12 less each for "far"
 */
export function pdn(
  image: Value<"f32">,
  weights: Weights,
  shape: PdnShape,
  of: readonly [number, number] = [0, shape.channels],
): Value<"f32"> {
  const plan = CONVOLUTIONS[shape.size];
  return plan.reduce((x, [inside, kernel, around, apart], i) => {
    const channels = inside === 0 ? shape.channels : Math.max(1, Math.round(inside * shape.width));
    const last = i === plan.length - 1;
    const pad = shape.padding ? around : 0;
    const made = convolution(x, weights, `conv${i + 1}`, {
      channels,
      kernel,
      pads: pad,
      apart,
      of: last ? of : undefined,
    });
    if (last) return made;
    const active = relu(made);
    if (i > 1) return active;
    const edge = shape.padding ? 1 : 0;
    return averagePool(active, { kernel: [2, 2], strides: [2, 2], pads: [edge, edge, edge, edge], countPads: true });
  }, imagenetNormalised(image));
}

/** (x − mean) / deviation of ImageNet's channels, which the networks of EfficientAD do by themselves. */
export function imagenetNormalised(image: Value<"f32">): Value<"f32"> {
  const channels = (values: readonly number[]) => literal(toLiteral("f32", values, [1, 3, 1, 1]));
  return mul(add(image, channels(IMAGENET_MEAN.map((mean) => -mean))), channels(IMAGENET_STD.map((std) => 1 / std)));
}

/** A convolution with bias, of which some output channels may be left out. */
export function convolution(
  x: Value<"f32">,
  weights: Weights,
  name: string,
  options: {
    readonly channels: number;
    readonly kernel: number;
    readonly pads?: number;
    readonly stride?: number;
    readonly apart?: number;
    readonly of?: readonly [number, number];
  },
): Value<"f32"> {
  const { channels, kernel, pads = 0, stride = 1, apart = 1, of: [from, to] = [0, channels] } = options;
  const inputs = Number(x.shape[1]);
  // PyTorch's default, which the authors begin with, makes signals smaller by √3 a layer; few steps do not make up for it.
  const init = heNormal(inputs * kernel ** 2);
  const some = (value: Value<"f32">) => to - from === channels ? value : slice(value, { axis: 0, from, to });
  return conv(x, some(weights(`${name}.weight`, [channels, inputs, kernel, kernel], init)), {
    bias: some(weights(`${name}.bias`, [channels], zeros)),
    pads: [pads, pads, pads, pads],
    strides: [stride, stride],
    dilations: [apart, apart],
    name,
  });
}
