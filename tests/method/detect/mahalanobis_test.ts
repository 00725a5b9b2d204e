import assert from "node:assert/strict";
import fc from "fast-check";
import { openMahalanobis } from "../../../lib/method/detect/padim/mahalanobis.ts";
import { patchFeatures } from "../../../lib/method/detect/patch_features.ts";
import { rows } from "../../../lib/base/tensor/tensor.ts";
import { normal } from "./feature_maps.ts";

const cases = fc.record({
  pictures: fc.integer({ min: 1, max: 9 }),
  positions: fc.integer({ min: 1, max: 5 }),
  channels: fc.integer({ min: 1, max: 70 }),
  every: fc.integer({ min: 1, max: 3 }),
  seed: fc.nat(),
});

function draw({ pictures, positions, channels, every, seed }: typeof cases extends fc.Arbitrary<infer T> ? T : never) {
  const dims = Int32Array.from({ length: channels }, (_, i) => i).filter((i) => i % every === 0);
  const C = dims.length;
  return {
    dims,
    patches: patchFeatures([pictures, positions, channels], normal(seed, pictures * positions * channels)),
    gaussians: {
      mean: normal(seed + 1, positions * C),
      whitening: normal(seed + 2, positions * C * (C + 1) / 2),
    },
  };
}

Deno.test("distances are those of sums in double precision, for any number of channels, all or some", () => {
  fc.assert(
    fc.property(cases, (drawn) => {
      const { dims, patches, gaussians: { mean, whitening } } = draw(drawn);
      const { pictures, positions, channels } = drawn;
      const C = dims.length;
      const found = openMahalanobis({ mean, whitening }, dims)(patches);
      assert.equal(found.length, pictures * positions);
      for (let n = 0; n < pictures; n++) {
        for (let p = 0; p < positions; p++) {
          let squares = 0, most = 0;
          for (let i = 0, at = p * C * (C + 1) / 2; i < C; i++) {
            let sum = 0, sizes = 0;
            for (let j = 0; j <= i; j++, at++) {
              const x = patches.data[(n * positions + p) * channels + dims[j]];
              const term = whitening[at] * (x - mean[p * C + j]);
              sum += term;
              sizes += Math.abs(term);
            }
            squares += sum * sum;
            most += sizes * sizes;
          }
          // Terms of either sign cancel, and what single precision loses of them does not.
          assert.ok(Math.abs(found[n * positions + p] - Math.sqrt(squares)) <= 1e-6 * Math.sqrt(most));
        }
      }
    }),
    { numRuns: 200 },
  );
});

Deno.test("a batch of pictures equals batches of one, bit for bit, and later calls leave results alone", () => {
  fc.assert(
    fc.property(cases, (drawn) => {
      const { dims, patches, gaussians } = draw(drawn);
      const distances = openMahalanobis(gaussians, dims);
      const all = distances(patches);
      const copy = all.slice();
      const single = Array.from({ length: drawn.pictures }, (_, n) => [...distances(rows(patches, n, n + 1))]).flat();
      assert.deepEqual(single, [...all]);
      assert.deepEqual(all, copy);
    }),
    { numRuns: 100 },
  );
});

Deno.test("matrices that WebAssembly has no room for are refused", () => {
  const gaussians = { mean: { length: 4096 * 1000, byteLength: 4 * 4096 * 1000 }, whitening: { byteLength: 2 ** 33 } };
  assert.throws(() => openMahalanobis(gaussians as never, new Int32Array(1000)), {
    name: "RangeError",
    message: /^Cannot apply 4096 Gaussians of 1000 dimensions as 8\d{3} MiB is more than the 4096 MiB/,
  });
});
