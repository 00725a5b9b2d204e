/**
 * Tensors in a file: safetensors (https://github.com/huggingface/safetensors), which is 8 bytes of length, a JSON
 * header and the data of all tensors, little-endian.
 * @module
 */
import { bfloatToNumber, halfToNumber } from "./half.ts";
import { sizeOf } from "../tensor/tensor.ts";

/** The typed array behind each element type that a file may hold. */
interface StoredData {
  f32: Float32Array;
  f64: Float64Array;
  u8: Uint8Array;
  i32: Int32Array;
  i64: BigInt64Array;
}

/** An array of a file. Every `Tensor` is one. */
export type Stored = {
  [D in keyof StoredData]: {
    readonly dtype: D;
    readonly shape: readonly number[];
    readonly data: StoredData[D];
  };
}[keyof StoredData];

/** The contents of a file. */
export interface Safetensors {
  /** By name. */
  readonly tensors: Readonly<Record<string, Stored>>;
  /** Texts by name. */
  readonly metadata: Readonly<Record<string, string>>;
}

const codes = { f32: "F32", f64: "F64", u8: "U8", i32: "I32", i64: "I64" } as const;
const arrays = { F32: Float32Array, F64: Float64Array, U8: Uint8Array, I32: Int32Array, I64: BigInt64Array } as const;
const dtypes = { F32: "f32", F64: "f64", U8: "u8", I32: "i32", I64: "i64" } as const;
/** Floats of 16 bits, as weights are published, become f32. */
const halves = { F16: halfToNumber, BF16: bfloatToNumber } as const;
const HEADER_LIMIT = 100_000_000;

/**
 * The bytes of a file. Equal contents give equal bytes: tensors are stored by name, the wider element types first, so
 * that all data is aligned.
 *
 * @throws {TypeError} where a tensor is called `__metadata__`, or its data is not of its element type and shape
 *
 * ```ts
 * import { readSafetensors, writeSafetensors } from "./safetensors.ts";
 * const bytes = writeSafetensors({ mean: { dtype: "f32", shape: [2], data: new Float32Array([1, 2]) } });
 * console.assert(readSafetensors(bytes, "mean.safetensors").tensors.mean.data[1] === 2);
 * ```
 */
export function writeSafetensors(
  tensors: Readonly<Record<string, Stored>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const order = Object.entries(tensors).sort(([a, x], [b, y]) =>
    y.data.BYTES_PER_ELEMENT - x.data.BYTES_PER_ELEMENT || (a < b ? -1 : 1)
  );
  // Without a prototype, as a tensor may be called "__proto__".
  const entries: Record<string, unknown> = Object.create(null);
  if (Object.keys(metadata).length > 0) entries.__metadata__ = Object.fromEntries(Object.entries(metadata).sort());
  let offset = 0;
  for (const [name, { dtype, shape, data }] of order) {
    const fits = data instanceof arrays[codes[dtype]] && sizeOf(shape) === data.length;
    if (name === "__metadata__" || !fits) {
      throw new TypeError(
        `Cannot write tensor "${name}" as ` +
          (fits
            ? "the name is taken"
            : `its data must be ${dtype}[${shape.join(",")}]: current length is ${data.length}`),
      );
    }
    entries[name] = { dtype: codes[dtype], shape, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  const text = JSON.stringify(entries);
  const header = new TextEncoder().encode(text + " ".repeat((8 - new TextEncoder().encode(text).length % 8) % 8));
  const bytes = new Uint8Array(8 + header.length + offset);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
  bytes.set(header, 8);
  offset = 8 + header.length;
  for (const [, { data }] of order) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
    offset += data.byteLength;
  }
  return bytes;
}

/**
 * Reads a file. Data is copied, except where it happens to be aligned for its element type; f16 and bf16 become f32.
 *
 * @param name the name of the file, for messages
 * @throws {SyntaxError} where the file is truncated, its header is not what the format says, tensors overlap or leave
 * gaps, or an element type is not one of f32, f64, u8, i32, i64, f16, bf16
 */
export function readSafetensors(bytes: Uint8Array, name: string): Safetensors {
  const refuse = (reason: string): never => {
    throw new SyntaxError(`Cannot read "${name}" as safetensors as ${reason}`);
  };
  if (bytes.length < 8) return refuse(`it is truncated: its length is ${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = Number(view.getBigUint64(0, true));
  if (length > HEADER_LIMIT) {
    return refuse(`its header must be at most ${HEADER_LIMIT} bytes: current size is ${length}`);
  }
  if (8 + length > bytes.length) {
    return refuse(`it is truncated: its header ends at byte ${8 + length} of ${bytes.length}`);
  }
  const header = parseHeader(bytes.subarray(8, 8 + length), refuse);
  const { __metadata__: metadata = {}, ...entries } = header;
  if (!isRecord(metadata) || Object.values(metadata).some((value) => typeof value !== "string")) {
    return refuse("its metadata must be texts");
  }
  const parsed = Object.entries(entries).map(([key, value]) => parseEntry(key, value, refuse));
  parsed.sort((a, b) => a.from - b.from || a.to - b.to);
  let end = 0;
  for (const { key, from, to } of parsed) {
    if (from !== end) refuse(`tensor "${key}" must start at byte ${end} of the data: it starts at ${from}`);
    end = to;
  }
  if (end !== bytes.length - 8 - length) {
    refuse(
      `${end > bytes.length - 8 - length ? "it is truncated: " : ""}` +
        `its data must be ${end} bytes: current size is ${bytes.length - 8 - length}`,
    );
  }
  const tensors = parsed.map(({ key, code, shape, from, to }) => {
    const start = bytes.byteOffset + 8 + length + from;
    if (Object.hasOwn(halves, code)) {
      const read = halves[code as keyof typeof halves];
      const data = Float32Array.from(
        { length: (to - from) / 2 },
        (_, i) => read(view.getUint16(8 + length + from + 2 * i, true)),
      );
      return [key, { dtype: "f32", shape, data } as Stored] as const;
    }
    const make = arrays[code as keyof typeof arrays];
    const size = make.BYTES_PER_ELEMENT;
    const data = start % size === 0
      ? new make(bytes.buffer as ArrayBuffer, start, (to - from) / size)
      : new make(bytes.buffer.slice(start, start + to - from) as ArrayBuffer);
    return [key, { dtype: dtypes[code as keyof typeof arrays], shape, data } as Stored] as const;
  });
  return { tensors: Object.fromEntries(tensors), metadata: metadata as Record<string, string> };
}

type Refuse = (reason: string) => never;

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parseHeader(bytes: Uint8Array, refuse: Refuse): Record<string, unknown> {
  try {
    const header: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    if (isRecord(header)) return header;
  } catch {
    // Told below.
  }
  return refuse("its header is not a JSON object");
}

function parseEntry(key: string, value: unknown, refuse: Refuse) {
  const { dtype, shape, data_offsets: offsets } = isRecord(value) ? value : {};
  const whole = (item: unknown): item is number => Number.isSafeInteger(item) && Number(item) >= 0;
  if (
    !Array.isArray(shape) || !shape.every(whole) || !Array.isArray(offsets) || offsets.length !== 2 ||
    !offsets.every(whole)
  ) {
    return refuse(`tensor "${key}" must have dtype, shape and data_offsets`);
  }
  const known = { ...arrays, ...halves };
  if (typeof dtype !== "string" || !Object.hasOwn(known, dtype)) {
    return refuse(`tensor "${key}" must be one of ${Object.keys(known).join(", ")}: current type is ${dtype}`);
  }
  const code = dtype as keyof typeof known;
  const [from, to] = offsets;
  const size = sizeOf(shape) *
    (Object.hasOwn(halves, code) ? 2 : arrays[code as keyof typeof arrays].BYTES_PER_ELEMENT);
  if (to - from !== size) {
    refuse(`tensor "${key}" of ${code}[${shape.join(",")}] must be ${size} bytes: it is ${to - from}`);
  }
  return { key, code, shape: shape as readonly number[], from, to };
}
