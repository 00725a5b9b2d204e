import assert from "node:assert/strict";
import { decodePhoto } from "../../../lib/picture/image/decode.ts";
import odd from "./fixtures/odd_pictures.json" with { type: "json" };
import { fromBase64 } from "./fixtures.ts";

Deno.test("planes, palettes and alpha of unusual files give the pixels that PIL or tifffile read", async () => {
  assert.ok(odd.pictures.length > 30);
  for (const { name, file, height, width, rgb } of odd.pictures) {
    const photo = await decodePhoto(fromBase64(file), { name });
    assert.deepEqual(photo.shape, [height, width, 3], name);
    assert.deepEqual(photo.data, fromBase64(rgb), name);
  }
});

Deno.test("16 bits in separate planes give each sample of the colours", async () => {
  assert.ok(odd.deep.length > 10);
  for (const { name, file, samples, channels } of odd.deep) {
    const expected = new Uint16Array(fromBase64(samples).buffer);
    const { data } = await decodePhoto(fromBase64(file), { name, depth: { kind: "scale" } });
    const kept = channels === 3 ? data : data.filter((_, i) => i % 3 === 0);
    assert.deepEqual([...kept], Array.from(expected, (value) => Math.floor((value + 128) / 257)), name);
  }
});

Deno.test("what is not read is refused with the reason, and never as damaged", async () => {
  assert.ok(odd.refused.length > 30);
  for (const { name, file, reason } of odd.refused) {
    await assert.rejects(decodePhoto(fromBase64(file), { name, depth: { kind: "scale" } }), (error: Error) => {
      assert.equal(error.name, "SyntaxError", error.message);
      assert.ok(
        error.message.startsWith(`Cannot decode "${name}" as `) && error.message.includes(reason),
        error.message,
      );
      assert.doesNotMatch(error.message, /damaged|truncated/);
      return true;
    });
  }
});

Deno.test("unusual files that are cut are errors wherever that is", async () => {
  for (const { name, file } of odd.pictures) {
    const whole = fromBase64(file);
    for (let length = 0; length < whole.length - 1; length += Math.ceil(whole.length / 12)) {
      await assert.rejects(
        decodePhoto(whole.subarray(0, length), { name }),
        { name: "SyntaxError" },
        `${name}, ${length}`,
      );
    }
  }
});
