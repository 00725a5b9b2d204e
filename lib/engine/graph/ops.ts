/**
 * The operators as functions of values. Each checks element types and shapes when it is called, and throws a TypeError
 * that names the node and what does not fit; its stack shows where the node was to be made.
 * @module
 */
import type { Dim } from "../../base/tensor/tensor.ts";
import type { Attributes, Reduction } from "./operators.ts";
import { makeNode, single } from "./make_node.ts";
import type { Named } from "./make_node.ts";
import type { Element, Value } from "./value.ts";

export * from "./ops_window.ts";

/** a + b, shapes broadcast. */
export function add<D extends Element>(a: Value<D>, b: Value<NoInfer<D>>, { name }: Named = {}): Value<D> {
  return single(makeNode("Add", [a, b], {}, name));
}
/** a − b, shapes broadcast. */
export function sub<D extends Element>(a: Value<D>, b: Value<NoInfer<D>>, { name }: Named = {}): Value<D> {
  return single(makeNode("Sub", [a, b], {}, name));
}
/** a · b by element, shapes broadcast. */
export function mul<D extends Element>(a: Value<D>, b: Value<NoInfer<D>>, { name }: Named = {}): Value<D> {
  return single(makeNode("Mul", [a, b], {}, name));
}
/** a / b by element, shapes broadcast. */
export function div<D extends Element>(a: Value<D>, b: Value<NoInfer<D>>, { name }: Named = {}): Value<D> {
  return single(makeNode("Div", [a, b], {}, name));
}
/** The larger of a and b by element, shapes broadcast. */
export function max<D extends Element>(a: Value<D>, b: Value<NoInfer<D>>, { name }: Named = {}): Value<D> {
  return single(makeNode("Max", [a, b], {}, name));
}
/** The smaller of a and b by element, shapes broadcast. */
export function min<D extends Element>(a: Value<D>, b: Value<NoInfer<D>>, { name }: Named = {}): Value<D> {
  return single(makeNode("Min", [a, b], {}, name));
}
/** Whether a > b by element, shapes broadcast. */
export function greater<D extends Element>(a: Value<D>, b: Value<NoInfer<D>>, { name }: Named = {}): Value<"bool"> {
  return single(makeNode("Greater", [a, b], {}, name));
}
/** Whether a ≥ b by element, shapes broadcast. */
export function greaterOrEqual<D extends Element>(
  a: Value<D>,
  b: Value<NoInfer<D>>,
  { name }: Named = {},
): Value<"bool"> {
  return single(makeNode("GreaterOrEqual", [a, b], {}, name));
}
/** Whether a < b by element, shapes broadcast. */
export function less<D extends Element>(a: Value<D>, b: Value<NoInfer<D>>, { name }: Named = {}): Value<"bool"> {
  return single(makeNode("Less", [a, b], {}, name));
}
/** Whether a ≤ b by element, shapes broadcast. */
export function lessOrEqual<D extends Element>(a: Value<D>, b: Value<NoInfer<D>>, { name }: Named = {}): Value<"bool"> {
  return single(makeNode("LessOrEqual", [a, b], {}, name));
}
/** Whether a = b by element, shapes broadcast. */
export function equal<D extends Element>(a: Value<D>, b: Value<NoInfer<D>>, { name }: Named = {}): Value<"bool"> {
  return single(makeNode("Equal", [a, b], {}, name));
}
/** a where the condition holds, else b; shapes broadcast. */
export function where<D extends Element>(
  condition: Value<"bool">,
  a: Value<D>,
  b: Value<NoInfer<D>>,
  { name }: Named = {},
): Value<D> {
  return single(makeNode("Where", [condition, a, b], {}, name));
}
/** |x|. */
export function abs<D extends Element>(x: Value<D>, { name }: Named = {}): Value<D> {
  return single(makeNode("Abs", [x], {}, name));
}
/** −1, 0 or 1. */
export function sign<D extends Element>(x: Value<D>, { name }: Named = {}): Value<D> {
  return single(makeNode("Sign", [x], {}, name));
}
/** eˣ. */
export function exp<D extends Element>(x: Value<D>, { name }: Named = {}): Value<D> {
  return single(makeNode("Exp", [x], {}, name));
}
/** The natural logarithm. */
export function log<D extends Element>(x: Value<D>, { name }: Named = {}): Value<D> {
  return single(makeNode("Log", [x], {}, name));
}
/** The hyperbolic tangent. */
export function tanh<D extends Element>(x: Value<D>, { name }: Named = {}): Value<D> {
  return single(makeNode("Tanh", [x], {}, name));
}
/** 1 / (1 + e⁻ˣ). */
export function sigmoid<D extends Element>(x: Value<D>, { name }: Named = {}): Value<D> {
  return single(makeNode("Sigmoid", [x], {}, name));
}
/** min(max(alpha · x + beta, 0), 1). */
export function hardSigmoid(x: Value<"f32">, options: Attributes["HardSigmoid"] & Named): Value<"f32"> {
  const { name, ...attributes } = options;
  return single(makeNode("HardSigmoid", [x], attributes, name));
}
/** x, as a constant for differentiation: nothing flows back. */
export function stopGradient<D extends Element>(x: Value<D>, { name }: Named = {}): Value<D> {
  return single(makeNode("Identity", [x], {}, name));
}
/** max(x, 0). */
export function relu<D extends Element>(x: Value<D>, { name }: Named = {}): Value<D> {
  return single(makeNode("Relu", [x], {}, name));
}
/** The square root. */
export function sqrt<D extends Element>(x: Value<D>, { name }: Named = {}): Value<D> {
  return single(makeNode("Sqrt", [x], {}, name));
}
/** x, but at least `min` and at most `max`. */
export function clip<D extends Element>(x: Value<D>, options: Attributes["Clip"] & Named): Value<D> {
  const { name, ...attributes } = options;
  return single(makeNode("Clip", [x], attributes, name));
}
/** x as another element type; floats are cut towards zero. */
export function cast<D extends Element>(x: Value, to: D, { name }: Named = {}): Value<D> {
  return single(makeNode("Cast", [x], { to }, name));
}
/** eˣ over its sum along an axis. */
export function softmax<D extends Element>(x: Value<D>, options: Attributes["Softmax"] & Named): Value<D> {
  const { name, ...attributes } = options;
  return single(makeNode("Softmax", [x], attributes, name));
}
/** The matrix product [...,M,K] × [...,K,N] → [...,M,N]; the outer axes broadcast. */
export function matMul<D extends Element>(a: Value<D>, b: Value<NoInfer<D>>, { name }: Named = {}): Value<D> {
  return single(makeNode("MatMul", [a, b], {}, name));
}

/** Joins along an axis. */
export function concat<D extends Element>(
  parts: readonly Value<D>[],
  options: Attributes["Concat"] & Named,
): Value<D> {
  const { name, ...attributes } = options;
  return single(makeNode("Concat", parts, attributes, name));
}
/** `from` to `to` (exclusive) of an axis. */
export function slice<D extends Element>(x: Value<D>, options: Attributes["Slice"] & Named): Value<D> {
  const { name, ...attributes } = options;
  return single(makeNode("Slice", [x], attributes, name));
}
/** Puts a number around x; one count an axis. */
export function pad<D extends Element>(
  x: Value<D>,
  options: Omit<Attributes["Pad"], "value"> & { readonly value?: number } & Named,
): Value<D> {
  const { name, value = 0, ...attributes } = options;
  return single(makeNode("Pad", [x], { value, ...attributes }, name));
}
/** Axis i of the result is axis `order[i]` of x. */
export function transpose<D extends Element>(
  x: Value<D>,
  order: readonly number[],
  { name }: Named = {},
): Value<D> {
  return single(makeNode("Transpose", [x], { order }, name));
}
/** The same elements in another shape; −1 is what is left. */
export function reshape<D extends Element>(x: Value<D>, shape: readonly Dim[], { name }: Named = {}): Value<D> {
  return single(makeNode("Reshape", [x], { shape }, name));
}
/** Entries of an axis by index; negative indices count from the end. */
export function gather<D extends Element>(
  x: Value<D>,
  indices: Value<"i32"> | Value<"i64">,
  options: Attributes["Gather"] & Named,
): Value<D> {
  const { name, ...attributes } = options;
  return single(makeNode("Gather", [x, indices], attributes, name));
}
/** Entry by entry along an axis: y[i][j] = x[indices[i][j]][j] for axis 0. */
export function gatherElements<D extends Element>(
  x: Value<D>,
  indices: Value<"i32"> | Value<"i64">,
  options: Attributes["GatherElements"] & Named,
): Value<D> {
  const { name, ...attributes } = options;
  return single(makeNode("GatherElements", [x, indices], attributes, name));
}
/** x with updates added at indices along an axis: the transpose of {@linkcode gatherElements}. */
export function scatterElements<D extends Element>(
  x: Value<D>,
  indices: Value<"i32"> | Value<"i64">,
  updates: Value<NoInfer<D>>,
  options: Attributes["ScatterElements"] & Named,
): Value<D> {
  const { name, ...attributes } = options;
  return single(makeNode("ScatterElements", [x, indices, updates], attributes, name));
}
/** x repeated along its axes of size 1, and along new ones in front. */
export function expand<D extends Element>(x: Value<D>, shape: readonly number[], { name }: Named = {}): Value<D> {
  return single(makeNode("Expand", [x], { shape }, name));
}
/** Blocks of pixels to channels: [N,C,H,W] → [N,b·b·C,H/b,W/b], channels ordered by row, column and C. */
export function spaceToDepth<D extends Element>(x: Value<D>, block: number, { name }: Named = {}): Value<D> {
  return single(makeNode("SpaceToDepth", [x], { block }, name));
}
/** The k largest (or smallest) entries along an axis, sorted, and their indices; the lower index first among equals. */
export function topK<D extends Element>(
  x: Value<D>,
  options: Attributes["TopK"] & Named,
): [Value<D>, Value<"i64">] {
  const { name, ...attributes } = options;
  return makeNode("TopK", [x], attributes, name) as [Value<D>, Value<"i64">];
}
/** The index of the smallest entry along an axis, which goes; the lowest among equals. */
export function argMin(x: Value<"f32" | "f64" | "i32">, options: Attributes["ArgMin"] & Named): Value<"i64"> {
  const { name, ...attributes } = options;
  return single(makeNode("ArgMin", [x], attributes, name));
}

type Reducing = { readonly axes: readonly number[]; readonly keepDims?: boolean } & Named;
function reduce<D extends Element>(
  op: "ReduceSum" | "ReduceMean" | "ReduceMax",
  x: Value<D>,
  { axes, keepDims = false, name }: Reducing,
): Value<D> {
  const attributes: Reduction = { axes, keepDims };
  return single(makeNode(op, [x], attributes, name));
}
/** The sum over axes. */
export function reduceSum<D extends Element>(x: Value<D>, options: Reducing): Value<D> {
  return reduce("ReduceSum", x, options);
}
/** The mean over axes. */
export function reduceMean<D extends Element>(x: Value<D>, options: Reducing): Value<D> {
  return reduce("ReduceMean", x, options);
}
/** The maximum over axes. */
export function reduceMax<D extends Element>(x: Value<D>, options: Reducing): Value<D> {
  return reduce("ReduceMax", x, options);
}
