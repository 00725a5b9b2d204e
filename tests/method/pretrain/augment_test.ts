import assert from "node:assert/strict";
import fc from "fast-check";
import { augment, AUGMENTATIONS } from "../../../lib/picture/change/augment.ts";
import { gaussianBlur } from "../../../lib/picture/change/blur.ts";
import { randomCrop } from "../../../lib/picture/change/crop.ts";
import { blendAt, cutPaste, smoothBlend } from "../../../lib/picture/change/local_change.ts";
import { seededRandom } from "../../../lib/base/tensor/random.ts";

const size = fc.record({ height: fc.integer({ min: 8, max: 40 }), width: fc.integer({ min: 8, max: 40 }) });
const seed = fc.integer({ min: 0, max: 0xffffffff });

/** A picture of random colours. */
function picture({ height, width }: { height: number; width: number }, from: number): Float32Array<ArrayBuffer> {
  const random = seededRandom(from);
  return Float32Array.from({ length: 3 * height * width }, random.uniform);
}

for (const [name, rules] of Object.entries(AUGMENTATIONS)) {
  Deno.test(`a ${name} view has the picture's size and range, comes again with its seed and leaves the picture`, () => {
    fc.assert(
      fc.property(size, seed, (size, seed) => {
        const pixels = picture(size, seed);
        const before = pixels.slice();
        const view = augment(pixels, size, rules, seededRandom(seed));
        assert.equal(view.length, pixels.length);
        assert.ok(view.every((value) => value >= 0 && value <= 1 + 1e-6));
        assert.deepEqual(augment(pixels, size, rules, seededRandom(seed)), view);
        assert.deepEqual(pixels, before);
      }),
      { numRuns: 40 },
    );
  });
}

Deno.test("a crop of a ramp is a ramp, less steep by the share of the side and mirrored in half the cases", () => {
  const size = { height: 24, width: 32 };
  const ramp = Float32Array.from({ length: 3 * 24 * 32 }, (_, i) => (i % 32) / 31);
  const signs = Array.from({ length: 60 }, (_, seed) => {
    const row = randomCrop(ramp, size, 0.2, seededRandom(seed)).subarray(0, 32);
    const steps = Array.from(row.subarray(8, 24), (value, i) => row[i + 9] - value);
    const step = steps[0];
    steps.forEach((each) => assert.ok(Math.abs(each - step) < 1e-5));
    // The share of the width in 31 steps of the ramp: 0.2 of the area with a ratio of 4/3 at least.
    const share = Math.abs(step) * 31;
    assert.ok(share > Math.sqrt(0.2 * 24 / 32 / (4 / 3)) - 0.05 && share <= 1 + 1e-6, String(share));
    return Math.sign(step);
  });
  const mirrored = signs.filter((sign) => sign < 0).length;
  assert.ok(mirrored > 15 && mirrored < 45);
});

Deno.test("a blur is the weighted sum over the window, the border mirrored", () => {
  fc.assert(fc.property(size, seed, fc.double({ min: 0.2, max: 3, noNaN: true }), (size, seed, sigma) => {
    const pixels = picture(size, seed);
    const out = gaussianBlur(pixels, size, sigma);
    const { height, width } = size;
    const mirror = (at: number, length: number): number =>
      at < 0 ? mirror(-at, length) : at >= length ? mirror(2 * (length - 1) - at, length) : at;
    const radius = Math.max(1, Math.ceil(3 * sigma));
    for (const [c, y, x] of [[0, 0, 0], [1, height - 1, 2], [2, height >> 1, width - 1]]) {
      let [sum, weight] = [0, 0];
      for (let dy = -radius; dy <= radius; dy++) {
        for (let dx = -radius; dx <= radius; dx++) {
          const tap = Math.exp(-(dy * dy + dx * dx) / (2 * sigma * sigma));
          sum += tap * pixels[(c * height + mirror(y + dy, height)) * width + mirror(x + dx, width)];
          weight += tap;
        }
      }
      assert.ok(Math.abs(out[(c * height + y) * width + x] - sum / weight) < 1e-5);
    }
  }));
});

for (
  const [name, change, [least, most]] of [
    ["CutPaste", cutPaste, [0.02, 0.15]],
    ["SmoothBlend", smoothBlend, [0.01, 0.1]],
  ] as const
) {
  Deno.test(`${name} changes nothing outside its rectangle, whose size is bounded, and comes again with its seed`, () => {
    fc.assert(fc.property(size, seed, (size, seed) => {
      const pixels = picture(size, seed);
      const before = pixels.slice();
      const { pixels: changed, region } = change(pixels, size, seededRandom(seed));
      const { height, width } = size;
      const { top, left, rows, columns } = region;
      assert.ok(top >= 0 && left >= 0 && top + rows <= height && left + columns <= width);
      // Sides are whole numbers, and no longer than the picture's.
      assert.ok(rows * columns <= (Math.sqrt(most * height * width) + 1) ** 2 * 1.9);
      assert.ok((rows + 1) * (columns + 1) >= least * height * width || rows === height || columns === width);
      changed.forEach((value, i) => {
        const [y, x] = [Math.floor(i / width) % height, i % width];
        const inside = y >= top && y < top + rows && x >= left && x < left + columns;
        assert.ok(value >= 0 && value <= 1 + 1e-6);
        if (!inside) assert.equal(value, pixels[i]);
      });
      assert.deepEqual(change(pixels, size, seededRandom(seed)).pixels, changed);
      assert.deepEqual(pixels, before);
    }));
  });
}

Deno.test("SmoothBlend's seam is smooth: along a side the blend rises by a bounded step from nothing to all and falls again", () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 200 }), (length) => {
    const blend = Array.from({ length }, (_, i) => blendAt(i, length));
    const most = Math.PI / 2 / Math.max(1, 0.35 * length);
    [0, ...blend].forEach((value, i, all) => {
      const next = all[i + 1] ?? 0;
      assert.ok(Math.abs(next - value) <= Math.min(1, most) + 1e-12, `${length}: ${i}`);
    });
    assert.deepEqual(blend, blend.toReversed());
    if (length > 4) assert.equal(Math.max(...blend), 1);
  }));
});

Deno.test("on the border of its rectangle SmoothBlend changes a picture by the blend's first step at most, CutPaste wholly", () => {
  const size = { height: 64, width: 64 };
  const largest = (change: typeof cutPaste, seed: number) => {
    const pixels = picture(size, seed);
    const { pixels: changed, region: { top, left, rows, columns } } = change(pixels, size, seededRandom(seed));
    let most = 0;
    for (let x = left; x < left + columns; x++) {
      most = Math.max(most, Math.abs(changed[top * 64 + x] - pixels[top * 64 + x]));
    }
    return { most, first: blendAt(0, rows) };
  };
  for (let seed = 0; seed < 20; seed++) {
    const smooth = largest(smoothBlend, seed);
    assert.ok(smooth.most <= smooth.first + 1e-6);
  }
  assert.ok(Array.from({ length: 20 }, (_, seed) => largest(cutPaste, seed).most).every((most) => most > 0.4));
});

/** What a local change does to a picture of one colour: all that is seen then is the seam. */
function seamOf(change: typeof cutPaste, size: { height: number; width: number }, colour: number[], seed: number) {
  const { height, width } = size;
  const area = height * width;
  const pixels = Float32Array.from({ length: 3 * area }, (_, i) => colour[Math.floor(i / area)]);
  const { pixels: made, region } = change(pixels, size, seededRandom(seed));
  const { top, left, rows, columns } = region;
  let [across, down, most, outside] = [0, 0, 0, 0];
  made.forEach((value, i) => {
    const [y, x] = [Math.floor(i / width) % height, i % width];
    most = Math.max(most, Math.abs(value - pixels[i]));
    if (y < top || y >= top + rows || x < left || x >= left + columns) outside += Number(value !== pixels[i]);
    // Over the whole picture: within the rectangle, beyond it and across each of its four sides.
    if (x + 1 < width) across = Math.max(across, Math.abs(made[i + 1] - value));
    if (y + 1 < height) down = Math.max(down, Math.abs(made[i + width] - value));
  });
  return { across, down, most, outside, region };
}

/** The largest step of a raised cosine that rises over 0.35 of a side: its slope in the middle, π/2 over its length. */
function largestStep(length: number): number {
  return Math.min(1, Math.PI / 2 / Math.max(1, 0.35 * length));
}

const flat = fc.tuple(
  fc.record({ height: fc.integer({ min: 32, max: 80 }), width: fc.integer({ min: 32, max: 80 }) }),
  fc.array(fc.double({ min: 0.2, max: 0.8, noNaN: true }), { minLength: 3, maxLength: 3 }),
  seed,
);

Deno.test("on a flat picture no neighbours differ by more than the blend's largest step of SmoothBlend's colour change", () => {
  fc.assert(
    fc.property(flat, ([size, colour, seed]) => {
      const { across, down, most, outside, region: { rows, columns } } = seamOf(smoothBlend, size, colour, seed);
      // In the middle of a small rectangle the blend does not reach 1: there the colours differ by more than is seen.
      const middle = blendAt((rows - 1) >> 1, rows) * blendAt((columns - 1) >> 1, columns);
      const changed = most / middle;
      assert.ok(across <= largestStep(columns) * changed + 1e-6, `${across} across, ${changed} in all`);
      assert.ok(down <= largestStep(rows) * changed + 1e-6, `${down} down, ${changed} in all`);
      assert.equal(outside, 0);
      assert.ok(rows * columns <= 0.1 * size.height * size.width + rows + columns + 1);
    }),
    { numRuns: 200 },
  );
});

Deno.test("on a flat picture CutPaste's seam is its whole colour change, beyond any such bound", () => {
  fc.assert(
    fc.property(flat, ([size, colour, seed]) => {
      const { across, down, most, outside, region: { rows, columns } } = seamOf(cutPaste, size, colour, seed);
      fc.pre(most > 1e-3 && rows > 5 && columns > 5 && rows < size.height && columns < size.width);
      assert.ok(across > largestStep(columns) * most && across > most - 1e-5);
      assert.ok(down > largestStep(rows) * most && down > most - 1e-5);
      assert.equal(outside, 0);
    }),
    { numRuns: 100 },
  );
});
