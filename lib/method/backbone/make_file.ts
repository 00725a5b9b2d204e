/** Backbone files from weights: a known network, filled from safetensors with the names of published files. @module */
import { extname } from "node:path";
import { buildModel } from "../../engine/graph/model.ts";
import { input } from "../../engine/graph/value.ts";
import type { Value } from "../../engine/graph/value.ts";
import { drawWeights, storedWeights, weightData, weightsBehind } from "../../engine/graph/weights.ts";
import type { StoredWeights, Weights } from "../../engine/graph/weights.ts";
import { readWhole } from "../../base/io/read_file.ts";
import { readSafetensors } from "../../base/io/safetensors.ts";
import { seededRandom } from "../../base/tensor/random.ts";
import { BACKBONE_FACTS, IMAGENET_MEAN, IMAGENET_STD } from "./metadata.ts";
import { lite0 } from "./lite0.ts";
import type { Lite0Layers } from "./lite0.ts";
import { pdn } from "./pdn.ts";
import { writePdn } from "./pdn_file.ts";
import { pdnNames } from "./pdn_names.ts";
import { resNet, RESNETS } from "./resnet.ts";
import type { ResNetLayers } from "./resnet.ts";

/** Patch description networks by name, and their sizes. */
export const PDNS = { pdn_small: "small", pdn_medium: "medium" } as const;

/** A network that can be made by name, and gives several layers. */
export type LayeredArchitecture = keyof typeof RESNETS | "efficientnet_lite0";
/** A network that can be made by name. */
export type Architecture = LayeredArchitecture | keyof typeof PDNS;

/** All of them. */
export const ARCHITECTURES = [
  ...Object.keys(RESNETS),
  "efficientnet_lite0",
  ...Object.keys(PDNS),
] as readonly Architecture[];

/**
 * Layers that a file gives where no others are named: all. Detectors choose among them by stride, and what none of them
 * asks for is not computed; classifiers stand on the coarsest, which must be the end of the network.
 */
const USUAL_LAYERS = {
  residual: ["layer1", "layer2", "layer3", "layer4"],
  lite0: ["stride4", "stride8", "stride16"],
} as const;

/** A weights file. */
export interface StoredFile {
  /** What it holds. */
  readonly tensors: StoredWeights;
  /** Its name, for errors. */
  readonly name: string;
}

/**
 * The ONNX file of a network, with batch norms as nodes (the runtime folds them when it loads the file, and training
 * finds them), and what a pipeline must know of it in the metadata.
 *
 * @throws {TypeError} where weights are missing, do not fit, or are left over, as of a deeper network; classifiers may be
 *
 * ```ts
 * import { makeBackbone } from "./make_file.ts";
 * const bytes = makeBackbone("resnet18", { seed: 0 }, ["layer1"]);
 * console.assert(bytes.length > 100_000);
 * ```
 */
export function makeBackbone(
  architecture: Architecture,
  from: StoredFile | { readonly seed: number },
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

type From = StoredFile | { readonly seed: number };

/** The layer whose weights say how many channels come out. */
function lastOf(architecture: keyof typeof PDNS): string {
  return architecture === "pdn_small" ? "conv4.weight" : "conv6.weight";
}

/** The paper's number. */
const PDN_CHANNELS = 384;

function makePdn(architecture: keyof typeof PDNS, from: From, layers?: readonly string[]): Uint8Array<ArrayBuffer> {
  if (layers && layers.join() !== "features") {
    throw new RangeError(
      `Cannot make backbone ${architecture} with layers ${layers.join(", ")} as its one is "features"`,
    );
  }
  const size = PDNS[architecture];
  const tensors = "seed" in from ? {} : namedFor(architecture, from.tensors);
  const channels = tensors[lastOf(architecture)]?.shape[0] ?? PDN_CHANNELS;
  const shape = { size, width: 1, channels, padding: true } as const;
  const given = "seed" in from ? drawWeights(seededRandom(from.seed)) : checkedWeights(architecture, from);
  const made = pdn(input("image", "f32", [1, 3, 64, 64]), given, shape);
  const weights = Object.fromEntries([...weightsBehind([made])].map(([name, weight]) => [name, weightData(weight)]));
  return writePdn({ shape, weights }, architecture);
}

function makeLayered(
  architecture: LayeredArchitecture,
  from: From,
  layers: readonly string[],
): Uint8Array<ArrayBuffer> {
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

function layersOf(
  architecture: LayeredArchitecture,
  image: Value<"f32">,
  weights: Weights,
): ResNetLayers | Lite0Layers {
  return architecture === "efficientnet_lite0" ? lite0(image, weights) : resNet(image, weights, RESNETS[architecture]);
}

/** Weights of a file, with an error that says which network they look like. */
function checkedWeights(architecture: Architecture, { tensors, name }: StoredFile): Weights {
  const problem = misfit(architecture, tensors, name);
  if (problem === undefined) return storedWeights(namedFor(architecture, tensors), name);
  const other = ARCHITECTURES.find((each) => each !== architecture && misfit(each, tensors, name) === undefined);
  throw other
    ? new TypeError(`Cannot make ${architecture} of "${name}" as its weights are those of ${other}`)
    : problem;
}

/** A file's weights by the names that the network has for them. */
function namedFor(architecture: Architecture, tensors: StoredWeights): StoredWeights {
  return isPdn(architecture) ? pdnNames(tensors, PDNS[architecture]) : tensors;
}

/**
 * Names that a file may hold besides the weights of a network's layers: its classifier, what lies in front of that, and
 * counters. Anything else belongs to a deeper or otherwise different network, whose cut would compute nonsense in silence.
 */
const BEYOND = {
  residual: /^fc\.|\.num_batches_tracked$/,
  // Behind the last block that is used, of stride 16.
  lite0: /^(conv_head|bn2|classifier|blocks\.[56])\.|\.num_batches_tracked$/,
  pdn: /^$/,
} as const;

/** Why a file's weights are not those of a network; undefined where they are. */
function misfit(architecture: Architecture, given: StoredWeights, name: string): TypeError | undefined {
  const tensors = namedFor(architecture, given);
  const image = input("image", "f32", [1, 3, 64, 64]);
  const stored = storedWeights(tensors, name);
  const used = new Set<string>();
  const weights: Weights = (wanted, shape, init) => {
    used.add(wanted);
    return stored(wanted, shape, init);
  };
  try {
    if (isPdn(architecture)) {
      const channels = tensors[lastOf(architecture)]?.shape[0] ?? PDN_CHANNELS;
      pdn(image, weights, { size: PDNS[architecture], width: 1, channels, padding: true });
    } else layersOf(architecture, image, weights);
  } catch (cause) {
    if (cause instanceof TypeError) return cause;
    throw cause;
  }
  const beyond = BEYOND[isPdn(architecture) ? "pdn" : architecture === "efficientnet_lite0" ? "lite0" : "residual"];
  const left = Object.keys(tensors).filter((each) => !used.has(each) && !beyond.test(each));
  if (left.length === 0) return undefined;
  const [first, ...others] = left;
  return new TypeError(
    `Cannot make ${architecture} of "${name}" as it also holds "${first}"` +
      (others.length > 0 ? ` and ${others.length} more arrays` : "") +
      ` that ${architecture} does not have: is it of this architecture?`,
  );
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
  const { tensors } = readSafetensors(await readWhole(path), path);
  return Object.fromEntries(
    Object.entries(tensors).flatMap(([name, tensor]) =>
      tensor.dtype === "i64" ? [] : [[name.replace(/^module\./, ""), tensor]]
    ),
  );
}
