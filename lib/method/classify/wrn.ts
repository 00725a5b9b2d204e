/**
 * WRN: the backbone, trained further as a classifier of good and bad parts (SegAD, appendix B: Wide ResNet-50-2 with the
 * focal loss).
 * @module
 */
import { type } from "arktype";
import { normOf } from "../backbone/resnet.ts";
import { type ConfigSchema, parseOverPreset, whole } from "../learn/config.ts";
import { globalAverage, linear } from "../../engine/graph/compose.ts";
import { reshape } from "../../engine/graph/ops.ts";
import { fanUniform } from "../../engine/graph/weights.ts";
import { sgd } from "../../engine/train/optimiser.ts";
import { constant } from "../../engine/train/schedule.ts";
import type { Classifier } from "./contract.ts";
import { focalLoss } from "./losses.ts";
import { FITTED_CLASSIFIERS, type NetworkFitted } from "./fitted_table.ts";
import { trainNetwork } from "./network.ts";

/** Settings of WRN. */
export interface WrnConfig {
  /** Layer of the backbone under the classifier; the coarsest where left out. */
  readonly layer?: string;
  readonly epochs: number;
  readonly batch: number;
  /** Learning rate of SGD. */
  readonly rate: number;
  readonly momentum: number;
  /** Weight of bad pictures in the focal loss. */
  readonly alpha: number;
  /**
   * Bring the features to mean 0 and deviation 1 in front of the classifier, by a batch norm. Those of a linear bottleneck,
   * as of the embedded backbone, are large, and the first steps would throw the network far off.
   */
  readonly standardise: boolean;
}

/**
 * `paper`: batch 4, SGD with 0.025 and momentum 0.9 (SegAD, appendix B); epochs and α are not said there. `small` is for
 * the embedded backbone, whose folded batch norms stand a lower rate, and trains in minutes on two cores.
 */
export const WRN_PRESETS: Readonly<Record<"paper" | "small", WrnConfig>> = {
  paper: { epochs: 30, batch: 4, rate: 0.025, momentum: 0.9, alpha: 0.25, standardise: false },
  small: { epochs: 8, batch: 8, rate: 0.001, momentum: 0.9, alpha: 0.5, standardise: true },
};

const schema: ConfigSchema<WrnConfig> = type({
  "+": "reject",
  "layer?": "string",
  epochs: whole,
  batch: type("number.integer >= 2"),
  rate: "number > 0",
  momentum: "0 <= number < 1",
  alpha: "0 < number < 1",
  standardise: "boolean",
});

/**
 * WRN as a classifier.
 *
 * ```ts
 * import { wrn } from "./wrn.ts";
 * console.assert(wrn.parse({ preset: "paper" }).rate === 0.025);
 * ```
 */
export const wrn: Classifier<WrnConfig, NetworkFitted> = {
  ...FITTED_CLASSIFIERS.wrn,
  layers: () => [],
  parse: (config) => parseOverPreset("WRN", WRN_PRESETS, schema, config),
  fit(context, config) {
    const { layer, epochs, batch, rate, momentum, alpha, standardise } = config;
    return trainNetwork(context, {
      title: "WRN",
      layers: layer === undefined ? undefined : [layer],
      head([features], weights) {
        const [count, channels] = [features.shape[0], Number(features.shape[1])];
        const mean = globalAverage(features);
        const seen = standardise
          ? reshape(normOf(reshape(mean, [count, channels, 1, 1]), weights, "head.norm"), [count, channels])
          : mean;
        const weight = weights("head.weight", [1, channels], fanUniform(channels));
        const bias = weights("head.bias", [1], fanUniform(channels));
        return reshape(linear(seen, weight, bias), [count]);
      },
      loss: (logits, labels) => focalLoss(logits, labels, { alpha }),
      steps: epochs * Math.max(1, Math.floor(context.pictures / Math.min(batch, context.pictures))),
      batch,
      optimiser: sgd({ momentum }),
      rate: constant(rate),
      identity: { classifier: "wrn", config },
    });
  },
};
