import assert from "node:assert/strict";
import { truncate } from "node:fs/promises";
import { join } from "node:path";
import { decodePhoto, readPhoto } from "../../../lib/picture/image/decode.ts";
import { encodePng } from "../../../lib/picture/image/encode.ts";
import { sha256 } from "../../../lib/base/io/hash.ts";
import { photo } from "../../../lib/domain.ts";
import { put, withFolder } from "../../app/cli/product.ts";

/** The head of an uncompressed TIFF, whose pixels follow. */
function tiffHead(width: number, height: number, samples: number, bits: number): Uint8Array {
  const tags = [
    ...[[256, 4, 1, width], [257, 4, 1, height], [258, 3, samples, samples > 2 ? 160 : bits], [259, 3, 1, 1]],
    ...[[262, 3, 1, samples > 1 ? 2 : 1], [273, 4, 1, 200], [277, 3, 1, samples], [278, 4, 1, height]],
    [279, 4, 1, width * height * samples * bits / 8],
  ];
  const view = new DataView(new ArrayBuffer(200));
  view.setUint32(0, 0x49492a00);
  view.setUint32(4, 8, true);
  view.setUint16(8, tags.length, true);
  tags.forEach(([tag, type, count, value], i) => {
    view.setUint16(10 + 12 * i, tag, true);
    view.setUint16(12 + 12 * i, type, true);
    view.setUint32(14 + 12 * i, count, true);
    view.setUint32(18 + 12 * i, value, true);
  });
  for (let i = 0; i < samples; i++) view.setUint16(160 + 2 * i, bits, true);
  return new Uint8Array(view.buffer);
}

/** A file without the bytes behind its head on the disk. */
async function putSparse(path: string, head: Uint8Array, length: number): Promise<string> {
  await put(path, head);
  await truncate(path, length);
  return path;
}

Deno.test("a file larger than memory for it is refused by its header alone", async () => {
  await withFolder(async (folder) => {
    const bytes = 3_000_000_200;
    const deep = await putSparse(join(folder, "deep.tif"), tiffHead(25_000, 20_000, 3, 16), bytes);
    await assert.rejects(readPhoto(deep), { name: "RangeError", message: /25000 × 20000 pixels, more than the limit/ });
    await assert.rejects(readPhoto(deep, { maxPixels: 1e9 }), {
      name: "RangeError",
      message: /deep\.tif" as it has 16 bits a sample and no depth policy .* --depth scale .* --depth LOW-HIGH/,
    });
    const scale = { maxPixels: 1e9, depth: { kind: "scale" } } as const;
    await assert.rejects(
      readPhoto(deep, scale),
      /^RangeError: Cannot read ".*" as it has 3000000200 bytes and at most/,
    );
    const grey = await putSparse(join(folder, "grey.tif"), tiffHead(50_000, 60_000, 1, 12), bytes);
    await assert.rejects(readPhoto(grey, { maxPixels: 1e10 }), /SyntaxError: .*12 bits a sample/);
  });
});

Deno.test("a large file whose header is right is read", async () => {
  await withFolder(async (folder) => {
    const path = await putSparse(join(folder, "zeros.tif"), tiffHead(5000, 4000, 1, 8), 20_000_200);
    const photo = await readPhoto(path);
    assert.deepEqual(photo.shape, [4000, 5000, 3]);
    assert.ok(photo.data.every((value) => value === 0));
  });
});

Deno.test("a small picture of 16 bits is refused with the values that it has, a large one without", async () => {
  const small = await decodePhoto(deepTiff(40, 30)).catch((error: Error) => error.message);
  assert.match(String(small), /16 bits a sample.*; samples here are 0 to 7$/);
  const large = await decodePhoto(deepTiff(5000, 4000)).catch((error: Error) => error.message);
  assert.match(String(large), /16 bits a sample[^;]*$/);
});

function deepTiff(width: number, height: number): Uint8Array {
  const bytes = new Uint8Array(200 + 2 * width * height);
  bytes.set(tiffHead(width, height, 1, 16));
  bytes[300] = 7;
  return bytes;
}

Deno.test("the content that was hashed is the content that is decoded, or there is an error", async () => {
  await withFolder(async (folder) => {
    const [first, second] = await Promise.all(
      [3, 4].map((side) => encodePng(photo([side, side, 3]))),
    );
    const path = await put(join(folder, "a.png"), first);
    assert.deepEqual((await readPhoto(path, { sha256: sha256(first) })).shape, [3, 3, 3]);
    await put(path, second);
    await assert.rejects(readPhoto(path, { sha256: sha256(first) }), {
      message: `Cannot use "${path}" as it has changed since it was hashed: run the same command again`,
    });
  });
});

Deno.test("what is no file is refused and never waited for", async () => {
  await withFolder(async (folder) => {
    const pipe = join(folder, "pipe.png");
    await new Deno.Command("mkfifo", { args: [pipe] }).output();
    await assert.rejects(readPhoto(pipe), { message: `Cannot read "${pipe}" as it is a named pipe and no file` });
    await assert.rejects(readPhoto("/dev/zero"), { message: 'Cannot read "/dev/zero" as it is a device and no file' });
    await assert.rejects(readPhoto(folder), { message: `Cannot read "${folder}" as it is a folder and no file` });
  });
});

Deno.test("a name that is no text is said to be one", async () => {
  const path = "Pr\ufffdfling.png";
  await assert.rejects(readPhoto(path), {
    message: `Cannot read "${path}" as its name is not UTF-8, so it cannot be opened: give it another name`,
  });
});
