import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { readNpy, writeNpy } from "../../../lib/base/io/npy.ts";
import { tensor } from "../../../lib/base/tensor/tensor.ts";
import oracle from "./fixtures/npy.json" with { type: "json" };

const bytesOf = (base64: string) => new Uint8Array(Buffer.from(base64, "base64"));

Deno.test("arrays of every element type, order and rank are read as numpy wrote them", () => {
  const dtypes: Record<string, string> = { "|b1": "u8", "|u1": "u8", "<f4": "f32", "<f8": "f64" };
  for (const { code, order, shape, file, values } of oracle.cases) {
    const array = readNpy(bytesOf(file), `${code} ${order}`);
    assert.deepEqual([...array.shape], shape);
    assert.deepEqual([...array.data], values);
    assert.equal(array.dtype, dtypes[code] ?? "i32");
  }
});

Deno.test("element types that are not read are named", () => {
  for (const file of Object.values(oracle.refused)) {
    assert.throws(() => readNpy(bytesOf(file), "map.npy"), {
      name: "TypeError",
      message: /Cannot read "map\.npy" as it/,
    });
  }
});

Deno.test("an integer beyond 32 bits is an error instead of another number", () => {
  assert.throws(() => readNpy(bytesOf(oracle.large)), RangeError);
});

Deno.test("what was written is read back, at any rank", () => {
  fc.assert(fc.property(
    fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 }),
    fc.constantFrom("u8" as const, "i32" as const, "f32" as const, "f64" as const),
    (shape, dtype) => {
      const count = shape.reduce((a, b) => a * b, 1);
      const arrays = { u8: Uint8Array, i32: Int32Array, f32: Float32Array, f64: Float64Array };
      const data = new arrays[dtype](Array.from({ length: count }, (_, i) => i * 3));
      const value = tensor<typeof dtype, readonly number[], "any unit">(dtype, shape, data);
      const back = readNpy(writeNpy(value));
      assert.equal(back.dtype, dtype);
      assert.deepEqual([...back.shape], shape);
      assert.deepEqual(back.data, data);
    },
  ));
});

Deno.test("a written file begins its data at a multiple of 64 bytes, as NEP 1 asks", () => {
  const file = writeNpy(tensor<"u8", [3], "label">("u8", [3], new Uint8Array(3)));
  assert.equal((file.length - 3) % 64, 0);
});

Deno.test("a file that is cut off anywhere, or is none, is a syntax error", () => {
  const whole = bytesOf(oracle.cases[1].file);
  for (let length = 0; length < whole.length; length++) {
    assert.throws(() => readNpy(whole.subarray(0, length), "cut.npy"), SyntaxError);
  }
  assert.throws(() => readNpy(new TextEncoder().encode("not an array at all")), SyntaxError);
});
