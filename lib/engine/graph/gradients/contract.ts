/** What there is to know of an operator's gradient. @module */
import type { Attributes, Op } from "../operators.ts";
import type { Value } from "../value.ts";

/** What a gradient rule is told of a node. */
export interface Backward<O extends Op> {
  readonly attributes: Attributes[O];
  readonly inputs: readonly Value[];
  /** The node's own outputs, to be used again. */
  readonly outputs: readonly Value[];
  /** The gradient of the loss by each output; undefined where the loss does not depend on it. */
  readonly grads: readonly (Value | undefined)[];
  /** Which inputs need a gradient: others may be left undefined. */
  readonly wanted: readonly boolean[];
  /** Ends the differentiation, where this node has no gradient or its shapes do not allow it. */
  readonly refuse: (reason: string) => never;
}

/** The gradients of the loss by the inputs of a node, undefined where the loss does not depend on one. */
export type GradientRule<O extends Op> = (node: Backward<O>) => readonly (Value | undefined)[];
