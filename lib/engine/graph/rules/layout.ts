/** Rules of the operators that move elements, choose some or sum them up. @module */
import type { Dim } from "../../../base/tensor/tensor.ts";
import { broadcast, product, quotient, shifted, sum } from "../dims.ts";
import type { Op, Reduction } from "../operators.ts";
import { FLOATS, list, NUMBERS, place, want } from "./contract.ts";
import type { Refuse, Rule } from "./contract.ts";
import { toLiteral } from "../value.ts";
import type { Shaped } from "../value.ts";

function reduction<O extends "ReduceSum" | "ReduceMean" | "ReduceMax">(
  dtypes: readonly string[],
): Rule<O> {
  return {
    infer([x], { axes, keepDims }: Reduction, refuse) {
      want(x, dtypes, "the input", refuse);
      const gone = new Set(axes.map((axis) => place(axis, x.shape.length, refuse)));
      if (gone.size !== axes.length || gone.size === 0) {
        refuse(`the axes must be different ones, and at least one: current axes are ${list(axes)}`);
      }
      const shape = x.shape.flatMap((size, axis) => gone.has(axis) ? keepDims ? [1] : [] : [size]);
      return [{ dtype: x.dtype, shape }];
    },
    encode: ({ axes, keepDims }: Reduction) => ({
      attributes: { keepdims: { int: keepDims ? 1 : 0 } },
      inputs: [toLiteral("i64", axes)],
    }),
  };
}

/** Indices have the shape of x but along the axis. */
function wantAlike(x: Shaped, indices: Shaped, axis: number, refuse: Refuse): void {
  const at = place(axis, x.shape.length, refuse);
  const fits = indices.shape.length === x.shape.length &&
    indices.shape.every((size, i) => i === at || size === x.shape[i]);
  if (!fits) {
    refuse(`the indices must be ${list(x.shape)} but along axis ${at}: current shape is ${list(indices.shape)}`);
  }
}

/** The new shape with −1 replaced by what is left. */
function reshaped(x: Shaped, shape: readonly Dim[], refuse: Refuse): readonly Dim[] {
  const known = shape.filter((dim) => dim !== -1);
  if (known.length < shape.length - 1) refuse(`only one size may be -1: current shape is ${list(shape)}`);
  const rest = quotient(x.shape, known);
  const fits = known.length < shape.length ? rest !== undefined : product(x.shape) === product(shape);
  if (!fits) refuse(`${list(x.shape)} must have as many elements as ${list(shape)}`);
  return shape.map((dim) => dim === -1 ? rest! : dim);
}

/** How ONNX writes a new shape: 0 copies the size of the same axis, −1 is what is left. */
function encodeShape(x: Shaped, shape: readonly Dim[], refuse: Refuse): number[] {
  const sizes = reshaped(x, shape, refuse).map((dim, axis) =>
    typeof dim === "number" ? dim : dim === x.shape[axis] ? 0 : -1
  );
  if (sizes.filter((size) => size === -1).length > 1) {
    refuse(`at most one axis that is not a literal may move: current shapes are ${list(x.shape)} and ${list(shape)}`);
  }
  return sizes;
}

export const layout = {
  MatMul: {
    infer([a, b], _, refuse) {
      want(a, FLOATS, "the first input", refuse);
      want(b, [a.dtype], "the second input", refuse);
      const [m, k] = a.shape.slice(-2);
      const [inner, n] = b.shape.slice(-2);
      const outer = broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2));
      if (a.shape.length < 2 || b.shape.length < 2 || k !== inner || !outer) {
        return refuse(
          `the shapes must be [...,M,K] and [...,K,N]: current shapes are ${list(a.shape)} and ${list(b.shape)}`,
        );
      }
      return [{ dtype: a.dtype, shape: [...outer, m, n] }];
    },
    encode: () => ({}),
  } satisfies Rule<"MatMul">,
  Concat: {
    infer(parts, { axis }, refuse) {
      if (parts.length === 0) refuse("there must be at least one input");
      const [first] = parts;
      const at = place(axis, first.shape.length, refuse);
      for (const part of parts) {
        want(part, [first.dtype], "each input", refuse);
        const fits = part.shape.length === first.shape.length &&
          part.shape.every((size, i) => i === at || size === first.shape[i]);
        if (!fits) {
          refuse(
            `the shapes must differ along axis ${at} alone: current shapes are ` +
              parts.map((item) => list(item.shape)).join(" and "),
          );
        }
      }
      return [{
        dtype: first.dtype,
        shape: first.shape.map((size, i) => i === at ? sum(parts.map((part) => part.shape[at])) : size),
      }];
    },
    encode: ({ axis }) => ({ attributes: { axis: { int: axis } } }),
  } satisfies Rule<"Concat">,
  Slice: {
    infer([x], { axis, from, to }, refuse) {
      const at = place(axis, x.shape.length, refuse);
      const size = x.shape[at];
      const whole = Number.isInteger(from) && Number.isInteger(to);
      if (!(whole && from >= 0 && to > from && (typeof size === "string" || to <= size))) {
        refuse(`the range must lie within the ${size} of axis ${at}: current range is ${from} to ${to}`);
      }
      return [{ dtype: x.dtype, shape: x.shape.map((dim, i) => i === at ? to - from : dim) }];
    },
    encode: ({ axis, from, to }) => ({ inputs: [[from], [to], [axis]].map((values) => toLiteral("i64", values)) }),
  } satisfies Rule<"Slice">,
  Pad: {
    infer([x], { before, after }, refuse) {
      want(x, NUMBERS, "the input", refuse);
      const rank = x.shape.length;
      const whole = [...before, ...after].every((pad) => Number.isInteger(pad) && pad >= 0);
      if (before.length !== rank || after.length !== rank || !whole) {
        refuse(
          `there must be ${rank} whole numbers before and after: current pads are ${list(before)}, ${list(after)}`,
        );
      }
      return [{ dtype: x.dtype, shape: x.shape.map((size, i) => shifted(size, before[i] + after[i])) }];
    },
    encode: ({ before, after, value }, [x]) => ({
      inputs: [toLiteral("i64", [...before, ...after]), toLiteral(x.dtype, [value], [])],
    }),
  } satisfies Rule<"Pad">,
  Transpose: {
    infer([x], { order }, refuse) {
      const rank = x.shape.length;
      if ([...order].sort((a, b) => a - b).some((axis, i) => axis !== i) || order.length !== rank) {
        refuse(`the order must hold each axis of ${list(x.shape)} once: current order is ${list(order)}`);
      }
      return [{ dtype: x.dtype, shape: order.map((axis) => x.shape[axis]) }];
    },
    encode: ({ order }) => ({ attributes: { perm: { ints: order } } }),
  } satisfies Rule<"Transpose">,
  Reshape: {
    infer([x], { shape }, refuse) {
      encodeShape(x, shape, refuse);
      return [{ dtype: x.dtype, shape: reshaped(x, shape, refuse) }];
    },
    encode: ({ shape }, [x]) => ({ inputs: [toLiteral("i64", encodeShape(x, shape, neverRefused))] }),
  } satisfies Rule<"Reshape">,
  Gather: {
    infer([x, indices], { axis }, refuse) {
      const at = place(axis, x.shape.length, refuse);
      want(indices, ["i32", "i64"], "the indices", refuse);
      return [{ dtype: x.dtype, shape: [...x.shape.slice(0, at), ...indices.shape, ...x.shape.slice(at + 1)] }];
    },
    encode: ({ axis }) => ({ attributes: { axis: { int: axis } } }),
  } satisfies Rule<"Gather">,
  TopK: {
    infer([x], { k, axis }, refuse) {
      want(x, NUMBERS, "the input", refuse);
      const at = place(axis, x.shape.length, refuse);
      const size = x.shape[at];
      if (!(Number.isInteger(k) && k >= 1 && (typeof size === "string" || k <= size))) {
        refuse(`k must be from 1 to the ${size} of axis ${at}: current k is ${k}`);
      }
      const shape = x.shape.map((dim, i) => i === at ? k : dim);
      return [{ dtype: x.dtype, shape }, { dtype: "i64", shape }];
    },
    encode: ({ k, axis, largest }) => ({
      attributes: { axis: { int: axis }, largest: { int: largest ? 1 : 0 }, sorted: { int: 1 } },
      inputs: [toLiteral("i64", [k])],
    }),
  } satisfies Rule<"TopK">,
  ArgMin: {
    infer([x], { axis }, refuse) {
      want(x, ["f32", "f64", "i32"], "the input", refuse);
      const at = place(axis, x.shape.length, refuse);
      return [{ dtype: "i64", shape: x.shape.toSpliced(at, 1) }];
    },
    encode: ({ axis }) => ({
      attributes: { axis: { int: axis }, keepdims: { int: 0 }, select_last_index: { int: 0 } },
    }),
  } satisfies Rule<"ArgMin">,
  GatherElements: {
    infer([x, indices], { axis }, refuse) {
      place(axis, x.shape.length, refuse);
      want(indices, ["i32", "i64"], "the indices", refuse);
      wantAlike(x, indices, axis, refuse);
      return [{ dtype: x.dtype, shape: indices.shape }];
    },
    encode: ({ axis }) => ({ attributes: { axis: { int: axis } } }),
  } satisfies Rule<"GatherElements">,
  ScatterElements: {
    infer([x, indices, updates], { axis }, refuse) {
      want(x, FLOATS, "the first input", refuse);
      want(indices, ["i32", "i64"], "the indices", refuse);
      want(updates, [x.dtype], "the updates", refuse);
      wantAlike(x, indices, axis, refuse);
      if (updates.shape.join() !== indices.shape.join()) {
        refuse(`the updates must be ${list(indices.shape)}: current shape is ${list(updates.shape)}`);
      }
      return [x];
    },
    encode: ({ axis }) => ({ attributes: { axis: { int: axis }, reduction: { text: "add" } } }),
  } satisfies Rule<"ScatterElements">,
  Expand: {
    infer([x], { shape }, refuse) {
      const whole = broadcast(x.shape, shape);
      if (whole && whole.join() === shape.join()) return [{ dtype: x.dtype, shape }];
      return refuse(`${list(x.shape)} must broadcast to ${list(shape)}`);
    },
    encode: ({ shape }) => ({ inputs: [toLiteral("i64", shape)] }),
  } satisfies Rule<"Expand">,
  SpaceToDepth: {
    infer([x], { block }, refuse) {
      want(x, FLOATS, "the input", refuse);
      const [N, C, H, W] = x.shape.map(Number);
      if (x.shape.length !== 4 || !(H % block === 0 && W % block === 0 && C >= 1)) {
        return refuse(`the input must be [N,C,H,W] with H and W multiples of ${block}: current is ${list(x.shape)}`);
      }
      return [{ dtype: x.dtype, shape: [Number.isNaN(N) ? x.shape[0] : N, C * block * block, H / block, W / block] }];
    },
    encode: ({ block }) => ({ attributes: { blocksize: { int: block } } }),
  } satisfies Rule<"SpaceToDepth">,
  ReduceSum: reduction<"ReduceSum">(NUMBERS),
  ReduceMean: reduction<"ReduceMean">(FLOATS),
  ReduceMax: reduction<"ReduceMax">(NUMBERS),
} satisfies Partial<{ [O in Op]: Rule<O> }>;

function neverRefused(reason: string): never {
  throw new Error(`Cannot encode a shape that was inferred before as ${reason}`);
}
