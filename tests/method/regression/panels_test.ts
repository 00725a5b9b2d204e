import assert from "node:assert/strict";
import fc from "fast-check";
import { seededRandom } from "../../../lib/base/tensor/random.ts";
import { cholesky, gramOf } from "../../../lib/method/regression/panels.ts";
import { solveCholesky } from "../../../lib/method/regression/solve_cholesky.ts";

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

/** The factor by plain loops, whose order of additions decides on the last bits. */
function plainFactor(matrix: Float64Array, size: number): Float64Array {
  const factor = matrix.slice();
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = 0; k < j; k++) sum += factor[i * size + k] * factor[j * size + k];
      const left = factor[i * size + j] - sum;
      factor[i * size + j] = i === j ? Math.sqrt(left) : left / factor[j * size + j];
    }
  }
  return factor;
}

Deno.test("products and factors are those of plain loops to the last bit, whatever was computed before", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 41 }), fc.integer({ min: 1, max: 29 }), fc.nat(1000), (n, p, seed) => {
      const random = seededRandom(seed);
      const rows = Float64Array.from({ length: n * p }, () => random.normal() * 10 ** random.below(5));
      const gram = gramOf(rows, n);
      const plain = Float64Array.from({ length: n * n }, (_, at) => {
        let sum = 0;
        for (let k = 0; k < p; k++) sum += rows[Math.floor(at / n) * p + k] * rows[at % n * p + k];
        return sum;
      });
      assert.deepEqual(gram, plain);
      for (let i = 0; i < n; i++) gram[i * n + i] += 1 + gram[i * n + i];
      const expected = plainFactor(gram, n);
      cholesky(gram, n);
      assert.deepEqual(gram, expected);
    }),
  );
});

Deno.test("a matrix that is not positive definite is refused", () => {
  assert.throws(() => cholesky(Float64Array.of(1, 2, 2, 1), 2), {
    name: "RangeError",
    message: "Cannot factor a matrix as it is not positive definite: pivot 1 is -3",
  });
  assert.throws(() => cholesky(Float64Array.of(NaN), 1), RangeError);
  // Also where the pivot is not in the first panel.
  const late = Float64Array.from({ length: 19 * 19 }, (_, at) => at % 20 === 0 ? at === 17 * 20 ? -2 : 1 : 0);
  assert.throws(() => cholesky(late, 19), /pivot 17 is -2$/);
});
