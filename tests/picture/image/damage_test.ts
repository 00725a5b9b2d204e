import assert from "node:assert/strict";
import { crc32 } from "node:zlib";
import fc from "fast-check";
import { decodePhoto } from "../../../lib/picture/image/decode.ts";
import { eightBit, fileOf, sixteenBit } from "./fixtures.ts";

const scale = { depth: { kind: "scale" } } as const;

// Fax codes end with a mark behind the last pixel that no decoder needs; what stands behind a JPEG is no part of it.
const tails = ["tiff 1 bit", "jpeg with bytes behind its end"];

/** The photograph, or the error, which must be one of ours. */
async function attempt(file: Uint8Array, maxPixels = 1e6) {
  try {
    return await decodePhoto(file, { name: "cut", ...scale, maxPixels });
  } catch (error) {
    assert.ok(error instanceof SyntaxError || error instanceof RangeError, String(error));
    assert.match(error.message, /^Cannot decode "cut" as .*[^.\n]$/);
    return undefined;
  }
}

Deno.test("a truncated file is an error wherever it is cut", async () => {
  let cuts = 0;
  for (const { name, file } of [...eightBit, ...sixteenBit].filter(({ name }) => !/orientation [2-8]/.test(name))) {
    const whole = await decodePhoto(file, scale);
    const step = Math.ceil(file.length / 25);
    for (let length = 0; length < file.length; length += length > file.length - 12 ? 1 : step, cuts++) {
      const photo = await attempt(file.subarray(0, length));
      if (photo && tails.includes(name)) assert.deepEqual(photo.data, whole.data);
      else assert.equal(photo, undefined, `${name} cut to ${length} of ${file.length} bytes`);
    }
  }
  assert.ok(cuts > 1000);
});

Deno.test("damaged bytes give an error of ours or a photograph of the size in the header, and never more", async () => {
  const files = [...eightBit, ...sixteenBit];
  await fc.assert(
    fc.asyncProperty(
      fc.nat(files.length - 1),
      fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(255)), { minLength: 1, maxLength: 6 }),
      async (index, changes) => {
        const file = files[index].file.slice();
        for (const [at, value] of changes) file[Math.floor(at ** 2 * (file.length - 1))] = value;
        const photo = await attempt(file);
        if (photo) assert.equal(photo.data.length, photo.shape[0] * photo.shape[1] * 3);
      },
    ),
    { numRuns: 600 },
  );
});

Deno.test("random bytes behind a true signature are an error", async () => {
  const signatures = ["png rgb", "jpeg 4:2:0", "webp lossy", "tiff grey", "bmp rgb"].map((name) =>
    fileOf(name).subarray(0, 12)
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...signatures), fc.uint8Array({ maxLength: 300 }), async (signature, noise) => {
      assert.equal(
        await attempt(Uint8Array.from([...signature.subarray(0, signature[0] === 0x52 ? 12 : 8), ...noise])),
        undefined,
      );
    }),
    { numRuns: 300 },
  );
});

function hugePng(): Uint8Array {
  const file = fileOf("png rgb");
  const view = new DataView(file.buffer);
  view.setUint32(16, 20_000);
  view.setUint32(20, 20_000);
  view.setUint32(29, crc32(file.subarray(12, 29)));
  return file;
}

function hugeJpeg(): Uint8Array {
  const file = fileOf("jpeg 4:2:0");
  const frame = file.findIndex((byte, i) => byte === 0xff && file[i + 1] === 0xc0);
  new DataView(file.buffer).setUint16(frame + 5, 20_000);
  new DataView(file.buffer).setUint16(frame + 7, 20_000);
  return file;
}

function hugeBmp(): Uint8Array {
  const file = fileOf("bmp rgb");
  new DataView(file.buffer).setInt32(18, 20_000, true);
  new DataView(file.buffer).setInt32(22, -20_000, true);
  return file;
}

function hugeTiff(): Uint8Array {
  const file = fileOf("tiff grey");
  const view = new DataView(file.buffer);
  const at = view.getUint32(4, true);
  for (let i = 0; i < view.getUint16(at, true); i++) {
    const entry = at + 2 + 12 * i;
    const tag = view.getUint16(entry, true);
    if (tag === 256 || tag === 257) {
      view.setUint16(entry + 2, 4, true);
      view.setUint32(entry + 8, 20_000, true);
    }
  }
  return file;
}

function hugeWebp(): Uint8Array {
  const file = fileOf("webp lossy");
  const frame = file.findIndex((byte, i) => byte === 0x9d && file[i + 1] === 0x01 && file[i + 2] === 0x2a);
  new DataView(file.buffer).setUint16(frame + 3, 16_000, true);
  new DataView(file.buffer).setUint16(frame + 5, 16_000, true);
  return file;
}

Deno.test("a header of 20,000 × 20,000 pixels is an error before memory is taken", async () => {
  for (const file of [hugePng(), hugeJpeg(), hugeBmp(), hugeTiff(), hugeWebp()]) {
    await assert.rejects(decodePhoto(file, { name: "huge" }), {
      name: "RangeError",
      message:
        /^Cannot decode "huge" as its header says (20000 × 20000|16000 × 16000) pixels, more than the limit of 100000000: raise it with --max-pixels (400000000|256000000) \(maxPixels in a program and in a pipeline file's picture\)$/,
    });
  }
});

Deno.test("the limit on pixels is the caller's", async () => {
  await assert.rejects(decodePhoto(fileOf("png rgb"), { maxPixels: 13 * 19 - 1 }), RangeError);
  assert.deepEqual((await decodePhoto(fileOf("png rgb"), { maxPixels: 13 * 19 })).shape, [13, 19, 3]);
  for (const maxPixels of [0, NaN, -1]) {
    await assert.rejects(decodePhoto(fileOf("png rgb"), { name: "a.png", maxPixels }), {
      name: "RangeError",
      message: `Cannot decode "a.png" as the limit of ${maxPixels} pixels must be at least 1`,
    });
  }
});
