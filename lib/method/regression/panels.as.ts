/**
 * Sums of products in panels of 8 rows: entry (i, k) of a matrix lies at `panel(i / 8) + 64·k + 8·(i % 8)`, a panel having as
 * many columns as the matrix. Each sum is added up by itself in the order of its columns, so that it is the one of plain loops
 * to the last bit. See panels.ts.
 */

/** Where the caller's memory begins. */
export function base(): usize {
  return __heap_base;
}

/**
 * The products of 8 rows of one panel with two rows of another, which lie `row` bytes in it, over the first `count` columns:
 * f64[2, 8].
 */
function products(panel: usize, other: usize, row: usize, count: u32, to: usize): void {
  let a0 = f64x2.splat(0), a1 = f64x2.splat(0), a2 = f64x2.splat(0), a3 = f64x2.splat(0);
  let b0 = f64x2.splat(0), b1 = f64x2.splat(0), b2 = f64x2.splat(0), b3 = f64x2.splat(0);
  let from = panel;
  let with_ = other + row;
  for (let k: u32 = 0; k < count; k++) {
    let s = v128.load_splat<f64>(with_);
    let t = v128.load_splat<f64>(with_, 8);
    let p = v128.load(from);
    let q = v128.load(from, 16);
    let u = v128.load(from, 32);
    let v = v128.load(from, 48);
    a0 = f64x2.add(a0, f64x2.mul(p, s));
    a1 = f64x2.add(a1, f64x2.mul(q, s));
    a2 = f64x2.add(a2, f64x2.mul(u, s));
    a3 = f64x2.add(a3, f64x2.mul(v, s));
    b0 = f64x2.add(b0, f64x2.mul(p, t));
    b1 = f64x2.add(b1, f64x2.mul(q, t));
    b2 = f64x2.add(b2, f64x2.mul(u, t));
    b3 = f64x2.add(b3, f64x2.mul(v, t));
    from += 64;
    with_ += 64;
  }
  v128.store(to, a0);
  v128.store(to, a1, 16);
  v128.store(to, a2, 32);
  v128.store(to, a3, 48);
  v128.store(to, b0, 64);
  v128.store(to, b1, 80);
  v128.store(to, b2, 96);
  v128.store(to, b3, 112);
}

/**
 * XXᵀ, of which the blocks on and below the diagonal are written.
 *
 * @param matrix X in panels, of `columns` columns
 * @param out f64[8·panels, 8·panels], panel by panel likewise
 */
export function gram(matrix: usize, panels: u32, columns: u32, out: usize): void {
  let step = <usize>columns << 6;
  for (let i: u32 = 0; i < panels; i++) {
    let row = out + (<usize>i * panels << 9);
    for (let j: u32 = 0; j <= i; j++) {
      for (let r: u32 = 0; r < 8; r += 2) {
        products(
          matrix + i * step, matrix + j * step, <usize>r << 3, columns, row + (<usize>(8 * j + r) << 6),
        );
      }
    }
  }
}

/**
 * The lower Cholesky factor of a matrix in panels, in place; what lies above the diagonal is left alone.
 *
 * @param scratch f64[16]; where a pivot is not above 0, its first number is that
 * @returns the number of the row of that pivot; -1 where there is none
 */
export function cholesky(matrix: usize, panels: u32, scratch: usize): i32 {
  let columns = panels << 3;
  let step = <usize>columns << 6;
  for (let i: u32 = 0; i < panels; i++) {
    let panel = matrix + i * step;
    let first = i << 3;
    for (let j: u32 = 0; j < first + 8; j += 2) {
      let other = matrix + (j >> 3) * step;
      let row = <usize>(j & 7) << 3;
      products(panel, other, row, j, scratch);
      for (let c: u32 = 0; c < 2; c++) {
        let column = j + c;
        let at = panel + (<usize>column << 6);
        // On the diagonal of the column.
        let pivot = other + (<usize>column << 6) + row + (<usize>c << 3);
        for (let r: u32 = column > first ? column - first : 0; r < 8; r++) {
          let slot = <usize>r << 3;
          let sum = load<f64>(scratch + slot + (<usize>c << 6));
          // The column beside was not finished when the sum was taken.
          if (c == 1) sum += load<f64>(at - 64 + slot) * load<f64>(other + (<usize>j << 6) + row + 8);
          let left = load<f64>(at + slot) - sum;
          if (first + r > column) store<f64>(at + slot, left / load<f64>(pivot));
          else if (left > 0) store<f64>(at + slot, sqrt(left));
          else {
            store<f64>(scratch, left);
            return <i32>column;
          }
        }
      }
    }
  }
  return -1;
}
