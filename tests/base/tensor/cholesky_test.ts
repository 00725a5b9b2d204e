import assert from "node:assert/strict";
import fc from "fast-check";
import { cholesky, solveCholesky } from "../../../lib/base/tensor/cholesky.ts";
import { seededRandom } from "../../../lib/base/tensor/random.ts";

Deno.test("the factor times its transpose is the matrix, and the solution solves it, for even and odd sizes", () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 23 }), fc.nat(1000), (size, seed) => {
    const random = seededRandom(seed);
    const square = Float64Array.from({ length: size * size }, () => random.normal());
    const matrix = new Float64Array(size * size);
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) {
        for (let k = 0; k < size; k++) matrix[i * size + j] += square[i * size + k] * square[j * size + k];
      }
      matrix[i * size + i] += 0.1;
    }
    const factor = matrix.slice();
    cholesky(factor, size);
    const right = Float64Array.from({ length: size }, () => random.normal());
    const x = solveCholesky(factor, size, right);
    for (let i = 0; i < size; i++) {
      let solved = 0;
      for (let j = 0; j < size; j++) {
        solved += matrix[i * size + j] * x[j];
        let product = 0;
        for (let k = 0; k <= Math.min(i, j); k++) product += factor[i * size + k] * factor[j * size + k];
        assert.ok(Math.abs(product - matrix[i * size + j]) < 1e-10);
      }
      assert.ok(Math.abs(solved - right[i]) < 1e-8);
    }
  }));
});

Deno.test("a matrix that is not positive definite is refused", () => {
  assert.throws(() => cholesky(Float64Array.of(1, 2, 2, 1), 2), {
    name: "RangeError",
    message: "Cannot factor a matrix as it is not positive definite: pivot 1 is -3",
  });
  assert.throws(() => cholesky(Float64Array.of(NaN), 1), RangeError);
});
