/** The cases of rules_elementwise.ts. @module */
import fc from "fast-check";
import * as ops from "../../../lib/engine/graph/ops.ts";
import type { Element, Value } from "../../../lib/engine/graph/value.ts";
import { floats, name, numbers, shapes, whole } from "./case.ts";
import type { Case } from "./case.ts";
import * as naive from "./naive.ts";

function unary(
  dtypes: readonly Element[],
  build: (x: Value<"f32">) => Value,
  of: (value: number) => number,
  values?: fc.Arbitrary<number>,
): fc.Arbitrary<Case> {
  return fc.tuple(shapes, fc.constantFrom(...dtypes)).map(([shape, dtype]): Case => {
    const { dims, axes } = name(shape);
    return {
      inputs: [{ dtype, dims, values }],
      axes,
      build: ([x]) => [build(x as Value<"f32">)],
      naive: ([x]) => [naive.unary(x, of)],
    };
  });
}

function binary(
  build: (a: Value<"f32">, b: Value<"f32">) => Value,
  of: (a: number, b: number) => number,
  dtypes: readonly Element[] = numbers,
  values?: fc.Arbitrary<number>,
  left?: fc.Arbitrary<number>,
): fc.Arbitrary<Case> {
  // Some axes of either side are 1 or missing, the others are named alike.
  const sides = shapes.chain((shape) =>
    fc.tuple(fc.constant(shape), ...[0, 1].map(() => fc.tuple(fc.nat(shape.length), fc.array(fc.boolean()))))
  );
  return fc.tuple(sides, fc.constantFrom(...dtypes)).map(([[shape, ...kept], dtype]): Case => {
    const { dims, axes } = name(shape);
    const side = ([from, ones]: [number, boolean[]]) => dims.map((dim, i) => ones[i] ? 1 : dim).slice(from);
    return {
      inputs: [{ dtype, dims: side(kept[0]), values: left }, { dtype, dims: side(kept[1]), values }],
      axes,
      build: ([a, b]) => [build(a as Value<"f32">, b as Value<"f32">)],
      naive: ([a, b]) => [naive.binary(a, b, of)],
    };
  });
}

/** Eighths above zero. */
const positive = fc.integer({ min: 1, max: 40 }).map((value) => value / 8);

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** Such as often equal each other. */
const few = fc.integer({ min: -1, max: 1 });

export const elementwise = {
  Add: binary((a, b) => ops.add(a, b), (a, b) => a + b),
  Sub: binary((a, b) => ops.sub(a, b), (a, b) => a - b),
  Mul: binary((a, b) => ops.mul(a, b), (a, b) => a * b),
  Relu: unary(floats, (x) => ops.relu(x), (x) => Math.max(x, 0)),
  Div: binary((a, b) => ops.div(a, b), (a, b) => a / b, floats, positive),
  Max: binary((a, b) => ops.max(a, b), Math.max),
  Min: binary((a, b) => ops.min(a, b), Math.min),
  Greater: binary((a, b) => ops.greater(a, b), (a, b) => Number(a > b), numbers, few, few),
  GreaterOrEqual: binary((a, b) => ops.greaterOrEqual(a, b), (a, b) => Number(a >= b), numbers, few, few),
  Less: binary((a, b) => ops.less(a, b), (a, b) => Number(a < b), numbers, few, few),
  LessOrEqual: binary((a, b) => ops.lessOrEqual(a, b), (a, b) => Number(a <= b), numbers, few, few),
  Equal: binary((a, b) => ops.equal(a, b), (a, b) => Number(a === b), numbers, few, few),
  Abs: unary(floats, (x) => ops.abs(x), Math.abs),
  Sign: unary(floats, (x) => ops.sign(x), Math.sign),
  Exp: unary(floats, (x) => ops.exp(x), Math.exp),
  Log: unary(floats, (x) => ops.log(x), Math.log, positive),
  Tanh: unary(floats, (x) => ops.tanh(x), Math.tanh),
  Sigmoid: unary(floats, (x) => ops.sigmoid(x), (x) => 1 / (1 + Math.exp(-x))),
  HardSigmoid: unary(
    ["f32"],
    (x) => ops.hardSigmoid(x, { alpha: 0.25, beta: 0.5 }),
    (x) => Math.min(Math.max(0.25 * x + 0.5, 0), 1),
  ),
  Identity: unary(numbers, (x) => ops.stopGradient(x), (x) => x),
  Where: fc.tuple(shapes, fc.constantFrom(...floats)).map(([shape, dtype]): Case => {
    const { dims, axes } = name(shape);
    return {
      inputs: [{ dtype: "bool", dims, values: fc.nat(1) }, { dtype, dims }, { dtype, dims: dims.slice(1) }],
      axes,
      build: ([condition, a, b]) => [ops.where(condition as Value<"bool">, a as Value<"f32">, b as Value<"f32">)],
      naive: ([condition, a, b]) => [
        naive.binary(
          naive.binary(condition, a, (held, value) => held ? value : NaN),
          b,
          (value, other) => Number.isNaN(value) ? other : value,
        ),
      ],
    };
  }),
  Softmax: fc.tuple(shapes, fc.nat(3), fc.boolean(), fc.constantFrom(...floats)).map(
    ([shape, axis, negative, dtype]): Case => {
      const { dims, axes } = name(shape);
      const at = axis % shape.length;
      return {
        inputs: [{ dtype, dims }],
        axes,
        build: ([x]) => [ops.softmax(x as Value<"f32">, { axis: negative ? at - shape.length : at })],
        naive: ([x]) => {
          const powers = naive.unary(x, Math.exp);
          return [naive.binary(powers, naive.reduce(powers, [at], true, sum), (power, all) => power / all)];
        },
      };
    },
  ),
  Sqrt: unary(floats, (x) => ops.sqrt(x), Math.sqrt, fc.integer({ min: 1, max: 99 })),
  Clip: unary(numbers, (x) => ops.clip(x, { min: -2, max: 3 }), (x) => Math.min(Math.max(x, -2), 3)),
  Cast: fc.tuple(
    shapes,
    fc.constantFrom<Element>("f32", "f64", "i32", "i64", "u8", "bool"),
    fc.constantFrom(...numbers, "bool" as const),
  )
    .map(([shape, from, to]): Case => {
      const { dims, axes } = name(shape);
      const values = from === "bool" ? fc.nat(1) : from === "u8" ? fc.nat(255) : whole;
      return {
        inputs: [{ dtype: from, dims, values }],
        axes,
        build: ([x]) => [ops.cast(x, to)],
        naive: ([x]) => [naive.unary(x, (value) => to === "bool" ? Number(value !== 0) : value)],
      };
    }),
};
