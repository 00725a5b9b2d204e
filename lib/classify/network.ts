/** Training a network from pictures to logits: the backbone, further trained, with a head of its own. @module */
import type { BackboneLayer } from "../backbone/backbone.ts";
import { trainableBackbone } from "../backbone/trainable.ts";
import { withBatchStatistics } from "../graph/batch_statistics.ts";
import { buildModel } from "../graph/model.ts";
import { substitute } from "../graph/substitute.ts";
import { input, literal } from "../graph/value.ts";
import type { Value } from "../graph/value.ts";
import { drawWeights, weightsBehind } from "../graph/weights.ts";
import type { Weights } from "../graph/weights.ts";
import { batchFor, trainOnPictures } from "../detect/learned.ts";
import type { TrainedWeights } from "../detect/learned.ts";
import { seededRandom } from "../tensor/random.ts";
import { tensor } from "../tensor/tensor.ts";
import type { Dim } from "../tensor/tensor.ts";
import type { Optimiser } from "../train/optimiser.ts";
import type { Schedule } from "../train/schedule.ts";
import { buildStep } from "../train/step.ts";
import type { ClassifyContext } from "./contract.ts";
import type { NetworkFitted } from "./model_file.ts";

/** See {@linkcode trainNetwork}. */
export interface NetworkTraining {
  readonly title: string;
  /** Layer of the backbone under the head; the coarsest where left out. */
  readonly layer?: string;
  /** From the layer's features f32[N,C,h,w] to logits f32[N]. */
  head(features: Value<"f32">, weights: Weights): Value<"f32">;
  /** Of logits and labels f32[N]; what it needs besides is fed as scalars. */
  loss(logits: Value<"f32">, labels: Value<"f32">, scalars: Readonly<Record<string, Value<"f32">>>): Value<"f32">;
  /** Single floats that the loss is fed in a step; a pure function. */
  scalars?(step: number): Readonly<Record<string, number>>;
  readonly steps: number;
  readonly batch: number;
  readonly optimiser: Optimiser;
  readonly rate: Schedule;
  readonly order?: (step: number) => readonly number[];
  readonly identity: unknown;
}

/**
 * The layer of the backbone that a head stands on: the named one, or the coarsest.
 *
 * @throws {RangeError} where the backbone has no such layer, or pictures are smaller than its stride
 */
export function headLayer({ backbone, size }: ClassifyContext, title: string, wanted?: string): BackboneLayer {
  const coarsest = backbone.layers.reduce((best, each) => each.stride > best.stride ? each : best);
  const layer = wanted ? backbone.layers.find(({ name }) => name === wanted) : coarsest;
  if (!layer) {
    const known = backbone.layers.map(({ name }) => `"${name}"`).join(", ");
    throw new RangeError(`Cannot train ${title} on layer "${wanted}" as those of the backbone are ${known}`);
  }
  if (Math.min(size.height, size.width) < layer.stride) {
    throw new RangeError(
      `Cannot train ${title} as pictures must be at least ${layer.stride} pixels: current size is ` +
        `${size.height} × ${size.width}`,
    );
  }
  return layer;
}

/** Values with trained weights in place of those of the same name. */
export function withTrained(values: readonly Value[], trained: TrainedWeights): Value[] {
  const replaced = new Map<Value, Value>(
    [...weightsBehind(values)].flatMap(([name, weight]) =>
      Object.hasOwn(trained, name) ? [[weight, literal(trained[name], name)]] : []
    ),
  );
  return substitute(values, replaced);
}

/**
 * Trains backbone and head together and gives the whole network.
 *
 * @throws {RangeError} where the backbone has no such layer, or pictures are smaller than its stride
 * @throws {SyntaxError} where the backbone has an operator that cannot be trained
 */
export async function trainNetwork(context: ClassifyContext, training: NetworkTraining): Promise<NetworkFitted> {
  const { backbone, size, labels, pictures, seed } = context;
  const { title, identity, steps, optimiser, rate, order } = training;
  const layer = headLayer(context, title, training.layer);
  const batch = batchFor(training.batch, pictures);
  const weights = drawWeights(seededRandom(seed));
  const build = (count: Dim) => {
    const { image, layers: [features] } = trainableBackbone(backbone, [layer.name], [
      count,
      3,
      size.height,
      size.width,
    ]);
    return { image, logit: training.head(features, weights) };
  };
  const { image, logit } = build(batch);
  const wanted = input("label", "f32", [batch]) as Value<"f32">;
  const scalars = Object.fromEntries(
    Object.keys(training.scalars?.(0) ?? {}).map((name) => [name, input(name, "f32", []) as Value<"f32">]),
  );
  const { outputs: [loss], updates } = withBatchStatistics([training.loss(logit, wanted, scalars)] as const);
  const trained = [...weightsBehind([loss]).values()].filter((weight) => !updates.has(weight));
  const step = buildStep({
    name: title,
    inputs: [image, wanted, ...Object.values(scalars)],
    loss,
    weights: trained,
    updates,
    optimiser,
  });
  const found = await trainOnPictures(context, {
    step,
    steps,
    batch,
    rate,
    order,
    identity: { identity, backbone: backbone.sha256, labels: labels.join("") },
    feed: ({ image }, step, indices) => ({
      image,
      label: tensor("f32", [batch], Float32Array.from(indices, (i) => labels[i])),
      ...Object.fromEntries(
        Object.entries(training.scalars?.(step) ?? {}).map(([name, value]) => [
          name,
          tensor("f32", [], new Float32Array([value])),
        ]),
      ),
    }),
  });
  const whole = build("N");
  const [output] = withTrained([whole.logit], found);
  return { model: buildModel({ inputs: [whole.image], outputs: { logit: output }, name: title }), ...size };
}
