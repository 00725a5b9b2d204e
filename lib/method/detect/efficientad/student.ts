/** Training EfficientAD's student and autoencoder. @module */
import { add } from "../../../engine/graph/ops.ts";
import { input, literal } from "../../../engine/graph/value.ts";
import type { Value } from "../../../engine/graph/value.ts";
import { begunAsPytorch, drawWeights, shared, weightsBehind } from "../../../engine/graph/weights.ts";
import { changeLight, LIGHTS } from "../../../picture/change/light.ts";
import type { AnyTensor } from "../../../engine/session/port.ts";
import { seededRandom } from "../../../base/tensor/random.ts";
import type { Random } from "../../../base/tensor/random.ts";
import { tensor } from "../../../base/tensor/tensor.ts";
import type { Dim } from "../../../base/tensor/tensor.ts";
import { adam } from "../../../engine/train/optimiser.ts";
import { epochOrder } from "../../../engine/train/order.ts";
import { stepped } from "../../../engine/train/schedule.ts";
import { buildStep } from "../../../engine/train/step.ts";
import type { FitContext } from "../../learn/contract.ts";
import type { TrainedWeights } from "../../learn/fitted_file.ts";
import { batchFor, trainOnPictures } from "../../learn/train_on_pictures.ts";
import { joinedLayers, layerInputs, standardised } from "../layer_grids.ts";
import { layersWithin } from "./layers_within.ts";
import type { PenaltyPictures } from "./negatives.ts";
import { dropoutShapes, losses } from "./network.ts";
import type { EfficientAdConfig } from "./settings.ts";
import type { Teacher } from "./teacher.ts";

/** Dropout of 0.2 in the decoder, as 51 of 256. */
const DROPPED = 51;

/**
 * Trains student and autoencoder.
 *
 * @param others pictures of something else
 */
export async function trainStudent(
  context: FitContext,
  config: EfficientAdConfig,
  { shape, layers, fixed, order, others }: Teacher & {
    readonly order: readonly number[];
    readonly others: PenaltyPictures;
  },
): Promise<TrainedWeights> {
  const { seed, size } = context;
  const batch = batchFor(config.batch, order.length);
  const pictures = [batch, 3, size.height, size.width] as const;
  const masks = dropoutShapes(batch, size).map((each, i) => input(`dropout${i + 1}`, "f32", each));
  const [image, augmented, penalty] = ["image", "augmented", "penalty"].map((name) => input(name, "f32", pictures));
  const he = drawWeights(seededRandom(seed));
  const drawn = config.start === "pytorch" ? begunAsPytorch(he) : he;
  const weights = shared((name, size, init) =>
    Object.hasOwn(fixed, name) ? literal(fixed[name], name) : drawn(name, size, init)
  );
  const seenLayers = layers ? layerInputs(layers, batch) : [];
  const answer = (own: readonly Value<"f32">[]) =>
    joinedLayers(standardised(own, weights), [size.height / 4, size.width / 4]);
  const taught = layers && {
    image: answer(seenLayers),
    augmented: answer(layersWithin(context, layers, augmented)),
  };
  const parts = losses({ image, augmented, penalty, masks, taught }, weights, shape, config.hard);
  const loss = add(add(parts.student, parts.autoencoder), parts.studentAutoencoder);
  const step = buildStep({
    name: "EfficientAD",
    inputs: [image, ...seenLayers, augmented, penalty, ...masks],
    loss,
    weights: [...weightsBehind([loss]).values()].filter(({ name }) => /^(student|ae)\./.test(name!)),
    optimiser: adam({ weightDecay: config.weightDecay }),
  });
  const epoch = epochOrder(seed, order.length, batch);
  return await trainOnPictures(context, {
    step,
    steps: config.steps,
    batch,
    rate: stepped(config.rate, [Math.floor(0.95 * config.steps)], 0.1),
    identity: { detector: "efficientad", config, shape, ...layers && { layers, backbone: context.backbone.sha256 } },
    order: (number) => epoch(number).map((i) => order[i]),
    async feed({ image: seen, features }, number) {
      const random = seededRandom(mixed(seed, number));
      const length = 3 * size.height * size.width;
      const rows = Array.from({ length: batch }, (_, n) => seen.data.subarray(n * length, (n + 1) * length));
      const relit = rows.map((row) => changeLight(row, LIGHTS[random.below(3)], 0.8 + 0.4 * random.uniform()));
      const strange: Float32Array[] = [];
      for (const row of rows) strange.push(await others(random, row));
      const feeds: Record<string, AnyTensor> = {
        image: seen,
        augmented: tensor("f32", pictures, joined(relit)),
        penalty: tensor("f32", pictures, joined(strange)),
        ...Object.fromEntries((layers ?? []).map(({ name }) => [name, features[name]])),
      };
      for (const mask of masks) feeds[mask.name!] = tensor("f32", mask.shape as number[], dropout(random, mask.shape));
      return feeds;
    },
  });
}

/** A seed of its own for each step. */
function mixed(seed: number, step: number): number {
  return (Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(step + 1, 0x85ebca6b)) >>> 0;
}

function joined(rows: readonly Float32Array[]): Float32Array<ArrayBuffer> {
  const all = new Float32Array(rows.reduce((sum, row) => sum + row.length, 0));
  rows.reduce((at, row) => (all.set(row, at), at + row.length), 0);
  return all;
}

/** 0, or 1 / (1 − p), one draw for four places. */
function dropout(random: Random, shape: readonly Dim[]): Float32Array<ArrayBuffer> {
  const mask = new Float32Array(shape.map(Number).reduce((product, size) => product * size, 1));
  const scale = 256 / (256 - DROPPED);
  let bits = 0;
  for (let i = 0; i < mask.length; i++) {
    if (i % 4 === 0) bits = random.u32();
    mask[i] = (bits & 0xff) < DROPPED ? 0 : scale;
    bits >>>= 8;
  }
  return mask;
}
