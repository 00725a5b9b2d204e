/** Gradients of the operators that look at pixels around a pixel, and of batch norm. @module */
import type { GradientRule } from "./contract.ts";
import { biasGradient, inputGradient, weightGradient } from "./conv.ts";
import { interpolation } from "../interpolation.ts";
import { literalShape, number, zerosOf } from "../numbers.ts";
import type { Op, Window } from "../operators.ts";
import { add, conv, convTranspose, div, matMul, mul, reduceSum, reshape, scatterElements, sqrt, sub } from "../ops.ts";
import { literal, toLiteral } from "../value.ts";
import type { Value } from "../value.ts";

/** Zeros before and after, as numbers: "same" depends on the size. */
export function explicitPads(
  { pads, strides }: Window,
  [height, width]: readonly number[],
  reach: readonly [number, number],
): readonly [number, number, number, number] {
  if (pads !== "same") return pads;
  const whole = [height, width].map((size, i) =>
    Math.max(0, (Math.ceil(size / strides[i]) - 1) * strides[i] + reach[i] - size)
  );
  const [top, left] = whole.map((pad) => Math.floor(pad / 2));
  return [top, left, whole[0] - top, whole[1] - left];
}

/** A vector of channels as [1,C,1,1]. */
const channelwise = (x: Value<"f32">): Value<"f32"> => reshape(x, [1, x.shape[0], 1, 1]);
const overPixels = (x: Value<"f32">): Value<"f32"> => reduceSum(x, { axes: [0, 2, 3] });

export const windowGradients = {
  Conv: ({ attributes, inputs: [x, weight], grads: [dy], wanted, refuse }) => {
    const shape = literalShape(x, refuse);
    const kernel = literalShape(weight, refuse).slice(2) as [number, number];
    const { dilations, strides, groups } = attributes;
    const reach: [number, number] = [(kernel[0] - 1) * dilations[0] + 1, (kernel[1] - 1) * dilations[1] + 1];
    const pads = explicitPads(attributes, shape.slice(2), reach);
    const at = { x, weight, dy: dy!, kernel, dilations, strides, groups, pads } as Parameters<typeof inputGradient>[0];
    return [
      wanted[0] ? inputGradient(at) : undefined,
      wanted[1] ? weightGradient(at) : undefined,
      wanted[2] ? biasGradient(dy as Value<"f32">) : undefined,
    ];
  },
  // The transpose of a correlation: its gradient by the input is that correlation, by the weight the same with x and dy
  // in each other's place.
  ConvTranspose: ({ attributes, inputs: [x, weight], grads: [dy], wanted, refuse }) => {
    const { strides, dilations, groups, outputPads } = attributes;
    const kernel = literalShape(weight, refuse).slice(2) as [number, number];
    const pads = attributes.pads;
    const at = { x: dy!, weight, dy: x, kernel, dilations, strides, groups, pads } as Parameters<
      typeof weightGradient
    >[0];
    if (outputPads.some((pad, i) => pad > pads[i + 2] && strides[i] === 1)) {
      refuse("its output pads must be below its pads");
    }
    return [
      wanted[0] ? conv(dy!, weight, { strides, dilations, groups, pads }) : undefined,
      wanted[1] ? weightGradient(at) : undefined,
      wanted[2] ? biasGradient(dy as Value<"f32">) : undefined,
    ];
  },
  MaxPool: ({ inputs: [x], outputs: [y, indices], grads: [dy], refuse }) => {
    if (!dy) return [];
    const count = (value: Value) => literalShape(value, refuse).reduce((product, size) => product * size, 1);
    const places = reshape(indices as Value<"i64">, [count(y)]);
    const flat = scatterElements(zerosOf("f32", [count(x)]), places, reshape(dy as Value<"f32">, [count(y)]), {
      axis: 0,
    });
    return [reshape(flat, x.shape)];
  },
  AveragePool: ({ attributes, inputs: [x], outputs: [y], grads: [dy], refuse }) => {
    const [, channels, height, width] = literalShape(x, refuse);
    const { kernel, strides, countPads } = attributes;
    const pads = explicitPads(attributes, [height, width], kernel as [number, number]);
    const [, , rows, columns] = literalShape(y, refuse);
    const taps = (size: number, count: number, axis: 0 | 1) =>
      Array.from({ length: count }, (_, i) => {
        const from = i * strides[axis] - pads[axis];
        return countPads ? kernel[axis] : Math.min(size, from + kernel[axis]) - Math.max(0, from);
      });
    const across = taps(width, columns, 1);
    const shares = taps(height, rows, 0).flatMap((down) => across.map((right) => 1 / (down * right)));
    const share = literal(toLiteral("f32", shares, [1, 1, rows, columns]));
    const ones = toLiteral("f32", new Array(channels * kernel[0] * kernel[1]).fill(1), [channels, 1, ...kernel]);
    const outputPads = [height, width].map((size, i) =>
      size + pads[i] + pads[i + 2] - kernel[i] - ([rows, columns][i] - 1) * strides[i]
    ) as [number, number];
    return [
      convTranspose(mul(dy as Value<"f32">, share), literal(ones), { strides, pads, outputPads, groups: channels }),
    ];
  },
  Resize: ({ attributes: { mode }, inputs: [x], outputs: [y], grads: [dy], refuse }) => {
    const [, , height, width] = literalShape(x, refuse);
    const [, , rows, columns] = literalShape(y, refuse);
    const down = literal(toLiteral("f32", interpolation(height, rows, mode, "columns"), [height, rows]));
    const right = literal(toLiteral("f32", interpolation(width, columns, mode, "rows"), [columns, width]));
    return [matMul(down, matMul(dy as Value<"f32">, right))];
  },
  // With M pixels a channel, x̂ = (x − μ)/σ and g = dy: dx = γ/σ · (g − Σg/M − x̂ · Σ(g·x̂)/M). All that is left for
  // each pixel is g plus a line through x, which is a depthwise 1 × 1 convolution, and a factor.
  BatchNormalization: ({ attributes, inputs, outputs, grads: [dy, ...others], wanted, refuse }) => {
    if (others.some(Boolean)) refuse("the statistics of a batch have no gradient here");
    const [x, scale, , mean, variance] = inputs as Value<"f32">[];
    const g = dy as Value<"f32">;
    const [N, channels, height, width] = literalShape(x, refuse);
    const [, batchMean, batchVariance] = outputs as Value<"f32">[];
    const [mu, sigma2] = attributes.training ? [batchMean, batchVariance] : [mean, variance];
    const inverse = div(number(1), sqrt(add(sigma2, number(attributes.epsilon))));
    const factor = mul(scale, inverse);
    const learns = wanted[1] || wanted[2] || attributes.training;
    const sum = learns ? overPixels(g) : undefined;
    const dScale = learns ? mul(inverse, sub(overPixels(mul(g, x)), mul(mu, sum!))) : undefined;
    if (!attributes.training) return [wanted[0] ? mul(g, channelwise(factor)) : undefined, dScale, sum];
    const share = 1 / (N * height * width);
    const slope = mul(mul(inverse, dScale!), number(-share));
    const offset = sub(mul(sum!, number(-share)), mul(slope, mu));
    const line = conv(x, reshape(slope, [channels, 1, 1, 1]), { bias: offset, groups: channels });
    return [wanted[0] ? mul(add(g, line), channelwise(factor)) : undefined, dScale, sum];
  },
} satisfies { readonly [O in Op]?: GradientRule<O> };
