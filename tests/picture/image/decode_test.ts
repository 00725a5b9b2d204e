import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { decodePhoto, readPhoto } from "../../../lib/picture/image/decode.ts";
import { eightBit, fileOf, refused, sixteenBit, sources } from "./fixtures.ts";

for (const format of ["png", "jpeg", "webp", "tiff", "bmp"]) {
  Deno.test(`${format} files of every kind decode to the pixels of PIL`, async () => {
    const cases = eightBit.filter((each) => each.name.startsWith(format));
    assert.ok(cases.length >= 10);
    for (const { name, file, photo } of cases) {
      const decoded = await decodePhoto(file, { name });
      assert.deepEqual(decoded.shape, photo.shape, name);
      assert.deepEqual(decoded.data, photo.data, name);
    }
  });
}

Deno.test("16 bits become 8 by the full range, exactly rounded, without alpha", async () => {
  for (const { name, file, samples, channels } of sixteenBit) {
    const { data } = await decodePhoto(file, { depth: { kind: "scale" } });
    const kept = channels === 3 ? [...data] : [...data].filter((_, i) => i % 3 === 0);
    assert.deepEqual(kept, samples.map((value) => Math.round(value / 257)), name);
  }
});

Deno.test("16 bits are an error where no depth policy is given", async () => {
  for (const { name, file } of sixteenBit) {
    await assert.rejects(decodePhoto(file, { name }), {
      name: "RangeError",
      message: /^Cannot decode ".*" as it has 16 bits a sample and no depth policy .*samples here are \d+ to \d+$/,
    });
  }
});

Deno.test("a depth policy changes no 8-bit picture", async () => {
  const file = fileOf("png rgb");
  const window = await decodePhoto(file, { depth: { kind: "window", low: 0, high: 10 } });
  assert.deepEqual(window.data, (await decodePhoto(file)).data);
});

Deno.test("tiles, predictors and deep tiles of TIFF decode", async () => {
  const { shape, data } = sources.get("smooth")!;
  const raw = sharp(data, { raw: { width: shape[1], height: shape[0], channels: 3 } });
  const options = { compression: "lzw", predictor: "horizontal", tile: true, tileWidth: 16, tileHeight: 16 } as const;
  assert.deepEqual((await decodePhoto(await raw.clone().tiff(options).toBuffer())).data, data);
  const samples = Uint16Array.from({ length: 40 * 50 }, (_, i) => i * 32 + 7);
  const deep = sharp(samples, { raw: { width: 50, height: 40, channels: 1 } }).pipelineColourspace("grey16");
  const wide = await deep.toColourspace("grey16").tiff(options).toBuffer();
  const eight = await decodePhoto(wide, { depth: { kind: "scale" } });
  assert.deepEqual(
    [...eight.data].filter((_, i) => i % 3 === 0),
    Array.from(samples, (value) => Math.round(value / 257)),
  );
});

Deno.test("several pages, floats, other colour spaces and other formats are refused with the reason", async () => {
  for (const { name, file, reason } of refused) {
    await assert.rejects(decodePhoto(file, { name }), (error: Error) => {
      assert.equal(error.name, "SyntaxError");
      assert.ok(error.message.startsWith(`Cannot decode "${name}" as `), error.message);
      assert.match(error.message, new RegExp(reason));
      return true;
    });
  }
});

Deno.test("files are known by their content, and errors name the path", async () => {
  const folder = await mkdtemp(join(tmpdir(), "pictures-"));
  try {
    const wrong = join(folder, "a jpeg.png");
    await writeFile(wrong, fileOf("jpeg 4:2:0"));
    assert.deepEqual((await readPhoto(wrong)).data, (await decodePhoto(fileOf("jpeg 4:2:0"))).data);
    const text = join(folder, "text.png");
    await writeFile(text, "this is no picture\n");
    await assert.rejects(readPhoto(text), {
      name: "SyntaxError",
      message: `Cannot decode "${text}" as it is text that begins with "this is no picture\\n"`,
    });
    const missing = join(folder, "missing.png");
    await assert.rejects(
      readPhoto(missing),
      (error: Error) => error.message.startsWith(`Cannot read "${missing}" as ENOENT`),
    );
  } finally {
    await rm(folder, { recursive: true });
  }
});

Deno.test("an empty file and one of no known format say so", async () => {
  const decode = (bytes: number[]) => decodePhoto(new Uint8Array(bytes), { name: "a.png" });
  await assert.rejects(decode([]), { name: "SyntaxError", message: 'Cannot decode "a.png" as the file is empty' });
  await assert.rejects(decode([0, 1, 255, 3]), {
    name: "SyntaxError",
    message: 'Cannot decode "a.png" as it begins with the bytes 00 01 ff 03, which is no PNG, JPEG, WebP, TIFF or BMP',
  });
});
