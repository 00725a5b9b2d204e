/** Networks that turn pictures into feature maps. @module */
import type { Image } from "../../domain.ts";
import { prependNormalisation, selectOutputs } from "../../engine/graph/file/edit.ts";
import type { Runtime } from "../../engine/session/runtime.ts";
import type { AsyncStage } from "../../stage.ts";
import { bindAxes, concat, describe, rows, shaped } from "../../base/tensor/tensor.ts";
import type { Dim, Tensor } from "../../base/tensor/tensor.ts";

/** The activations of one layer: C channels on a grid that is coarser than the picture by the layer's stride. */
export type FeatureMap<N extends Dim = "N"> = Tensor<"f32", readonly [N, "C", "H", "W"], "activation">;

/** A {@linkcode FeatureMap}: f32[N,C,H,W]. Throws a TypeError for another shape, a RangeError for another number of elements. */
export function featureMap(shape: FeatureMap["shape"], data?: Float32Array): FeatureMap {
  return shaped("f32", ["N", "C", "H", "W"], shape, data);
}

/** Feature maps by the name of their layer. */
export type FeatureMaps<N extends Dim = "N", Layer extends string = string> = Readonly<Record<Layer, FeatureMap<N>>>;

/** A layer that a backbone can give. */
export interface BackboneLayer {
  /** The name of the value in the model. */
  readonly name: string;
  /** Numbers a place. */
  readonly channels: number;
  /** Pixels of the picture per step of the grid. */
  readonly stride: number;
}

/** A network and what it expects; plain data. */
export interface Backbone {
  /** As files and errors call it. */
  readonly name: string;
  /** ONNX with one input f32[N,3,H,W], which it wants normalised. */
  readonly model: Uint8Array;
  /** What is taken from each colour of a picture of 0 to 1 … */
  readonly mean: readonly [number, number, number];
  /** … and what the rest is divided by. */
  readonly std: readonly [number, number, number];
  /** Those that it gives. */
  readonly layers: readonly BackboneLayer[];
  /** Of the model. */
  readonly sha256: string;
}

/** Pictures that one run of a backbone takes. */
export const BATCH = 8;

/** A backbone that is loaded into the runtime. */
export interface FeatureExtractor {
  /** As files and errors call it. */
  readonly name: string;
  /** Those that it gives. */
  readonly layers: readonly BackboneLayer[];
  /** Pictures of 0 to 1 in, feature maps out. The row of a picture does not depend on the others of its batch. */
  readonly extract: AsyncStage<Image, FeatureMaps>;
  /** Frees what the runtime holds. */
  release(): Promise<void>;
}

/**
 * Loads a backbone, with the normalisation as part of its graph. What lies behind the wanted layers is not computed.
 *
 * @param layers the names of the wanted ones; all where left out
 * @throws {RangeError} where a layer is none of the backbone's
 *
 * ```ts
 * import { openRuntime } from "../../engine/session/runtime.ts";
 * import { image } from "../../domain.ts";
 * import { openBackbone } from "./backbone.ts";
 * import { embeddedBackbone } from "./embedded.ts";
 * const features = await openBackbone(await openRuntime(), await embeddedBackbone(), ["stride8", "stride16"]);
 * const { stride8 } = await features.extract(image([1, 3, 64, 64]));
 * console.assert(stride8.shape.join() === "1,40,8,8");
 * await features.release();
 * ```
 */
export async function openBackbone(
  runtime: Runtime,
  backbone: Backbone,
  layers: readonly string[] = backbone.layers.map((layer) => layer.name),
): Promise<FeatureExtractor> {
  const { name } = backbone;
  const chosen = layers.map((wanted) => {
    const layer = backbone.layers.find((item) => item.name === wanted);
    if (layer) return layer;
    throw new RangeError(
      `Cannot open backbone "${name}" with layer "${wanted}" as its layers are ` +
        backbone.layers.map((item) => `"${item.name}"`).join(", "),
    );
  });
  if (chosen.length === 0) throw new RangeError(`Cannot open backbone "${name}" without a layer`);
  const model = prependNormalisation(selectOutputs(backbone.model, layers, name), backbone.mean, backbone.std, name);
  const session = await runtime.open(model, name);
  const [port] = session.inputs;
  // A model whose file fixes the batch runs as often as it takes.
  const fixed = typeof port.shape[0] === "number" ? port.shape[0] : undefined;
  if (fixed !== undefined && fixed !== 1) {
    await session.release();
    throw new TypeError(
      `Cannot open backbone "${name}" as its batch must be free or 1: current input is ` +
        `${port.dtype}[${port.shape.join(",")}]`,
    );
  }

  async function runOnce(image: Image): Promise<FeatureMap[]> {
    const [N] = image.shape;
    const outputs = await session.run({ [port.name]: image }, layers);
    return layers.map((layer) => {
      const { dtype, shape, data } = outputs[layer];
      if (dtype !== "f32" || shape.length !== 4 || shape[0] !== N) {
        throw new TypeError(
          `Cannot use layer "${layer}" of backbone "${name}" as it must be f32[${N},C,H,W]: ` +
            `current value is ${describe(outputs[layer])}`,
        );
      }
      const [, C, H, W] = shape as readonly number[];
      return featureMap([N, C, H, W], data as Float32Array);
    });
  }
  async function extract(image: Image): Promise<FeatureMaps> {
    const { N } = bindAxes(image, ["N", 3, "H", "W"], `extract features with backbone "${name}"`);
    if (N === 0) throw new TypeError(`Cannot extract features with backbone "${name}" as there is no picture`);
    const parts: FeatureMap[][] = [];
    if (fixed === undefined) parts.push(await runOnce(image));
    else for (let i = 0; i < N; i++) parts.push(await runOnce(rows(image, i, i + 1)));
    return Object.fromEntries(
      layers.map((layer, i) => [layer, parts.length === 1 ? parts[0][i] : concat(parts.map((part) => part[i]))]),
    );
  }
  return { name, layers: chosen, extract, release: session.release };
}
