/**
 * FastFlow (Yu et al., "FastFlow: Unsupervised Anomaly Detection and Localization via 2D Normalizing Flows", 2021): the
 * features of good pictures are made a standard normal distribution by an invertible network; what is unlikely there is
 * strange.
 * @module
 */
import { type } from "arktype";
import { buildModel } from "../../../engine/graph/model.ts";
import { add, mul, reduceMax, resizeBilinear } from "../../../engine/graph/ops.ts";
import { input, literal, toLiteral } from "../../../engine/graph/value.ts";
import type { Value } from "../../../engine/graph/value.ts";
import { drawWeights, scoped, weightsBehind } from "../../../engine/graph/weights.ts";
import type { Weights } from "../../../engine/graph/weights.ts";
import { seededRandom } from "../../../base/tensor/random.ts";
import type { Dim } from "../../../base/tensor/tensor.ts";
import { adam } from "../../../engine/train/optimiser.ts";
import { constant } from "../../../engine/train/schedule.ts";
import { buildStep } from "../../../engine/train/step.ts";
import { chooseLayers } from "../choose_layers.ts";
import type { Detector } from "../contract.ts";
import type { FitContext, Network } from "../../learn/contract.ts";
import { applyDetector } from "../detection.ts";
import { flow, flowLoss, likelihoodMap } from "./flow.ts";
import type { Flowed, FlowSettings } from "./flow.ts";
import { packFitted, unpackFitted } from "../../learn/fitted_file.ts";
import { batchFor, parseOverPreset, trainedWeights, trainOnPictures } from "../../learn/train_on_pictures.ts";
import type { TrainedWeights } from "../../learn/train_on_pictures.ts";
import { type ConfigSchema, layerNames, whole } from "../../learn/config.ts";

/** Settings of FastFlow. */
export interface FastFlowConfig extends FlowSettings {
  /** Names of the backbone's layers; those of strides 4, 8 and 16 where left out. */
  readonly layers?: readonly string[];
  readonly epochs: number;
  readonly batch: number;
  /** Learning rate of Adam. */
  readonly rate: number;
  readonly weightDecay: number;
}

/** `paper` is what SegAD used (its appendix B, with anomalib's defaults); `small` fits in minutes on two cores. */
export const FASTFLOW_PRESETS: Readonly<Record<"paper" | "small", FastFlowConfig>> = {
  paper: { blocks: 8, only3x3: false, hidden: 1, epochs: 200, batch: 32, rate: 1e-3, weightDecay: 1e-5 },
  small: { blocks: 8, only3x3: false, hidden: 1, epochs: 20, batch: 8, rate: 1e-3, weightDecay: 1e-5 },
};

const flowFields = { blocks: whole, only3x3: "boolean", hidden: "0 < number <= 4" } as const;

const schema: ConfigSchema<FastFlowConfig> = type({
  "+": "reject",
  "layers?": layerNames,
  ...flowFields,
  epochs: whole,
  batch: whole,
  rate: "number > 0",
  weightDecay: "number >= 0",
});

interface Grid {
  readonly name: string;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

const settingsSchema: ConfigSchema<FlowSettings & { layers: Grid[] }> = type({
  "+": "reject",
  ...flowFields,
  layers: type({ "+": "reject", name: "string", channels: whole, height: whole, width: whole }).array(),
});

/** A fitted FastFlow: plain data. */
export interface FastFlowFitted extends FlowSettings {
  readonly layers: readonly Grid[];
  readonly weights: TrainedWeights;
  /** The channels' order behind each block, i32[C] by the block's name. */
  readonly permutations: Readonly<Record<string, Int32Array>>;
}

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
  name: "fastflow",
  title: "FastFlow",
  parse: (config) => parseOverPreset("FastFlow", FASTFLOW_PRESETS, schema, config),
  layers: (config, available) => choose(config, available),
  fit,
  apply: (context, fitted) => applyDetector("FastFlow", context, network(fitted)),
  network,
  pack: ({ weights, permutations, layers, blocks, only3x3, hidden }) =>
    packFitted("fastflow", {
      settings: { layers, blocks, only3x3, hidden },
      tensors: {
        ...weights,
        ...Object.fromEntries(
          Object.entries(permutations).map(([name, data]) => [
            `${name}.permutation`,
            { dtype: "i32" as const, shape: [data.length], data },
          ]),
        ),
      },
    }),
  unpack(bytes) {
    const { settings, tensors } = unpackFitted("fastflow", bytes, settingsSchema, {});
    const weights: Record<string, TrainedWeights[string]> = {};
    const permutations: Record<string, Int32Array> = {};
    for (
      const [name, stored] of Object.entries(
        tensors as Record<string, TrainedWeights[string] | { dtype: "i32"; data: Int32Array }>,
      )
    ) {
      if (stored.dtype === "f32") weights[name] = stored;
      else permutations[name.replace(/\.permutation$/, "")] = stored.data;
    }
    const fitted = { ...settings, weights, permutations };
    try {
      build(fitted, "N", trainedWeights(weights, "fitted fastflow"));
    } catch (cause) {
      throw new SyntaxError("Cannot read a fitted fastflow as its arrays do not fit its settings", { cause });
    }
    return fitted;
  },
};

function choose(config: FastFlowConfig, available: FitContext["layers"]): readonly string[] {
  return chooseLayers("FastFlow", available, { layers: config.layers, strides: [4, 8, 16] }).layers;
}

type Shape = Pick<FastFlowFitted, "layers" | "permutations" | keyof FlowSettings>;

function build(shape: Shape, count: Dim, weights: Weights): { inputs: Value<"f32">[]; flows: Flowed[] } {
  const inputs = shape.layers.map(({ name, channels, height, width }) =>
    input(name, "f32", [count, channels, height, width])
  );
  const flows = inputs.map((x, i) => {
    const prefix = `layers.${i}`;
    return flow(x, scoped(weights, prefix), shape, (block, channels) => {
      const order = shape.permutations[`${prefix}.${block}`];
      if (order?.length === channels && order.toSorted().every((place, at) => place === at)) return order;
      throw new TypeError(`Cannot build ${prefix}.${block} as it lacks a permutation of ${channels} channels`);
    });
  });
  return { inputs, flows };
}

async function fit(context: FitContext, config: FastFlowConfig): Promise<FastFlowFitted> {
  const { pictures, seed, size } = context;
  const random = seededRandom(seed);
  const layers = choose(config, context.layers).map((name): Grid => {
    const { channels, stride } = context.layers.find((layer) => layer.name === name)!;
    if (channels < 2) throw new RangeError(`Cannot fit FastFlow to layer "${name}" as it has a single channel`);
    return { name, channels, height: size.height / stride, width: size.width / stride };
  });
  const { blocks, only3x3, hidden } = config;
  const permutations = Object.fromEntries(
    layers.flatMap(({ channels }, i) =>
      Array.from({ length: blocks }, (_, block) => [`layers.${i}.blocks.${block}`, random.permutation(channels)])
    ),
  );
  const shape: Shape = { layers, blocks, only3x3, hidden, permutations };
  const batch = batchFor(config.batch, pictures);
  const { inputs, flows } = build(shape, batch, drawWeights(random));
  const loss = flowLoss(flows);
  const step = buildStep({
    name: "FastFlow",
    inputs,
    loss,
    weights: [...weightsBehind([loss]).values()],
    optimiser: adam({ weightDecay: config.weightDecay }),
  });
  const weights = await trainOnPictures(context, {
    step,
    steps: config.epochs * Math.max(1, Math.floor(pictures / batch)),
    batch,
    rate: constant(config.rate),
    identity: { detector: "fastflow", config, layers },
    feed: ({ features }) => Object.fromEntries(layers.map(({ name }) => [name, features[name]])),
  });
  return { ...shape, weights };
}

function network(fitted: FastFlowFitted): Network {
  const { inputs, flows } = build(fitted, "N", trainedWeights(fitted.weights, "fitted fastflow"));
  const finest = fitted.layers.reduce((best, layer) => layer.height > best.height ? layer : best);
  const maps = flows.map((each) => resizeBilinear(likelihoodMap(each), { size: [finest.height, finest.width] }));
  const map = mul(maps.reduce((sum, each) => add(sum, each)), literal(toLiteral("f32", [1 / maps.length], [])));
  const score = reduceMax(map, { axes: [1, 2, 3] });
  return { model: buildModel({ inputs, outputs: { map, score }, name: "fastflow" }), outputs: ["map", "score"] };
}
