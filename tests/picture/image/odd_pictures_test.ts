import assert from "node:assert/strict";
import sharp from "sharp";
import { decodePhoto } from "../../../lib/picture/image/decode.ts";
import { type Filter, resizePixels } from "../../../lib/picture/image/resize.ts";
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

Deno.test("a line scan of 70,000 rows is resized as PIL does it", () => {
  const [height, width] = [70_000, 3];
  const data = Uint8Array.from({ length: height * width }, (_, i) => (Math.floor(i / width) * 7919 + i % width) % 251);
  for (const { filter, height: h, width: w, grey } of odd.tall) {
    const resized = resizePixels({ height, width, channels: 1, data }, { height: h, width: w }, filter as Filter);
    assert.deepEqual(resized.data, fromBase64(grey), `${filter}, ${h} × ${w}`);
  }
});

Deno.test("a line scan of 70,000 rows is read from its file", async () => {
  const raw = new Uint8Array(70_000 * 2).map((_, i) => i % 256);
  const file = await sharp(raw, { raw: { width: 2, height: 70_000, channels: 1 } }).toColourspace("b-w").png()
    .toBuffer();
  const photo = await decodePhoto(new Uint8Array(file));
  assert.deepEqual(photo.shape, [70_000, 2, 3]);
  assert.ok(photo.data.every((value, i) => value === Math.floor(i / 3) % 256));
});
