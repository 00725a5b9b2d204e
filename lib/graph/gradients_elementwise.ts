/** Gradients of the operators that work on each element by itself. @module */
import type { GradientRule } from "./gradient.ts";
import type { Op } from "./operators.ts";
import { mul, reduceSum, reshape } from "./ops.ts";
import type { Value } from "./value.ts";

/** Sums a gradient over the axes along which an input was broadcast. */
export function unbroadcast(grad: Value, input: Value): Value {
  const missing = grad.shape.length - input.shape.length;
  const axes = grad.shape.flatMap((size, axis) =>
    axis < missing || (input.shape[axis - missing] === 1 && size !== 1) ? [axis] : []
  );
  if (axes.length === 0) return grad;
  const sum = reduceSum(grad, { axes, keepDims: true });
  return missing === 0 ? sum : reshape(sum, input.shape);
}

export const elementwiseGradients = {
  Add: ({ inputs: [a, b], grads: [dy] }) => [unbroadcast(dy!, a), unbroadcast(dy!, b)],
  Mul: ({ inputs: [a, b], grads: [dy], wanted }) => [
    wanted[0] ? unbroadcast(mul(dy!, b), a) : undefined,
    wanted[1] ? unbroadcast(mul(dy!, a), b) : undefined,
  ],
} satisfies { readonly [O in Op]?: GradientRule<O> };
