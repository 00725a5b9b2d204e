import assert from "node:assert/strict";
import sharp from "sharp";
import { plainHeader } from "../../../lib/picture/image/plain_header.ts";

/** What the decoder says of a file. */
async function decoded(bytes: Uint8Array) {
  const { width, height, space, channels } = await sharp(bytes).metadata();
  return { width, height, space, channels };
}

/** 7 × 5 pixels of one channel or several. */
function drawn(channels: 1 | 2 | 3 | 4) {
  const data = Uint8Array.from({ length: 35 * channels }, (_, i) => i * 37 % 256);
  const picture = sharp(data, { raw: { width: 7, height: 5, channels } });
  return channels < 3 ? picture.toColourspace("b-w") : picture;
}

Deno.test("headers of plain files say what the decoder says of them", async () => {
  const files: [string, "png" | "jpeg", Uint8Array][] = [];
  for (const channels of [1, 2, 3, 4] as const) {
    for (const progressive of [false, true]) {
      files.push([`png ${channels}`, "png", await drawn(channels).png({ progressive }).toBuffer()]);
      if (channels % 2 === 0) continue;
      const picture = drawn(channels).withExif({ IFD0: { Copyright: "nobody" } });
      files.push([`jpeg ${channels}`, "jpeg", await picture.jpeg({ progressive, mozjpeg: progressive }).toBuffer()]);
    }
  }
  for (const [name, format, bytes] of files) assert.deepEqual(plainHeader(format, bytes), await decoded(bytes), name);
});

Deno.test("other files are left to the decoder, and so is what is cut or changed before the pixels", async () => {
  const png = await drawn(3).png().toBuffer();
  const jpeg = await drawn(3).jpeg().toBuffer();
  const others: ["png" | "jpeg" | "webp", Uint8Array][] = [
    ["webp", await drawn(3).webp().toBuffer()],
    ["png", await drawn(3).png({ palette: true }).toBuffer()],
    ["png", await drawn(3).toColourspace("rgb16").png().toBuffer()],
    ["jpeg", await drawn(3).toColourspace("cmyk").jpeg().toBuffer()],
    ["png", png.subarray(0, 33)],
    ["jpeg", jpeg.subarray(0, 20)],
  ];
  for (const [format, bytes] of others) assert.equal(plainHeader(format, bytes), undefined);
  // A chunk that makes one colour transparent, before the pixels.
  const chunk = new Uint8Array(12 + 6);
  new DataView(chunk.buffer).setUint32(0, 6);
  chunk.set(new TextEncoder().encode("tRNS"), 4);
  const transparent = new Uint8Array([...png.subarray(0, 33), ...chunk, ...png.subarray(33)]);
  assert.equal(plainHeader("png", transparent), undefined);
});
