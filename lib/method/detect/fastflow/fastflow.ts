/**
 * FastFlow (Yu et al., "FastFlow: Unsupervised Anomaly Detection and Localization via 2D Normalizing Flows", 2021): the
 * features of good pictures are made a standard normal distribution by an invertible network; what is unlikely there is
 * strange.
 * @module
 */
import { type } from "arktype";
import { drawWeights, weightsBehind } from "../../../engine/graph/weights.ts";
import { seededRandom } from "../../../base/tensor/random.ts";
import { adam } from "../../../engine/train/optimiser.ts";
import { stepsOfEpoch } from "../../../engine/train/order.ts";
import { constant } from "../../../engine/train/schedule.ts";
import { buildStep } from "../../../engine/train/step.ts";
import { chooseLayers } from "../choose_layers.ts";
import type { Detector } from "../contract.ts";
import { gridsOf } from "../layer_grids.ts";
import type { FitContext } from "../../learn/contract.ts";
import { build, type FastFlowFitted, fittedFastFlow, flowFields, type Shape } from "./apply.ts";
import { flowLoss } from "./flow.ts";
import type { FlowSettings } from "./flow.ts";
import { batchFor, trainOnPictures } from "../../learn/train_on_pictures.ts";
import { type ConfigSchema, layerNames, parseOverPreset, whole } from "../../learn/config.ts";

/** Settings of FastFlow. */
export interface FastFlowConfig extends FlowSettings {
  /** Names of the backbone's layers; those of strides 4, 8 and 16 where left out. */
  readonly layers?: readonly string[];
  readonly epochs: number;
  readonly batch: number;
  /** What is left over at an epoch's end is a smaller batch, as in anomalib; it is left out of that epoch where this is. */
  readonly rest?: true;
  /** Learning rate of Adam. */
  readonly rate: number;
  readonly weightDecay: number;
}

/** `paper` is what SegAD used (its appendix B, with anomalib's defaults); `small` fits in minutes on two cores. */
export const FASTFLOW_PRESETS: Readonly<Record<"paper" | "small", FastFlowConfig>> = {
  paper: { blocks: 8, only3x3: false, hidden: 1, epochs: 200, batch: 32, rest: true, rate: 1e-3, weightDecay: 1e-5 },
  small: { blocks: 8, only3x3: false, hidden: 1, epochs: 20, batch: 8, rate: 1e-3, weightDecay: 1e-5 },
};

const schema: ConfigSchema<FastFlowConfig> = type({
  "+": "reject",
  "layers?": layerNames,
  ...flowFields,
  epochs: whole,
  batch: whole,
  "rest?": "true",
  rate: "number > 0",
  weightDecay: "number >= 0",
});

/**
 * FastFlow as a detector. Its map lies on the grid of the finest layer: the mean over layers of −exp(−½ · mean z²), each
 * brought to that grid bilinearly; its score is the maximum of the map, −1 to 0.
 *
 * ```ts
 * import { fastFlow } from "./fastflow.ts";
 * console.assert(fastFlow.parse({ preset: "paper" }).epochs === 200);
 * console.assert(fastFlow.parse({ epochs: 3 }).blocks === 8);
 * ```
 */
export const fastFlow: Detector<FastFlowConfig, FastFlowFitted> = {
  ...fittedFastFlow,
  parse: (config) => parseOverPreset("FastFlow", FASTFLOW_PRESETS, schema, config),
  layers: (config, available) => choose(config, available),
  fit,
};

function choose(config: FastFlowConfig, available: FitContext["layers"]): readonly string[] {
  return chooseLayers("FastFlow", available, { layers: config.layers, strides: [4, 8, 16] }).layers;
}

async function fit(context: FitContext, config: FastFlowConfig): Promise<FastFlowFitted> {
  const { pictures, seed } = context;
  const random = seededRandom(seed);
  const layers = gridsOf(context, choose(config, context.layers));
  for (const { name, channels } of layers) {
    if (channels < 2) throw new RangeError(`Cannot fit FastFlow to layer "${name}" as it has a single channel`);
  }
  const { blocks, only3x3, hidden } = config;
  const permutations = Object.fromEntries(
    layers.flatMap(({ channels }, i) =>
      Array.from({ length: blocks }, (_, block) => [`layers.${i}.blocks.${block}`, random.permutation(channels)])
    ),
  );
  const shape: Shape = { layers, blocks, only3x3, hidden, permutations };
  const batch = batchFor(config.batch, pictures);
  const stepFor = (count: number) => {
    const { inputs, flows } = build(shape, count, drawWeights(random));
    const loss = flowLoss(flows);
    return buildStep({
      name: "FastFlow",
      inputs,
      loss,
      weights: [...weightsBehind([loss]).values()],
      optimiser: adam({ weightDecay: config.weightDecay }),
    });
  };
  const weights = await trainOnPictures(context, {
    step: stepFor(batch),
    ...config.rest && { rest: stepFor },
    steps: config.epochs * stepsOfEpoch(pictures, batch, config.rest),
    batch,
    rate: constant(config.rate),
    identity: { detector: "fastflow", config, layers },
    feed: ({ features }) => Object.fromEntries(layers.map(({ name }) => [name, features[name]])),
  });
  return { ...shape, weights };
}
