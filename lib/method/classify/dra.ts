/**
 * DRA (Ding, Pang and Shen, "Catching Both Gray and Black Swans: Open-set Supervised Anomaly Detection", CVPR 2022):
 * heads for seen anomalies, pseudo anomalies and what differs from good references, and one for normality.
 * @module
 */
import { type } from "arktype";
import { trainableBackbone } from "../backbone/trainable.ts";
import { trainOnPictures } from "../learn/train_on_pictures.ts";
import type { TrainedWeights } from "../learn/fitted_file.ts";
import { type ConfigSchema, parseOverPreset, whole } from "../learn/config.ts";
import { withBatchStatistics } from "../../engine/graph/batch_statistics.ts";
import { buildModel } from "../../engine/graph/model.ts";
import { input, literal } from "../../engine/graph/value.ts";
import type { Value } from "../../engine/graph/value.ts";
import { drawWeights, weightsBehind } from "../../engine/graph/weights.ts";
import { seededRandom } from "../../base/tensor/random.ts";
import { tensor } from "../../base/tensor/tensor.ts";
import { adam } from "../../engine/train/optimiser.ts";
import { stepped } from "../../engine/train/schedule.ts";
import type { AnyTensor } from "../../engine/session/port.ts";
import { buildStep } from "../../engine/train/step.ts";
import type { Classifier } from "./contract.ts";
import type { LabelledContext } from "../learn/contract.ts";
import type { Random } from "../../base/tensor/random.ts";
import type { Size } from "../../picture/image/resize.ts";
import { cutMix } from "../../picture/change/cut_mix.ts";
import { cutPaste } from "../../picture/change/local_change.ts";
import { draLoss, draScore, draScores } from "./dra_network.ts";
import type { DraBatch } from "./dra_network.ts";
import { FITTED_CLASSIFIERS, type NetworkFitted } from "./fitted_table.ts";
import { headLayer, withTrained } from "./network.ts";
import { layersAtScales, type Scales } from "./scales.ts";
import { referenceScores } from "./normal_draws.ts";

/** Settings of DRA. */
export interface DraConfig {
  /** Layer of the backbone under the heads; the coarsest where left out. */
  readonly layer?: string;
  readonly epochs: number;
  /** Steps of an epoch. */
  readonly stepsPerEpoch: number;
  /** Of each batch a quarter are pseudo anomalies. */
  readonly batch: number;
  /** The share of bad pictures in a batch, a quarter where left out; the others are good. */
  readonly bad?: number;
  /**
   * Pseudo anomalies have a rectangle of the same picture, its colours changed by up to a tenth, as the authors' code; of
   * another good picture where left out.
   */
  readonly pseudo?: "own";
  /** Good pictures that the residuals are taken from, the same ones always … */
  readonly references: number;
  /** … or in training others each step, as the authors' code; the model has those that are meant where this is left out. */
  readonly renewed?: true;
  /** Learning rate of Adam; a tenth of it after every `lowerAfter` epochs. */
  readonly rate: number;
  readonly lowerAfter: number;
  /** The epochs before it falls for the first time; `lowerAfter` where left out. */
  readonly lowerFirst?: number;
  readonly weightDecay: number;
  /** Gradients are scaled down together where their norm is larger; they stay as they are where left out. */
  readonly clipNorm?: number;
  /** Share of the places that make a score. */
  readonly top: number;
  /** At how many scales pictures are seen; 2 are the whole and half its size, one where left out. */
  readonly scales?: Scales;
}

/**
 * `paper`: what the published DRA uses by itself, 30 epochs of 20 steps of 48 pictures (SegAD, appendix B, says 30), half of
 * them bad, seen at two scales, other references each step, and a rate that falls an epoch early, as its schedule makes a step
 * before the first. `small` trains in minutes on two cores.
 */
export const DRA_PRESETS: Readonly<Record<"paper" | "small", DraConfig>> = {
  paper: {
    epochs: 30,
    stepsPerEpoch: 20,
    batch: 48,
    bad: 0.5,
    pseudo: "own",
    references: 5,
    renewed: true,
    rate: 2e-4,
    lowerAfter: 10,
    lowerFirst: 9,
    weightDecay: 1e-5,
    clipNorm: 1,
    top: 0.1,
    scales: 2,
  },
  small: {
    epochs: 15,
    stepsPerEpoch: 20,
    batch: 8,
    references: 3,
    rate: 2e-4,
    lowerAfter: 10,
    weightDecay: 1e-5,
    top: 0.1,
  },
};

const schema: ConfigSchema<DraConfig> = type({
  "+": "reject",
  "layer?": "string",
  epochs: whole,
  stepsPerEpoch: whole,
  batch: type("number.integer >= 4"),
  "bad?": "0.05 <= number <= 0.7",
  "pseudo?": "'own'",
  references: whole,
  "renewed?": "true",
  rate: "number > 0",
  lowerAfter: whole,
  "lowerFirst?": whole,
  weightDecay: "number >= 0",
  "clipNorm?": "number > 0",
  top: "0 < number <= 1",
  "scales?": "1 | 2",
});

/**
 * DRA as a classifier.
 *
 * ```ts
 * import { dra } from "./dra.ts";
 * console.assert(dra.parse({ preset: "paper" }).references === 5);
 * ```
 */
export const dra: Classifier<DraConfig, NetworkFitted> = {
  ...FITTED_CLASSIFIERS.dra,
  layers: () => [],
  parse: (config) => parseOverPreset("DRA", DRA_PRESETS, schema, config),
  fit,
};

async function fit(context: LabelledContext, config: DraConfig): Promise<NetworkFitted> {
  const { backbone, size, labels, seed } = context;
  const layer = headLayer(context, "DRA", config.layer);
  const goods = labels.flatMap((label, i) => label === 0 ? [i] : []);
  const bads = labels.flatMap((label, i) => label === 1 ? [i] : []);
  if (goods.length === 0 || bads.length === 0) {
    throw new RangeError("Cannot train DRA on good and bad pictures as one of the kinds is missing");
  }
  const batch = draBatch(config, goods.length);
  const references = drawnReferences(seededRandom(seed), goods, batch.references);
  const count = batch.references + config.batch;
  const shape = [count, 3, size.height, size.width] as const;
  const seen = trainableBackbone(backbone, [layer.name], shape);
  const scales = layersAtScales(seen, config.scales ?? 1).map(([features]) => features);
  const drawn = drawWeights(seededRandom(seed));
  const [mean, inverse] = ["mean", "inverse"].map((name) => input(name, "f32", []) as Value<"f32">);
  const { outputs: [loss], updates } = withBatchStatistics(
    [draLoss(scales, drawn, batch, { top: config.top, mean, inverse })] as const,
  );
  const steps = config.epochs * config.stepsPerEpoch;
  const trained = await trainOnPictures(context, {
    step: buildStep({
      name: "DRA",
      inputs: [seen.image, mean, inverse],
      loss,
      weights: [...weightsBehind([loss]).values()].filter((weight) => !updates.has(weight)),
      updates,
      optimiser: adam({ weightDecay: config.weightDecay }),
      clipNorm: config.clipNorm,
    }),
    steps,
    batch: count,
    rate: stepped(config.rate, loweredAt(config), 0.1),
    identity: { classifier: "dra", config, backbone: backbone.sha256, labels: labels.join("") },
    // Behind the pictures of the batch lie those that pseudo anomalies take their rectangles from.
    order(step) {
      const random = seededRandom((seed + 104_729 * (step + 1)) % 0x1_0000_0000);
      const some = (kind: readonly number[], many: number) =>
        Array.from({ length: many }, () => kind[random.below(kind.length)]);
      const own = config.renewed ? drawnReferences(random, goods, batch.references) : references;
      return [...own, ...some(goods, batch.good), ...some(bads, batch.bad), ...some(goods, 2 * batch.pseudo)];
    },
    feed(seen, step) {
      const random = seededRandom((seed + 15_485_863 * (step + 1)) % 0x1_0000_0000);
      const length = 3 * size.height * size.width;
      const data = seen.image.data.slice(0, count * length);
      for (let n = count - batch.pseudo; n < count; n++) {
        const own = data.subarray(n * length, (n + 1) * length);
        const other = seen.image.data.subarray((n + batch.pseudo) * length, (n + batch.pseudo + 1) * length);
        own.set(pseudoAnomaly(config, own, other, size, random));
      }
      const scores = referenceScores(random);
      return {
        image: tensor("f32", shape, data),
        mean: tensor("f32", [], Float32Array.of(scores.mean)),
        inverse: tensor("f32", [], Float32Array.of(scores.inverse)),
      };
    },
  });
  return { model: await wholeModel(context, config, layer.name, references, trained), ...size };
}

/** Some of the good pictures, none twice. */
function drawnReferences(random: Random, goods: readonly number[], count: number): number[] {
  return Array.from(random.permutation(goods.length).subarray(0, count), (i) => goods[i]);
}

/** A good picture with a rectangle of itself or of another one. */
export function pseudoAnomaly(
  { pseudo }: Pick<DraConfig, "pseudo">,
  own: Float32Array,
  other: Float32Array,
  size: Size,
  random: Random,
): Float32Array {
  return pseudo === "own" ? cutPaste(own, size, random).pixels : cutMix(own, other, size, random);
}

/**
 * How many pictures of each kind a step sees.
 *
 * @throws {RangeError} where no good or no bad one is left
 */
export function draBatch({ batch, references, bad: share = 0.25 }: DraConfig, goods: number): DraBatch {
  const pseudo = Math.floor(batch / 4);
  const bad = Math.floor(share * batch);
  const good = batch - bad - pseudo;
  if (good < 1 || bad < 1) {
    throw new RangeError(
      `Cannot train DRA with batches of ${batch} as they must hold good and bad pictures: there are ${good} and ${bad}`,
    );
  }
  return { references: Math.min(references, goods), good, bad, pseudo };
}

/** The steps from which on the rate is a tenth of that before. */
export function loweredAt({ epochs, stepsPerEpoch, lowerAfter, lowerFirst = lowerAfter }: DraConfig): number[] {
  const steps: number[] = [];
  for (let epoch = lowerFirst; epoch < epochs; epoch += lowerAfter) steps.push(epoch * stepsPerEpoch);
  return steps;
}

/** The trained network, with the mean features of the references inside. */
async function wholeModel(
  context: LabelledContext,
  config: DraConfig,
  layer: string,
  references: readonly number[],
  trained: TrainedWeights,
): Promise<Uint8Array<ArrayBuffer>> {
  const { backbone, size, seed, runtime } = context;
  const seen = trainableBackbone(backbone, [layer], ["N", 3, size.height, size.width]);
  const scales = layersAtScales(seen, config.scales ?? 1).map(([features]) => features);
  const names = scales.map((_, i) => `scale${i}`);
  const outputs = Object.fromEntries(withTrained(scales, trained).map((features, i) => [names[i], features]));
  const session = await runtime.open(buildModel({ inputs: [seen.image], outputs }), "DRA's references");
  const { image } = await context.take(references);
  const found = await session.run({ image });
  await session.release();
  const scored = draScores(
    scales.map((features, i) => ({ features, reference: meanPicture(found[names[i]]) })),
    drawWeights(seededRandom(seed)),
    config.top,
  );
  const [logit] = withTrained([draScore(scored)], trained);
  return buildModel({ inputs: [seen.image], outputs: { logit }, name: "DRA" });
}

/** The mean over pictures, f32[1,C,h,w]. */
function meanPicture({ data, shape: [count, ...rest] }: AnyTensor): Value<"f32"> {
  const values = data as Float32Array;
  const area = values.length / Number(count);
  const mean = Float32Array.from({ length: area }, (_, i) => {
    let sum = 0;
    for (let from = 0; from < values.length; from += area) sum += values[from + i];
    return sum / Number(count);
  });
  return literal({ dtype: "f32", shape: [1, ...rest.map(Number)], data: mean });
}
