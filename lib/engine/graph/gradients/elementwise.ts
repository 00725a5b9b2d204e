/** Gradients of the operators that work on each element by itself. @module */
import type { GradientRule } from "./contract.ts";
import { scalar } from "../numbers.ts";
import type { Op } from "../operators.ts";
import { cast, div, greater, hardSigmoid, mul, reduceSum, reshape, sign, sub, where } from "../ops.ts";
import type { Value } from "../value.ts";

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

const negative = (x: Value): Value => mul(x, scalar(x.dtype, -1));
const scaled = (x: Value, factor: number): Value => mul(x, scalar(x.dtype, factor));

/** A power of two, such that products with it are exact: a step function as a steep ramp. */
const STEEP = 2 ** 100;

/** dy where x > bound, else 0. In f32 a steep ramp, which the runtime computes much faster than a choice. */
function above(dy: Value, x: Value, bound: number): Value {
  if (x.dtype === "f32") {
    return mul(dy, hardSigmoid(x as Value<"f32">, { alpha: STEEP, beta: -STEEP * Math.fround(bound) }));
  }
  const limit: Value = scalar(x.dtype, bound);
  return where(greater(x as Value, limit), dy, scalar(dy.dtype, 0));
}

/** dy where x < bound, else 0. */
function below(dy: Value, x: Value, bound: number): Value {
  if (x.dtype === "f32") {
    return mul(dy, hardSigmoid(x as Value<"f32">, { alpha: -STEEP, beta: STEEP * Math.fround(bound) }));
  }
  const limit: Value = scalar(x.dtype, bound);
  return where(greater(limit, x as Value), dy, scalar(dy.dtype, 0));
}

/** 1 where a wins, 0 where b does, one half where they are equal, as in PyTorch. */
function winner(a: Value, b: Value): Value {
  const one = (won: Value<"bool">): Value => cast(won, a.dtype);
  return scaled(sub(one(greater(a, b)), sub(one(greater(b, a)), scalar(a.dtype, 1))), 0.5);
}

function chosen(larger: boolean): GradientRule<"Max" | "Min"> {
  return ({ inputs: [a, b], grads: [dy] }) => {
    const share = larger ? winner(a, b) : winner(b, a);
    return [unbroadcast(mul(dy!, share), a), unbroadcast(mul(dy!, sub(scalar(a.dtype, 1), share)), b)];
  };
}

const none = (): readonly undefined[] => [];

export const elementwiseGradients = {
  Add: ({ inputs: [a, b], grads: [dy], wanted }) => [
    wanted[0] ? unbroadcast(dy!, a) : undefined,
    wanted[1] ? unbroadcast(dy!, b) : undefined,
  ],
  Sub: ({ inputs: [a, b], grads: [dy], wanted }) => [
    wanted[0] ? unbroadcast(dy!, a) : undefined,
    wanted[1] ? negative(unbroadcast(dy!, b)) : undefined,
  ],
  Mul: ({ inputs: [a, b], grads: [dy], wanted }) => [
    wanted[0] ? unbroadcast(mul(dy!, b), a) : undefined,
    wanted[1] ? unbroadcast(mul(dy!, a), b) : undefined,
  ],
  Div: ({ inputs: [a, b], outputs: [y], grads: [dy], wanted }) => [
    wanted[0] ? unbroadcast(div(dy!, b), a) : undefined,
    wanted[1] ? negative(unbroadcast(div(mul(dy!, y), b), b)) : undefined,
  ],
  Max: chosen(true),
  Min: chosen(false),
  Relu: ({ outputs: [y], grads: [dy] }) => [above(dy!, y, 0)],
  Sqrt: ({ outputs: [y], grads: [dy] }) => [scaled(div(dy!, y), 0.5)],
  Abs: ({ inputs: [x], grads: [dy] }) => [mul(dy!, sign(x))],
  Sign: none,
  Exp: ({ outputs: [y], grads: [dy] }) => [mul(dy!, y)],
  Log: ({ inputs: [x], grads: [dy] }) => [div(dy!, x)],
  Tanh: ({ outputs: [y], grads: [dy] }) => [mul(dy!, sub(scalar(y.dtype, 1), mul(y, y)))],
  Sigmoid: ({ outputs: [y], grads: [dy] }) => [mul(dy!, mul(y, sub(scalar(y.dtype, 1), y)))],
  Softmax: ({ attributes: { axis }, outputs: [y], grads: [dy] }) => [
    mul(y, sub(dy!, reduceSum(mul(dy!, y), { axes: [axis], keepDims: true }))),
  ],
  HardSigmoid: ({ attributes: { alpha }, outputs: [y], grads: [dy] }) => [scaled(below(above(dy!, y, 0), y, 1), alpha)],
  Clip: ({ attributes: { min, max }, inputs: [x], outputs: [y], grads: [dy], refuse }) => {
    if (x.dtype !== "f32" && x.dtype !== "f64") return refuse(`only floats have a gradient: current is ${x.dtype}`);
    return [below(above(dy!, y, min), y, max)];
  },
  Cast: ({ inputs: [x], outputs: [y], grads: [dy] }) =>
    [x, y].every(({ dtype }) => dtype === "f32" || dtype === "f64") ? [cast(dy!, x.dtype)] : [],
  Identity: none,
  Greater: none,
  GreaterOrEqual: none,
  Less: none,
  LessOrEqual: none,
  Equal: none,
  Where: ({ inputs: [condition, a, b], grads: [dy], wanted }) => {
    const zero = scalar(dy!.dtype, 0);
    const mask = condition as Value<"bool">;
    return [
      undefined,
      wanted[1] ? unbroadcast(where(mask, dy!, zero), a) : undefined,
      wanted[2] ? unbroadcast(where(mask, zero, dy!), b) : undefined,
    ];
  },
} satisfies { readonly [O in Op]?: GradientRule<O> };
