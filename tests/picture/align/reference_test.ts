import assert from "node:assert/strict";
import { seededRandom } from "../../../lib/base/tensor/random.ts";
import { type Photo, photo } from "../../../lib/domain.ts";
import { alignerTo } from "../../../lib/picture/align/align.ts";
import { referenceOf } from "../../../lib/picture/align/reference.ts";
import { plate } from "./plate.ts";

/** The mean difference of two pictures away from their borders, in grey levels. */
function difference(a: Photo, b: Photo, border = 24): number {
  const [height, width] = a.shape;
  let [sum, count] = [0, 0];
  for (let y = border; y < height - border; y++) {
    for (let x = border; x < width - border; x++, count++) {
      sum += Math.abs(a.data[3 * (y * width + x)] - b.data[3 * (y * width + x)]);
    }
  }
  return sum / count;
}

Deno.test("the reference of parts that lie here and there is sharp, and all of them lie like it once they are aligned", () => {
  const random = seededRandom(3);
  const pictures = Array.from({ length: 8 }, (_, i) => {
    const [dx, dy, angle] = [16, 16, 8].map((range) => range * (random.uniform() - 0.5));
    return plate({ dx, dy, angle, seed: i + 30 });
  });
  const reference = referenceOf(pictures);
  const align = alignerTo(reference);
  const before = pictures.map((picture) => difference(picture, reference));
  const after = pictures.map((picture) => difference(align(picture).photo, reference));
  // The noise of the pictures, whose deviation is 3, is 2.4 in the mean.
  assert.ok(Math.max(...after) < 4, `${after}`);
  assert.ok(before.filter((value) => value > 6).length >= 6, `${before}`);
  // Where it lies, a plate that was drawn there is as it is.
  const { pose } = alignerTo(plate({ seed: 77 }))(reference);
  assert.ok(difference(plate({ ...pose, seed: 78 }), reference) < 4);
});

Deno.test("plain pictures are their own reference, and of none there is none", () => {
  const plain = photo([40, 60, 3], new Uint8Array(40 * 60 * 3).fill(120));
  assert.deepEqual(referenceOf([plain, plain]), plain);
  assert.throws(() => referenceOf([]), RangeError);
});

Deno.test("it is told where a part is not found", () => {
  const align = alignerTo(plate({ seed: 1 }));
  const random = seededRandom(8);
  const noise = photo([120, 160, 3], Uint8Array.from({ length: 120 * 160 * 3 }, () => 255 * random.uniform()));
  assert.deepEqual([plate({ seed: 2 }), plate({ dx: 6, seed: 3 }), noise].map((one) => align(one).found), [
    true,
    true,
    false,
  ]);
});
