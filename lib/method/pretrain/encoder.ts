/** A backbone as an encoder: pictures to one vector each, with the same weights for every pass. @module */
import type { Backbone } from "../backbone/backbone.ts";
import { BACKBONE_FACTS } from "../backbone/metadata.ts";
import type { BackboneFacts } from "../backbone/metadata.ts";
import { trainableBackbone } from "../backbone/trainable.ts";
import { withTrained } from "../classify/network.ts";
import type { TrainedWeights } from "../learn/fitted_file.ts";
import { globalAverage } from "../../engine/graph/compose.ts";
import { importModel } from "../../engine/graph/file/import.ts";
import { buildModel } from "../../engine/graph/model.ts";
import { readModel } from "../../engine/graph/file/parse.ts";
import { substitute } from "../../engine/graph/substitute.ts";
import type { Value } from "../../engine/graph/value.ts";
import type { Dim } from "../../base/tensor/tensor.ts";

/**
 * The layer that is averaged: the coarsest.
 *
 * ```ts
 * import { embeddedBackbone } from "../backbone/embedded.ts";
 * import { pooledLayer } from "./encoder.ts";
 * console.assert(pooledLayer(await embeddedBackbone()) === "stride16");
 * ```
 */
export function pooledLayer({ layers }: Backbone): string {
  return layers.reduce((best, each) => each.stride > best.stride ? each : best).name;
}

/**
 * A backbone with its normalisation, and the mean over the grid of its coarsest layer.
 *
 * @param shape of the pictures, e.g. [8, 3, 256, 256]
 * @returns from pictures of 0 to 1 to f32[N,C]; the weights are the same values each time
 * @throws {SyntaxError} where the file has an operator that cannot be trained
 */
export function encoderOf(
  backbone: Backbone,
  shape: readonly [Dim, 3, Dim, Dim],
): (view: Value<"f32">) => Value<"f32"> {
  const { image, layers: [layer] } = trainableBackbone(backbone, [pooledLayer(backbone)], shape);
  const pooled = globalAverage(layer);
  return (view) => substitute([pooled], new Map([[image, view]]))[0] as Value<"f32">;
}

/**
 * The file of a backbone with trained weights and running statistics in place of its own; it says of itself which layers
 * it has and how pictures are normalised, as those of `makeBackbone` do.
 *
 * @param trained weights by name; others, such as those of heads, are left out
 */
export function exportBackbone(
  { name, model, mean, std, layers }: Backbone,
  trained: TrainedWeights,
): Uint8Array<ArrayBuffer> {
  const names = layers.map((layer) => layer.name);
  const [{ shape }] = readModel(model, name).inputs;
  const { input, outputs } = importModel(model, name, { outputs: names, shape: [shape[0], 3, ...shape.slice(2)] });
  const values = withTrained(outputs, trained);
  const facts: BackboneFacts = { layers: names, mean, std };
  return buildModel({
    inputs: [input],
    outputs: Object.fromEntries(names.map((layer, i) => [layer, values[i]])),
    name,
    metadata: { [BACKBONE_FACTS]: JSON.stringify(facts) },
  });
}
