import assert from "node:assert/strict";
import fc from "fast-check";
import { seededRandom } from "../../../lib/base/tensor/random.ts";
import { photo } from "../../../lib/domain.ts";
import { inverse, transform } from "../../../lib/picture/align/fft.ts";
import { greyPlane } from "../../../lib/picture/align/grey_plane.ts";
import { phaseShift, windowedSpectrum } from "../../../lib/picture/align/phase.ts";

const plane = (side: number) =>
  fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: side * side, maxLength: side * side });

Deno.test("the transform is the sum that defines it, and comes back", () => {
  fc.assert(
    fc.property(fc.constantFrom(1, 2, 4, 8).chain((side) => fc.tuple(fc.constant(side), plane(side))), ([side, x]) => {
      const { re, im } = transform(x, side);
      for (let u = 0; u < side; u++) {
        for (let v = 0; v < side; v++) {
          let [sumRe, sumIm] = [0, 0];
          for (let r = 0; r < side; r++) {
            for (let c = 0; c < side; c++) {
              const angle = -2 * Math.PI * (u * r + v * c) / side;
              sumRe += x[r * side + c] * Math.cos(angle);
              sumIm += x[r * side + c] * Math.sin(angle);
            }
          }
          assert.ok(Math.abs(re[u * side + v] - sumRe) < 1e-8 && Math.abs(im[u * side + v] - sumIm) < 1e-8);
        }
      }
      inverse({ side, re, im }).forEach((value, at) => assert.ok(Math.abs(value - x[at]) < 1e-9));
    }),
    { numRuns: 30 },
  );
});

Deno.test("a side that is no power of two is refused", () => {
  assert.throws(() => transform(new Float64Array(9), 3), /^RangeError: Cannot transform 9 values/);
  assert.throws(() => transform(new Float64Array(9), 4), /^RangeError: Cannot transform 9 values/);
});

Deno.test("a plane has the means of the pixels behind its cells, whole or in part", () => {
  const wide = photo([2, 3, 3], Uint8Array.from([0, 30, 60, 90, 120, 150].flatMap((value) => [value, value, value])));
  const [a, b, c, d] = greyPlane(wide, 2);
  // Columns of 1.5 pixels: the middle one belongs to both halves.
  [[a, 10], [b, 50], [c, 100], [d, 140]].forEach(([found, expected]) => assert.ok(Math.abs(found - expected) < 1e-9));
});

/** Blots of one scene, seen from somewhere: the shift is exact, as nothing is resampled. */
function scene(blots: readonly (readonly [number, number, number])[], dx: number, dy: number): Float64Array {
  return Float64Array.from({ length: 64 * 64 }, (_, at) => {
    const [x, y] = [at % 64 - dx, Math.floor(at / 64) - dy];
    return 100 +
      blots.reduce((sum, [cx, cy, level]) => sum + level * Math.exp(-((x - cx) ** 2 + (y - cy) ** 2) / 18), 0);
  });
}

Deno.test("a scene that has moved is found where it is, to a part of a cell, whatever its light", () => {
  const blots = fc.array(
    fc.tuple(fc.integer({ min: 18, max: 46 }), fc.integer({ min: 18, max: 46 }), fc.integer({ min: 30, max: 90 })),
    { minLength: 4, maxLength: 8 },
  );
  const move = fc.double({ min: -8, max: 8, noNaN: true });
  fc.assert(
    fc.property(blots, move, move, fc.double({ min: 0.5, max: 2, noNaN: true }), (some, dx, dy, gain) => {
      const first = windowedSpectrum(scene(some, 0, 0), 64);
      const moved = scene(some, dx, dy).map((value) => gain * value + 7);
      const found = phaseShift(first, windowedSpectrum(moved, 64));
      assert.ok(Math.hypot(found.dx - dx, found.dy - dy) < 0.7, `${found.dx} ${found.dy} for ${dx} ${dy}`);
    }),
    { numRuns: 60 },
  );
});

Deno.test("what has nothing in common has no peak", () => {
  const noise = (seed: number) => {
    const random = seededRandom(seed);
    return windowedSpectrum(Float64Array.from({ length: 4096 }, () => 255 * random.uniform()), 64);
  };
  const same = phaseShift(noise(1), noise(1));
  const other = phaseShift(noise(1), noise(2));
  assert.ok(same.peak > 0.999 && Math.abs(same.dx) < 1e-6);
  assert.ok(other.peak < 0.4, `${other.peak}`);
});
