/** Fitting EfficientAD: its teacher, the training of student and autoencoder, and the quantiles of its maps. @module */
import { pdn } from "../../backbone/pdn.ts";
import type { PdnShape } from "../../backbone/pdn.ts";
import type { PdnWeights } from "../../backbone/pdn_file.ts";
import { buildModel } from "../../../engine/graph/model.ts";
import { add } from "../../../engine/graph/ops.ts";
import { input, literal } from "../../../engine/graph/value.ts";
import type { Value } from "../../../engine/graph/value.ts";
import {
  begunAsPytorch,
  drawWeights,
  scoped,
  shared,
  storedWeights,
  weightsBehind,
} from "../../../engine/graph/weights.ts";
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
import { standardsOf } from "../channel_standards.ts";
import type { Grid } from "../contract.ts";
import { backboneAnswer, layerInputs } from "./backbone_answer.ts";
import { BACKBONE_TEACHER, layersWithin, teacherLayers } from "./backbone_teacher.ts";
import { distil } from "./distil.ts";
import type { Distillation } from "./distil.ts";
import { readTeacher } from "./teacher_file.ts";
import { type EfficientAdFitted, type TrainedEfficientAd, trainedMaps } from "./apply.ts";
import { dropoutShapes, jointMap, LEAST_SIDE, losses, mapQuantiles } from "./network.ts";
import type { MapQuantiles } from "./network.ts";
import { batchFor, trainOnPictures } from "../../learn/train_on_pictures.ts";
import type { TrainedWeights } from "../../learn/fitted_file.ts";
import { LEAST_PICTURES, placeStandards, smoothed } from "./places.ts";
import { negatives, penaltyFolder } from "./negatives.ts";
import type { PenaltyPictures } from "./negatives.ts";

/** Settings of EfficientAD. */
export interface EfficientAdConfig extends Omit<PdnShape, "channels"> {
  /**
   * `backbone` for the backbone's own layers, `distilled` for a network that is distilled from it on the good pictures first,
   * as where left out; else a file of `deno task distil`, or a published teacher as safetensors.
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
  /**
   * Measures the map by what good pictures have at the same place (`places.ts`), for parts that lie alike in all pictures, as
   * PaDiM does; with fewer than 16 good pictures it is left as it is. Up to 20 pictures, a quarter of them at most, are held out.
   */
  readonly places?: boolean;
  /** Takes the score from the map at the size of the picture, as its authors do; from the map's grid where left out. */
  readonly scored?: "picture";
}

/** The share of the good pictures that are held out of the training, for the quantiles (SegAD, appendix B). */
const HELD_OUT = 0.1;

/** So many of few good pictures are held out where places are measured, a quarter at most. */
const HELD_FOR_PLACES = 20;

/** Dropout of 0.2 in the decoder, as 51 of 256. */
const DROPPED = 51;

/**
 * See `efficientAd`.
 *
 * @throws {RangeError} for fewer than two pictures, pictures that are too small, or a backbone as the teacher of networks
 *   without padding
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
  const least = config.places ? Math.min(HELD_FOR_PLACES, Math.round(pictures / 4)) : 1;
  const heldOut = order.splice(0, Math.max(1, least, Math.round(HELD_OUT * pictures)));
  const others = config.penalty === undefined
    ? negatives(size)
    : await penaltyFolder(config.penalty, size, config.penaltyCrop);
  const teacher = await teacherFor(context, config, order);
  const weights = await trainStudent(context, config, { ...teacher, order, others });
  const { shape, layers, fixed } = teacher;
  const trained = { shape, picture: size, ...layers && { layers }, weights: { ...fixed, ...weights } };
  const quantiles = await quantilesOf(context, trained, heldOut);
  const places = config.places && heldOut.length >= LEAST_PICTURES
    ? await placesOf(context, trained, quantiles, heldOut)
    : {};
  return {
    ...trained,
    weights: { ...trained.weights, ...places },
    quantiles,
    ...config.scored && { scored: config.scored },
  };
}

/** The file of the teacher, where it comes from one. */
export function teacherFile({ teacher }: Pick<EfficientAdConfig, "teacher">): string | undefined {
  return teacher === BACKBONE_TEACHER || teacher === "distilled" ? undefined : teacher;
}

/** What student and autoencoder learn from. */
interface Teacher {
  /** Of the student, but for its channels: it has twice as many. */
  readonly shape: PdnShape;
  /** The backbone's, where it is the teacher. */
  readonly layers?: readonly Grid[];
  /** The teacher's weights, if any, and what its channels are normalised by. */
  readonly fixed: TrainedWeights;
}

async function teacherFor(context: FitContext, config: EfficientAdConfig, order: readonly number[]): Promise<Teacher> {
  if (config.teacher === BACKBONE_TEACHER) {
    const { size, width, padding } = config;
    if (!padding) throw new RangeError("Cannot fit EfficientAD without padding where the backbone is its teacher");
    const layers = teacherLayers(context);
    const channels = layers.reduce((sum, layer) => sum + layer.channels, 0);
    const fixed = await standardsOf(part(context, order), layers, true);
    return { shape: { size, width, padding, channels }, layers, fixed };
  }
  const path = teacherFile(config);
  const checkpoint = context.checkpoint && `${context.checkpoint}.teacher`;
  const teacher = path === undefined
    ? await distil(part(context, order, checkpoint), config, config.distillation)
    : await readTeacher(path, config);
  return { shape: teacher.shape, fixed: await withStandards(context, teacher, order) };
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
  const grid = [size.height / 4, size.width / 4] as const;
  const taught = layers && {
    image: backboneAnswer(seenLayers, weights, grid),
    augmented: backboneAnswer(layersWithin(context, layers, augmented), weights, grid),
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

/** The 90 % and 99.5 % quantiles of both maps over pictures that were held out of the training. */
async function quantilesOf(
  context: FitContext,
  trained: TrainedEfficientAd,
  heldOut: readonly number[],
): Promise<readonly [MapQuantiles, MapQuantiles]> {
  const { inputs, maps: [st, ae] } = trainedMaps(trained, "N");
  const found: [number[], number[]] = [[], []];
  for await (const maps of answersOf(context, inputs, { st, ae }, heldOut)) {
    [maps.st, maps.ae].forEach(({ data }, i) => {
      for (const value of data) found[i].push(Number(value));
    });
  }
  const [student, autoencoder] = found.map((values) => {
    const quantiles = mapQuantiles(values);
    if (quantiles.high > quantiles.low) return quantiles;
    throw new RangeError("Cannot fit EfficientAD as its maps of the good pictures are the same everywhere");
  });
  return [student, autoencoder];
}

/** What each place of the joint map is measured by, over pictures that were held out of the training. */
async function placesOf(
  context: FitContext,
  trained: TrainedEfficientAd,
  quantiles: readonly [MapQuantiles, MapQuantiles],
  heldOut: readonly number[],
): Promise<TrainedWeights> {
  const { inputs, maps } = trainedMaps(trained, "N");
  const map = smoothed(jointMap(maps, quantiles));
  const [height, width] = map.shape.slice(2).map(Number);
  const area = height * width;
  return await placeStandards(
    context,
    async function* () {
      for await (const { map: { data } } of answersOf(context, inputs, { map }, heldOut)) {
        for (let at = 0; at < data.length; at += area) yield (data as Float32Array).subarray(at, at + area);
      }
    }(),
    [height, width],
  );
}

/** What a graph gives for some of the pictures, batch by batch. */
async function* answersOf<Name extends string>(
  context: FitContext,
  inputs: readonly Value<"f32">[],
  outputs: Readonly<Record<Name, Value<"f32">>>,
  of: readonly number[],
): AsyncGenerator<Readonly<Record<Name, AnyTensor>>> {
  const model = buildModel({ inputs, outputs, name: "efficientad maps" });
  const session = await context.runtime.open(model, "EfficientAD");
  const [, ...layers] = inputs;
  try {
    for await (const { image, features } of part(context, of).batches()) {
      context.signal?.throwIfAborted();
      const seen = Object.fromEntries(layers.map(({ name }) => [name!, features[name!]]));
      yield await session.run({ image, ...seen }) as Record<Name, AnyTensor>;
    }
  } finally {
    await session.release();
  }
}
