/** The cases of rules_elementwise.ts. @module */
import fc from "fast-check";
import * as ops from "../../lib/graph/ops.ts";
import type { Element, Value } from "../../lib/graph/value.ts";
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
): fc.Arbitrary<Case> {
  // Some axes of either side are 1 or missing, the others are named alike.
  const sides = shapes.chain((shape) =>
    fc.tuple(fc.constant(shape), ...[0, 1].map(() => fc.tuple(fc.nat(shape.length), fc.array(fc.boolean()))))
  );
  return fc.tuple(sides, fc.constantFrom(...numbers)).map(([[shape, ...kept], dtype]): Case => {
    const { dims, axes } = name(shape);
    const side = ([from, ones]: [number, boolean[]]) => dims.map((dim, i) => ones[i] ? 1 : dim).slice(from);
    return {
      inputs: [{ dtype, dims: side(kept[0]) }, { dtype, dims: side(kept[1]) }],
      axes,
      build: ([a, b]) => [build(a as Value<"f32">, b as Value<"f32">)],
      naive: ([a, b]) => [naive.binary(a, b, of)],
    };
  });
}

export const elementwise = {
  Add: binary((a, b) => ops.add(a, b), (a, b) => a + b),
  Sub: binary((a, b) => ops.sub(a, b), (a, b) => a - b),
  Mul: binary((a, b) => ops.mul(a, b), (a, b) => a * b),
  Relu: unary(floats, (x) => ops.relu(x), (x) => Math.max(x, 0)),
  Sqrt: unary(floats, (x) => ops.sqrt(x), Math.sqrt, fc.nat(99)),
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
