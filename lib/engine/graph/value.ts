/** The values of a graph: plain objects that know how they are made. @module */
import { sizeOf } from "../../base/tensor/tensor.ts";
import type { Dim } from "../../base/tensor/tensor.ts";
import type { Element, ElementData } from "./element.ts";
import type { Attributes, Op } from "./operators.ts";

export type { Element, ElementData };

/** An element type and a shape: literal sizes, axis names ("N") and what {@linkcode ./dims.ts} made of them. */
export interface Shaped<D extends Element = Element> {
  /** Of its elements. */
  readonly dtype: D;
  /** Sizes of its axes, or names of those that are free. */
  readonly shape: readonly Dim[];
}

/** An array that is part of the graph. */
export interface Literal<D extends Element = Element> extends Shaped<D> {
  /** Sizes of its axes. */
  readonly shape: readonly number[];
  /** Its elements, the last axis fastest. */
  readonly data: ElementData[D];
}

/** An operator with its inputs. */
export interface Node<O extends Op = Op> {
  readonly op: O;
  readonly name?: string;
  readonly inputs: readonly Value[];
  readonly attributes: Attributes[O];
  readonly outputs: readonly Shaped[];
}

/** Any node, such that `op` tells the type of `attributes`. */
export type AnyNode = { [O in Op]: Node<O> }[Op];

/** A value of a graph. Values are immutable; a graph is what can be reached from its outputs. */
export interface Value<D extends Element = Element> extends Shaped<D> {
  /** What files and errors call it. */
  readonly name?: string;
  /** @internal */
  readonly source:
    | { readonly kind: "input" }
    | { readonly kind: "literal"; readonly literal: Literal<D> }
    | { readonly kind: "node"; readonly node: AnyNode; readonly output: number };
}

/**
 * An input of the graph.
 *
 * @throws {TypeError} where the name is empty
 *
 * ```ts
 * import { input } from "./value.ts";
 * const x = input("x", "f32", ["N", 3, "H", "W"]);
 * console.assert(x.shape[1] === 3);
 * ```
 */
export function input<D extends Element>(name: string, dtype: D, shape: readonly Dim[]): Value<D> {
  if (name === "") throw new TypeError("Cannot make an input of a graph without a name");
  return { dtype, shape, name, source: { kind: "input" } };
}

/**
 * An array as part of the graph (an initializer in ONNX's words), e.g. a weight. The data is not copied.
 *
 * @throws {RangeError} where the number of elements is not the product of the shape
 */
export function literal<D extends Element>(
  value: { readonly dtype: D; readonly shape: readonly number[]; readonly data: ElementData[D] },
  name?: string,
): Value<D> {
  const { dtype, shape, data } = value;
  if (sizeOf(shape) !== data.length) {
    throw new RangeError(`Cannot make a literal ${dtype}[${shape.join(",")}] as the data has ${data.length} elements`);
  }
  return { dtype, shape, name, source: { kind: "literal", literal: { dtype, shape, data } } };
}

const makers: { [D in Element]: (values: readonly number[]) => ElementData[D] } = {
  f32: (values) => Float32Array.from(values),
  f64: (values) => Float64Array.from(values),
  u8: (values) => Uint8Array.from(values),
  i32: (values) => Int32Array.from(values),
  i64: (values) => BigInt64Array.from(values, (value) => BigInt(value)),
  bool: (values) => Uint8Array.from(values, (value) => value === 0 ? 0 : 1),
};

/** Numbers as an array of an element type. */
export function toLiteral<D extends Element>(
  dtype: D,
  values: readonly number[],
  shape: readonly number[] = [values.length],
): Literal<D> {
  return { dtype, shape, data: makers[dtype](values) };
}

/** `f32[N,3,H,W]`, as messages show a value. */
export function show(value: Shaped): string {
  return `${value.dtype}[${value.shape.join(",")}]`;
}
