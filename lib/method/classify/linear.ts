/**
 * A linear classifier on the backbone as it is: logistic regression on the mean of a layer over the picture, standardised
 * by the statistics of the training pictures.
 * @module
 */
import { type } from "arktype";
import { normOf } from "../backbone/resnet.ts";
import { type ConfigSchema, parseOverPreset, whole } from "../learn/config.ts";
import { binaryCrossEntropy, globalAverage, linear as product } from "../../engine/graph/compose.ts";
import { reduceMean, reshape } from "../../engine/graph/ops.ts";
import { zeros } from "../../engine/graph/weights.ts";
import { adam } from "../../engine/train/optimiser.ts";
import { balancedOrder } from "../../engine/train/order.ts";
import { cosine } from "../../engine/train/schedule.ts";
import type { Classifier } from "./contract.ts";
import { FITTED_CLASSIFIERS, type NetworkFitted } from "./fitted_table.ts";
import { trainNetwork } from "./network.ts";

/** Settings of the linear classifier. */
export interface LinearConfig {
  /** Layer of the backbone; the coarsest where left out. */
  readonly layer?: string;
  readonly steps: number;
  /** Half of each batch is good, half bad. */
  readonly batch: number;
  /** Learning rate of Adam at the first step; a half cosine brings it to 0. */
  readonly rate: number;
  readonly weightDecay: number;
}

/** Ours: the SPD paper's are not published. */
export const LINEAR_PRESETS: Readonly<Record<"paper" | "small", LinearConfig>> = {
  paper: { steps: 300, batch: 32, rate: 1e-3, weightDecay: 1e-3 },
  small: { steps: 60, batch: 16, rate: 5e-3, weightDecay: 1e-3 },
};

const schema: ConfigSchema<LinearConfig> = type({
  "+": "reject",
  "layer?": "string",
  steps: whole,
  batch: type("number.integer >= 2"),
  rate: "number > 0",
  weightDecay: "number >= 0",
});

/**
 * The linear classifier.
 *
 * ```ts
 * import { linear } from "./linear.ts";
 * console.assert(linear.parse({}).batch === 16);
 * ```
 */
export const linear: Classifier<LinearConfig, NetworkFitted> = {
  ...FITTED_CLASSIFIERS.linear,
  layers: () => [],
  parse: (config) => parseOverPreset("Linear", LINEAR_PRESETS, schema, config),
  fit(context, config) {
    const { layer, steps, rate, weightDecay } = config;
    const { labels, seed } = context;
    const batch = Math.min(config.batch, labels.length);
    return trainNetwork(context, {
      title: "Linear",
      layers: layer === undefined ? undefined : [layer],
      frozen: true,
      head([features], weights) {
        const [count, channels] = features.shape;
        const mean = reshape(globalAverage(features), [count, channels, 1, 1]);
        const standard = reshape(normOf(mean, weights, "head.norm"), [count, channels]);
        const weight = weights("head.weight", [1, Number(channels)], zeros);
        return reshape(product(standard, weight, weights("head.bias", [1], zeros)), [count]);
      },
      loss: (logits, labels) => reduceMean(binaryCrossEntropy(logits, labels), { axes: [0] }),
      steps,
      batch,
      optimiser: adam({ weightDecay }),
      rate: cosine(rate, steps),
      order: balancedOrder(seed, labels, batch),
      identity: { classifier: "linear", config },
    });
  },
};
