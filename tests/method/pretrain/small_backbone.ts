/** A backbone of two convolutions with batch norm and weights by formula, as in tools/oracles/pretrain.py. @module */
import type { Backbone } from "../../../lib/method/backbone/backbone.ts";
import { IMAGENET_MEAN, IMAGENET_STD } from "../../../lib/method/backbone/metadata.ts";
import { normOf } from "../../../lib/method/backbone/resnet.ts";
import { buildModel } from "../../../lib/engine/graph/model.ts";
import { conv, relu } from "../../../lib/engine/graph/ops.ts";
import { input, literal } from "../../../lib/engine/graph/value.ts";
import type { Value } from "../../../lib/engine/graph/value.ts";
import { zeros } from "../../../lib/engine/graph/weights.ts";
import type { Weights } from "../../../lib/engine/graph/weights.ts";
import { sha256 } from "../../../lib/base/io/hash.ts";
import { sizeOf } from "../../../lib/base/tensor/tensor.ts";

export function wave(shape: readonly number[], phase: number, scale = 1, offset = 0): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: sizeOf(shape) }, (_, i) => scale * Math.sin(0.7 * i + phase) + offset);
}

/** A weight's name and shape say what it is. */
export const formula: Weights = (name, shape) => {
  const data = shape.length > 1
    ? wave(shape, name.length, Math.sqrt(4 / sizeOf(shape.slice(1))))
    : wave(shape, name.length, 0.1, /(weight|running_var)$/.test(name) ? 1 : 0);
  return literal({ dtype: "f32", shape, data }, name);
};

/** Layers `low` of stride 2 and `high` of stride 4. */
export function smallBackbone(): Backbone {
  const image = input("image", "f32", ["N", 3, "H", "W"]);
  const block = (x: Value<"f32">, i: number, channels: number) => {
    const weight = formula(`conv${i}.weight`, [channels, Number(x.shape[1]), 3, 3], zeros);
    return relu(normOf(conv(x, weight, { strides: [2, 2], pads: [1, 1, 1, 1] }), formula, `bn${i}`));
  };
  const low = block(image, 1, 4);
  const model = buildModel({ inputs: [image], outputs: { low, high: block(low, 2, 5) }, name: "small" });
  return {
    name: "small",
    model,
    mean: IMAGENET_MEAN,
    std: IMAGENET_STD,
    layers: [{ name: "low", channels: 4, stride: 2 }, { name: "high", channels: 5, stride: 4 }],
    sha256: sha256(model),
  };
}
