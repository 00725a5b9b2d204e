/** Classifiers that are one network from pictures to logits or maps: how they are applied and kept. @module */
import { type } from "arktype";
import { packFitted, unpackFitted } from "../learn/fitted_file.ts";
import { applyNetwork } from "../learn/apply_network.ts";
import type { ApplyContext, Network } from "../learn/contract.ts";
import { whole } from "../learn/config.ts";
import { type AnomalyMap, score } from "../../domain.ts";
import { bindAxes, expectTensor } from "../../base/tensor/tensor.ts";
import type { Tensor } from "../../base/tensor/tensor.ts";
import type { AppliedClassifier, Classifier } from "./contract.ts";

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

/** The members of a classifier that follow from its being one network. */
export type NetworkMembers = Pick<Classifier<never, NetworkFitted>, "layers" | "apply" | "network" | "pack" | "unpack">;

/**
 * What classifiers share whose trained value is one network that holds the backbone.
 *
 * @param name as pipelines call it
 * @param title as people call it
 * @param output what the network gives: logits, or maps whose maximum is the score
 */
export function networkMembers(name: string, title: string, output: "logit" | "map" = "logit"): NetworkMembers {
  const network = ({ model }: NetworkFitted): Network => ({ model, outputs: [output] });
  return {
    layers: () => [],
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
