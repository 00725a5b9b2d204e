import assert from "node:assert/strict";
import fc from "fast-check";
import { readSafetensors, writeSafetensors } from "../../../lib/base/io/safetensors.ts";
import type { Stored } from "../../../lib/base/io/safetensors.ts";
import oracle from "./fixtures/safetensors.json" with { type: "json" };

const shapes = fc.array(fc.nat(4), { maxLength: 3 });
function some<T>(make: (count: number) => fc.Arbitrary<T>): fc.Arbitrary<{ shape: number[]; data: T }> {
  return shapes.chain((shape) => {
    const count = shape.reduce((product, size) => product * size, 1);
    return make(count).map((data) => ({ shape, data }));
  });
}
const exactly = (count: number) => ({ minLength: count, maxLength: count });
const stored: fc.Arbitrary<Stored> = fc.oneof(
  some((n) => fc.float32Array(exactly(n))).map((value) => ({ dtype: "f32" as const, ...value })),
  some((n) => fc.float64Array(exactly(n))).map((value) => ({ dtype: "f64" as const, ...value })),
  some((n) => fc.uint8Array(exactly(n))).map((value) => ({ dtype: "u8" as const, ...value })),
  some((n) => fc.int32Array(exactly(n))).map((value) => ({ dtype: "i32" as const, ...value })),
  some((n) => fc.bigInt64Array(exactly(n))).map((value) => ({ dtype: "i64" as const, ...value })),
);
const names = fc.string({ unit: "grapheme" }).filter((name) => name !== "__metadata__" && name !== "__proto__");
const contents = fc.record({
  tensors: fc.dictionary(names, stored, { noNullPrototype: true }),
  metadata: fc.dictionary(names, fc.string(), { noNullPrototype: true }),
  shift: fc.nat(9),
});

Deno.test("what is written is read, from any place in memory", () => {
  fc.assert(fc.property(contents, ({ tensors, metadata, shift }) => {
    const bytes = writeSafetensors(tensors, metadata);
    const moved = new Uint8Array(bytes.length + shift);
    moved.set(bytes, shift);
    assert.deepEqual(readSafetensors(moved.subarray(shift), "moved"), { tensors, metadata });
  }));
});

Deno.test("the order of the tensors changes no byte", () => {
  fc.assert(fc.property(contents, ({ tensors, metadata }) => {
    const turned = <T>(record: Record<string, T>) => Object.fromEntries(Object.entries(record).reverse());
    assert.deepEqual(writeSafetensors(turned(tensors), turned(metadata)), writeSafetensors(tensors, metadata));
  }));
});

Deno.test("a tensor may be called as what every object has", () => {
  for (const name of ["__proto__", "constructor", "toString"]) {
    const held = { dtype: "f32", shape: [1], data: new Float32Array([7]) } as const;
    const { tensors } = readSafetensors(writeSafetensors(Object.fromEntries([[name, held]])), name);
    assert.deepEqual(Object.entries(tensors), [[name, held]]);
  }
});

Deno.test("a file of Python's safetensors is read, and ours equals it", () => {
  const bytes = Uint8Array.from(atob(oracle.file), (letter) => letter.charCodeAt(0));
  const { tensors, metadata } = readSafetensors(bytes, "python.safetensors");
  assert.deepEqual(metadata, oracle.metadata);
  assert.deepEqual(Object.keys(tensors).sort(), Object.keys(oracle.tensors).sort());
  for (const [name, { dtype, shape, values }] of Object.entries(oracle.tensors)) {
    assert.deepEqual([tensors[name].dtype, tensors[name].shape], [dtype, shape]);
    assert.deepEqual(Array.from<number | bigint>(tensors[name].data).map(Number), values);
  }
  assert.deepEqual(readSafetensors(writeSafetensors(tensors, metadata), "ours"), { tensors, metadata });
});

Deno.test("a file that is cut short anywhere is refused", () => {
  const data = new Float32Array([1, 2, 3]);
  const bytes = writeSafetensors({ a: { dtype: "f32", shape: [3], data } });
  for (let length = 0; length < bytes.length; length++) {
    assert.throws(() => readSafetensors(bytes.subarray(0, length), "cut"), {
      name: "SyntaxError",
      message: /^Cannot read "cut" as safetensors as it is truncated: its /,
    });
  }
});

/** A file with a header of our choice. */
function file(header: string, dataBytes = 0): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

Deno.test("headers that lie are refused", () => {
  const entry = (dtype: string, shape: unknown, from: number, to: number) =>
    JSON.stringify({ dtype, shape, data_offsets: [from, to] });
  const cases: [Uint8Array, RegExp][] = [
    [file("[]"), /its header is not a JSON object$/],
    [file("{"), /its header is not a JSON object$/],
    [file('{"a":1}'), /tensor "a" must have dtype, shape and data_offsets$/],
    [file(`{"a":${entry("F32", [-1], 0, 4)}}`, 4), /tensor "a" must have dtype, shape and data_offsets$/],
    [
      file(`{"a":${entry("F8_E4M3", [2], 0, 2)}}`, 2),
      /tensor "a" must be one of F32, F64, U8, I32, I64, F16, BF16: .* F8_E4M3$/,
    ],
    [file(`{"a":${entry("F32", [2], 0, 4)}}`, 4), /tensor "a" of F32\[2\] must be 8 bytes: it is 4$/],
    [
      file(`{"a":${entry("U8", [4], 0, 4)},"b":${entry("U8", [4], 2, 6)}}`, 6),
      /tensor "b" must start at byte 4 of the data: it starts at 2$/,
    ],
    [
      file(`{"a":${entry("U8", [4], 1, 5)}}`, 5),
      /tensor "a" must start at byte 0 of the data: it starts at 1$/,
    ],
    [file(`{"a":${entry("U8", [4], 0, 4)}}`, 5), /its data must be 4 bytes: current size is 5$/],
    [file('{"__metadata__":{"a":1}}'), /its metadata must be texts$/],
    [new Uint8Array(8).fill(255), /its header must be at most 100000000 bytes: current size is 1844674407370955/],
    [new TextEncoder().encode("this is a text"), /its header must be at most 100000000 bytes/],
  ];
  for (const [bytes, message] of cases) {
    assert.throws(() => readSafetensors(bytes, "lie"), { name: "SyntaxError", message });
  }
});

Deno.test("tensors that are none are not written", () => {
  assert.throws(() => writeSafetensors({ a: { dtype: "f32", shape: [2], data: new Float32Array(3) } }), {
    name: "TypeError",
    message: 'Cannot write tensor "a" as its data must be f32[2]: current length is 3',
  });
  assert.throws(() => writeSafetensors({ __metadata__: { dtype: "u8", shape: [0], data: new Uint8Array() } }), {
    name: "TypeError",
    message: 'Cannot write tensor "__metadata__" as the name is taken',
  });
});

Deno.test("floats of 16 bits become f32, wherever they lie in the file", () => {
  for (const [dtype, words] of [["F16", [0x3c00, 0xc100, 0x7c00]], ["BF16", [0x3f80, 0xc020, 0x7f80]]] as const) {
    const header = new TextEncoder().encode(
      `{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"${dtype}","shape":[3],"data_offsets":[1,7]}}`,
    );
    const bytes = new Uint8Array(8 + header.length + 7);
    const view = new DataView(bytes.buffer);
    view.setBigUint64(0, BigInt(header.length), true);
    bytes.set(header, 8);
    words.forEach((word, i) => view.setUint16(9 + header.length + 2 * i, word, true));
    const { b } = readSafetensors(bytes, "halves.safetensors").tensors;
    assert.deepEqual(b, { dtype: "f32", shape: [3], data: Float32Array.of(1, -2.5, Infinity) });
  }
});
