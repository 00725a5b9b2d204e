import assert from "node:assert/strict";
import fc from "fast-check";
import { packMessage, unpackMessage } from "../../../lib/base/workers/message.ts";

const arrays = fc.oneof(
  fc.uint8Array(),
  fc.float32Array({ noNaN: true }),
  fc.float64Array({ noNaN: true }),
  fc.int32Array(),
  fc.bigInt64Array(),
);
const messages = fc.letrec((tie) => ({
  message: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(null, undefined, true, "text"),
    fc.double({ noNaN: true }),
    arrays,
    fc.array(tie("message"), { maxLength: 4 }),
    fc.dictionary(fc.string().filter((key) => key !== "__proto__"), tie("message"), {
      maxKeys: 4,
      noNullPrototype: true,
    }),
  ),
})).message;

Deno.test("a message arrives as it was sent, and nothing in it is a typed array on the way", () => {
  fc.assert(fc.property(messages, (message) => {
    const packed = packMessage(message);
    assert.ok(!holdsView(packed));
    assert.deepEqual(unpackMessage(structuredClone(packed)), message);
  }));
});

Deno.test("of a view that is a part of a buffer, only the part travels, unless the buffer is handed over or shared", () => {
  const part = new Float32Array(100).subarray(10, 20);
  const bytes = (message: unknown) => (message as { buffer: ArrayBufferLike }).buffer.byteLength;
  assert.equal(bytes(packMessage(part)), 40);
  assert.equal(bytes(packMessage(part, [part.buffer])), 400);
  const shared = new Float32Array(new SharedArrayBuffer(400)).subarray(10, 20);
  assert.equal(bytes(packMessage(shared)), 400);
  assert.deepEqual(unpackMessage(packMessage(shared)), shared);
});

function holdsView(value: unknown): boolean {
  if (ArrayBuffer.isView(value)) return true;
  return typeof value === "object" && value !== null && !(value instanceof ArrayBuffer) &&
    Object.values(value).some(holdsView);
}
