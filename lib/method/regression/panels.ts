/** Products of rows and Cholesky factors, many sums at once: the memory around `panels.as.ts`. @module */
import { kernelOf, reserve } from "../../base/io/kernel.ts";
import { wasmBytes } from "./panels.generated.ts";

interface Kernel {
  readonly memory: WebAssembly.Memory;
  base(): number;
  gram(matrix: number, panels: number, columns: number, out: number): void;
  cholesky(matrix: number, panels: number, scratch: number): number;
}

/** Rows of a panel. */
const ROWS = 8;
/** So much memory is kept for the next matrix. */
const KEPT = 2 ** 26;
const instantiate = kernelOf<Kernel>(wasmBytes);
let kept: Kernel | undefined;

/** A kernel with room for some numbers, and where they begin. */
function open(numbers: number): { readonly kernel: Kernel; readonly at: number } {
  const shared = 8 * numbers <= KEPT;
  const kernel = shared ? kept ??= instantiate() : instantiate();
  const at = Math.ceil(kernel.base() / 64) * 64;
  reserve(kernel.memory, at + 8 * numbers, "Cannot fit a regression", "use fewer parts or columns");
  return { kernel, at };
}

/**
 * XXᵀ of f64[n, p], as f64[n, n]. Each product is added up in the order of the columns.
 *
 * @throws {RangeError} where 8·n·(n + p) bytes are more than 4 GiB
 */
export function gramOf(rows: Float64Array, n: number): Float64Array<ArrayBuffer> {
  const p = rows.length / n;
  const panels = Math.ceil(n / ROWS);
  const size = panels * ROWS;
  const { kernel, at } = open(size * (p + size));
  const matrix = new Float64Array(kernel.memory.buffer, at, size * p);
  for (let i = 0; i < size; i++) {
    for (let k = 0, to = placeOf(i, p); k < p; k++, to += ROWS) matrix[to] = i < n ? rows[i * p + k] : 0;
  }
  const outAt = at + matrix.byteLength;
  kernel.gram(at, panels, p, outAt);
  const out = new Float64Array(kernel.memory.buffer, outAt, size * size);
  const gram = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0, from = placeOf(i, size); j <= i; j++, from += ROWS) gram[i * n + j] = gram[j * n + i] = out[from];
  }
  return gram;
}

/**
 * The lower Cholesky factor of a symmetric positive definite matrix, in place; what lies above the diagonal is left alone.
 *
 * @param matrix f64[size, size], of which the lower triangle is read
 * @throws {RangeError} where it is not positive definite
 *
 * ```ts
 * import { cholesky } from "./panels.ts";
 * import { solveCholesky } from "./solve_cholesky.ts";
 * const matrix = Float64Array.of(4, 2, 2, 3);
 * cholesky(matrix, 2);
 * const [x, y] = solveCholesky(matrix, 2, Float64Array.of(8, 8));
 * console.assert(Math.hypot(x - 1, y - 2) < 1e-15);
 * ```
 */
export function cholesky(matrix: Float64Array, size: number): void {
  const panels = Math.ceil(size / ROWS);
  const columns = panels * ROWS;
  const { kernel, at } = open(columns * columns + 2 * ROWS);
  const own = new Float64Array(kernel.memory.buffer, at, columns * columns);
  for (let i = 0; i < columns; i++) {
    // Rows beyond the last are those of the identity.
    for (let j = 0, to = placeOf(i, columns); j <= i; j++, to += ROWS) {
      own[to] = i < size ? matrix[i * size + j] : i === j ? 1 : 0;
    }
  }
  const scratchAt = at + own.byteLength;
  const pivot = kernel.cholesky(at, panels, scratchAt);
  if (pivot >= 0) {
    const [left] = new Float64Array(kernel.memory.buffer, scratchAt, 1);
    throw new RangeError(`Cannot factor a matrix as it is not positive definite: pivot ${pivot} is ${left}`);
  }
  for (let i = 0; i < size; i++) {
    for (let j = 0, from = placeOf(i, columns); j <= i; j++, from += ROWS) matrix[i * size + j] = own[from];
  }
}

/** Where row i begins among panels of some columns. */
function placeOf(i: number, columns: number): number {
  return Math.floor(i / ROWS) * ROWS * columns + i % ROWS;
}
