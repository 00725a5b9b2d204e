/** Fitting EfficientAD: its teacher, the training of student and autoencoder, and the quantiles of its maps. @module */
import { pdn } from "../../backbone/pdn.ts";
import type { PdnShape } from "../../backbone/pdn.ts";
import type { PdnWeights } from "../../backbone/pdn_file.ts";
import { buildModel } from "../../../engine/graph/model.ts";
import { add } from "../../../engine/graph/ops.ts";
import { input, literal } from "../../../engine/graph/value.ts";
import { begunAsPytorch, drawWeights, scoped, storedWeights, weightsBehind } from "../../../engine/graph/weights.ts";
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
import { distil } from "./distil.ts";
import type { Distillation } from "./distil.ts";
import { readTeacher } from "./teacher_file.ts";
import { type EfficientAdFitted, type TrainedEfficientAd, trainedMaps } from "./apply.ts";
import { dropoutShapes, LEAST_SIDE, losses, mapQuantiles } from "./network.ts";
import type { MapQuantiles } from "./network.ts";
import { batchFor, trainOnPictures } from "../../learn/train_on_pictures.ts";
import type { TrainedWeights } from "../../learn/fitted_file.ts";
import { negatives, penaltyFolder } from "./negatives.ts";
import type { PenaltyPictures } from "./negatives.ts";

/** Settings of EfficientAD. */
export interface EfficientAdConfig extends Omit<PdnShape, "channels"> {
  /**
   * A file of `deno task distil`, or a published teacher as safetensors; without it a teacher is distilled from the backbone
   * on the good pictures first.
   */
  readonly teacher?: string;
  /** How that is done. */
  readonly distillation: Distillation;
  /** Folder of any pictures of something else; without it, negatives of the good ones. */
  readonly penalty?: string;
  /** Of the pictures of that folder the middle is taken, and some are grey, as in the authors' code; whole where left out. */
  readonly penaltyCrop?: true;
  /** Quantile of the squared distances from which on they count; 0 counts all and learns faster. */
  readonly hard: number;
  readonly steps: number;
  readonly batch: number;
  /** Learning rate of Adam; a tenth of it for the last twentieth of the steps. */
  readonly rate: number;
  readonly weightDecay: number;
  /** Weights begin as PyTorch's do, and its authors'; as He's where left out. */
  readonly start?: "pytorch";
  /** Takes the score from the map at the size of the picture, as its authors do; from the map's grid where left out. */
  readonly scored?: "picture";
}

/** The share of the good pictures that are held out of the training, for the quantiles (SegAD, appendix B). */
const HELD_OUT = 0.1;

/** Dropout of 0.2 in the decoder, as 51 of 256. */
const DROPPED = 51;

/**
 * See `efficientAd`.
 *
 * @throws {RangeError} for fewer than two pictures, or pictures that are too small
 * @throws {TypeError} where the teacher is of another size
 * @throws {Error} where a file that the settings name cannot be read
 */
export async function fitEfficientAd(context: FitContext, config: EfficientAdConfig): Promise<EfficientAdFitted> {
  const { pictures, size, seed } = context;
  if (Math.min(size.height, size.width) < LEAST_SIDE) {
    throw new RangeError(
      `Cannot fit EfficientAD to pictures of ${size.height} × ${size.width} as each side must be at least ${LEAST_SIDE}`,
    );
  }
  if (pictures < 2) throw new RangeError(`Cannot fit EfficientAD to ${pictures} picture as at least 2 are needed`);
  const order = [...seededRandom(seed).permutation(pictures)];
  const heldOut = order.splice(0, Math.max(1, Math.round(HELD_OUT * pictures)));
  const others = config.penalty === undefined
    ? negatives(size)
    : await penaltyFolder(config.penalty, size, config.penaltyCrop);
  const teacherCheckpoint = context.checkpoint && `${context.checkpoint}.teacher`;
  const teacher = config.teacher === undefined
    ? await distil(part(context, order, teacherCheckpoint), config, config.distillation)
    : await readTeacher(config.teacher, config);
  const { shape } = teacher;
  const fixed = await withStandards(context, teacher, order);
  const weights = await trainStudent(context, config, { shape, fixed, order, others });
  const trained = { shape, picture: size, weights: { ...fixed, ...weights } };
  const quantiles = await quantilesOf(context, trained, heldOut);
  return { ...trained, quantiles, ...config.scored && { scored: config.scored } };
}

/** A fit on some of the pictures. */
function part(context: FitContext, order: readonly number[], checkpoint?: string): FitContext {
  return {
    ...context,
    checkpoint,
    pictures: order.length,
    ids: context.ids && order.map((i) => context.ids![i]),
    take: (indices) => context.take(indices.map((i) => order[i])),
    async *batches() {
      for (let from = 0; from < order.length; from += 8) yield await context.take(order.slice(from, from + 8));
    },
  };
}

/** The teacher's weights, with the mean and 1 / deviation of its channels over some pictures. */
async function withStandards(
  context: FitContext,
  { shape, weights }: PdnWeights,
  order: readonly number[],
): Promise<TrainedWeights> {
  const teacher = Object.fromEntries(Object.entries(weights).map(([name, stored]) => [`teacher.${name}`, stored]));
  const image = input("image", "f32", ["N", 3, context.size.height, context.size.width]);
  const features = pdn(image, scoped(storedWeights(teacher, "a teacher"), "teacher"), shape);
  const session = await context.runtime.open(
    buildModel({ inputs: [image], outputs: { features }, name: "teacher" }),
    "EfficientAD's teacher",
  );
  const sum = new Float64Array(shape.channels);
  const square = new Float64Array(shape.channels);
  let count = 0;
  try {
    for await (const seen of part(context, order).batches()) {
      context.signal?.throwIfAborted();
      const { data, shape: [, C, h, w] } = (await session.run({ image: seen.image })).features;
      const area = Number(h) * Number(w);
      for (let i = 0; i < data.length; i++) {
        const c = Math.floor(i / area) % Number(C);
        sum[c] += data[i];
        square[c] += data[i] * data[i];
      }
      count += data.length / shape.channels;
    }
  } finally {
    await session.release();
  }
  const of = (value: (c: number) => number): TrainedWeights[string] => ({
    dtype: "f32",
    shape: [1, shape.channels, 1, 1],
    data: Float32Array.from({ length: shape.channels }, (_, c) => value(c)),
  });
  return {
    ...teacher,
    "teacher.mean": of((c) => sum[c] / count),
    "teacher.scale": of((c) => 1 / Math.sqrt(Math.max(1e-12, square[c] / count - (sum[c] / count) ** 2))),
  };
}

async function trainStudent(
  context: FitContext,
  config: EfficientAdConfig,
  { shape, fixed, order, others }: {
    shape: PdnShape;
    fixed: TrainedWeights;
    order: readonly number[];
    others: PenaltyPictures;
  },
): Promise<TrainedWeights> {
  const { seed, size } = context;
  const batch = batchFor(config.batch, order.length);
  const pictures = [batch, 3, size.height, size.width] as const;
  const masks = dropoutShapes(batch, size).map((each, i) => input(`dropout${i + 1}`, "f32", each));
  const [image, augmented, penalty] = ["image", "augmented", "penalty"].map((name) => input(name, "f32", pictures));
  const he = drawWeights(seededRandom(seed));
  const drawn = config.start === "pytorch" ? begunAsPytorch(he) : he;
  const parts = losses(
    { image, augmented, penalty, masks },
    (name, size, init) => Object.hasOwn(fixed, name) ? literal(fixed[name], name) : drawn(name, size, init),
    shape,
    config.hard,
  );
  const loss = add(add(parts.student, parts.autoencoder), parts.studentAutoencoder);
  const step = buildStep({
    name: "EfficientAD",
    inputs: [image, augmented, penalty, ...masks],
    loss,
    weights: [...weightsBehind([loss]).values()].filter(({ name }) => !Object.hasOwn(fixed, name!)),
    optimiser: adam({ weightDecay: config.weightDecay }),
  });
  const epoch = epochOrder(seed, order.length, batch);
  return await trainOnPictures(context, {
    step,
    steps: config.steps,
    batch,
    rate: stepped(config.rate, [Math.floor(0.95 * config.steps)], 0.1),
    identity: { detector: "efficientad", config, shape },
    order: (number) => epoch(number).map((i) => order[i]),
    async feed({ image: seen }, number) {
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

/** The 90 % and 99.5 % quantiles of both maps over pictures that were held out of the training. */
async function quantilesOf(
  context: FitContext,
  trained: TrainedEfficientAd,
  heldOut: readonly number[],
): Promise<readonly [MapQuantiles, MapQuantiles]> {
  const { image, maps: [st, ae] } = trainedMaps(trained, "N");
  const model = buildModel({ inputs: [image], outputs: { st, ae }, name: "efficientad maps" });
  const session = await context.runtime.open(model, "EfficientAD");
  const found: [number[], number[]] = [[], []];
  try {
    for await (const seen of part(context, heldOut).batches()) {
      const { st, ae } = await session.run({ image: seen.image });
      [st, ae].forEach(({ data }, i) => {
        for (const value of data) found[i].push(value);
      });
    }
  } finally {
    await session.release();
  }
  const [student, autoencoder] = found.map((values) => {
    const quantiles = mapQuantiles(values);
    if (quantiles.high > quantiles.low) return quantiles;
    throw new RangeError("Cannot fit EfficientAD as its maps of the good pictures are the same everywhere");
  });
  return [student, autoencoder];
}
