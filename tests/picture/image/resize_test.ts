import assert from "node:assert/strict";
import fc from "fast-check";
import { resizePhoto, resizePixels } from "../../../lib/picture/image/resize.ts";
import { toPhoto, toPixels } from "../../../lib/picture/image/pixels.ts";
import { photo } from "../../../lib/domain.ts";
import { photoOf, resized, sources } from "./fixtures.ts";

for (const filter of ["bilinear", "bicubic"] as const) {
  Deno.test(`${filter} resizing equals PIL's bit for bit, up and down`, () => {
    const cases = resized.filter((each) => each.filter === filter);
    assert.ok(cases.length > 20);
    for (const { from, height, width, rgb } of cases) {
      const made = resizePhoto(sources.get(from)!, { height, width }, filter);
      assert.deepEqual(made.shape, [height, width, 3]);
      assert.deepEqual(made.data, rgb, `${from} to ${height} × ${width}`);
    }
  });
}

const size = fc.integer({ min: 1, max: 24 });

Deno.test("a photograph of one colour keeps it at every size and with both filters", () => {
  fc.assert(fc.property(
    fc.tuple(size, size, size, size),
    fc.tuple(...Array.from({ length: 3 }, () => fc.integer({ min: 0, max: 255 }))),
    fc.constantFrom("bilinear" as const, "bicubic" as const),
    ([height, width, newHeight, newWidth], colour, filter) => {
      const plain = Uint8Array.from({ length: height * width * 3 }, (_, i) => colour[i % 3]);
      const made = resizePhoto(photoOf(height, width, plain), { height: newHeight, width: newWidth }, filter);
      assert.ok(made.data.every((value, i) => value === colour[i % 3]));
    },
  ));
});

Deno.test("channels do not mix, and a mirrored photograph gives a mirrored result", () => {
  fc.assert(fc.property(size, size, fc.infiniteStream(fc.nat(255)), (height, width, stream) => {
    const data = Uint8Array.from([...stream.take(height * width * 3)]);
    const to = { height: 7, width: 9 };
    const made = resizePhoto(photoOf(height, width, data), to).data;
    const swapped = resizePhoto(photoOf(height, width, data.map((_, i) => data[i - i % 3 + 2 - i % 3])), to).data;
    assert.deepEqual(swapped, made.map((_, i) => made[i - i % 3 + 2 - i % 3]));
    const mirror = (pixels: Uint8Array, columns: number) =>
      pixels.map((_, i) => {
        const row = Math.floor(i / (columns * 3));
        const column = Math.floor(i / 3) % columns;
        return pixels[(row * columns + columns - 1 - column) * 3 + i % 3];
      });
    const mirrored = resizePhoto(photoOf(height, width, mirror(data, width) as Uint8Array<ArrayBuffer>), to).data;
    // The centre of a pixel can fall between two roundings, which then differ by one level.
    mirror(made, 9).forEach((value, i) => assert.ok(Math.abs(value - mirrored[i]) <= 1));
  }));
});

Deno.test("an unchanged size gives the same photograph", () => {
  const photo = sources.get("noise")!;
  assert.deepEqual(resizePhoto(photo, { height: photo.shape[0], width: photo.shape[1] }, "bicubic").data, photo.data);
});

Deno.test("a size that is not whole and positive is refused", () => {
  const some = photo([2, 2, 3]);
  const error = {
    name: "RangeError",
    message: /^Cannot resize 2 × 2 pixels to .* as sizes are whole numbers from 1 to 65535$/,
  };
  for (const size of [0, -1, 1.5, NaN, 70000]) {
    assert.throws(() => resizePhoto(some, { height: size, width: 2 }), error);
    assert.throws(() => resizePhoto(some, { height: 2, width: size }), error);
  }
  assert.throws(() => resizePhoto(photoOf(0, 0, new Uint8Array(0)), { height: 2, width: 2 }), RangeError);
});

Deno.test("grey pixels are resized as each colour of a photograph is", () => {
  const side = fc.integer({ min: 1, max: 40 });
  fc.assert(
    fc.property(
      side,
      side,
      side,
      side,
      fc.constantFrom("bilinear", "bicubic"),
      (height, width, toHeight, toWidth, filter) => {
        const grey = {
          height,
          width,
          channels: 1 as const,
          data: Uint8Array.from({ length: height * width }, (_, i) => i * i * 31 % 256),
        };
        const size = { height: toHeight, width: toWidth };
        const coloured = resizePixels(toPixels(toPhoto(grey)), size, filter);
        assert.deepEqual(resizePixels(grey, size, filter).data, coloured.data.filter((_, i) => i % 3 === 0));
      },
    ),
  );
});
