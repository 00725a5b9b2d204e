/** Graphs with other leaves: a trained weight in place of the drawn one, a value in place of an input. @module */
import { makeNode } from "./make_node.ts";
import { nodesBehind } from "./traverse.ts";
import type { AnyNode, Value } from "./value.ts";

/**
 * The values with inputs, literals or values on the way replaced. Nodes that depend on nothing replaced stay the same
 * objects; all others are made again, with their shapes checked.
 *
 * @throws {TypeError} where a node cannot be built with its new inputs
 *
 * ```ts
 * import { relu } from "./ops.ts";
 * import { substitute } from "./substitute.ts";
 * import { input } from "./value.ts";
 * const [x, z] = [input("x", "f32", ["N", 4]), input("z", "f32", [2, 4])];
 * const [y] = substitute([relu(x)], new Map([[x, z]]));
 * console.assert(y.shape.join() === "2,4");
 * ```
 */
export function substitute(values: readonly Value[], by: ReadonlyMap<Value, Value>): Value[] {
  const made = new Map<AnyNode, readonly Value[]>();
  const replaced = new Map<AnyNode, Value[]>();
  for (const [value, other] of by) {
    const { source } = value;
    if (source.kind !== "node") continue;
    const found = replaced.get(source.node) ?? [];
    found[source.output] = other;
    replaced.set(source.node, found);
  }
  const resolve = (value: Value): Value => {
    const { source } = value;
    if (source.kind !== "node") return by.get(value) ?? value;
    return replaced.get(source.node)?.[source.output] ?? made.get(source.node)?.[source.output] ?? value;
  };
  for (const node of nodesBehind(values)) {
    const inputs = node.inputs.map(resolve);
    if (inputs.every((input, i) => input === node.inputs[i])) continue;
    made.set(node, makeNode(node.op, inputs, node.attributes, node.name));
  }
  return values.map(resolve);
}
