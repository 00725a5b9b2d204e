/**
 * EfficientNet-Lite (Tan and Le, 2019; the Lite variants of 2020): inverted residual blocks with ReLU6 and without
 * squeeze-and-excitation, padded as TensorFlow does. Batch norm is folded into the convolutions before.
 * @module
 */
import { buildModel } from "../../engine/graph/model.ts";
import { add, clip, conv } from "../../engine/graph/ops.ts";
import { input, literal } from "../../engine/graph/value.ts";
import type { Value } from "../../engine/graph/value.ts";

/** A convolution's weights after folding. */
export interface ConvWeights {
  /** [K, C/groups, kh, kw]. */
  readonly weight: { readonly shape: readonly number[]; readonly data: Float32Array };
  /** [K]. */
  readonly bias: { readonly shape: readonly number[]; readonly data: Float32Array };
}

/** A stage of blocks of one size: how often, kernel, stride of the first, expansion, channels out. */
interface Blocks {
  readonly count: number;
  readonly kernel: number;
  readonly stride: 1 | 2;
  readonly expand: number;
  readonly channels: number;
}

/** The stages of EfficientNet-Lite0 up to stride 16, and which outputs they give. */
export const LITE0: readonly (Blocks & { readonly output?: string })[] = [
  { count: 1, kernel: 3, stride: 1, expand: 1, channels: 16 },
  { count: 2, kernel: 3, stride: 2, expand: 6, channels: 24, output: "stride4" },
  { count: 2, kernel: 5, stride: 2, expand: 6, channels: 40, output: "stride8" },
  { count: 3, kernel: 3, stride: 2, expand: 6, channels: 80 },
  { count: 3, kernel: 5, stride: 1, expand: 6, channels: 112, output: "stride16" },
];
const STEM = 32;

/**
 * The network as an ONNX file: input `image` f32[N,3,H,W], normalised; outputs `stride4`, `stride8`, `stride16`.
 *
 * @param weights the convolutions by name: `stem`, then `<stage>.<block>.expand`, `.depthwise`, `.project`
 * @throws {TypeError} where weights are missing or do not fit
 */
export function buildEfficientNetLite0(
  weights: Readonly<Record<string, ConvWeights>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const image = input("image", "f32", ["N", 3, "H", "W"]);
  const outputs: Record<string, Value> = {};

  function same(x: Value<"f32">, name: string, stride: number, groups = 1): Value<"f32"> {
    const stored = weights[name];
    if (!stored) throw new TypeError(`Cannot build EfficientNet-Lite0 as the weights of "${name}" are missing`);
    return conv(x, literal({ dtype: "f32", ...stored.weight }, `${name}.weight`), {
      bias: literal({ dtype: "f32", ...stored.bias }, `${name}.bias`),
      strides: [stride, stride],
      pads: "same",
      groups,
      name,
    });
  }
  const relu6 = (x: Value<"f32">) => clip(x, { min: 0, max: 6 });
  function block(x: Value<"f32">, name: string, stride: number, expand: number): Value<"f32"> {
    const wide = expand === 1 ? x : relu6(same(x, `${name}.expand`, 1));
    const deep = relu6(same(wide, `${name}.depthwise`, stride, Number(wide.shape[1])));
    const out = same(deep, `${name}.project`, 1);
    return stride === 1 && out.shape[1] === x.shape[1] ? add(out, x) : out;
  }

  let x = relu6(same(image, "stem", 2));
  if (x.shape[1] !== STEM) {
    throw new TypeError(
      `Cannot build EfficientNet-Lite0 as the stem must have ${STEM} channels: current is ${x.shape[1]}`,
    );
  }
  LITE0.forEach(({ count, stride, expand, channels, kernel, output }, stage) => {
    for (let i = 0; i < count; i++) {
      const name = `${stage}.${i}`;
      const { shape } = weights[`${name}.depthwise`]?.weight ?? { shape: [] };
      if (shape[2] !== kernel) {
        throw new TypeError(
          `Cannot build EfficientNet-Lite0 as the kernel of "${name}" must be ${kernel}: current shape is [${shape}]`,
        );
      }
      x = block(x, name, i === 0 ? stride : 1, expand);
    }
    if (x.shape[1] !== channels) {
      throw new TypeError(
        `Cannot build EfficientNet-Lite0 as stage ${stage} must have ${channels} channels: current is ${x.shape[1]}`,
      );
    }
    if (output !== undefined) outputs[output] = x;
  });
  return buildModel({ inputs: [image], outputs, name: "efficientnet_lite0", metadata });
}
