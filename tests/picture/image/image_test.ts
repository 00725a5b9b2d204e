import assert from "node:assert/strict";
import fc from "fast-check";
import { toImage } from "../../../lib/picture/image/image.ts";
import { decodePhoto } from "../../../lib/picture/image/decode.ts";
import { encodeGrey, encodePng } from "../../../lib/picture/image/encode.ts";
import { concat, tensor } from "../../../lib/base/tensor/tensor.ts";
import { photoOf } from "./fixtures.ts";

const photos = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 4 }))
  .chain(
    ([height, width, count]) =>
      fc.array(fc.uint8Array({ minLength: height * width * 3, maxLength: height * width * 3 }), {
        minLength: count,
        maxLength: count,
      }).map((all) => all.map((data) => photoOf(height, width, new Uint8Array(data)))),
  );

Deno.test("an image has the planes of its photographs, value / 255 in float32", () => {
  fc.assert(fc.property(photos, (batch) => {
    const image = toImage(batch);
    const [height, width] = batch[0].shape;
    assert.deepEqual(image.shape, [batch.length, 3, height, width]);
    let at = 0;
    for (const { data } of batch) {
      for (let c = 0; c < 3; c++) {
        for (let i = 0; i < height * width; i++) assert.equal(image.data[at++], Math.fround(data[i * 3 + c] / 255));
      }
    }
  }));
});

Deno.test("a batch equals its pictures one by one", () => {
  fc.assert(fc.property(photos, (batch) => {
    assert.deepEqual(toImage(batch).data, concat(batch.map((photo) => toImage([photo]))).data);
  }));
});

Deno.test("photographs of different sizes, or none, make no image", () => {
  assert.throws(() => toImage([]), { name: "TypeError", message: "Cannot make an image as there is no photograph" });
  const small = photoOf(1, 1, new Uint8Array(3));
  assert.throws(() => toImage([small, photoOf(1, 2, new Uint8Array(6))]), {
    name: "TypeError",
    message: "Cannot put photograph 1 into an image as the shape must be u8[1,1,3]: current shape is u8[1,2,3]",
  });
});

Deno.test("PNG keeps every pixel of photographs and planes", async () => {
  await fc.assert(
    fc.asyncProperty(photos, async ([photo]) => {
      const again = await decodePhoto(await encodePng(photo));
      assert.deepEqual(again.shape, photo.shape);
      assert.deepEqual(again.data, photo.data);
      const [height, width] = photo.shape;
      const plane = photo.data.filter((_, i) => i % 3 === 0);
      const grey = await encodeGrey(tensor<"u8", ["H", "W"], "label">("u8", [height, width], plane));
      assert.equal(grey[25], 0, "the colour type of the file is grey");
      assert.deepEqual((await decodePhoto(grey)).data.filter((_, i) => i % 3 === 0), plane);
    }),
    { numRuns: 30 },
  );
});
