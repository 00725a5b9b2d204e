/**
 * The operators as functions of values. Each checks element types and shapes when it is called, and throws a TypeError
 * that names the node and what does not fit; its stack shows where the node was to be made.
 * @module
 */
import type { Dim } from "../tensor/tensor.ts";
import type { Attributes, Op, Reduction, Window } from "./operators.ts";
import { RULES } from "./rules.ts";
import type { AnyNode, Element, Node, Value } from "./value.ts";

/** What every node may be given: a name, which its output has, too, and which errors show. */
export interface Named {
  readonly name?: string;
}

/** Makes a node and its outputs. The functions below say it more shortly. */
export function makeNode<O extends Op>(
  op: O,
  inputs: readonly Value[],
  attributes: Attributes[O],
  name?: string,
): Value[] {
  const title = name === undefined ? op : `${op} "${name}"`;
  const outputs = RULES[op].infer(inputs, attributes, (reason) => {
    throw new TypeError(`Cannot build ${title} as ${reason}`);
  });
  const node: Node<O> = { op, name, inputs, attributes, outputs };
  return outputs.map(({ dtype, shape }, output) => ({
    dtype,
    shape,
    name: output === 0 ? name : undefined,
    source: { kind: "node", node: node as AnyNode, output },
  }));
}

function single<D extends Element>(values: Value[]): Value<D> {
  return values[0] as Value<D>;
}

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
/** The matrix product [...,M,K] × [...,K,N] → [...,M,N]; the outer axes broadcast. */
export function matMul<D extends Element>(a: Value<D>, b: Value<NoInfer<D>>, { name }: Named = {}): Value<D> {
  return single(makeNode("MatMul", [a, b], {}, name));
}

type Part<T> = { readonly [K in keyof T]?: T[K] };
const window: Window = { strides: [1, 1], pads: [0, 0, 0, 0] };

/**
 * Correlates [N,C,H,W] with a weight [K,C/groups,kh,kw], and adds a bias [K].
 *
 * ```ts
 * import { conv } from "./ops.ts";
 * import { input } from "./value.ts";
 * const x = input("x", "f32", ["N", 3, "H", "W"]);
 * const weight = input("weight", "f32", [32, 3, 3, 3]);
 * const y = conv(x, weight, { strides: [2, 2], pads: "same" });
 * console.assert(y.shape.join() === "N,32,ceil(H/2),ceil(W/2)");
 * ```
 */
export function conv<D extends Element>(
  x: Value<D>,
  weight: Value<NoInfer<D>>,
  options: Part<Attributes["Conv"]> & Named & { readonly bias?: Value<NoInfer<D>> } = {},
): Value<D> {
  const { name, bias, ...given } = options;
  const attributes = { ...window, dilations: [1, 1] as const, groups: 1, ...given };
  return single(makeNode("Conv", bias ? [x, weight, bias] : [x, weight], attributes, name));
}
/** The mean over a window; what is padded counts as 0 where `countPads`, else not at all. */
export function averagePool<D extends Element>(
  x: Value<D>,
  options: { readonly kernel: readonly [number, number] } & Part<Attributes["AveragePool"]> & Named,
): Value<D> {
  const { name, ...given } = options;
  return single(makeNode("AveragePool", [x], { ...window, countPads: false, ...given }, name));
}
/** H and W to a size or by a scale, bilinear with pixel centres at half (PyTorch's align_corners=False). */
export function resizeBilinear<D extends Element>(
  x: Value<D>,
  to: Attributes["Resize"]["to"],
  { name }: Named = {},
): Value<D> {
  return single(makeNode("Resize", [x], { to }, name));
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
/** The k largest (or smallest) entries along an axis, sorted, and their indices; the lower index first among equals. */
export function topK<D extends Element>(
  x: Value<D>,
  options: Attributes["TopK"] & Named,
): [Value<D>, Value<"i64">] {
  const { name, ...attributes } = options;
  return makeNode("TopK", [x], attributes, name) as [Value<D>, Value<"i64">];
}

type Reducing = { readonly axes: readonly number[]; readonly keepDims?: boolean } & Named;
function reduce<D extends Element>(
  op: "ReduceSum" | "ReduceMax",
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
/** The maximum over axes. */
export function reduceMax<D extends Element>(x: Value<D>, options: Reducing): Value<D> {
  return reduce("ReduceMax", x, options);
}
