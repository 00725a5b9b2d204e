/** The cases of rules_window.ts. @module */
import fc from "fast-check";
import { makeNode } from "../../../lib/engine/graph/make_node.ts";
import * as ops from "../../../lib/engine/graph/ops.ts";
import { sizes } from "./case.ts";
import type { Case } from "./case.ts";
import * as naive from "./naive.ts";

const pictures = fc.record({
  N: fc.integer({ min: 1, max: 2 }),
  C: fc.integer({ min: 1, max: 3 }),
  H: fc.integer({ min: 5, max: 9 }),
  W: fc.integer({ min: 5, max: 9 }),
});
const windows = fc.record({
  kernel: fc.tuple(fc.integer({ min: 2, max: 3 }), fc.integer({ min: 2, max: 3 })),
  strides: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
  pads: fc.oneof(
    fc.constant("same" as const),
    fc.tuple(...[0, 1, 2, 3].map(() => fc.integer({ min: 0, max: 1 }))) as fc.Arbitrary<
      [number, number, number, number]
    >,
  ),
});

type SomeWindow = typeof windows extends fc.Arbitrary<infer T> ? T : never;
/** The runtime has no pool that leaves gaps in a picture which it pads itself. */
function poolable({ kernel, strides, pads }: SomeWindow): SomeWindow {
  const steps = strides.map((stride, i) => Math.min(stride, kernel[i])) as [number, number];
  return { kernel, pads, strides: pads === "same" ? steps : strides };
}

export const windowed = {
  Conv: fc.tuple(
    pictures,
    windows,
    fc.integer({ min: 1, max: 2 }),
    fc.integer({ min: 1, max: 2 }),
    fc.boolean(),
    fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 2 })),
  ).map(([{ N, C, H, W }, { kernel, strides, pads }, groups, perGroup, biased, dilation]): Case => {
    // ONNX leaves open what "same" means with dilation.
    const dilations = pads === "same" ? [1, 1] as const : dilation;
    const kernels = groups * perGroup;
    const attributes = { strides, pads, dilations, groups };
    return {
      inputs: [
        { dtype: "f32", dims: ["N", C * groups, "H", "W"] },
        { dtype: "f32", dims: [kernels, C, ...kernel] },
        ...(biased ? [{ dtype: "f32" as const, dims: [kernels] }] : []),
      ],
      axes: { N, H, W },
      build: ([x, weight, bias]) => [ops.conv(x, weight, { ...attributes, bias })],
      naive: ([x, weight, bias]) => [naive.conv(x, weight, bias, attributes)],
    };
  }),
  ConvTranspose: fc.tuple(
    pictures,
    fc.tuple(fc.integer({ min: 2, max: 3 }), fc.integer({ min: 2, max: 3 })),
    fc.tuple(...[0, 1, 2, 3].map(() => fc.integer({ min: 1, max: 2 }))),
    fc.tuple(...[0, 1, 2, 3].map(() => fc.nat(1))) as fc.Arbitrary<[number, number, number, number]>,
    fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 2 }), fc.boolean(), fc.boolean()),
  ).map(([{ N, C, H, W }, kernel, [sy, sx, dy, dx], pads, [groups, perGroup, biased, padded]]): Case => {
    const strides = [sy, sx] as const;
    const outputPads = [padded ? sy - 1 : 0, padded ? sx - 1 : 0] as const;
    const attributes = { strides, pads, outputPads, dilations: [dy, dx] as const, groups };
    return {
      inputs: [
        { dtype: "f32", dims: ["N", C * groups, H, W] },
        { dtype: "f32", dims: [C * groups, perGroup, ...kernel] },
        ...(biased ? [{ dtype: "f32" as const, dims: [perGroup * groups] }] : []),
      ],
      axes: { N },
      build: ([x, weight, bias]) => [ops.convTranspose(x, weight, { ...attributes, bias })],
      naive: ([x, weight, bias]) => [naive.convTranspose(x, weight, bias, attributes)],
    };
  }),
  MaxPool: fc.tuple(pictures, windows.map(poolable)).map(([axes, { kernel, ...window }]): Case => ({
    inputs: [{ dtype: "f32", dims: ["N", "C", "H", "W"] }],
    axes,
    build: ([x]) => makeNode("MaxPool", [x], { kernel, ...window }),
    naive: ([x]) => naive.maxPool(x, kernel, window),
  })),
  BatchNormalization: fc.tuple(pictures, fc.boolean()).map(([{ N, C, H, W }, training]): Case => ({
    inputs: [
      { dtype: "f32", dims: ["N", C, "H", "W"] },
      ...[false, false, true].map((constant) => ({ dtype: "f32" as const, dims: [C], constant })),
      { dtype: "f32", dims: [C], constant: true, values: fc.integer({ min: 1, max: 40 }).map((value) => value / 8) },
    ],
    axes: { N, H, W },
    build: (values) => makeNode("BatchNormalization", values, { epsilon: 0.125, training }),
    naive: (arrays) => naive.batchNorm(arrays, 0.125, training),
  })),
  AveragePool: fc.tuple(pictures, windows.map(poolable), fc.boolean()).map((
    [axes, { kernel, ...window }, countPads],
  ): Case => ({
    inputs: [{ dtype: "f32", dims: ["N", "C", "H", "W"] }],
    axes,
    build: ([x]) => [ops.averagePool(x, { kernel, countPads, ...window })],
    naive: ([x]) => [naive.averagePool(x, kernel, countPads, window)],
  })),
  Resize: fc.oneof(
    fc.tuple(pictures, fc.tuple(sizes, sizes), fc.constantFrom("corners" as const, "nearest" as const)).map((
      [axes, size, mode],
    ): Case => ({
      inputs: [{ dtype: "f32", dims: ["N", "C", "H", "W"] }],
      axes,
      build: ([x]) => [ops.resizeBilinear(x, { size }, { mode })],
      naive: ([x]) => [naive.resizeOther(x, size, mode)],
    })),
    fc.tuple(pictures, fc.tuple(sizes, sizes)).map(([axes, size]): Case => ({
      inputs: [{ dtype: "f32", dims: ["N", "C", "H", "W"] }],
      axes,
      build: ([x]) => [ops.resizeBilinear(x, { size })],
      naive: ([x]) => [naive.resizeLinear(x, size)],
    })),
    fc.tuple(pictures, fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }))).map((
      [axes, scale],
    ): Case => ({
      inputs: [{ dtype: "f32", dims: ["N", "C", "H", "W"] }],
      axes,
      build: ([x]) => [ops.resizeBilinear(x, { scale })],
      naive: ([x]) => [naive.resizeLinear(x, [axes.H * scale[0], axes.W * scale[1]])],
    })),
  ),
};
