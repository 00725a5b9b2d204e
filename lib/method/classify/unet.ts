/**
 * A U-Net (Ronneberger et al., "U-Net: Convolutional Networks for Biomedical Image Segmentation", 2015) whose encoder is the
 * backbone: trained with masks, it says which pixels are bad; its strangest pixel judges the picture.
 * @module
 */
import { type } from "arktype";
import type { BackboneLayer } from "../backbone/backbone.ts";
import { normOf } from "../backbone/resnet.ts";
import { chooseLayers } from "../detect/choose_layers.ts";
import { type ConfigSchema, parseOverPreset, whole } from "../learn/config.ts";
import { concat, conv, relu, resizeBilinear } from "../../engine/graph/ops.ts";
import type { Value } from "../../engine/graph/value.ts";
import { heNormal, scoped } from "../../engine/graph/weights.ts";
import type { Weights } from "../../engine/graph/weights.ts";
import { adam } from "../../engine/train/optimiser.ts";
import { balancedOrder } from "../../engine/train/order.ts";
import { cosine } from "../../engine/train/schedule.ts";
import type { Classifier } from "./contract.ts";
import { maskLoss } from "./losses.ts";
import { FITTED_CLASSIFIERS, type NetworkFitted } from "./fitted_table.ts";
import { trainNetwork } from "./network.ts";

/** Settings of the U-Net. */
export interface UNetConfig {
  /** Layers of the backbone that are joined; those of strides 4 to 32 where left out. The map has the finest one's grid. */
  readonly layers?: readonly string[];
  /** Channels of the decoder. */
  readonly width: number;
  readonly steps: number;
  /** Half of each batch is good, half bad. */
  readonly batch: number;
  /** Learning rate of Adam at the first step; a half cosine brings it to 0. */
  readonly rate: number;
  /** Whether the backbone stays as it is. */
  readonly frozen: boolean;
}

/**
 * `paper` trains the backbone as well; the SPD paper's settings are not published, these are ours. `small` leaves it as it
 * is and trains in a minute or two on two cores.
 */
export const UNET_PRESETS: Readonly<Record<"paper" | "small", UNetConfig>> = {
  paper: { width: 64, steps: 1000, batch: 8, rate: 3e-4, frozen: false },
  small: { width: 32, steps: 150, batch: 8, rate: 3e-3, frozen: true },
};

const schema: ConfigSchema<UNetConfig> = type({
  "+": "reject",
  "layers?": "string[] >= 1",
  width: whole,
  steps: whole,
  batch: type("number.integer >= 2"),
  rate: "number > 0",
  frozen: "boolean",
});

/** Where a pixel's probability of being bad begins: a share as low as that of real defects. */
const BEGIN = -4;

/**
 * The U-Net as a classifier that also segments.
 *
 * ```ts
 * import { unet } from "./unet.ts";
 * console.assert(unet.parse({ preset: "paper" }).width === 64);
 * ```
 */
export const unet: Classifier<UNetConfig, NetworkFitted> = {
  ...FITTED_CLASSIFIERS.unet,
  masks: true,
  layers: () => [],
  parse: (config) => parseOverPreset("U-Net", UNET_PRESETS, schema, config),
  fit(context, config) {
    const { width, steps, rate, frozen } = config;
    const { size, labels, seed, backbone } = context;
    const batch = Math.min(config.batch, labels.length);
    return trainNetwork(context, {
      title: "U-Net",
      layers: coarsestFirst(config, backbone.layers),
      frozen,
      output: "map",
      head: (features, weights) => decode(features, weights, width),
      loss: (map, mask) => maskLoss(resizeBilinear(map, { size: [size.height, size.width] }), mask),
      steps,
      batch,
      optimiser: adam(),
      rate: cosine(rate, steps),
      order: balancedOrder(seed, labels, batch),
      identity: { classifier: "unet", config },
    });
  },
};

function coarsestFirst({ layers: wanted }: UNetConfig, available: readonly BackboneLayer[]): readonly string[] {
  const { layers } = chooseLayers("U-Net", available, { layers: wanted, strides: [4, 8, 16, 32] });
  const strides = new Map(available.map(({ name, stride }) => [name, stride]));
  return layers.toSorted((a, b) => strides.get(b)! - strides.get(a)!);
}

/** From the coarsest layer up: enlarge, join the next finer layer, two 3 × 3 convolutions. */
function decode([coarsest, ...finer]: readonly Value<"f32">[], weights: Weights, width: number): Value<"f32"> {
  let x = block(coarsest, scoped(weights, "head.0"), width);
  for (const [i, layer] of finer.entries()) {
    const size = [Number(layer.shape[2]), Number(layer.shape[3])] as const;
    x = block(concat([resizeBilinear(x, { size }), layer], { axis: 1 }), scoped(weights, `head.${i + 1}`), width);
  }
  return conv(x, weights("head.out.weight", [1, width, 1, 1], heNormal(width)), {
    bias: weights("head.out.bias", [1], { kind: "constant", value: BEGIN }),
  });
}

function block(x: Value<"f32">, weights: Weights, width: number): Value<"f32"> {
  for (const name of ["conv1", "conv2"]) {
    const channels = Number(x.shape[1]);
    const weight = weights(`${name}.weight`, [width, channels, 3, 3], heNormal(9 * channels));
    x = relu(normOf(conv(x, weight, { pads: [1, 1, 1, 1] }), scoped(weights, name), "norm"));
  }
  return x;
}
