/** The cases of rules_layout.ts. @module */
import fc from "fast-check";
import * as ops from "../../../lib/engine/graph/ops.ts";
import type { Element, Value } from "../../../lib/engine/graph/value.ts";
import { evaluate, floats, name, numbers, shapes, sizes } from "./case.ts";
import type { Case } from "./case.ts";
import * as naive from "./naive.ts";

function reduction(
  dtypes: readonly Element[],
  build: (x: Value, options: { axes: number[]; keepDims: boolean }) => Value,
  of: (values: number[]) => number,
): fc.Arbitrary<Case> {
  return shapes.chain((shape) =>
    fc.tuple(
      fc.constant(shape),
      fc.subarray(shape.map((_, i) => i), { minLength: 1 }),
      fc.boolean(),
      fc.constantFrom(...dtypes),
      fc.boolean(),
    )
  ).map(([shape, chosen, keepDims, dtype, negative]): Case => {
    const { dims, axes } = name(shape);
    const which = chosen.map((axis) => negative ? axis - shape.length : axis);
    return {
      inputs: [{ dtype, dims }],
      axes,
      build: ([x]) => [build(x, { axes: which, keepDims })],
      naive: ([x]) => [naive.reduce(x, which, keepDims, of)],
    };
  });
}
const add = (values: number[]) => values.reduce((sum, value) => sum + value, 0);

const mean = (values: number[]) => add(values) / values.length;
const alongAxis = fc.tuple(shapes, fc.nat(3), sizes).map(([shape, where, picked]) =>
  [shape, where % shape.length, picked] as const
);
function indicesFor(shape: readonly number[], axis: number, picked: number): Case["inputs"][number] {
  return { dtype: "i64", dims: shape.with(axis, picked), values: fc.nat(shape[axis] - 1) };
}

export const layout = {
  MatMul: fc.tuple(
    fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 2 }),
    sizes,
    sizes,
    sizes,
    fc.nat(2),
    fc.constantFrom(...floats),
  )
    .map(([outer, m, k, n, from, dtype]): Case => {
      const { dims, axes } = name(outer);
      return {
        inputs: [{ dtype, dims: [...dims, "M", "K"] }, { dtype, dims: [...dims.slice(from), "K", "L"] }],
        axes: { ...axes, M: m, K: k, L: n },
        build: ([a, b]) => [ops.matMul(a, b)],
        naive: ([a, b]) => [naive.matMul(a, b)],
      };
    }),
  Concat: fc.tuple(shapes, fc.nat(3), fc.array(sizes, { minLength: 1, maxLength: 3 }), fc.constantFrom(...numbers)).map(
    (
      [shape, where, parts, dtype],
    ): Case => {
      const { dims, axes } = name(shape);
      const axis = where % shape.length;
      return {
        inputs: parts.map((_, i) => ({ dtype, dims: dims.with(axis, `P${i}`) })),
        axes: { ...axes, ...Object.fromEntries(parts.map((size, i) => [`P${i}`, size])) },
        build: (values) => [ops.concat(values, { axis })],
        naive: (arrays) => [naive.concat(arrays, axis)],
      };
    },
  ),
  Slice: fc.tuple(shapes, fc.nat(3), fc.nat(3), sizes).map(([shape, where, from, length]): Case => {
    const axis = where % shape.length;
    const { dims, axes } = name(shape.with(axis, from + length + 1));
    return {
      inputs: [{ dtype: "f32", dims }],
      axes,
      build: ([x]) => [ops.slice(x, { axis, from, to: from + length })],
      naive: ([x]) => [naive.slice(x, axis, from, from + length)],
    };
  }),
  Pad: fc.tuple(shapes, fc.array(fc.nat(2), { minLength: 8, maxLength: 8 }), fc.constantFrom(...numbers)).map((
    [shape, pads, dtype],
  ): Case => {
    const { dims, axes } = name(shape);
    const [before, after] = [pads.slice(0, shape.length), pads.slice(4, 4 + shape.length)];
    return {
      inputs: [{ dtype, dims }],
      axes,
      build: ([x]) => [ops.pad(x, { before, after, value: 7 })],
      naive: ([x]) => [naive.pad(x, before, after, 7)],
    };
  }),
  Transpose: shapes.chain((shape) =>
    fc.tuple(
      fc.constant(shape),
      fc.shuffledSubarray(shape.map((_, i) => i), { minLength: shape.length }),
      fc.constantFrom(...numbers, "u8" as const),
    )
  ).map(([shape, order, dtype]): Case => {
    const { dims, axes } = name(shape);
    return {
      inputs: [{ dtype, dims, values: fc.nat(99) }],
      axes,
      build: ([x]) => [ops.transpose(x, order)],
      naive: ([x]) => [naive.transpose(x, order)],
    };
  }),
  Reshape: fc.tuple(sizes, sizes, sizes, fc.nat(3)).map(([N, H, C, kind]): Case => {
    const shape = [["N", "H*" + C * 2], ["N", -1, 2], [-1, C], ["N", "H", 2, C]][kind];
    return {
      inputs: [{ dtype: "f32", dims: ["N", "H", C * 2] }],
      axes: { N, H },
      build: ([x]) => [
        // With literal dims the same shape is written in numbers.
        ops.reshape(
          x,
          shape.map((dim) => typeof x.shape[0] === "number" && dim !== -1 ? evaluate(dim, { N, H }) : dim),
        ),
      ],
      naive: ([x]) => [{ shape: [[N, H * C * 2], [N, H * C, 2], [N * H * 2, C], [N, H, 2, C]][kind], data: x.data }],
    };
  }),
  Gather: fc.tuple(
    shapes,
    fc.nat(3),
    fc.array(sizes, { maxLength: 2 }),
    fc.constantFrom("i32" as const, "i64" as const),
  ).map((
    [shape, where, chosen, dtype],
  ): Case => {
    const { dims, axes } = name(shape);
    const axis = where % shape.length;
    const size = shape[axis];
    return {
      inputs: [
        { dtype: "f32", dims },
        { dtype, dims: chosen.map((_, i) => `G${i}`), values: fc.integer({ min: -size, max: size - 1 }) },
      ],
      axes: { ...axes, ...Object.fromEntries(chosen.map((count, i) => [`G${i}`, count])) },
      build: ([x, indices]) => [ops.gather(x, indices as Value<"i32">, { axis })],
      naive: ([x, indices]) => [naive.gather(x, indices, axis)],
    };
  }),
  GatherElements: alongAxis.map(([shape, axis, picked]): Case => ({
    inputs: [{ dtype: "f32", dims: shape }, indicesFor(shape, axis, picked)],
    axes: {},
    build: ([x, indices]) => [ops.gatherElements(x, indices as Value<"i32">, { axis })],
    naive: ([x, indices]) => [naive.gatherElements(x, indices, axis)],
  })),
  ScatterElements: alongAxis.map(([shape, axis, picked]): Case => ({
    inputs: [
      { dtype: "f32", dims: shape },
      indicesFor(shape, axis, picked),
      { dtype: "f32", dims: shape.with(axis, picked) },
    ],
    axes: {},
    build: ([x, indices, updates]) => [ops.scatterElements(x, indices as Value<"i32">, updates, { axis })],
    naive: ([x, indices, updates]) => [naive.scatterElements(x, indices, updates, axis)],
  })),
  Expand: fc.tuple(shapes, fc.array(fc.boolean()), fc.nat(2)).map(([shape, ones, from]): Case => {
    const own = shape.map((size, i) => ones[i] ? 1 : size).slice(Math.min(from, shape.length - 1));
    return {
      inputs: [{ dtype: "f32", dims: own }],
      axes: {},
      build: ([x]) => [ops.expand(x, shape)],
      naive: ([x]) => [naive.binary(x, naive.fill(shape, () => 0), (value) => value)],
    };
  }),
  SpaceToDepth: fc.tuple(sizes, sizes, sizes, sizes, fc.integer({ min: 1, max: 3 })).map((
    [N, C, h, w, block],
  ): Case => ({
    inputs: [{ dtype: "f32", dims: [N, C, h * block, w * block] }],
    axes: {},
    build: ([x]) => [ops.spaceToDepth(x, block)],
    naive: ([x]) => [naive.spaceToDepth(x, block)],
  })),
  TopK: fc.tuple(shapes, fc.nat(3), sizes, fc.boolean(), fc.constantFrom(...numbers)).map((
    [shape, where, k, largest, dtype],
  ): Case => {
    const axis = where % shape.length;
    const { dims, axes } = name(shape.with(axis, k + 2));
    return {
      inputs: [{ dtype, dims, values: fc.nat(6) }],
      axes,
      build: ([x]) => ops.topK(x, { k, axis, largest }),
      naive: ([x]) => naive.topK(x, k, axis, largest),
    };
  }),
  ArgMin: fc.tuple(shapes, fc.nat(3), fc.constantFrom("f32" as const, "f64" as const, "i32" as const)).map(
    ([shape, where, dtype]): Case => {
      const axis = where % shape.length;
      const { dims, axes } = name(shape);
      return {
        inputs: [{ dtype, dims, values: fc.nat(6) }],
        axes,
        build: ([x]) => [ops.argMin(x as Value<"f32" | "f64" | "i32">, { axis })],
        naive: ([x]) => [naive.argMin(x, axis)],
      };
    },
  ),
  ReduceMean: reduction(floats, ops.reduceMean, mean),
  ReduceSum: reduction(numbers, ops.reduceSum, add),
  ReduceMax: reduction(numbers, ops.reduceMax, (values) => Math.max(...values)),
};
