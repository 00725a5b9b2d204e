/** Solving with a Cholesky factor. @module */

/**
 * The solution x of L·Lᵀ·x = b.
 *
 * @param factor the lower factor, f64[size, size]; see `cholesky` in panels.ts
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
