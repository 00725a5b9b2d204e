/**
 * RD4AD (Deng and Li, "Anomaly Detection via Reverse Distillation from One-Class Embedding", CVPR 2022): a student
 * learns to give back the teacher's features of good pictures from a narrow embedding; where it fails, the picture is
 * strange. The teacher is the backbone.
 * @module
 */
import { type } from "arktype";
import { withBatchStatistics } from "../../../engine/graph/batch_statistics.ts";
import { literal } from "../../../engine/graph/value.ts";
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
import { batchFor, trainOnPictures } from "../../learn/train_on_pictures.ts";
import { type ConfigSchema, layerNames, parseOverPreset, whole } from "../../learn/config.ts";
import { build, fittedRd4ad, type Rd4adFitted, scoreFields, type ScorePlace, studentFields } from "./apply.ts";
import { distillationLoss } from "./network.ts";
import type { StudentSettings } from "./network.ts";
import { standardsOf } from "../channel_standards.ts";

/** Settings of RD4AD. */
export interface Rd4adConfig extends StudentSettings, ScorePlace {
  /** Three layers of the backbone, the finest first; those of strides 4, 8 and 16 where left out. */
  readonly layers?: readonly string[];
  readonly epochs: number;
  readonly batch: number;
  /** What is left over at an epoch's end is a smaller batch, as in anomalib; it is left out of that epoch where this is. */
  readonly rest?: true;
  /** Learning rate of Adam. */
  readonly rate: number;
  readonly betas: readonly [number, number];
  /**
   * Bring each channel of the teacher to mean 0 and deviation 1 over the good pictures. Channels of linear bottlenecks
   * lie far from zero, and their cosine would see little else.
   */
  readonly standardise: boolean;
}

/**
 * `paper` is what SegAD used (its appendix B: anomalib's RD4AD, 200 epochs, β 0.5 and 0.999) for Wide ResNet-50-2, with
 * anomalib's batch of 32 (Deng and Li's is 16) and its score from the map at the size of the picture; `small` fits in minutes
 * on two cores and is for the embedded backbone: its rate was chosen on a stand-in of another seed
 * (docs/decisions/learned_detectors.md).
 */
export const RD4AD_PRESETS: Readonly<Record<"paper" | "small", Rd4adConfig>> = {
  paper: {
    block: "bottleneck",
    blocks: [3, 3, 4, 6],
    width: 2,
    signed: false,
    epochs: 200,
    batch: 32,
    rest: true,
    rate: 5e-3,
    betas: [0.5, 0.999],
    standardise: false,
    scored: "picture",
  },
  small: {
    block: "basic",
    blocks: [2, 2, 2, 2],
    width: 1,
    signed: true,
    epochs: 20,
    batch: 8,
    rate: 1e-3,
    betas: [0.5, 0.999],
    standardise: true,
  },
};

const schema: ConfigSchema<Rd4adConfig> = type({
  "+": "reject",
  "layers?": layerNames,
  ...studentFields,
  ...scoreFields,
  epochs: whole,
  batch: type("number.integer >= 2"),
  "rest?": "true",
  rate: "number > 0",
  betas: type(["0 <= number < 1", "0 <= number < 1"]),
  standardise: "boolean",
});

/**
 * RD4AD as a detector. Its map lies on the grid of the finest layer: the sum over layers of 1 − cos, 0 to 2 each, brought
 * to that grid bilinearly with the corners in place; its score is the maximum of the map behind a Gaussian, there or at the
 * size of the picture.
 *
 * ```ts
 * import { rd4ad } from "./rd4ad.ts";
 * console.assert(rd4ad.parse({ preset: "paper" }).block === "bottleneck");
 * ```
 */
export const rd4ad: Detector<Rd4adConfig, Rd4adFitted> = {
  ...fittedRd4ad,
  parse: (config) => parseOverPreset("RD4AD", RD4AD_PRESETS, schema, config),
  layers: (config, available) => choose(config, available),
  fit,
};

function choose(config: Rd4adConfig, available: FitContext["layers"]): readonly string[] {
  const { layers } = chooseLayers("RD4AD", available, { layers: config.layers, strides: [4, 8, 16] });
  const strides = layers.map((name) => available.find((layer) => layer.name === name)!.stride);
  if (layers.length !== 3 || strides[1] !== 2 * strides[0] || strides[2] !== 4 * strides[0]) {
    throw new RangeError(
      `Cannot use RD4AD with layers of strides ${strides.join(", ")} as there must be three, each twice the one before`,
    );
  }
  return layers;
}

async function fit(context: FitContext, config: Rd4adConfig): Promise<Rd4adFitted> {
  const { pictures, seed, size } = context;
  const layers = gridsOf(context, choose(config, context.layers));
  const { height, width } = layers[2];
  if (height % 2 !== 0 || width % 2 !== 0) {
    throw new RangeError(
      `Cannot fit RD4AD to pictures of ${size.height} × ${size.width} as the grid of "${
        layers[2].name
      }" must be even: ` +
        `current grid is ${height} × ${width}`,
    );
  }
  if (pictures < 2) throw new RangeError(`Cannot fit RD4AD to ${pictures} picture as at least 2 are needed`);
  const { block, blocks, width: factor, signed } = config;
  const { stride } = context.layers.find(({ name }) => name === layers[0].name)!;
  const shape = { layers, stride, block, blocks, width: factor, signed };
  const batch = batchFor(config.batch, pictures);
  const fixed = await standardsOf(context, layers, config.standardise);
  const drawn = drawWeights(seededRandom(seed));
  const stepFor = (count: number) => {
    const { inputs, teacher, made } = build(
      shape,
      count,
      (name, size, init) => Object.hasOwn(fixed, name) ? literal(fixed[name], name) : drawn(name, size, init),
    );
    const { outputs: [loss], updates } = withBatchStatistics([distillationLoss(teacher, made)] as const);
    const weights = [...weightsBehind([loss]).values()].filter((weight) =>
      !updates.has(weight) && !Object.hasOwn(fixed, weight.name!)
    );
    const optimiser = adam({ betas: config.betas });
    return buildStep({ name: "RD4AD", inputs, loss, weights, updates, optimiser });
  };
  const trained = await trainOnPictures(context, {
    step: stepFor(batch),
    ...config.rest && { rest: stepFor },
    steps: config.epochs * stepsOfEpoch(pictures, batch, config.rest),
    batch,
    rate: constant(config.rate),
    identity: { detector: "rd4ad", config, layers },
    feed: ({ features }) => Object.fromEntries(layers.map(({ name }) => [name, features[name]])),
  });
  return { ...shape, ...config.scored && { scored: config.scored }, weights: { ...fixed, ...trained } };
}
