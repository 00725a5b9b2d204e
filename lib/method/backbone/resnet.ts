/**
 * Residual networks (He et al. 2016) and wide ones (Zagoruyko and Komodakis 2016) as graphs, with torchvision's names of
 * weights: `conv1`, `bn1`, `layer1.0.conv1`, …
 * @module
 */
import { add, batchNorm, conv, maxPool, relu } from "../../engine/graph/ops.ts";
import type { Value } from "../../engine/graph/value.ts";
import { heNormal, ones, scoped, zeros } from "../../engine/graph/weights.ts";
import type { Weights } from "../../engine/graph/weights.ts";

/** What tells one residual network from another. */
export interface ResNetShape {
  /** Blocks of each of the four stages. */
  readonly blocks: readonly [number, number, number, number];
  /** Blocks of 1 × 1, 3 × 3, 1 × 1 convolutions in place of two 3 × 3 ones. */
  readonly bottleneck: boolean;
  /** Channels of the 3 × 3 convolution in a bottleneck, relative to 64, 128, 256, 512. */
  readonly width: number;
}

/** The networks by torchvision's names. */
export const RESNETS = {
  resnet18: { blocks: [2, 2, 2, 2], bottleneck: false, width: 1 },
  resnet50: { blocks: [3, 4, 6, 3], bottleneck: true, width: 1 },
  wide_resnet50_2: { blocks: [3, 4, 6, 3], bottleneck: true, width: 2 },
} as const satisfies Readonly<Record<string, ResNetShape>>;

/** The outputs of the four stages, at strides 4, 8, 16 and 32. */
export interface ResNetLayers {
  readonly layer1: Value<"f32">;
  readonly layer2: Value<"f32">;
  readonly layer3: Value<"f32">;
  readonly layer4: Value<"f32">;
}

/** A convolution without bias, zeros around it such that stride 1 keeps the size. */
export function convOf(
  x: Value<"f32">,
  weights: Weights,
  name: string,
  { channels, kernel, stride = 1 }: { readonly channels: number; readonly kernel: number; readonly stride?: number },
): Value<"f32"> {
  const pad = (kernel - 1) / 2;
  const weight = weights(
    `${name}.weight`,
    [channels, Number(x.shape[1]), kernel, kernel],
    heNormal(channels * kernel ** 2),
  );
  return conv(x, weight, { strides: [stride, stride], pads: [pad, pad, pad, pad], name });
}

/** Batch norm in PyTorch's words: `weight`, `bias`, `running_mean`, `running_var`. */
export function normOf(x: Value<"f32">, weights: Weights, name: string): Value<"f32"> {
  const shape = [Number(x.shape[1])];
  return batchNorm(x, {
    scale: weights(`${name}.weight`, shape, ones),
    bias: weights(`${name}.bias`, shape, zeros),
    mean: weights(`${name}.running_mean`, shape, zeros),
    variance: weights(`${name}.running_var`, shape, ones),
  }, { name });
}

/** The block of two 3 × 3 convolutions; `channels` come out. */
export function basicBlock(x: Value<"f32">, weights: Weights, channels: number, stride: number): Value<"f32"> {
  const first = relu(normOf(convOf(x, weights, "conv1", { channels, kernel: 3, stride }), weights, "bn1"));
  const second = normOf(convOf(first, weights, "conv2", { channels, kernel: 3 }), weights, "bn2");
  return relu(add(second, shortcut(x, weights, channels, stride)));
}

/** The block of 1 × 1, 3 × 3 (with the stride) and 1 × 1 convolutions; `channels` come out. */
export function bottleneck(
  x: Value<"f32">,
  weights: Weights,
  { channels, inner, stride }: { readonly channels: number; readonly inner: number; readonly stride: number },
): Value<"f32"> {
  const first = relu(normOf(convOf(x, weights, "conv1", { channels: inner, kernel: 1 }), weights, "bn1"));
  const second = relu(normOf(convOf(first, weights, "conv2", { channels: inner, kernel: 3, stride }), weights, "bn2"));
  const third = normOf(convOf(second, weights, "conv3", { channels, kernel: 1 }), weights, "bn3");
  return relu(add(third, shortcut(x, weights, channels, stride)));
}

function shortcut(x: Value<"f32">, weights: Weights, channels: number, stride: number): Value<"f32"> {
  if (stride === 1 && x.shape[1] === channels) return x;
  return normOf(convOf(x, weights, "downsample.0", { channels, kernel: 1, stride }), weights, "downsample.1");
}

/**
 * A residual network without its classifier.
 *
 * @param image f32[N,3,H,W], normalised with ImageNet's mean and standard deviation; at least 32 × 32
 *
 * ```ts
 * import { input } from "../../engine/graph/value.ts";
 * import { drawWeights } from "../../engine/graph/weights.ts";
 * import { seededRandom } from "../../base/tensor/random.ts";
 * import { resNet, RESNETS } from "./resnet.ts";
 * const image = input("image", "f32", [1, 3, 64, 64]);
 * const { layer3 } = resNet(image, drawWeights(seededRandom(0)), RESNETS.resnet18);
 * console.assert(layer3.shape.join() === "1,256,4,4");
 * ```
 */
export function resNet(image: Value<"f32">, weights: Weights, shape: ResNetShape): ResNetLayers {
  const stem = relu(normOf(convOf(image, weights, "conv1", { channels: 64, kernel: 7, stride: 2 }), weights, "bn1"));
  let x = maxPool(stem, { kernel: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] });
  const layers = shape.blocks.map((count, stage) => {
    const width = 64 * 2 ** stage;
    for (let i = 0; i < count; i++) {
      const own = scoped(weights, `layer${stage + 1}.${i}`);
      const stride = i === 0 && stage > 0 ? 2 : 1;
      x = shape.bottleneck
        ? bottleneck(x, own, { channels: width * 4, inner: width * shape.width, stride })
        : basicBlock(x, own, width, stride);
    }
    return x;
  });
  const [layer1, layer2, layer3, layer4] = layers;
  return { layer1, layer2, layer3, layer4 };
}
