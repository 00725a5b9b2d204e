import assert from "node:assert/strict";
import fc from "fast-check";
import sharp from "sharp";
import { encodeIndexedPng, type Rgba } from "../../../lib/product/report/indexed_png.ts";

const byte = fc.nat({ max: 255 });
const pictures = fc.record({
  height: fc.integer({ min: 1, max: 12 }),
  width: fc.integer({ min: 1, max: 12 }),
  palette: fc.array(fc.tuple(byte, byte, byte, byte), { minLength: 1, maxLength: 256 }),
}).chain(({ height, width, palette }) =>
  fc.record({
    height: fc.constant(height),
    width: fc.constant(width),
    palette: fc.constant(palette),
    indices: fc.uint8Array({ min: 0, max: palette.length - 1, minLength: height * width, maxLength: height * width }),
  })
);

Deno.test("an independent decoder reads back every colour and its alpha", async () => {
  await fc.assert(
    fc.asyncProperty(pictures, async ({ height, width, palette, indices }) => {
      const png = encodeIndexedPng(indices, { height, width }, palette);
      const { data, info } = await sharp(png).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
      assert.deepEqual([info.height, info.width, info.channels], [height, width, 4]);
      assert.deepEqual([...data], [...indices].flatMap((index) => palette[index]));
    }),
    { numRuns: 60 },
  );
});

Deno.test("indices without a colour, and sizes that do not fit, are refused", () => {
  const palette: Rgba[] = [[0, 0, 0, 0]];
  assert.throws(() => encodeIndexedPng(new Uint8Array([0, 1]), { height: 1, width: 2 }, palette), {
    name: "RangeError",
    message: "Cannot encode index 1 as the palette has 1 colours",
  });
  assert.throws(() => encodeIndexedPng(new Uint8Array(3), { height: 1, width: 2 }, palette), {
    name: "RangeError",
    message: "Cannot encode 3 indices as a picture of 1 × 2",
  });
  assert.throws(() => encodeIndexedPng(new Uint8Array(1), { height: 1, width: 1 }, []), {
    name: "RangeError",
    message: "Cannot encode a palette of 0 colours as it holds 1 to 256",
  });
});
