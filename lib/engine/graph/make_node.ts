/** Making nodes, with their shapes checked. @module */
import type { Attributes, Op } from "./operators.ts";
import { RULES } from "./rules/table.ts";
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

/** The first output. */
export function single<D extends Element>(values: Value[]): Value<D> {
  return values[0] as Value<D>;
}
