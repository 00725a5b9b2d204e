/**
 * DevNet (Pang et al., "Explainable Deep Few-shot Anomaly Detection with Deviation Networks", 2021): the few strangest
 * places of a picture give its score, which should lie far above those of a normal distribution for bad parts.
 *
 * With f the backbone's features, φᵢ = w · fᵢ + b the score of place i, and T the K places of the largest |φᵢ|, K a tenth of
 * all:
 *
 *     φ(x) = 1/K Σ_{i ∈ T} |φᵢ|                                        (Eq. 4, top-K multiple instances)
 *     dev(x) = (φ(x) − μ) / σ,  μ and σ of 5,000 draws of N(0, 1)        (Eq. 5)
 *     L(x, y) = (1 − y) |dev(x)| + y max(0, a − dev(x)),  a = 5          (Eq. 6)
 * @module
 */
import { type } from "arktype";
import { type ConfigSchema, parseOverPreset, whole } from "../learn/config.ts";
import { conv } from "../../engine/graph/ops.ts";
import { fanUniform } from "../../engine/graph/weights.ts";
import { seededRandom } from "../../base/tensor/random.ts";
import { adam } from "../../engine/train/optimiser.ts";
import { balancedOrder } from "../../engine/train/order.ts";
import { stepped } from "../../engine/train/schedule.ts";
import type { Classifier } from "./contract.ts";
import { deviationLoss, topScores } from "./losses.ts";
import { FITTED_CLASSIFIERS, type NetworkFitted } from "./fitted_table.ts";
import { trainNetwork } from "./network.ts";
import type { Scales } from "./scales.ts";
import { referenceScores } from "./normal_draws.ts";

/** Settings of DevNet. */
export interface DevNetConfig {
  /** Layer of the backbone under the scores; the coarsest where left out. */
  readonly layer?: string;
  readonly epochs: number;
  /** Steps of an epoch. */
  readonly stepsPerEpoch: number;
  /** Half of each batch is good, half bad. */
  readonly batch: number;
  /** Learning rate of Adam; a tenth of it after every `lowerAfter` epochs. */
  readonly rate: number;
  readonly lowerAfter: number;
  readonly weightDecay: number;
  /** Gradients are scaled down together where their norm is larger; they stay as they are where left out. */
  readonly clipNorm?: number;
  /** Share of the places that make the score. */
  readonly top: number;
  /** At how many scales pictures are seen; 2 are the whole and half its size, one where left out. */
  readonly scales?: Scales;
}

/**
 * `paper`: what the published DevNet uses by itself, 50 epochs of 20 steps of 48 pictures (SegAD, appendix B, says 50), seen
 * at two scales. `small` trains in minutes on two cores.
 */
export const DEVNET_PRESETS: Readonly<Record<"paper" | "small", DevNetConfig>> = {
  paper: {
    epochs: 50,
    stepsPerEpoch: 20,
    batch: 48,
    rate: 2e-4,
    lowerAfter: 10,
    weightDecay: 1e-5,
    clipNorm: 1,
    top: 0.1,
    scales: 2,
  },
  small: { epochs: 15, stepsPerEpoch: 20, batch: 8, rate: 2e-4, lowerAfter: 10, weightDecay: 1e-5, top: 0.1 },
};

const schema: ConfigSchema<DevNetConfig> = type({
  "+": "reject",
  "layer?": "string",
  epochs: whole,
  stepsPerEpoch: whole,
  batch: type("number.integer >= 2"),
  rate: "number > 0",
  lowerAfter: whole,
  weightDecay: "number >= 0",
  "clipNorm?": "number > 0",
  top: "0 < number <= 1",
  "scales?": "1 | 2",
});

/**
 * DevNet as a classifier.
 *
 * ```ts
 * import { devnet } from "./devnet.ts";
 * console.assert(devnet.parse({}).top === 0.1);
 * ```
 */
export const devnet: Classifier<DevNetConfig, NetworkFitted> = {
  ...FITTED_CLASSIFIERS.devnet,
  layers: () => [],
  parse: (config) => parseOverPreset("DevNet", DEVNET_PRESETS, schema, config),
  fit(context, config) {
    const { layer, epochs, stepsPerEpoch, rate, lowerAfter, weightDecay, clipNorm, top, scales } = config;
    const { labels, seed } = context;
    const batch = Math.min(config.batch, labels.length);
    const steps = epochs * stepsPerEpoch;
    const lowered = Array.from(
      { length: Math.floor((epochs - 1) / lowerAfter) },
      (_, i) => (i + 1) * lowerAfter * stepsPerEpoch,
    );
    return trainNetwork(context, {
      title: "DevNet",
      layers: layer === undefined ? undefined : [layer],
      scales,
      head([features], weights) {
        const [, channels, height, width] = features.shape.map(Number);
        const map = conv(features, weights("head.weight", [1, channels, 1, 1], fanUniform(channels)), {
          bias: weights("head.bias", [1], fanUniform(channels)),
        });
        return topScores(map, Math.max(1, Math.floor(top * height * width)));
      },
      loss: (scores, wanted, { mean, inverse }) => deviationLoss(scores, wanted, mean, inverse),
      scalars: (step) => referenceScores(seededRandom((seed + 15_485_863 * (step + 1)) % 0x1_0000_0000)),
      steps,
      batch,
      optimiser: adam({ weightDecay }),
      clipNorm,
      rate: stepped(rate, lowered, 0.1),
      order: balancedOrder(seed, labels, batch),
      identity: { classifier: "devnet", config },
    });
  },
};
