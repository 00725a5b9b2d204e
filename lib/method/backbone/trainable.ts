/** Backbones as values: what trains one further, or learns from one, builds on. @module */
import { importModel } from "../../engine/graph/file/import.ts";
import { div, sub } from "../../engine/graph/ops.ts";
import { substitute } from "../../engine/graph/substitute.ts";
import { input, literal, toLiteral } from "../../engine/graph/value.ts";
import type { Value } from "../../engine/graph/value.ts";
import { readModel } from "../../engine/graph/file/parse.ts";
import type { Dim } from "../../base/tensor/tensor.ts";
import type { Backbone } from "./backbone.ts";

/** A backbone as values. */
export interface TrainableBackbone {
  /** Pictures of 0 to 1, f32[N,3,H,W]. */
  readonly image: Value<"f32">;
  /** The wanted layers, in their order. */
  readonly layers: readonly Value<"f32">[];
}

/**
 * The graph of a backbone, with its normalisation in front. Batch norms that are nodes of the file keep their running
 * statistics (see `withBatchStatistics`); where they are folded into convolutions, as in the embedded backbone, those are
 * trained with their biases.
 *
 * @param shape of the pictures, e.g. [8, 3, 256, 256]
 * @throws {SyntaxError} where the file has an operator that cannot be trained; the message names it
 *
 * ```ts
 * import { embeddedBackbone } from "./embedded.ts";
 * import { trainableBackbone } from "./trainable.ts";
 * const { layers } = trainableBackbone(await embeddedBackbone(), ["stride16"], [4, 3, 64, 64]);
 * console.assert(layers[0].shape.join() === "4,112,4,4");
 * ```
 */
export function trainableBackbone(
  backbone: Backbone,
  layers: readonly string[],
  shape: readonly [Dim, 3, Dim, Dim],
): TrainableBackbone {
  const { name, model, mean, std } = backbone;
  const [port] = readModel(model, name).inputs;
  const free = port.shape.map((_, axis) => axis === 1 ? 3 : shape[axis]);
  const imported = importModel(model, name, { outputs: layers, shape: free });
  const image = input("image", "f32", shape) as Value<"f32">;
  const colours = (values: readonly number[]): Value<"f32"> => literal(toLiteral("f32", values, [1, 3, 1, 1]));
  const normal = div(sub(image, colours(mean)), colours(std));
  const outputs = substitute(imported.outputs, new Map([[imported.input, normal]]));
  return { image, layers: outputs as Value<"f32">[] };
}
