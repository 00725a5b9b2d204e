import assert from "node:assert/strict";
import fc from "fast-check";
import { CholeskyDecomposition, inverse, Matrix } from "ml-matrix";
import { openGaussianSums } from "../../../lib/method/detect/padim/gaussian.ts";
import { rows, tensor } from "../../../lib/base/tensor/tensor.ts";
import { normal, relativeError } from "./feature_maps.ts";

function patchesOf(pictures: number, positions: number, channels: number, seed: number, offset: number) {
  const data = normal(seed, pictures * positions * channels).map((value) => value + offset);
  return tensor<"f32", ["N", "P", "C"], "activation">("f32", [pictures, positions, channels], data);
}

Deno.test("whitening matrices are the inverse Cholesky factors that ml-matrix finds, in batches of any size", async () => {
  const cases = fc.record({
    pictures: fc.integer({ min: 2, max: 12 }),
    positions: fc.integer({ min: 1, max: 3 }),
    channels: fc.integer({ min: 1, max: 23 }),
    batch: fc.integer({ min: 1, max: 5 }),
    offset: fc.constantFrom(0, 100),
    seed: fc.nat(),
  });
  await fc.assert(
    fc.asyncProperty(cases, async ({ pictures, positions, channels, batch, offset, seed }) => {
      const patches = patchesOf(pictures, positions, channels, seed, offset);
      const used = Int32Array.from({ length: channels }, (_, i) => i).filter((i) => i % 4 !== 3);
      const sums = openGaussianSums(positions, used);
      for (let from = 0; from < pictures; from += batch) {
        sums.add(rows(patches, from, Math.min(pictures, from + batch)));
      }
      assert.equal(sums.count(), pictures);
      const { mean, whitening } = await sums.finish(0.01);
      const C = used.length;
      for (let p = 0; p < positions; p++) {
        const sample = new Matrix(pictures, C);
        for (let n = 0; n < pictures; n++) {
          used.forEach((channel, j) => sample.set(n, j, patches.data[(n * positions + p) * channels + channel]));
        }
        const centre = sample.mean("column");
        const centred = sample.clone().subRowVector(centre);
        const covariance = centred.transpose().mmul(centred).div(pictures - 1).add(Matrix.eye(C).mul(0.01));
        const expected = inverse(new CholeskyDecomposition(covariance).lowerTriangularMatrix);
        const packed = expected.to2DArray().flatMap((row, i) => row.slice(0, i + 1));
        assert.ok(relativeError(mean.subarray(p * C, (p + 1) * C), centre) < 1e-6);
        assert.ok(relativeError(whitening.subarray(p * packed.length, (p + 1) * packed.length), packed) < 1e-5);
      }
    }),
    { numRuns: 60 },
  );
});

Deno.test("progress is told up to the end, and an abort ends the work", async () => {
  const sums = openGaussianSums(130, new Int32Array([0]));
  sums.add(patchesOf(3, 130, 1, 1, 0));
  const told: number[] = [];
  await sums.finish(1, (done) => told.push(done));
  assert.deepEqual(told, [0, 64, 128, 130]);
  const again = openGaussianSums(130, new Int32Array([0]));
  again.add(patchesOf(3, 130, 1, 1, 0));
  await assert.rejects(again.finish(1, undefined, AbortSignal.abort(new Error("enough"))), /enough/);
});

Deno.test("too few pictures, too much memory and what cannot be inverted are refused", async () => {
  const one = openGaussianSums(1, new Int32Array([0, 1]));
  one.add(patchesOf(1, 1, 2, 1, 0));
  await assert.rejects(one.finish(0.01), {
    name: "RangeError",
    message: "Cannot estimate a covariance from 1 pictures as at least 2 are needed",
  });
  one.add(patchesOf(1, 1, 2, 1, 0));
  await assert.rejects(one.finish(0), {
    name: "RangeError",
    message: "Cannot invert the covariance at position 0 as it is not positive definite",
  });
  assert.throws(() => openGaussianSums(4096, new Int32Array(1000)), {
    name: "RangeError",
    message: /Cannot estimate 4096 Gaussians of 1000 dimensions as 15672 MiB is more than the 4096 MiB/,
  });
});
