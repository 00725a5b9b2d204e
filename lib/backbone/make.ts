/** Backbone files from weights: a known network, filled from safetensors with torchvision's names. @module */
import { readFile } from "node:fs/promises";
import { extname } from "node:path";
import { buildModel } from "../graph/model.ts";
import { input } from "../graph/value.ts";
import { drawWeights, storedWeights } from "../graph/weights.ts";
import type { StoredWeights, Weights } from "../graph/weights.ts";
import { readSafetensors } from "../io/safetensors.ts";
import { seededRandom } from "../tensor/random.ts";
import { BACKBONE_FACTS } from "./facts.ts";
import { IMAGENET_MEAN, IMAGENET_STD } from "./load.ts";
import { resNet, RESNETS } from "./resnet.ts";

/** A network that can be made by name. */
export type Architecture = keyof typeof RESNETS;

/** All of them. */
export const ARCHITECTURES = Object.keys(RESNETS) as readonly Architecture[];

/** Layers that a backbone file gives where no others are named: those of strides 4, 8 and 16. */
export const USUAL_LAYERS = ["layer1", "layer2", "layer3"] as const;

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
  layers: readonly string[] = USUAL_LAYERS,
): Uint8Array<ArrayBuffer> {
  const weights = "seed" in from ? drawWeights(seededRandom(from.seed)) : checkedWeights(architecture, from);
  const image = input("image", "f32", ["N", 3, "H", "W"]);
  const all = resNet(image, weights, RESNETS[architecture]);
  const outputs = Object.fromEntries(layers.map((layer) => {
    if (Object.hasOwn(all, layer)) return [layer, all[layer as keyof typeof all]];
    throw new RangeError(
      `Cannot make backbone ${architecture} with layer "${layer}" as its layers are ${Object.keys(all).join(", ")}`,
    );
  }));
  const facts = { layers, mean: IMAGENET_MEAN, std: IMAGENET_STD };
  return buildModel({
    inputs: [image],
    outputs,
    name: architecture,
    metadata: { [BACKBONE_FACTS]: JSON.stringify(facts) },
  });
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
  try {
    resNet(input("image", "f32", [1, 3, 64, 64]), storedWeights(tensors, ""), RESNETS[architecture]);
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
