/** Trained classifiers as bytes: their ONNX graph and what belongs to it. @module */
import { type } from "arktype";
import { packFitted, unpackFitted } from "../learn/fitted_file.ts";
import type { ApplyContext } from "../detect/contract.ts";
import { whole } from "../learn/config.ts";
import type { AnomalyMap } from "../../domain.ts";
import { bindAxes, expectTensor, tensor } from "../../base/tensor/tensor.ts";
import type { Tensor } from "../../base/tensor/tensor.ts";
import type { AppliedClassifier } from "./contract.ts";

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

export function packNetwork(name: string, { model, height, width }: NetworkFitted): Uint8Array<ArrayBuffer> {
  return packFitted(name, {
    settings: { height, width },
    tensors: { model: { dtype: "u8", shape: [model.length], data: model } },
  });
}

export function unpackNetwork(name: string, bytes: Uint8Array): NetworkFitted {
  const { settings: size, tensors } = unpackFitted(name, bytes, settings, { model: ["u8", 1] });
  return { ...size, model: tensors.model.data };
}

/** A network from pictures to maps f32[N,1,h,w]. */
export async function applySegmenter(
  title: string,
  { runtime }: ApplyContext,
  { model, height, width }: NetworkFitted,
): Promise<AppliedClassifier> {
  const session = await runtime.open(model, title);
  const segment: NonNullable<AppliedClassifier["segment"]> = async ({ image }) => {
    bindAxes(image, ["N", 3, height, width], `apply ${title}`);
    const { map } = await session.run({ image });
    return expectTensor<"f32", readonly ["N", 1, "h", "w"], "distance">(
      map,
      "f32",
      ["N", 1, "h", "w"],
      `use the map of ${title}`,
    );
  };
  return {
    segment,
    classify: async (seen) => largest(await segment(seen)),
    release: () => session.release(),
  };
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
  return tensor<"f32", readonly ["N"], "logit">("f32", [count], scores);
}

export async function applyNetwork(
  title: string,
  { runtime }: ApplyContext,
  { model, height, width }: NetworkFitted,
): Promise<AppliedClassifier> {
  const session = await runtime.open(model, title);
  return {
    async classify({ image }) {
      bindAxes(image, ["N", 3, height, width], `apply ${title}`);
      const { logit } = await session.run({ image });
      return expectTensor<"f32", readonly ["N"], "logit">(logit, "f32", ["N"], `use the logit of ${title}`);
    },
    release: () => session.release(),
  };
}
