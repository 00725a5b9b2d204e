/**
 * Typed tensors: dtype, shape and unit are part of the type, and vanish at run time.
 *
 * This file holds the only casts to {@linkcode Tensor} in the project.
 * @module
 */

/** A dimension: a literal size (256) or the name of an axis ("N", see the glossary in `lib/domain.ts`). */
export type Dim = number | string;

/** The typed array behind each dtype. */
export interface DataOf {
  /** Single precision. */
  f32: Float32Array;
  /** Double precision. */
  f64: Float64Array;
  /** Bytes. */
  u8: Uint8Array;
  /** Whole numbers with a sign. */
  i32: Int32Array;
}

/** The name of an element type. */
export type DType = keyof DataOf;

declare const dims: unique symbol;
declare const unit: unique symbol;

/**
 * A dense, row-major array. `D` is its dtype, `S` its shape (literals or axis names) and `U` the unit of its elements.
 * `S` and `U` exist for the compiler alone.
 */
export interface Tensor<D extends DType, S extends readonly Dim[], U extends string> {
  /** Of its elements. */
  readonly dtype: D;
  /** The sizes of its axes. */
  readonly shape: { readonly [I in keyof S]: number };
  /** Its elements, the last axis fastest. */
  readonly data: DataOf[D];
  /** @internal */
  readonly [dims]: S;
  /** @internal */
  readonly [unit]: U;
}

/** The sizes that axis names were bound to, e.g. `{ N: 8, H: 256 }`. */
export type Axes = Record<string, number>;

const arrays = { f32: Float32Array, f64: Float64Array, u8: Uint8Array, i32: Int32Array } as const;

/** The number of elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** `f32[2,3,256,256]`, as error messages show a tensor. */
export function describe(value: { readonly dtype: string; readonly shape: readonly number[] }): string {
  return `${value.dtype}[${value.shape.join(",")}]`;
}

/**
 * A tensor over existing data, which is not copied.
 *
 * The dims and the unit are what the caller claims; only the number of elements and the array type are checked.
 *
 * @throws {TypeError} where the data is of another array type than the dtype
 * @throws {RangeError} where the number of elements is not the product of the shape
 *
 * ```ts
 * import { tensor } from "./tensor.ts";
 * const scores = tensor<"f32", ["N"], "logit">("f32", [2], new Float32Array([-1, 3]));
 * console.assert(scores.shape[0] === 2);
 * ```
 */
export function tensor<D extends DType, const S extends readonly Dim[], U extends string>(
  dtype: D,
  shape: { readonly [I in keyof S]: number },
  data: DataOf[D],
): Tensor<D, S, U> {
  const sizes = shape as readonly number[];
  if (!(data instanceof arrays[dtype])) {
    throw new TypeError(
      `Cannot make a tensor ${describe({ dtype, shape: sizes })} as its data is a ${data?.constructor?.name}`,
    );
  }
  if (!sizes.every((size) => Number.isInteger(size) && size >= 0) || sizeOf(sizes) !== data.length) {
    throw new RangeError(
      `Cannot make a tensor ${describe({ dtype, shape: sizes })} as the data has ${data.length} elements`,
    );
  }
  return { dtype, shape, data } as unknown as Tensor<D, S, U>;
}

/**
 * A tensor whose type was lost, such as a model's output, as what it is expected to be: dtype and dims are checked, the
 * unit is what the caller claims. The data is not copied.
 *
 * @param action what the caller is about to do, for the message
 * @throws {TypeError} where the dtype, the rank, a literal size or a size that two axes share does not fit
 *
 * ```ts
 * import { expectTensor, tensor } from "./tensor.ts";
 * const output = tensor("f32", [2, 1, 4, 4], new Float32Array(32));
 * const map = expectTensor<"f32", readonly ["N", 1, "h", "w"], "distance">(output, "f32", ["N", 1, "h", "w"], "show it");
 * console.assert(map.shape[0] === 2);
 * ```
 */
export function expectTensor<D extends DType, const S extends readonly Dim[], U extends string>(
  value: { readonly dtype: DType; readonly shape: readonly number[]; readonly data: DataOf[DType] },
  dtype: D,
  expected: S,
  action: string,
): Tensor<D, S, U> {
  if (value.dtype !== dtype) {
    throw new TypeError(
      `Cannot ${action} as it must be ${dtype}[${expected.join(",")}]: current tensor is ${describe(value)}`,
    );
  }
  bindAxes(value, expected, action);
  return tensor<D, S, U>(dtype, value.shape as { readonly [I in keyof S]: number }, value.data as DataOf[D]);
}

/**
 * A tensor of a named type, which is what the place that it goes to wants: what constructors are made of. Zeros where no
 * data is given; data is not copied.
 *
 * @param dims literal sizes are checked, names of axes are not
 * @throws {TypeError} where the shape does not fit, or the data is of another array type than the dtype
 * @throws {RangeError} where the number of elements is not the product of the shape
 *
 * ```ts
 * import { shaped, type Tensor } from "./tensor.ts";
 * type Points = Tensor<"f32", readonly ["P", 2], "pixel">;
 * const points: Points = shaped("f32", ["P", 2], [3, 2]);
 * console.assert(points.data.length === 6);
 * ```
 */
export function shaped<T extends Tensor<DType, readonly Dim[], string>>(
  dtype: T["dtype"],
  dims: readonly Dim[],
  shape: T["shape"],
  data?: T["data"],
): T {
  const sizes = shape as readonly number[];
  bindAxes({ dtype, shape: sizes }, dims, "make a tensor");
  return (data === undefined
    ? zeros(dtype, sizes)
    : tensor<DType, readonly Dim[], string>(dtype, sizes, data)) as unknown as T;
}

/** A tensor of zeros. See {@linkcode tensor}. */
export function zeros<D extends DType, const S extends readonly Dim[], U extends string>(
  dtype: D,
  shape: { readonly [I in keyof S]: number },
): Tensor<D, S, U> {
  return tensor<D, S, U>(dtype, shape, new arrays[dtype](sizeOf(shape as readonly number[])) as DataOf[D]);
}

/**
 * Checks a shape against dims and returns what the axis names stand for.
 *
 * @param action what the caller is about to do, for the message: `pool map "pcb1/0004" over segments`
 * @param axes sizes bound before; the result holds these too
 * @throws {TypeError} where the rank, a literal size or a bound axis does not fit
 *
 * ```ts
 * import { bindAxes } from "./tensor.ts";
 * const { N } = bindAxes({ dtype: "f32", shape: [8, 3, 4, 4] }, ["N", 3, "H", "W"], "decode pictures");
 * console.assert(N === 8);
 * ```
 */
export function bindAxes(
  value: { readonly dtype: string; readonly shape: readonly number[] },
  expected: readonly Dim[],
  action: string,
  axes: Axes = {},
): Axes {
  const bound: Axes = { ...axes };
  const fits = value.shape.length === expected.length && expected.every((dim, i) => {
    const size = value.shape[i];
    if (typeof dim === "number") return dim === size;
    if (!Object.hasOwn(bound, dim)) bound[dim] = size;
    return bound[dim] === size;
  });
  if (fits) return bound;
  const wanted = expected.map((dim) =>
    typeof dim === "string" && Object.hasOwn(axes, dim) ? `${dim}=${axes[dim]}` : dim
  );
  throw new TypeError(
    `Cannot ${action} as the shape must be ${value.dtype}[${wanted.join(",")}]: current shape is ${describe(value)}`,
  );
}

/**
 * Rows `from` to `to` (exclusive) of the first axis, sharing the data.
 *
 * @throws {RangeError} where the range is not inside the first axis
 */
export function rows<D extends DType, S extends readonly [Dim, ...Dim[]], U extends string>(
  value: Tensor<D, S, U>,
  from: number,
  to: number,
): Tensor<D, S, U> {
  const [count, ...rest] = value.shape as readonly number[];
  if (!(from >= 0 && from <= to && to <= count)) {
    throw new RangeError(`Cannot take rows ${from} to ${to} of ${describe(value)}`);
  }
  const width = sizeOf(rest);
  const data = value.data.subarray(from * width, to * width) as DataOf[D];
  return tensor<D, S, U>(value.dtype, [to - from, ...rest] as { readonly [I in keyof S]: number }, data);
}

/**
 * Joins tensors along the first axis, copying.
 *
 * @throws {TypeError} where there is none, or the shapes of the rows differ
 */
export function concat<D extends DType, S extends readonly [Dim, ...Dim[]], U extends string>(
  parts: readonly Tensor<D, S, U>[],
): Tensor<D, S, U> {
  if (parts.length === 0) throw new TypeError("Cannot join tensors as there is none");
  const [first] = parts;
  const rest = (first.shape as readonly number[]).slice(1);
  for (const part of parts) bindAxes(part, ["N", ...rest], "join tensors along their first axis");
  const count = parts.reduce((sum, part) => sum + (part.shape as readonly number[])[0], 0);
  const data = new arrays[first.dtype](count * sizeOf(rest));
  let offset = 0;
  for (const part of parts) {
    data.set(part.data, offset);
    offset += part.data.length;
  }
  return tensor<D, S, U>(first.dtype, [count, ...rest] as { readonly [I in keyof S]: number }, data as DataOf[D]);
}
