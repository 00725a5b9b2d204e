/** Gradients of the operators that move elements, choose some or sum them up. @module */
import type { GradientRule } from "./contract.ts";
import { unbroadcast } from "./elementwise.ts";
import { literalShape, scalar, zerosOf } from "../numbers.ts";
import type { Op, Reduction } from "../operators.ts";
import {
  cast,
  div,
  expand,
  gather,
  gatherElements,
  greater,
  matMul,
  mul,
  pad,
  reduceSum,
  reshape,
  scatterElements,
  slice,
  sub,
  transpose,
} from "../ops.ts";
import { literal } from "../value.ts";
import type { Value } from "../value.ts";

/** A reduced gradient with its axes back as 1. */
function withAxes(grad: Value, x: Value, { axes, keepDims }: Reduction): Value {
  if (keepDims) return grad;
  const gone = new Set(axes.map((axis) => axis < 0 ? axis + x.shape.length : axis));
  return reshape(grad, x.shape.map((size, axis) => gone.has(axis) ? 1 : size));
}

const swapped = (x: Value): Value => {
  const order = x.shape.map((_, axis) => axis);
  return transpose(x, [...order.slice(0, -2), order.length - 1, order.length - 2]);
};

/** Where entry i of a permutation went, if the indices are one. */
function inverse(indices: Value, size: number): Value<"i64"> | undefined {
  if (indices.source.kind !== "literal" || indices.shape.length !== 1 || indices.shape[0] !== size) return undefined;
  const places = Array.from(indices.source.literal.data, Number);
  const back = new BigInt64Array(size).fill(-1n);
  for (const [i, place] of places.entries()) if (place >= 0 && place < size) back[place] = BigInt(i);
  return back.includes(-1n) ? undefined : literal({ dtype: "i64", shape: [size], data: back });
}

export const layoutGradients = {
  MatMul: ({ inputs: [a, b], grads: [dy], wanted }) => [
    wanted[0] ? unbroadcast(matMul(dy!, swapped(b)), a) : undefined,
    wanted[1] ? unbroadcast(matMul(swapped(a), dy!), b) : undefined,
  ],
  Concat: ({ attributes: { axis }, inputs, grads: [dy], wanted, refuse }) => {
    let from = 0;
    return inputs.map((part, i) => {
      const size = literalShape(part, refuse).at(axis)!;
      from += size;
      return wanted[i] ? slice(dy!, { axis, from: from - size, to: from }) : undefined;
    });
  },
  Slice: ({ attributes: { axis, from, to }, inputs: [x], grads: [dy], refuse }) => {
    const shape = literalShape(x, refuse);
    const at = axis < 0 ? axis + shape.length : axis;
    const zeros = shape.map(() => 0);
    return [pad(dy!, { before: zeros.with(at, from), after: zeros.with(at, shape[at] - to) })];
  },
  Pad: ({ attributes: { before, after }, inputs: [x], grads: [dy], refuse }) => {
    const shape = literalShape(x, refuse);
    let grad = dy!;
    for (const [axis, size] of shape.entries()) {
      if (before[axis] + after[axis] > 0) grad = slice(grad, { axis, from: before[axis], to: before[axis] + size });
    }
    return [grad];
  },
  Transpose: ({ attributes: { order }, grads: [dy] }) => [transpose(dy!, order.map((_, axis) => order.indexOf(axis)))],
  Reshape: ({ inputs: [x], grads: [dy] }) => [reshape(dy!, x.shape)],
  Expand: ({ inputs: [x], grads: [dy] }) => [unbroadcast(dy!, x)],
  Gather: ({ attributes: { axis }, inputs: [x, indices], grads: [dy], refuse }) => {
    const shape = literalShape(x, refuse);
    const at = axis < 0 ? axis + shape.length : axis;
    const back = inverse(indices, shape[at]);
    if (back) return [gather(dy!, back, { axis: at })];
    const picked = literalShape(indices, refuse).reduce((product, size) => product * size, 1);
    const flat = shape.with(at, picked);
    const places = expand(reshape(indices as Value<"i64">, shape.map((_, i) => i === at ? picked : 1)), flat);
    return [scatterElements(zerosOf(x.dtype, shape), places, reshape(dy!, flat), { axis: at })];
  },
  GatherElements: ({ attributes: { axis }, inputs: [x, indices], grads: [dy], refuse }) => [
    scatterElements(zerosOf(x.dtype, literalShape(x, refuse)), indices as Value<"i64">, dy!, { axis }),
  ],
  ScatterElements: ({ attributes: { axis }, inputs: [, indices], grads: [dy] }) => [
    dy,
    undefined,
    gatherElements(dy!, indices as Value<"i64">, { axis }),
  ],
  ArgMin: () => [],
  TopK: ({ attributes: { axis }, inputs: [x], outputs: [, indices], grads: [dy], refuse }) =>
    dy ? [scatterElements(zerosOf(x.dtype, literalShape(x, refuse)), indices as Value<"i64">, dy, { axis })] : [],
  SpaceToDepth: ({ attributes: { block }, inputs: [x], grads: [dy], refuse }) => {
    const [N, C, H, W] = literalShape(x, refuse);
    const apart = reshape(dy!, [N, block, block, C, H / block, W / block]);
    return [reshape(transpose(apart, [0, 3, 4, 1, 5, 2]), [N, C, H, W])];
  },
  ReduceSum: ({ attributes, inputs: [x], grads: [dy], refuse }) => [
    expand(withAxes(dy!, x, attributes), literalShape(x, refuse)),
  ],
  ReduceMean: ({ attributes, inputs: [x], outputs: [y], grads: [dy], refuse }) => {
    const shape = literalShape(x, refuse);
    const size = (value: Value) => literalShape(value, refuse).reduce((product, each) => product * each, 1);
    return [expand(mul(withAxes(dy!, x, attributes), scalar(x.dtype, size(y) / size(x))), shape)];
  },
  // Entries that share the maximum share the gradient, as in PyTorch's amax.
  ReduceMax: ({ attributes, inputs: [x], outputs: [y], grads: [dy] }) => {
    const less = cast(greater(withAxes(y, x, attributes), x), x.dtype);
    const most = sub(scalar(x.dtype, 1), less);
    const share = div(withAxes(dy!, x, attributes), reduceSum(most, { axes: attributes.axes, keepDims: true }));
    return [mul(most, share)];
  },
} satisfies { readonly [O in Op]?: GradientRule<O> };
