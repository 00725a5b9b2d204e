/** Where pre-training begins: a network by name with drawn or stored weights, or a backbone file. @module */
import { stat } from "node:fs/promises";
import type { Backbone } from "../backbone/backbone.ts";
import { embeddedBackbone } from "../backbone/embedded.ts";
import { loadBackbone, toBackbone } from "../backbone/load.ts";
import { makeBackbone, readWeights } from "../backbone/make_file.ts";
import type { Runtime } from "../../engine/session/runtime.ts";

/** All layers of the networks that are known by name: the coarsest is what is averaged. */
const NETWORKS = {
  resnet18: ["layer1", "layer2", "layer3", "layer4"],
  resnet50: ["layer1", "layer2", "layer3", "layer4"],
  wide_resnet50_2: ["layer1", "layer2", "layer3", "layer4"],
  efficientnet_lite0: ["stride4", "stride8", "stride16"],
} as const;

/** Their names. */
export const NETWORK_NAMES = Object.keys(NETWORKS) as readonly (keyof typeof NETWORKS)[];

/** See {@linkcode startingBackbone}. */
export interface StartOptions {
  /** A network's name, or the path of an ONNX file. */
  readonly backbone: string;
  /** Draw the weights (He et al. 2015, as torchvision does). */
  readonly random: boolean;
  /** A safetensors file of weights with torchvision's or timm's names. */
  readonly weights?: string;
  /** Of an ONNX file that does not say them itself. */
  readonly layers?: readonly string[];
  /** Of weights that are drawn. */
  readonly seed: number;
  /** What the network is tried out with. */
  readonly runtime: Runtime;
}

/**
 * Opens it. `efficientnet_lite0` by its name alone is the embedded one, whose batch norms are folded into convolutions: it
 * is trained without batch norm.
 *
 * @throws {TypeError} where it is not said which weights a network begins with, or two ways are
 * @throws {Error} where a file cannot be read or is no backbone
 *
 * ```ts
 * import { openRuntime } from "../../engine/session/runtime.ts";
 * import { startingBackbone } from "./initial_network.ts";
 * const runtime = await openRuntime();
 * const { layers } = await startingBackbone({ backbone: "efficientnet_lite0", random: true, seed: 1, runtime });
 * console.assert(layers.length === 3);
 * ```
 */
export async function startingBackbone(options: StartOptions): Promise<Backbone> {
  const { backbone, random, weights, layers, seed, runtime } = options;
  if (random && weights !== undefined) {
    throw new TypeError(
      "Cannot start from weights that are both drawn and read: give either --random or --weights FILE",
    );
  }
  if (!isNetwork(backbone)) {
    if (random || weights !== undefined) {
      throw new TypeError(
        `Cannot give "${backbone}" other weights as it is no network by name: those are ${NETWORK_NAMES.join(", ")}`,
      );
    }
    if (await stat(backbone).catch(() => undefined)) return await loadBackbone(backbone, { layers, runtime });
    throw new Error(
      `Cannot start from "${backbone}" as there is no such file, and the networks by name are ${
        NETWORK_NAMES.join(", ")
      }`,
    );
  }
  if (layers) throw new TypeError(`Cannot choose layers of ${backbone} as all of it is trained: leave out --layers`);
  const make = async (from: Parameters<typeof makeBackbone>[1]) =>
    await toBackbone(makeBackbone(backbone, from, NETWORKS[backbone]), backbone, { runtime });
  if (random) return await make({ seed });
  if (weights !== undefined) return await make({ tensors: await readWeights(weights), name: weights });
  if (backbone === "efficientnet_lite0") return await embeddedBackbone();
  throw new TypeError(
    `Cannot start from ${backbone} without weights: give --random to draw them, --weights FILE for a safetensors file ` +
      "with torchvision's names, or --backbone efficientnet_lite0, whose weights come with the code",
  );
}

function isNetwork(name: string): name is keyof typeof NETWORKS {
  return Object.hasOwn(NETWORKS, name);
}
