import assert from "node:assert/strict";
import sharp from "sharp";
import { markedPixels } from "../../../lib/picture/image/marked_pixels.ts";
import type { Samples } from "../../../lib/picture/image/samples.ts";
import { decodeSamples } from "../../../lib/picture/image/samples.ts";

const [H, W] = [96, 96];
/** 400 pixels: rows 20 to 39, columns 30 to 49. */
const inside = (i: number) => Math.floor(i / W) >= 20 && Math.floor(i / W) < 40 && i % W >= 30 && i % W < 50;
const square = Uint8Array.from({ length: H * W }, (_, i) => inside(i) ? 1 : 0);

/** A picture whose pixels are given by whether the square is there. */
function painted(
  colours: 1 | 3,
  alpha: boolean,
  pixel: (there: boolean, i: number) => readonly number[],
  wide = false,
): Samples {
  const values = Array.from({ length: H * W }, (_, i) => pixel(inside(i), i)).flat();
  return { height: H, width: W, colours, alpha, data: wide ? Uint16Array.from(values) : Uint8Array.from(values) };
}

Deno.test("a square is found as it was marked, whatever the colours, the ground and the depth", () => {
  const ways: [string, Samples][] = [
    ["white on black", painted(1, false, (there) => [there ? 255 : 0])],
    ["number 1, as VisA has it", painted(1, false, (there) => [there ? 1 : 0])],
    ["two kinds by number", painted(1, false, (there, i) => [there ? 1 + i % 2 : 0])],
    ["twenty kinds by number", painted(1, false, (there, i) => [there ? 1 + i % 20 : 0])],
    ["kinds by shades", painted(1, false, (there, i) => [there ? [80, 160, 255][i % 3] : 0])],
    ["on grey ground", painted(1, false, (there) => [there ? 255 : 128])],
    ["kinds on grey ground", painted(1, false, (there, i) => [there ? [200, 255][i % 2] : 90])],
    ["in red", painted(3, false, (there) => [there ? 255 : 0, 0, 0])],
    ["white with alpha", painted(3, true, (there) => [255, 255, 255, there ? 255 : 0])],
    ["black with alpha", painted(3, true, (there) => [0, 0, 0, there ? 255 : 0])],
    ["grey with alpha", painted(1, true, (there) => [77, there ? 255 : 0])],
    ["opaque white on black", painted(3, true, (there) => [...new Array(3).fill(there ? 255 : 0), 255])],
    ["white where it is opaque", painted(3, true, (there) => [...new Array(3).fill(there ? 255 : 0), there ? 255 : 0])],
    [
      "transparent ground in colours",
      painted(3, true, (there, i) => there ? [255, 255, 255, 255] : [i % 256, 9, 9, 0]),
    ],
    ["16 bits", painted(1, false, (there) => [there ? 65535 : 0], true)],
    ["number 1 of 16 bits", painted(1, false, (there) => [there ? 1 : 0], true)],
    ["soft alpha of 16 bits", painted(1, true, (there, i) => [65535, there ? 65535 - i : i % 9000], true)],
  ];
  for (const [what, samples] of ways) assert.deepEqual(markedPixels(samples), square, what);
});

Deno.test("soft edges and what JPEG leaves change the area by less than a tenth", async () => {
  const white = Uint8Array.from(square, (value) => 255 * value);
  const raw = sharp(white, { raw: { width: W, height: H, channels: 1 } });
  const half = await raw.clone().resize(W / 2, H / 2, { kernel: "linear" }).png().toBuffer();
  const files = [
    await sharp(half).resize(W, H, { kernel: "cubic" }).toColourspace("b-w").png().toBuffer(),
    await raw.clone().blur(3).toColourspace("b-w").png().toBuffer(),
    await sharp(await raw.clone().jpeg({ quality: 60 }).toBuffer()).toColourspace("b-w").png().toBuffer(),
    await sharp(await raw.clone().jpeg({ quality: 30 }).toBuffer()).png().toBuffer(),
  ];
  for (const [i, file] of files.entries()) {
    const samples = await decodeSamples("png", new Uint8Array(file), { maxPixels: 1e6 });
    assert.ok(new Set(samples.data).size > 8, `file ${i} has soft edges`);
    const area = markedPixels(samples).reduce((sum, value) => sum + value, 0);
    assert.ok(Math.abs(area - 400) <= 40, `file ${i} marks ${area} pixels`);
  }
});

Deno.test("a picture of one level is marked all over, or nowhere where it is black", () => {
  assert.ok(markedPixels(painted(1, false, () => [0])).every((value) => value === 0));
  assert.ok(markedPixels(painted(3, true, () => [255, 255, 255, 255])).every((value) => value === 1));
  assert.ok(markedPixels(painted(3, true, () => [255, 255, 255, 0])).every((value) => value === 0));
});
