/** Backbones of the user's own, from ONNX files. @module */
import { basename } from "node:path";
import { selectOutputs } from "../../engine/graph/file/edit.ts";
import { readModel } from "../../engine/graph/file/parse.ts";
import { readOnnxFile } from "../../engine/graph/file/read.ts";
import { sha256 } from "../../base/io/hash.ts";
import { openRuntime } from "../../engine/session/runtime.ts";
import type { Runtime } from "../../engine/session/runtime.ts";
import { describe } from "../../base/tensor/tensor.ts";
import { image } from "../../domain.ts";
import type { Dim } from "../../base/tensor/tensor.ts";
import type { Backbone, BackboneLayer } from "./backbone.ts";
import { IMAGENET_MEAN, IMAGENET_STD, readFacts } from "./metadata.ts";

/** What a file does not say of itself. */
export interface LoadOptions {
  /** Names of values in the graph, in the order in which detectors see them; what the file says where left out. */
  readonly layers?: readonly string[];
  /** What the network wants to be taken from each colour of a picture of 0 to 1; what the file says where left out, or
   * else ImageNet's. */
  readonly mean?: readonly [number, number, number];
  /** … and what it wants the rest to be divided by. */
  readonly std?: readonly [number, number, number];
  /** What the probe runs on; the CPU where left out. */
  readonly runtime?: Runtime;
}

/** The side of the probe picture where the network leaves it open: a multiple of all usual strides. */
const PROBE_SIDE = 256;
/** Pixels of a probe, at most: a file may fix any size. */
const MOST_PIXELS = 2 ** 25;

/**
 * Reads an ONNX file as a backbone. Runs one grey picture through it to learn the channels and strides of the layers.
 *
 * @throws {Error} where the file cannot be read, or the runtime refuses it
 * @throws {SyntaxError} where it is no ONNX file
 * @throws {RangeError} where a layer is unknown (the message lists names, the nearest first), a std is not positive, or the
 * input is fixed to more pixels than can be tried
 * @throws {TypeError} where the input is not one f32[N,3,H,W], or a layer gives no f32[N,C,H,W] on an even grid
 *
 * ```ts ignore
 * const backbone = await loadBackbone("resnet18.onnx", { layers: ["/layer2/layer2.1/act2/Relu_output_0"] });
 * ```
 */
export async function loadBackbone(path: string, options: LoadOptions): Promise<Backbone> {
  const model = await readOnnxFile(path);
  return await toBackbone(model, basename(path).replace(/\.onnx$/i, ""), options);
}

/** {@linkcode loadBackbone} for bytes that were read before. */
export async function toBackbone(model: Uint8Array, name: string, options: LoadOptions): Promise<Backbone> {
  const facts = readFacts(readModel(model, name).metadata, name);
  const { layers = facts?.layers ?? [], runtime = await openRuntime() } = options;
  const { mean = facts?.mean ?? IMAGENET_MEAN, std = facts?.std ?? IMAGENET_STD } = options;
  if (layers.length === 0) {
    throw new RangeError(`Cannot use "${name}" as a backbone without a layer: name the layers to read with --layers`);
  }
  if (![...mean, ...std].every(Number.isFinite) || std.some((value) => value <= 0)) {
    throw new RangeError(`Cannot use "${name}" as a backbone as each std must be above 0: current values are ${std}`);
  }
  const selected = selectOutputs(model, layers, name);
  const { inputs } = readModel(selected, name);
  const [image] = inputs;
  const fits = inputs.length === 1 && image.dtype === "f32" && image.shape.length === 4 &&
    (typeof image.shape[1] === "string" || image.shape[1] === 3);
  if (!fits) {
    const current = inputs.map((port) => `${port.name} ${port.dtype}[${port.shape.join(",")}]`).join(", ");
    throw new TypeError(`Cannot use "${name}" as a backbone as its input must be f32[N,3,H,W]: current is ${current}`);
  }
  const found = await probe(runtime, selected, name, layers, image.shape);
  return { name, model, mean: [...mean], std: [...std], layers: found, sha256: sha256(model) };
}

async function probe(
  runtime: Runtime,
  model: Uint8Array,
  name: string,
  layers: readonly string[],
  [N, , H, W]: readonly Dim[],
): Promise<BackboneLayer[]> {
  const size = (dim: Dim, free: number) => typeof dim === "number" ? dim : free;
  const [count, height, width] = [size(N, 1), size(H, PROBE_SIDE), size(W, PROBE_SIDE)];
  const area = count * height * width;
  if (!([count, height, width].every((side) => side >= 1) && area <= MOST_PIXELS)) {
    throw new RangeError(
      `Cannot use "${name}" as a backbone as its input is fixed to ${count} pictures of ${height} × ${width}: ` +
        `from 1 to ${MOST_PIXELS} pixels can be tried`,
    );
  }
  const session = await runtime.open(model, name);
  try {
    const grey = image([count, 3, height, width]);
    const outputs = await session.run({ [session.inputs[0].name]: grey }, layers);
    return layers.map((layer) => {
      const { dtype, shape } = outputs[layer];
      const [n, channels, rows, columns] = shape as readonly number[];
      const stride = height / rows;
      const even = Number.isInteger(stride) && width / columns === stride;
      if (dtype !== "f32" || shape.length !== 4 || n !== count || !even) {
        throw new TypeError(
          `Cannot use layer "${layer}" of "${name}" as it must be f32[N,C,H,W] with H and W dividing those of the ` +
            `picture ${height} × ${width}: current value is ${describe(outputs[layer])}`,
        );
      }
      return { name: layer, channels, stride };
    });
  } finally {
    await session.release();
  }
}
