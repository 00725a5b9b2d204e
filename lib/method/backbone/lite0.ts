/**
 * EfficientNet-Lite0 up to stride 16 (Tan and Le 2019; the Lite variants of 2020) as a graph with its batch norms, and
 * timm's names of weights (`tf_efficientnet_lite0`): `conv_stem`, `bn1`, `blocks.0.0.conv_dw`, …
 * @module
 */
import { add, batchNorm, clip, conv } from "../../engine/graph/ops.ts";
import type { Value } from "../../engine/graph/value.ts";
import { heNormal, ones, scoped, zeros } from "../../engine/graph/weights.ts";
import type { Weights } from "../../engine/graph/weights.ts";
import { LITE0 } from "./efficientnet_lite.ts";

/** The stages' outputs by their names in a backbone file. */
export interface Lite0Layers {
  readonly stride4: Value<"f32">;
  readonly stride8: Value<"f32">;
  readonly stride16: Value<"f32">;
}

/** timm's epsilon for networks from TensorFlow. */
const EPSILON = 1e-3;
const STEM = 32;

function convolved(
  x: Value<"f32">,
  weights: Weights,
  [name, norm]: readonly [string, string],
  { channels, kernel = 1, stride = 1, groups = 1 }: {
    readonly channels: number;
    readonly kernel?: number;
    readonly stride?: number;
    readonly groups?: number;
  },
): Value<"f32"> {
  const size = [channels, Number(x.shape[1]) / groups, kernel, kernel];
  const weight = weights(`${name}.weight`, size, heNormal(channels * kernel ** 2 / groups));
  const made = conv(x, weight, { strides: [stride, stride], pads: "same", groups, name });
  return batchNorm(made, {
    scale: weights(`${norm}.weight`, [channels], ones),
    bias: weights(`${norm}.bias`, [channels], zeros),
    mean: weights(`${norm}.running_mean`, [channels], zeros),
    variance: weights(`${norm}.running_var`, [channels], ones),
  }, { epsilon: EPSILON });
}

const relu6 = (x: Value<"f32">): Value<"f32"> => clip(x, { min: 0, max: 6 });

/** @param image f32[N,3,H,W], normalised to −1 to 1 */
export function lite0(image: Value<"f32">, weights: Weights): Lite0Layers {
  const outputs: Record<string, Value<"f32">> = {};
  let x = relu6(convolved(image, weights, ["conv_stem", "bn1"], { channels: STEM, kernel: 3, stride: 2 }));
  LITE0.forEach(({ count, kernel, stride, expand, channels, output }, stage) => {
    for (let i = 0; i < count; i++) {
      const own = scoped(weights, `blocks.${stage}.${i}`);
      const inputs = Number(x.shape[1]);
      const wide = expand === 1 ? x : relu6(convolved(x, own, ["conv_pw", "bn1"], { channels: inputs * expand }));
      const groups = inputs * expand;
      const depthwise = { channels: groups, kernel, stride: i === 0 ? stride : 1, groups };
      const deep = relu6(convolved(wide, own, ["conv_dw", expand === 1 ? "bn1" : "bn2"], depthwise));
      const last = expand === 1 ? ["conv_pw", "bn2"] as const : ["conv_pwl", "bn3"] as const;
      const out = convolved(deep, own, last, { channels });
      x = depthwise.stride === 1 && channels === inputs ? add(out, x) : out;
    }
    if (output !== undefined) outputs[output] = x;
  });
  return outputs as unknown as Lite0Layers;
}
