/** Rules of the operators that work on each element by itself. @module */
import { broadcast } from "../dims.ts";
import type { Op } from "../operators.ts";
import { FLOATS, list, NUMBERS, place, want } from "./contract.ts";
import type { Rule } from "./contract.ts";
import { toLiteral } from "../value.ts";

function binary<O extends Op>(dtypes: readonly string[]): Rule<O> {
  return {
    infer([a, b], _, refuse) {
      want(a, dtypes, "the first input", refuse);
      want(b, [a.dtype], "the second input", refuse);
      const shape = broadcast(a.shape, b.shape);
      if (!shape) return refuse(`the shapes must broadcast: current shapes are ${list(a.shape)} and ${list(b.shape)}`);
      return [{ dtype: a.dtype, shape }];
    },
    encode: () => ({}),
  };
}

function comparison<O extends Op>(): Rule<O> {
  return {
    infer: (inputs, _, refuse) => [{ dtype: "bool", shape: binary<"Max">(NUMBERS).infer(inputs, {}, refuse)[0].shape }],
    encode: () => ({}),
  };
}

function unary<O extends Op>(dtypes: readonly string[]): Rule<O> {
  return {
    infer([x], _, refuse) {
      want(x, dtypes, "the input", refuse);
      return [x];
    },
    encode: () => ({}),
  };
}

/** The runtime's CPU has HardSigmoid for f32 alone. */
const SINGLE = ["f32"] as const;

/** TensorProto.DataType of ONNX. */
export const ONNX_TYPES = { f32: 1, u8: 2, i32: 6, i64: 7, bool: 9, f64: 11 } as const;

export const elementwise = {
  Add: binary<"Add">(NUMBERS),
  Sub: binary<"Sub">(NUMBERS),
  Mul: binary<"Mul">(NUMBERS),
  Div: binary<"Div">(FLOATS),
  Max: binary<"Max">(NUMBERS),
  Min: binary<"Min">(NUMBERS),
  Relu: unary<"Relu">(FLOATS),
  Sqrt: unary<"Sqrt">(FLOATS),
  Abs: unary<"Abs">(FLOATS),
  Sign: unary<"Sign">(FLOATS),
  Exp: unary<"Exp">(FLOATS),
  Log: unary<"Log">(FLOATS),
  Tanh: unary<"Tanh">(FLOATS),
  Sigmoid: unary<"Sigmoid">(FLOATS),
  HardSigmoid: {
    ...unary<"HardSigmoid">(SINGLE),
    encode: ({ alpha, beta }) => ({ attributes: { alpha: { float: alpha }, beta: { float: beta } } }),
  } satisfies Rule<"HardSigmoid">,
  Identity: unary<"Identity">([...NUMBERS, "bool", "u8"]),
  Greater: comparison<"Greater">(),
  GreaterOrEqual: comparison<"GreaterOrEqual">(),
  Less: comparison<"Less">(),
  LessOrEqual: comparison<"LessOrEqual">(),
  Equal: comparison<"Equal">(),
  Where: {
    infer([condition, a, b], _, refuse) {
      want(condition, ["bool"], "the condition", refuse);
      const [{ dtype, shape }] = binary<"Max">(NUMBERS).infer([a, b], {}, refuse);
      const whole = broadcast(condition.shape, shape);
      if (whole) return [{ dtype, shape: whole }];
      return refuse(`the shapes must broadcast: current shapes are ${list(condition.shape)} and ${list(shape)}`);
    },
    encode: () => ({}),
  } satisfies Rule<"Where">,
  Softmax: {
    infer([x], { axis }, refuse) {
      want(x, FLOATS, "the input", refuse);
      place(axis, x.shape.length, refuse);
      return [x];
    },
    encode: ({ axis }) => ({ attributes: { axis: { int: axis } } }),
  } satisfies Rule<"Softmax">,
  Clip: {
    infer([x], { min, max }, refuse) {
      want(x, NUMBERS, "the input", refuse);
      if (!(min <= max)) refuse(`min must not be above max: current values are ${min} and ${max}`);
      return [x];
    },
    encode: ({ min, max }, [x]) => ({ inputs: [toLiteral(x.dtype, [min], []), toLiteral(x.dtype, [max], [])] }),
  } satisfies Rule<"Clip">,
  Cast: {
    infer: ([x], { to }) => [{ dtype: to, shape: x.shape }],
    encode: ({ to }) => ({ attributes: { to: { int: ONNX_TYPES[to] } } }),
  } satisfies Rule<"Cast">,
};
