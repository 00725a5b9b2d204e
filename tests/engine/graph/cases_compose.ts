/** The cases of lib/engine/graph/compose.ts. @module */
import fc from "fast-check";
import * as compose from "../../../lib/engine/graph/compose.ts";
import * as ops from "../../../lib/engine/graph/ops.ts";
import type { Value } from "../../../lib/engine/graph/value.ts";
import { name, shapes, sizes } from "./case.ts";
import type { Case } from "./case.ts";
import * as naive from "./naive.ts";
import type { Nd } from "./naive.ts";

const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
const mean = (values: readonly number[]) => total(values) / values.length;
const minus = (a: number, b: number) => a - b;
const times = (a: number, b: number) => a * b;

/** A shape, one of its axes, and whether that stays. */
const along = fc.tuple(shapes, fc.nat(3), fc.boolean()).map(([shape, where, keepDims]) => ({
  shape,
  axis: where % shape.length,
  keepDims,
}));

/** Eighths that are not zero: vectors of zeros have no direction. */
const nonzero = fc.integer({ min: 1, max: 40 }).map((value) => (value % 2 === 0 ? value : -value) / 8);

/** Large ones, whose exponentials overflow where nothing is subtracted before. */
const large = fc.integer({ min: -40, max: 40 }).map((value) => 100 + value / 8);

function logSumExp(x: Nd, axis: number, keepDims: boolean): Nd {
  return naive.reduce(x, [axis], keepDims, (values) => {
    const most = Math.max(...values);
    return most + Math.log(total(values.map((value) => Math.exp(value - most))));
  });
}

/** A case of one input f32. */
function unary(
  shape: readonly number[],
  build: (x: Value<"f32">) => Value,
  loops: (x: Nd) => Nd,
  values?: fc.Arbitrary<number>,
): Case {
  const { dims, axes } = name(shape);
  return {
    inputs: [{ dtype: "f32", dims, values }],
    axes,
    build: ([x]) => [build(x as Value<"f32">)],
    naive: ([x]) => [loops(x)],
  };
}

/** Compositions by name. */
export const COMPOSED: Readonly<Record<string, fc.Arbitrary<Case>>> = {
  logSumExp: along.map(({ shape, axis, keepDims }) =>
    unary(shape, (x) => compose.logSumExp(x, { axes: [axis], keepDims }), (x) => logSumExp(x, axis, keepDims), large)
  ),
  logSoftmax: along.map(({ shape, axis }) =>
    unary(
      shape,
      (x) => compose.logSoftmax(x, axis),
      (x) => naive.binary(x, logSumExp(x, axis, true), minus),
      large,
    )
  ),
  softplus: shapes.map((shape) =>
    unary(shape, compose.softplus, (x) => naive.unary(x, (v) => Math.log1p(Math.exp(v))))
  ),
  l2Normalize: along.map(({ shape, axis }) =>
    unary(
      shape,
      (x) => compose.l2Normalize(x, axis),
      (x) => naive.binary(x, naive.reduce(x, [axis], true, (values) => Math.hypot(...values)), (a, b) => a / b),
      nonzero,
    )
  ),
  globalAverage: fc.tuple(sizes, sizes, sizes, sizes).map((shape) =>
    unary(shape, compose.globalAverage, (x) => naive.reduce(x, [2, 3], false, mean))
  ),
  layerNorm: fc.tuple(sizes, fc.integer({ min: 2, max: 4 }), sizes).map((shape): Case => {
    const { dims, axes } = name(shape);
    return {
      inputs: [{ dtype: "f32", dims }, { dtype: "f32", dims: dims.slice(1) }, { dtype: "f32", dims: dims.slice(1) }],
      axes,
      // A large ε, such that equal entries have a gradient that can be measured.
      build: ([x, scale, bias]) => [
        compose.layerNorm(x as Value<"f32">, {
          scale: scale as Value<"f32">,
          bias: bias as Value<"f32">,
          epsilon: 0.25,
        }),
      ],
      naive([x, scale, bias]) {
        const centred = naive.binary(x, naive.reduce(x, [1, 2], true, mean), minus);
        const squares = naive.unary(centred, (value) => value * value);
        const deviation = naive.unary(naive.reduce(squares, [1, 2], true, mean), (value) => Math.sqrt(value + 0.25));
        const normal = naive.binary(centred, deviation, (a, b) => a / b);
        return [naive.binary(naive.binary(normal, scale, times), bias, (a, b) => a + b)];
      },
    };
  }),
  cosineSimilarity: along.map(({ shape, axis, keepDims }): Case => {
    const { dims, axes } = name(shape);
    return {
      inputs: [{ dtype: "f32", dims, values: nonzero }, { dtype: "f32", dims, values: nonzero }],
      axes,
      build: ([a, b]) => [
        compose.cosineSimilarity(a as Value<"f32">, b as Value<"f32">, { axes: [axis], keepDims }),
      ],
      naive([a, b]) {
        const dot = naive.reduce(naive.binary(a, b, times), [axis], keepDims, total);
        const norm = (x: Nd) => naive.reduce(x, [axis], keepDims, (values) => Math.hypot(...values));
        return [naive.binary(dot, naive.binary(norm(a), norm(b), times), (x, y) => x / y)];
      },
    };
  }),
  linear: fc.tuple(sizes, sizes, sizes).map(([n, c, k]): Case => ({
    inputs: [{ dtype: "f32", dims: ["N", c] }, { dtype: "f32", dims: [k, c] }, { dtype: "f32", dims: [k] }],
    axes: { N: n },
    build: ([x, weight, bias]) => [
      compose.linear(x as Value<"f32">, weight as Value<"f32">, bias as Value<"f32">),
    ],
    naive: ([x, weight, bias]) => [
      naive.binary(naive.matMul(x, naive.transpose(weight, [1, 0])), bias, (a, b) => a + b),
    ],
  })),
  binaryCrossEntropy: shapes.map((shape): Case => {
    const { dims, axes } = name(shape);
    return {
      inputs: [{ dtype: "f32", dims }, { dtype: "f32", dims, values: fc.nat(1), constant: true }],
      axes,
      build: ([logit, label]) => [compose.binaryCrossEntropy(logit as Value<"f32">, label as Value<"f32">)],
      naive: ([logit, label]) => [naive.binary(logit, label, (z, y) => Math.log1p(Math.exp(z)) - y * z)],
    };
  }),
  // A choice that differs from side to side, where a comparison decides it.
  "where of comparisons": shapes.map((shape): Case => {
    const { dims, axes } = name(shape);
    return {
      inputs: [{ dtype: "f32", dims }, { dtype: "f32", dims }],
      axes,
      build([x, y]) {
        const [a, b] = [x as Value<"f32">, y as Value<"f32">];
        const square = ops.where(ops.less(a, b), ops.mul(a, a), ops.mul(b, b));
        return [ops.where(ops.greaterOrEqual(a, b), ops.exp(b), square)];
      },
      naive: ([x, y]) => [naive.binary(x, y, (a, b) => a >= b ? Math.exp(b) : a * a)],
    };
  }),
};
