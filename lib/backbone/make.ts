/** Backbone files from weights: a known network, filled from safetensors with torchvision's or anomalib's names. @module */
import { readFile } from "node:fs/promises";
import { extname } from "node:path";
import { buildModel } from "../graph/model.ts";
import { input } from "../graph/value.ts";
import type { Value } from "../graph/value.ts";
import { drawWeights, storedWeights, weightData, weightsBehind } from "../graph/weights.ts";
import type { StoredWeights, Weights } from "../graph/weights.ts";
import { readSafetensors } from "../io/safetensors.ts";
import { seededRandom } from "../tensor/random.ts";
import { BACKBONE_FACTS } from "./facts.ts";
import { IMAGENET_MEAN, IMAGENET_STD } from "./load.ts";
import { lite0 } from "./lite0.ts";
import type { Lite0Layers } from "./lite0.ts";
import { pdn } from "./pdn.ts";
import { writePdn } from "./pdn_file.ts";
import { resNet, RESNETS } from "./resnet.ts";
import type { ResNetLayers } from "./resnet.ts";

/** Patch description networks by name. */
const PDNS = { pdn_small: "small", pdn_medium: "medium" } as const;

type Layered = keyof typeof RESNETS | "efficientnet_lite0";
/** A network that can be made by name. */
export type Architecture = Layered | keyof typeof PDNS;

/** All of them. */
export const ARCHITECTURES = [
  ...Object.keys(RESNETS),
  "efficientnet_lite0",
  ...Object.keys(PDNS),
] as readonly Architecture[];

/** Layers that a file gives where no others are named: those of strides 4, 8 and 16. */
const USUAL_LAYERS = {
  residual: ["layer1", "layer2", "layer3"],
  lite0: ["stride4", "stride8", "stride16"],
} as const;

/**
 * The ONNX file of a network, with batch norms as nodes (the runtime folds them when it loads the file, and training
 * finds them), and what a pipeline must know of it in the metadata.
 *
 * @throws {TypeError} where weights are missing or do not fit
 *
 * ```ts
 * import { makeBackbone } from "./make.ts";
 * const bytes = makeBackbone("resnet18", { seed: 0 }, ["layer1"]);
 * console.assert(bytes.length > 100_000);
 * ```
 */
export function makeBackbone(
  architecture: Architecture,
  from: { readonly tensors: StoredWeights; readonly name: string } | { readonly seed: number },
  layers?: readonly string[],
): Uint8Array<ArrayBuffer> {
  return isPdn(architecture) ? makePdn(architecture, from, layers) : makeLayered(
    architecture,
    from,
    layers ?? USUAL_LAYERS[architecture === "efficientnet_lite0" ? "lite0" : "residual"],
  );
}

function isPdn(architecture: Architecture): architecture is keyof typeof PDNS {
  return Object.hasOwn(PDNS, architecture);
}

type From = { readonly tensors: StoredWeights; readonly name: string } | { readonly seed: number };

function makePdn(architecture: keyof typeof PDNS, from: From, layers?: readonly string[]): Uint8Array<ArrayBuffer> {
  if (layers && layers.join() !== "features") {
    throw new RangeError(
      `Cannot make backbone ${architecture} with layers ${layers.join(", ")} as its one is "features"`,
    );
  }
  const size = PDNS[architecture];
  const last = size === "small" ? "conv4.weight" : "conv6.weight";
  const channels = "seed" in from ? 384 : from.tensors[last]?.shape[0] ?? 384;
  const shape = { size, width: 1, channels, padding: true } as const;
  const given = "seed" in from ? drawWeights(seededRandom(from.seed)) : checkedWeights(architecture, from);
  const made = pdn(input("image", "f32", [1, 3, 64, 64]), given, shape);
  const weights = Object.fromEntries([...weightsBehind([made])].map(([name, weight]) => [name, weightData(weight)]));
  return writePdn({ shape, weights }, architecture);
}

function makeLayered(architecture: Layered, from: From, layers: readonly string[]): Uint8Array<ArrayBuffer> {
  const weights = "seed" in from ? drawWeights(seededRandom(from.seed)) : checkedWeights(architecture, from);
  const image = input("image", "f32", ["N", 3, "H", "W"]);
  const all: Readonly<Record<string, Value<"f32">>> = { ...layersOf(architecture, image, weights) };
  const outputs = Object.fromEntries(layers.map((layer) => {
    if (Object.hasOwn(all, layer)) return [layer, all[layer]];
    throw new RangeError(
      `Cannot make backbone ${architecture} with layer "${layer}" as its layers are ${Object.keys(all).join(", ")}`,
    );
  }));
  const half = [0.5, 0.5, 0.5];
  const lite = architecture === "efficientnet_lite0";
  const facts = { layers, mean: lite ? half : IMAGENET_MEAN, std: lite ? half : IMAGENET_STD };
  return buildModel({
    inputs: [image],
    outputs,
    name: architecture,
    metadata: { [BACKBONE_FACTS]: JSON.stringify(facts) },
  });
}

function layersOf(architecture: Layered, image: Value<"f32">, weights: Weights): ResNetLayers | Lite0Layers {
  return architecture === "efficientnet_lite0" ? lite0(image, weights) : resNet(image, weights, RESNETS[architecture]);
}

/** Weights of a file, with an error that says which network they look like. */
function checkedWeights(architecture: Architecture, from: { tensors: StoredWeights; name: string }): Weights {
  if (fits(architecture, from.tensors)) return storedWeights(from.tensors, from.name);
  const other = ARCHITECTURES.find((each) => each !== architecture && fits(each, from.tensors));
  if (other) {
    throw new TypeError(`Cannot make ${architecture} of "${from.name}" as its weights are those of ${other}`);
  }
  return storedWeights(from.tensors, from.name);
}

function fits(architecture: Architecture, tensors: StoredWeights): boolean {
  const image = input("image", "f32", [1, 3, 64, 64]);
  const weights = storedWeights(tensors, "");
  try {
    if (isPdn(architecture)) {
      const channels = tensors[architecture === "pdn_small" ? "conv4.weight" : "conv6.weight"]?.shape[0];
      pdn(image, weights, { size: PDNS[architecture], width: 1, channels, padding: true });
    } else layersOf(architecture, image, weights);
    return true;
  } catch {
    return false;
  }
}

/**
 * Reads a weights file: safetensors with torchvision's or timm's names; a prefix `module.` is taken off.
 *
 * @throws {Error} where the file cannot be read
 * @throws {SyntaxError} where it is no safetensors file, with the way out where it is PyTorch's own format
 */
export async function readWeights(path: string): Promise<StoredWeights> {
  if ([".pth", ".pt", ".bin"].includes(extname(path))) {
    throw new SyntaxError(
      `Cannot read "${path}" as weights as it is PyTorch's own format, which only Python reads. Once, in Python: ` +
        `import torch, safetensors.torch as s; s.save_file(torch.load("${path}", map_location="cpu"), "weights.safetensors")`,
    );
  }
  let bytes: Uint8Array;
  try {
    bytes = new Uint8Array(await readFile(path));
  } catch (cause) {
    throw new Error(`Cannot read "${path}" as ${(cause as Error).message}`, { cause });
  }
  const { tensors } = readSafetensors(bytes, path);
  return Object.fromEntries(
    Object.entries(tensors).flatMap(([name, held]) =>
      held.dtype === "i64" ? [] : [[name.replace(/^module\./, ""), held]]
    ),
  );
}
