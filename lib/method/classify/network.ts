/** Training a network from pictures to logits or maps: the backbone, trained further or as it is, with a head. @module */
import type { BackboneLayer } from "../backbone/backbone.ts";
import { trainableBackbone } from "../backbone/trainable.ts";
import { withBatchStatistics } from "../../engine/graph/batch_statistics.ts";
import { buildModel } from "../../engine/graph/model.ts";
import { substitute } from "../../engine/graph/substitute.ts";
import { input, literal } from "../../engine/graph/value.ts";
import type { Value } from "../../engine/graph/value.ts";
import { drawWeights, shared, weightsBehind } from "../../engine/graph/weights.ts";
import type { Weights } from "../../engine/graph/weights.ts";
import { batchFor, trainOnPictures } from "../learn/train_on_pictures.ts";
import type { TrainedWeights } from "../learn/fitted_file.ts";
import { seededRandom } from "../../base/tensor/random.ts";
import { tensor } from "../../base/tensor/tensor.ts";
import type { Dim } from "../../base/tensor/tensor.ts";
import type { Optimiser } from "../../engine/train/optimiser.ts";
import type { Schedule } from "../../engine/train/schedule.ts";
import { buildStep } from "../../engine/train/step.ts";
import type { LabelledContext } from "../learn/contract.ts";
import type { NetworkFitted } from "./fitted_table.ts";
import { layersAtScales, meanOf, type Scales } from "./scales.ts";

/** See {@linkcode trainNetwork}. */
export interface NetworkTraining {
  readonly title: string;
  /** Layers of the backbone under the head; the coarsest alone where left out. */
  readonly layers?: readonly string[];
  /** Train the head alone; its weights are called `head.…`. */
  readonly frozen?: boolean;
  /** What the head gives: logits f32[N], which is meant where it is left out, or maps f32[N,1,h,w]. */
  readonly output?: "logit" | "map";
  /** At how many scales pictures are seen, one where left out; the outputs of the scales are averaged. */
  readonly scales?: Scales;
  /** From the layers' features f32[N,C,h,w] to the output. */
  head(features: readonly Value<"f32">[], weights: Weights): Value<"f32">;
  /** Of logits and labels f32[N], or of maps and masks f32[N,1,H,W]; what it needs besides is fed as scalars. */
  loss(output: Value<"f32">, wanted: Value<"f32">, scalars: Readonly<Record<string, Value<"f32">>>): Value<"f32">;
  /** Single floats that the loss is fed in a step; a pure function. */
  scalars?(step: number): Readonly<Record<string, number>>;
  readonly steps: number;
  readonly batch: number;
  readonly optimiser: Optimiser;
  /** Gradients are scaled down together where their norm is larger. */
  readonly clipNorm?: number;
  readonly rate: Schedule;
  readonly order?: (step: number) => readonly number[];
  readonly identity: unknown;
}

/**
 * The layer of the backbone that a head stands on: the named one, or the coarsest.
 *
 * @throws {RangeError} where the backbone has no such layer, or pictures are smaller than its stride
 */
export function headLayer(
  { backbone, size }: Pick<LabelledContext, "backbone" | "size">,
  title: string,
  wanted?: string,
): BackboneLayer {
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
 * Trains backbone and head together, or the head alone, and gives the whole network.
 *
 * @throws {TypeError} where it learns from masks and there are none
 * @throws {RangeError} where the backbone has no such layer, or pictures are smaller than its stride
 * @throws {SyntaxError} where the backbone has an operator that cannot be trained
 */
export async function trainNetwork(context: LabelledContext, training: NetworkTraining): Promise<NetworkFitted> {
  const { backbone, size, labels, pictures, seed } = context;
  const { title, identity, steps, optimiser, clipNorm, rate, order, frozen = false, output = "logit" } = training;
  const layers = (training.layers ?? [undefined]).map((wanted) => headLayer(context, title, wanted).name);
  if (output === "map" && !context.masks) {
    throw new TypeError(`Cannot train ${title} as it learns from masks and there are none`);
  }
  const batch = batchFor(training.batch, pictures);
  const weights = drawWeights(seededRandom(seed));
  const build = (count: Dim) => {
    const seen = trainableBackbone(backbone, layers, [count, 3, size.height, size.width]);
    const own = shared(weights);
    const scales = layersAtScales(seen, training.scales ?? 1);
    return { image: seen.image, made: meanOf(scales.map((each) => training.head(each, own))) };
  };
  const { image, made } = build(batch);
  const shape = output === "map" ? [batch, 1, size.height, size.width] : [batch];
  const wanted = input("wanted", "f32", shape) as Value<"f32">;
  const scalars = Object.fromEntries(
    Object.keys(training.scalars?.(0) ?? {}).map((name) => [name, input(name, "f32", []) as Value<"f32">]),
  );
  const { outputs: [loss], updates } = withBatchStatistics(
    [training.loss(made, wanted, scalars)] as const,
    frozen ? { which: ofHead } : {},
  );
  const trained = [...weightsBehind([loss])].flatMap(([name, weight]) =>
    updates.has(weight) || frozen && !ofHead(name) ? [] : [weight]
  );
  const step = buildStep({
    name: title,
    inputs: [image, wanted, ...Object.values(scalars)],
    loss,
    weights: trained,
    updates,
    optimiser,
    clipNorm,
  });
  const found = await trainOnPictures(context, {
    step,
    steps,
    batch,
    rate,
    order,
    identity: { identity, backbone: backbone.sha256, labels: labels.join("") },
    feed: async ({ image }, step, indices) => ({
      image,
      wanted: tensor(
        "f32",
        shape,
        Float32Array.from(output === "map" ? (await context.masks!(indices)).data : indices.map((i) => labels[i])),
      ),
      ...Object.fromEntries(
        Object.entries(training.scalars?.(step) ?? {}).map(([name, value]) => [
          name,
          tensor("f32", [], new Float32Array([value])),
        ]),
      ),
    }),
  });
  const whole = build("N");
  const [last] = withTrained([whole.made], found);
  return { model: buildModel({ inputs: [whole.image], outputs: { [output]: last }, name: title }), ...size };
}

function ofHead(name: string): boolean {
  return name.startsWith("head.");
}
