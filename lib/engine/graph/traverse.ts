/** The nodes behind some values. @module */
import type { AnyNode, Value } from "./value.ts";

/** All nodes that the values need, each once and behind those that it needs; always in the same order. */
export function nodesBehind(values: readonly Value[]): AnyNode[] {
  const order: AnyNode[] = [];
  const state = new Map<AnyNode, "open" | "done">();
  const makers = (inputs: readonly Value[]) =>
    inputs.flatMap(({ source }) => source.kind === "node" ? [source.node] : []).reverse();
  // A stack of our own, since graphs are deeper than the one of JavaScript.
  const stack = makers(values);
  for (let node = stack.at(-1); node; node = stack.at(-1)) {
    if (state.get(node) === undefined) {
      state.set(node, "open");
      stack.push(...makers(node.inputs));
    } else {
      stack.pop();
      if (state.get(node) === "open") order.push(node);
      state.set(node, "done");
    }
  }
  return order;
}
