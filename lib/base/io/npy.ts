/**
 * Arrays of numbers in NumPy's `.npy` files (NEP 1, formats 1.0 to 3.0).
 * @module
 */
import { halfToNumber } from "./half.ts";
import { type DataOf, type Dim, type DType, sizeOf, type Tensor, tensor } from "../tensor/tensor.ts";

/** What a file holds: row-major, whatever the order in the file. */
export type NpyTensor = { [D in DType]: Tensor<D, readonly Dim[], string> }[DType];

interface Code {
  readonly bytes: number;
  readonly dtype: DType;
  read(view: DataView, at: number): number;
}

/** Unsigned and signed integers become u8 where all of them fit by type, else i32; floats keep their width, but halves become f32. */
const codes: Readonly<Record<string, Code>> = {
  b1: { bytes: 1, dtype: "u8", read: (view, at) => view.getUint8(at) },
  u1: { bytes: 1, dtype: "u8", read: (view, at) => view.getUint8(at) },
  i1: { bytes: 1, dtype: "i32", read: (view, at) => view.getInt8(at) },
  u2: { bytes: 2, dtype: "i32", read: (view, at) => view.getUint16(at, true) },
  i2: { bytes: 2, dtype: "i32", read: (view, at) => view.getInt16(at, true) },
  u4: { bytes: 4, dtype: "i32", read: (view, at) => view.getUint32(at, true) },
  i4: { bytes: 4, dtype: "i32", read: (view, at) => view.getInt32(at, true) },
  u8: { bytes: 8, dtype: "i32", read: (view, at) => Number(view.getBigUint64(at, true)) },
  i8: { bytes: 8, dtype: "i32", read: (view, at) => Number(view.getBigInt64(at, true)) },
  f2: { bytes: 2, dtype: "f32", read: (view, at) => halfToNumber(view.getUint16(at, true)) },
  f4: { bytes: 4, dtype: "f32", read: (view, at) => view.getFloat32(at, true) },
  f8: { bytes: 8, dtype: "f64", read: (view, at) => view.getFloat64(at, true) },
};
const arrays = { f32: Float32Array, f64: Float64Array, u8: Uint8Array, i32: Int32Array } as const;
const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/**
 * Reads an array of booleans, integers of 1 to 8 bytes or floats of 2, 4 or 8, little endian, in C or Fortran order.
 * Booleans and u1 become u8, other integers i32, f2 f32, f4 and f8 stay.
 *
 * @param name what error messages call the file
 * @throws {SyntaxError} where the bytes are no `.npy` file, or are cut off
 * @throws {TypeError} for an element type that is not read (big endian, complex, text, objects)
 * @throws {RangeError} where an integer does not fit 32 bits
 *
 * ```ts
 * import { readNpy, writeNpy } from "./npy.ts";
 * import { distance } from "../../domain.ts";
 * const scores = distance([2], new Float32Array([1, 2]));
 * console.assert(readNpy(writeNpy(scores)).data[1] === 2);
 * ```
 */
export function readNpy(bytes: Uint8Array, name = "array"): NpyTensor {
  const action = `Cannot read "${name}"`;
  const { descr, fortran, shape, body } = openNpy(bytes, action);
  const code = codeOf(descr, action);
  const count = sizeOf(shape);
  const present = bytes.length - body;
  if (present !== count * code.bytes) {
    throw new SyntaxError(
      `${action} as ${descr}[${shape.join(",")}] must have ${count * code.bytes} bytes of data: it has ${present}`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const data = new arrays[code.dtype](count);
  const place = fortran ? fortranPlaces(shape) : (i: number) => i;
  for (let i = 0; i < count; i++) {
    const value = code.read(view, body + place(i) * code.bytes);
    if (code.dtype === "i32" && (value < -2147483648 || value > 2147483647)) {
      throw new RangeError(`${action} as its integers must fit 32 bits: it has ${value}`);
    }
    data[i] = value;
  }
  return claim(shape, data);
}

/**
 * The shape of the array in a file, of which the first bytes with the header are enough.
 *
 * @throws {SyntaxError} where they are no `.npy` file's, or the header is cut off
 */
export function readNpyShape(head: Uint8Array, name = "array"): readonly number[] {
  return openNpy(head, `Cannot read "${name}"`).shape;
}

function openNpy(bytes: Uint8Array, action: string): ReturnType<typeof readHeader> & { readonly body: number } {
  if (!MAGIC.every((byte, i) => bytes[i] === byte)) {
    throw new SyntaxError(`${action} as it does not begin as a .npy file does`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const major = bytes[6];
  if (major === undefined || major < 1 || major > 3) {
    throw new SyntaxError(`${action} as its .npy format must be 1, 2 or 3: current format is ${major}`);
  }
  const start = major === 1 ? 10 : 12;
  if (bytes.length < start) throw new SyntaxError(`${action} as its header is cut off`);
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (bytes.length < start + length) throw new SyntaxError(`${action} as its header is cut off`);
  const header = readHeader(new TextDecoder().decode(bytes.subarray(start, start + length)), action);
  return { ...header, body: start + length };
}

function claim(shape: readonly number[], data: DataOf[DType]): NpyTensor {
  if (data instanceof Float32Array) return tensor("f32", shape, data);
  if (data instanceof Float64Array) return tensor("f64", shape, data);
  if (data instanceof Int32Array) return tensor("i32", shape, data);
  return tensor("u8", shape, data);
}

function readHeader(text: string, action: string): { descr: string; fortran: boolean; shape: number[] } {
  const descr = /'descr'\s*:\s*'([^']*)'/.exec(text)?.[1];
  const fortran = /'fortran_order'\s*:\s*(True|False)/.exec(text)?.[1];
  const shape = /'shape'\s*:\s*\(([\d\s,]*)\)/.exec(text)?.[1];
  if (shape === undefined || fortran === undefined) {
    throw new SyntaxError(`${action} as its header has no order or shape: ${text.trim()}`);
  }
  if (descr === undefined) throw new TypeError(`${action} as it must hold plain numbers: its header is ${text.trim()}`);
  return {
    descr,
    fortran: fortran === "True",
    shape: shape.split(",").filter((part) => part.trim() !== "").map(Number),
  };
}

function codeOf(descr: string, action: string): Code {
  const code = codes[descr.slice(1)];
  const endian = descr[0];
  if (code === undefined || !(endian === "<" || endian === "|" || (endian === ">" && code.bytes === 1))) {
    throw new TypeError(
      `${action} as its elements must be little-endian numbers (${Object.keys(codes).join(", ")}): it has "${descr}"`,
    );
  }
  return code;
}

/** Where in the file the elements lie, in row-major order, if the first axis is the fastest there. */
function fortranPlaces(shape: readonly number[]): (i: number) => number {
  const strides = shape.map((_, axis) => sizeOf(shape.slice(0, axis)));
  return (i) => {
    let place = 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      place += (i % shape[axis]) * strides[axis];
      i = Math.floor(i / shape[axis]);
    }
    return place;
  };
}

/** A tensor as a `.npy` file of format 1.0, little endian and row-major; numpy reads it as |u1, <i4, <f4 or <f8. */
export function writeNpy(value: Tensor<DType, readonly Dim[], string>): Uint8Array<ArrayBuffer> {
  const descr = { u8: "|u1", i32: "<i4", f32: "<f4", f64: "<f8" }[value.dtype];
  const shape = value.shape.length === 1 ? `${value.shape[0]},` : value.shape.join(", ");
  const dict = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape}), }`;
  // The header ends with a line break, at a multiple of 64 bytes.
  const length = Math.ceil((dict.length + 11) / 64) * 64 - 10;
  const header = new TextEncoder().encode(dict.padEnd(length - 1) + "\n");
  const { data } = value;
  const bytes = new Uint8Array(10 + length + data.byteLength);
  bytes.set([...MAGIC, 1, 0, length & 255, length >> 8]);
  bytes.set(header, 10);
  const view = new DataView(bytes.buffer);
  const width = data.BYTES_PER_ELEMENT;
  const put = {
    u8: (at: number, x: number) => view.setUint8(at, x),
    i32: (at: number, x: number) => view.setInt32(at, x, true),
    f32: (at: number, x: number) => view.setFloat32(at, x, true),
    f64: (at: number, x: number) => view.setFloat64(at, x, true),
  }[value.dtype];
  for (let i = 0; i < data.length; i++) put(10 + length + i * width, data[i]);
  return bytes;
}
