/** What classifiers have learned, by their names: one network each, from pictures to logits or maps. @module */
import { type } from "arktype";
import { packFitted, unpackFitted } from "../learn/fitted_file.ts";
import { applyNetwork } from "../learn/apply_network.ts";
import { type ApplyContext, findNamed, type Network } from "../learn/contract.ts";
import { whole } from "../learn/config.ts";
import { type AnomalyMap, score } from "../../domain.ts";
import { bindAxes, expectTensor } from "../../base/tensor/tensor.ts";
import type { Tensor } from "../../base/tensor/tensor.ts";
import type { AppliedClassifier, ClassifierName, FittedClassifier } from "./contract.ts";

/** A trained network from pictures to logits or maps: plain data. */
export interface NetworkFitted {
  /** ONNX: image f32[N,3,H,W] of 0 to 1 in, logit f32[N] or map f32[N,1,h,w] out. */
  readonly model: Uint8Array;
  /** Of the pictures that it was trained on, in pixels. */
  readonly height: number;
  /** As the height. */
  readonly width: number;
}

const settings = type({ "+": "reject", height: whole, width: whole });

/**
 * What a classifier has learned whose trained value is one network that holds the backbone.
 *
 * @param name as pipelines call it
 * @param title as people call it
 * @param output what the network gives: logits, or maps whose maximum is the score
 */
function fittedNetwork(
  name: ClassifierName,
  title: string,
  output: "logit" | "map" = "logit",
): FittedClassifier<NetworkFitted> {
  const network = ({ model }: NetworkFitted): Network => ({ model, outputs: [output] });
  return {
    name,
    title,
    network,
    apply: (context, fitted) => applyClassifier(title, context, network(fitted), fitted),
    pack: ({ model, height, width }) =>
      packFitted(name, {
        settings: { height, width },
        tensors: { model: { dtype: "u8", shape: [model.length], data: model } },
      }),
    unpack(bytes) {
      const { settings: size, tensors } = unpackFitted(name, bytes, settings, { model: ["u8", 1] });
      return { ...size, model: tensors.model.data };
    },
  };
}

/** What every classifier has learned, by the name that pipelines and model files use. */
export const FITTED_CLASSIFIERS: { readonly [Name in ClassifierName]: FittedClassifier<NetworkFitted> } = {
  wrn: fittedNetwork("wrn", "WRN"),
  devnet: fittedNetwork("devnet", "DevNet"),
  dra: fittedNetwork("dra", "DRA"),
  linear: fittedNetwork("linear", "Linear"),
  unet: fittedNetwork("unet", "U-Net", "map"),
};

/**
 * How what the classifier of a name has learned is read and applied.
 *
 * @throws {RangeError} where there is none; the message lists those that there are
 *
 * ```ts
 * import { fittedClassifierNamed } from "./fitted_table.ts";
 * console.assert(fittedClassifierNamed("unet").title === "U-Net");
 * ```
 */
export function fittedClassifierNamed(name: string): FittedClassifier {
  return findNamed("classifier", FITTED_CLASSIFIERS, name);
}

async function applyClassifier(
  title: string,
  context: ApplyContext,
  network: Network,
  { height, width }: NetworkFitted,
): Promise<AppliedClassifier> {
  const { run, release } = await applyNetwork(title, context, network);
  const see: typeof run = async (seen) => {
    bindAxes(seen.image, ["N", 3, height, width], `apply ${title}`);
    return await run(seen);
  };
  if (network.outputs[0] === "logit") {
    return {
      async classify(seen) {
        const { logit } = await see(seen);
        return expectTensor<"f32", readonly ["N"], "logit">(logit, "f32", ["N"], `use the logit of ${title}`);
      },
      release,
    };
  }
  const segment: NonNullable<AppliedClassifier["segment"]> = async (seen) => {
    const { map } = await see(seen);
    return expectTensor<"f32", readonly ["N", 1, "h", "w"], "distance">(
      map,
      "f32",
      ["N", 1, "h", "w"],
      `use the map of ${title}`,
    );
  };
  return { segment, classify: async (seen) => largest(await segment(seen)), release };
}

/** The score of each picture by its map: the largest pixel, or NaN where one is. */
export function largest({ shape, data }: AnomalyMap<"N", 1, "h", "w">): Tensor<"f32", readonly ["N"], "logit"> {
  const [count] = shape;
  const pixels = data.length / count;
  const scores = Float32Array.from({ length: count }, (_, n) => {
    let most = -Infinity;
    // NaN is above nothing, and must not be lost: from then on nothing is above it.
    for (let i = n * pixels; i < (n + 1) * pixels; i++) if (data[i] > most || Number.isNaN(data[i])) most = data[i];
    return most;
  });
  return score([count], scores);
}
