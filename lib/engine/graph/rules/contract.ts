/** What there is to know of one operator. @module */
import type { Dim } from "../../../base/tensor/tensor.ts";
import type { Attributes, Op } from "../operators.ts";
import { show } from "../value.ts";
import type { Literal, Shaped } from "../value.ts";

/** An attribute as ONNX stores it. */
export type OnnxAttribute =
  | { readonly int: number }
  | { readonly float: number }
  | { readonly ints: readonly number[] }
  | { readonly text: string };

/** How ONNX wants to be told the attributes: some as attributes, some as further inputs. */
export interface Encoded {
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
  readonly inputs?: readonly (Literal | undefined)[];
}

/** Ends the building of a node: `must` and what is instead. */
export type Refuse = (reason: string) => never;

/** The shape rule of an operator and its place in ONNX. */
export interface Rule<O extends Op> {
  /** The element types and shapes of the outputs; calls `refuse` where inputs or attributes do not fit. */
  infer(inputs: readonly Shaped[], attributes: Attributes[O], refuse: Refuse): readonly Shaped[];
  encode(attributes: Attributes[O], inputs: readonly Shaped[]): Encoded;
}

/** The place of an axis that may be counted from the end. */
export function place(axis: number, rank: number, refuse: Refuse): number {
  const at = axis < 0 ? axis + rank : axis;
  if (!(Number.isInteger(at) && at >= 0 && at < rank)) {
    return refuse(`the axis must be from ${-rank} to ${rank - 1}: current axis is ${axis}`);
  }
  return at;
}

/** Refuses where an input is not of one of the element types. */
export function want(value: Shaped, dtypes: readonly string[], what: string, refuse: Refuse): void {
  if (!dtypes.includes(value.dtype)) {
    refuse(`${what} must be ${dtypes.join(" or ")}: current value is ${show(value)}`);
  }
}

/** A shape as messages show it. */
export function list(shape: readonly Dim[]): string {
  return `[${shape.join(",")}]`;
}

export const FLOATS = ["f32", "f64"] as const;
export const NUMBERS = ["f32", "f64", "i32", "i64"] as const;
