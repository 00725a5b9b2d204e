/** What it takes to try one graph against loops. @module */
import fc from "fast-check";
import type { Element, Value } from "../../../lib/engine/graph/value.ts";
import type { Dim } from "../../../lib/base/tensor/tensor.ts";
import type { Nd } from "./naive.ts";

/** One graph to try: inputs whose free axes have names, the sizes of those, and the same computation twice. */
export interface Case {
  readonly inputs: readonly {
    readonly dtype: Element;
    readonly dims: readonly Dim[];
    readonly values?: fc.Arbitrary<number>;
    /** No gradient flows into it. */
    readonly constant?: boolean;
  }[];
  readonly axes: Readonly<Record<string, number>>;
  build(values: readonly Value[]): readonly Value[];
  naive(arrays: readonly Nd[]): readonly Nd[];
}

export const sizes = fc.integer({ min: 1, max: 6 });
export const shapes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 });
export const floats = ["f32", "f64"] as const;
export const numbers = ["f32", "f64", "i32", "i64"] as const;
/** Eighths, such that sums and products are exact. */
export const eighths = fc.integer({ min: -40, max: 40 }).map((value) => value / 8);
export const whole = fc.integer({ min: -20, max: 20 });

/** The size that a dim stands for: its text is arithmetic over axis names. */
export function evaluate(dim: Dim, axes: Readonly<Record<string, number>>): number {
  if (typeof dim === "number") return dim;
  return new Function("ceil", "floor", ...Object.keys(axes), `return ${dim}`)(
    Math.ceil,
    Math.floor,
    ...Object.values(axes),
  );
}

/** A shape with names for its axes: A0, A1, … */
export function name(shape: readonly number[]): { dims: string[]; axes: Record<string, number> } {
  const dims = shape.map((_, i) => `A${i}`);
  return { dims, axes: Object.fromEntries(shape.map((size, i) => [dims[i], size])) };
}
