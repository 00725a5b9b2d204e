/** Symmetric positive definite systems. @module */

/**
 * The lower Cholesky factor of a symmetric positive definite matrix, in place; what lies above the diagonal is left alone.
 *
 * @param matrix f64[size, size], of which the lower triangle is read
 * @throws {RangeError} where it is not positive definite
 *
 * ```ts
 * import { cholesky, solveCholesky } from "./cholesky.ts";
 * const matrix = Float64Array.of(4, 2, 2, 3);
 * cholesky(matrix, 2);
 * const [x, y] = solveCholesky(matrix, 2, Float64Array.of(8, 8));
 * console.assert(Math.hypot(x - 1, y - 2) < 1e-15);
 * ```
 */
export function cholesky(matrix: Float64Array, size: number): void {
  /** Entry (i, j ≤ i), given the sum of products of what stands left of it in rows i and j. */
  function finish(i: number, j: number, sum: number): void {
    const left = matrix[i * size + j] - sum;
    if (j < i) matrix[i * size + j] = left / matrix[j * size + j];
    else if (left > 0) matrix[i * size + i] = Math.sqrt(left);
    else throw new RangeError(`Cannot factor a matrix as it is not positive definite: pivot ${i} is ${left}`);
  }
  // Two rows by two columns at a time, so that each number that is read is used twice.
  for (let i = 0; i < size; i += 2) {
    const pair = i + 1 < size;
    const row = i * size;
    const below = pair ? row + size : row;
    for (let j = 0; j <= i; j += 2) {
      const other = j * size;
      const next = j + 1 < size ? other + size : other;
      let a = 0;
      let b = 0;
      let c = 0;
      let d = 0;
      for (let k = 0; k < j; k++) {
        const u = matrix[row + k];
        const v = matrix[below + k];
        const s = matrix[other + k];
        const t = matrix[next + k];
        a += u * s;
        b += u * t;
        c += v * s;
        d += v * t;
      }
      finish(i, j, a);
      if (pair) finish(i + 1, j, c);
      if (j < i) finish(i, j + 1, b + matrix[row + j] * matrix[next + j]);
      if (pair) finish(i + 1, j + 1, d + matrix[below + j] * matrix[next + j]);
    }
  }
}

/**
 * The solution x of L·Lᵀ·x = b.
 *
 * @param factor the lower factor of {@linkcode cholesky}, f64[size, size]
 * @param right b, f64[size]
 */
export function solveCholesky(factor: Float64Array, size: number, right: Float64Array): Float64Array<ArrayBuffer> {
  const x = Float64Array.from(right);
  for (let i = 0; i < size; i++) {
    let left = x[i];
    for (let k = 0; k < i; k++) left -= factor[i * size + k] * x[k];
    x[i] = left / factor[i * size + i];
  }
  for (let i = size - 1; i >= 0; i--) {
    const value = x[i] /= factor[i * size + i];
    for (let k = 0; k < i; k++) x[k] -= factor[i * size + k] * value;
  }
  return x;
}
