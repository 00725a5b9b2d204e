/**
 * Reverse-mode differentiation of a graph into a graph of the same operators (Griewank and Walther, "Evaluating
 * Derivatives", 2008, ch. 3).
 * @module
 */
import type { GradientRule } from "./contract.ts";
import { GRADIENTS } from "./table.ts";
import type { Op } from "../operators.ts";
import { add } from "../ops.ts";
import { nodesBehind } from "../traverse.ts";
import { literal, show, toLiteral } from "../value.ts";
import type { AnyNode, Value } from "../value.ts";

/**
 * The gradients of a scalar by some values that it depends on.
 *
 * @param loss f32 or f64 of one element
 * @param by inputs, literals or values made on the way
 * @returns one value for each of `by`, of its shape and element type; zeros where the loss does not depend on it
 * @throws {TypeError} where the loss is no scalar, or a node on the way has no gradient; the message names it
 *
 * ```ts
 * import { gradients } from "./differentiate.ts";
 * import { mul, reduceSum } from "../ops.ts";
 * import { input } from "../value.ts";
 * const x = input("x", "f32", [3]);
 * const [dx] = gradients(reduceSum(mul(x, x), { axes: [0] }), [x]);
 * console.assert(dx.shape.join() === "3");
 * ```
 */
export function gradients(loss: Value, by: readonly Value[]): Value[] {
  if (loss.shape.some((size) => size !== 1) || (loss.dtype !== "f32" && loss.dtype !== "f64")) {
    throw new TypeError(`Cannot differentiate as the loss must be one float: current value is ${show(loss)}`);
  }
  const nodes = nodesBehind([loss]);
  const active = nodesThatDepend(nodes, by);
  const found = new Map<unknown, Value>();
  const store = (value: Value, grad: Value) => {
    const known = found.get(key(value));
    found.set(key(value), known ? add(known, grad) : grad);
  };
  store(loss, literal(toLiteral(loss.dtype, [1], loss.shape as number[])));
  for (const node of nodes.toReversed()) {
    if (!active.has(node)) continue;
    const outputs = node.outputs.map((shaped, output): Value => ({
      ...shaped,
      source: { kind: "node", node, output },
    }));
    const grads = outputs.map((output) => found.get(key(output)));
    if (grads.every((grad) => grad === undefined)) continue;
    const wanted = node.inputs.map((input) => isActive(input, active, by));
    differentiateNode(node, outputs, grads, wanted).forEach((grad, i) => {
      if (grad && wanted[i]) store(node.inputs[i], grad);
    });
  }
  return by.map((value) => found.get(key(value)) ?? zerosLike(value));
}

/** Values are the same where they are the same output of the same node, or the same input or literal. */
function key(value: Value): unknown {
  if (value.source.kind !== "node") return value;
  const { node, output } = value.source;
  const own = keys.get(node) ?? node.outputs.map(() => ({}));
  keys.set(node, own);
  return own[output];
}
const keys = new WeakMap<AnyNode, object[]>();

function nodesThatDepend(nodes: readonly AnyNode[], by: readonly Value[]): ReadonlySet<AnyNode> {
  const active = new Set<AnyNode>();
  for (const node of nodes) if (node.inputs.some((input) => isActive(input, active, by))) active.add(node);
  return active;
}

function isActive(value: Value, active: ReadonlySet<AnyNode>, by: readonly Value[]): boolean {
  return by.some((wanted) => key(wanted) === key(value)) ||
    value.source.kind === "node" && active.has(value.source.node);
}

function differentiateNode(
  node: AnyNode,
  outputs: readonly Value[],
  grads: readonly (Value | undefined)[],
  wanted: readonly boolean[],
): readonly (Value | undefined)[] {
  const title = node.name === undefined ? node.op : `${node.op} "${node.name}"`;
  const refuse = (reason: string): never => {
    throw new TypeError(`Cannot differentiate ${title} as ${reason}`);
  };
  const rule = GRADIENTS[node.op] as GradientRule<Op>;
  const results = rule({
    attributes: node.attributes,
    inputs: node.inputs,
    outputs,
    grads,
    wanted,
    refuse,
  });
  results.forEach((grad, i) => {
    const input = node.inputs[i];
    if (!grad || !wanted[i]) return;
    const fits = grad.dtype === input.dtype && grad.shape.join() === input.shape.join();
    if (!fits) refuse(`the gradient of input ${i} must be ${show(input)}: current value is ${show(grad)}`);
  });
  return results;
}

function zerosLike(value: Value): Value {
  const shape = value.shape.map((size) => {
    if (typeof size === "number") return size;
    throw new TypeError(`Cannot differentiate by ${show(value)} as the loss does not depend on it`);
  });
  return literal(toLiteral(value.dtype, new Array(shape.reduce((a, b) => a * b, 1)).fill(0), shape));
}
