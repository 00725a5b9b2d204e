/** Numbers and blocks of one number as values. @module */
import { expand } from "./ops.ts";
import { literal, toLiteral } from "./value.ts";
import type { Element, Value } from "./value.ts";

/** A number of an element type, of no axes. */
export function scalar<D extends Element>(dtype: D, value: number): Value<D> {
  return literal(toLiteral(dtype, [value], []));
}

/** A number of f32. */
export function number(value: number): Value<"f32"> {
  return scalar("f32", value);
}

/** A block of zeros that the runtime makes, so that it does not lie in the file. */
export function zerosOf<D extends Element>(dtype: D, shape: readonly number[]): Value<D> {
  return expand(scalar(dtype, 0), shape);
}

/** Literal sizes of a value's shape. */
export function literalShape(value: Value, refuse: (reason: string) => never): number[] {
  return value.shape.map((size) =>
    typeof size === "number"
      ? size
      : refuse(`its shape must be of numbers: current shape is [${value.shape.join(",")}]`)
  );
}
