/** Rules of the operators that look at pixels around a pixel. @module */
import type { Dim } from "../../../base/tensor/tensor.ts";
import { ceilDiv, product, scaled, shifted, windowed } from "../dims.ts";
import type { Window } from "../operators.ts";
import { list, want } from "./contract.ts";
import type { OnnxAttribute, Refuse, Rule } from "./contract.ts";
import { toLiteral } from "../value.ts";
import type { Shaped } from "../value.ts";

/** H and W of what a window leaves. */
function slide(
  [height, width]: readonly Dim[],
  { strides, pads }: Window,
  kernel: readonly [number, number],
  refuse: Refuse,
): [Dim, Dim] {
  if (![...strides, ...kernel].every((size) => Number.isInteger(size) && size >= 1)) {
    refuse(`strides and kernel must be whole numbers from 1: current values are ${list(strides)} and ${list(kernel)}`);
  }
  if (pads === "same") return [ceilDiv(height, strides[0]), ceilDiv(width, strides[1])];
  const [top, left, bottom, right] = pads;
  const sizes: [Dim, Dim] = [
    windowed(height, top + bottom - kernel[0], strides[0]),
    windowed(width, left + right - kernel[1], strides[1]),
  ];
  if (sizes.some((size) => typeof size === "number" && size < 1)) {
    refuse(`the window ${list(kernel)} must fit into the padded picture: current size is ${list([height, width])}`);
  }
  return sizes;
}

function encodeWindow({ strides, pads }: Window): Record<string, OnnxAttribute> {
  return {
    strides: { ints: strides },
    ...(pads === "same" ? { auto_pad: { text: "SAME_UPPER" } } : { pads: { ints: pads } }),
  };
}

/** The runtime's CPU has Conv, AveragePool and Resize for f32 alone. */
const SINGLE = ["f32"] as const;

function wantPictures(x: Shaped, refuse: Refuse): void {
  want(x, SINGLE, "the input", refuse);
  if (x.shape.length !== 4) refuse(`the input must be [N,C,H,W]: current shape is ${list(x.shape)}`);
}

/** The size of a kernel whose taps stand `dilation` apart. */
function reach(kernel: readonly [number, number], dilations: readonly [number, number]): [number, number] {
  return [(kernel[0] - 1) * dilations[0] + 1, (kernel[1] - 1) * dilations[1] + 1];
}

const TRANSFORMATIONS = { bilinear: "half_pixel", corners: "align_corners", nearest: "asymmetric" } as const;

export const windows = {
  Conv: {
    infer([x, weight, bias], attributes, refuse) {
      wantPictures(x, refuse);
      want(weight, [x.dtype], "the weight", refuse);
      const { groups, dilations } = attributes;
      const [count, channels] = x.shape;
      const perGroup = typeof channels === "number" ? channels / groups : `${channels}/${groups}`;
      const [out, inner, kh, kw] = weight.shape;
      if (weight.shape.length !== 4 || inner !== perGroup || typeof kh !== "number" || typeof kw !== "number") {
        refuse(`the weight must be [K,${perGroup},kh,kw]: current shape is ${list(weight.shape)}`);
      }
      if (typeof out === "number" && out % groups !== 0) {
        refuse(`the weight's ${out} kernels must be a multiple of the ${groups} groups`);
      }
      if (bias) {
        want(bias, [x.dtype], "the bias", refuse);
        if (bias.shape.length !== 1 || bias.shape[0] !== out) {
          refuse(`the bias must be [${out}]: current shape is ${list(bias.shape)}`);
        }
      }
      const size = slide(x.shape.slice(2), attributes, reach([Number(kh), Number(kw)], dilations), refuse);
      return [{ dtype: x.dtype, shape: [count, out, ...size] }];
    },
    encode(attributes, [, weight]) {
      return {
        attributes: {
          ...encodeWindow(attributes),
          kernel_shape: { ints: weight.shape.slice(2) as number[] },
          dilations: { ints: attributes.dilations },
          group: { int: attributes.groups },
        },
      };
    },
  } satisfies Rule<"Conv">,
  ConvTranspose: {
    infer([x, weight, bias], { strides, pads, outputPads, dilations, groups }, refuse) {
      wantPictures(x, refuse);
      want(weight, [x.dtype], "the weight", refuse);
      const [count, channels, ...size] = x.shape;
      const [inner, perGroup, kh, kw] = weight.shape.map(Number);
      const kernel = reach([kh, kw], dilations);
      if (weight.shape.length !== 4 || inner !== channels || inner % groups !== 0) {
        refuse(`the weight must be [${channels},K/${groups},kh,kw]: current shape is ${list(weight.shape)}`);
      }
      const out = perGroup * groups;
      if (bias && (bias.dtype !== x.dtype || bias.shape.join() !== `${out}`)) {
        refuse(`the bias must be ${x.dtype}[${out}]: current shape is ${list(bias.shape)}`);
      }
      if (outputPads.some((pad, i) => pad < 0 || pad >= Math.max(strides[i], dilations[i]))) {
        refuse(`the output pads must be smaller than strides or dilations: current pads are ${list(outputPads)}`);
      }
      const grown = size.map((dim, i) =>
        shifted(product([shifted(dim, -1), strides[i]]), kernel[i] - pads[i] - pads[i + 2] + outputPads[i])
      );
      return [{ dtype: x.dtype, shape: [count, out, ...grown] }];
    },
    encode: ({ strides, pads, outputPads, dilations, groups }, [, weight]) => ({
      attributes: {
        strides: { ints: strides },
        pads: { ints: pads },
        output_padding: { ints: outputPads },
        dilations: { ints: dilations },
        kernel_shape: { ints: weight.shape.slice(2) as number[] },
        group: { int: groups },
      },
    }),
  } satisfies Rule<"ConvTranspose">,
  MaxPool: {
    infer([x], attributes, refuse) {
      wantPictures(x, refuse);
      const shape = [...x.shape.slice(0, 2), ...pooled(x, attributes, refuse)];
      return [{ dtype: x.dtype, shape }, { dtype: "i64", shape }];
    },
    encode: (attributes) => ({
      attributes: { ...encodeWindow(attributes), kernel_shape: { ints: attributes.kernel } },
    }),
  } satisfies Rule<"MaxPool">,
  BatchNormalization: {
    infer([x, ...rest], { training }, refuse) {
      wantPictures(x, refuse);
      const channels = x.shape[1];
      for (const [i, each] of rest.entries()) {
        want(each, SINGLE, ["the scale", "the bias", "the mean", "the variance"][i], refuse);
        if (each.shape.length === 1 && each.shape[0] === channels) continue;
        refuse(`scale, bias, mean and variance must be [${channels}]: current shape is ${list(each.shape)}`);
      }
      const shape = [channels];
      return training ? [x, { dtype: "f32", shape }, { dtype: "f32", shape }] : [x];
    },
    // With momentum 0 the second and third output are the mean and the biased variance of the batch.
    encode: ({ epsilon, training }) => ({
      attributes: {
        epsilon: { float: epsilon },
        ...training && { training_mode: { int: 1 }, momentum: { float: 0 } },
      },
    }),
  } satisfies Rule<"BatchNormalization">,
  AveragePool: {
    infer([x], attributes, refuse) {
      wantPictures(x, refuse);
      return [{ dtype: x.dtype, shape: [...x.shape.slice(0, 2), ...pooled(x, attributes, refuse)] }];
    },
    encode: (attributes) => ({
      attributes: {
        ...encodeWindow(attributes),
        kernel_shape: { ints: attributes.kernel },
        count_include_pad: { int: attributes.countPads ? 1 : 0 },
      },
    }),
  } satisfies Rule<"AveragePool">,
  Resize: {
    infer([x], { to }, refuse) {
      wantPictures(x, refuse);
      const factors = "size" in to ? to.size : to.scale;
      if (!factors.every((factor) => factor > 0 && ("scale" in to || Number.isInteger(factor)))) {
        refuse(`the new size or scale must be positive: current value is ${list(factors)}`);
      }
      const size = "size" in to ? to.size : [scaled(x.shape[2], to.scale[0]), scaled(x.shape[3], to.scale[1])];
      return [{ dtype: x.dtype, shape: [...x.shape.slice(0, 2), ...size] }];
    },
    // half_pixel is what PyTorch calls align_corners=False; axes leave N and C as they are.
    encode: ({ to, mode }) => ({
      attributes: {
        mode: { text: mode === "nearest" ? "nearest" : "linear" },
        coordinate_transformation_mode: { text: TRANSFORMATIONS[mode] },
        ...mode === "nearest" && { nearest_mode: { text: "floor" } },
        axes: { ints: [2, 3] },
      },
      inputs: "size" in to
        ? [undefined, undefined, toLiteral("i64", to.size)]
        : [undefined, toLiteral("f32", to.scale)],
    }),
  } satisfies Rule<"Resize">,
};

/** A pool whose padding reaches beyond its window would average nothing; the runtime refuses a negative padding. */
function pooled(x: Shaped, attributes: Window & { kernel: readonly [number, number] }, refuse: Refuse): [Dim, Dim] {
  const { pads, kernel, strides } = attributes;
  if (pads === "same" && strides.some((stride, i) => stride > kernel[i])) {
    refuse(
      `with "same" pads the strides must not exceed the kernel ${list(kernel)}: current strides are ${list(strides)}`,
    );
  }
  if (pads !== "same" && pads.some((pad, i) => pad >= kernel[i % 2])) {
    refuse(`the pads must be smaller than the kernel ${list(kernel)}: current pads are ${list(pads)}`);
  }
  return slide(x.shape.slice(2), attributes, kernel, refuse);
}
