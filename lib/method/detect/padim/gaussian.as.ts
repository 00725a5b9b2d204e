/**
 * Gaussians at each position of a grid: sums of products over pictures, and the inverse of the Cholesky factor of a
 * covariance. Everything is in double precision. See gaussian.ts.
 *
 * Symmetric and triangular matrices are packed by rows: entry (i, j ≤ i) lies at i(i+1)/2 + j.
 */

/** Where the caller's memory begins. */
export function base(): usize {
  return __heap_base;
}

/**
 * Adds the products of some pictures' vectors at one position to the sums: products f64[C(C+1)/2], sums f64[C].
 *
 * @param rows f64[count, stride], the vectors, relative to a point near their mean; stride is even, padded with zeros
 */
export function accumulate(rows: usize, count: u32, stride: u32, channels: u32, products: usize, sums: usize): void {
  let step = <usize>stride << 3;
  for (let i: u32 = 0; i < channels; i++) {
    let at = products + (<usize>(i * (i + 1) / 2) << 3);
    let column = rows + (<usize>i << 3);
    let total: f64 = 0;
    for (let n: u32 = 0; n < count; n++) total += load<f64>(column + n * step);
    store<f64>(sums + (<usize>i << 3), load<f64>(sums + (<usize>i << 3)) + total);
    let j: u32 = 0;
    // 4 columns at a time, held in registers over all pictures.
    for (; j + 4 <= i + 1; j += 4) {
      let to = at + (<usize>j << 3);
      let a = v128.load(to);
      let b = v128.load(to, 16);
      let from = rows;
      let other = rows + (<usize>j << 3);
      for (let n: u32 = 0; n < count; n++) {
        let x = f64x2.splat(load<f64>(from + (<usize>i << 3)));
        a = f64x2.add(a, f64x2.mul(x, v128.load(other)));
        b = f64x2.add(b, f64x2.mul(x, v128.load(other, 16)));
        from += step;
        other += step;
      }
      v128.store(to, a);
      v128.store(to, b, 16);
    }
    for (; j <= i; j++) {
      let to = at + (<usize>j << 3);
      let sum = load<f64>(to);
      for (let n: u32 = 0; n < count; n++) {
        sum += load<f64>(column + n * step) * load<f64>(rows + (<usize>j << 3) + n * step);
      }
      store<f64>(to, sum);
    }
  }
}

/** Turns a packed covariance into its lower Cholesky factor, in place. Returns the row whose pivot is not positive, or −1. */
export function cholesky(matrix: usize, channels: u32): i32 {
  for (let i: u32 = 0; i < channels; i++) {
    let row = matrix + (<usize>(i * (i + 1) / 2) << 3);
    for (let j: u32 = 0; j <= i; j++) {
      let other = matrix + (<usize>(j * (j + 1) / 2) << 3);
      let left = load<f64>(row + (<usize>j << 3)) - dot(row, other, j);
      if (j < i) store<f64>(row + (<usize>j << 3), left / load<f64>(other + (<usize>j << 3)));
      else if (left > 0) store<f64>(row + (<usize>j << 3), sqrt(left));
      else return i;
    }
  }
  return -1;
}

/** The inverse of a packed lower triangular matrix, row by row: inverse f64[C(C+1)/2]. */
export function invert(factor: usize, inverse: usize, channels: u32): void {
  for (let i: u32 = 0; i < channels; i++) {
    let row = factor + (<usize>(i * (i + 1) / 2) << 3);
    let to = inverse + (<usize>(i * (i + 1) / 2) << 3);
    let scale = 1 / load<f64>(row + (<usize>i << 3));
    for (let j: u32 = 0; j < i; j++) store<f64>(to + (<usize>j << 3), 0);
    // Row i of the inverse is −(row i of L, without its diagonal) times the rows above, over the diagonal.
    for (let k: u32 = 0; k < i; k++) {
      let weight = -load<f64>(row + (<usize>k << 3)) * scale;
      let above = inverse + (<usize>(k * (k + 1) / 2) << 3);
      let w = f64x2.splat(weight);
      let j: u32 = 0;
      for (; j + 2 <= k + 1; j += 2) {
        let at = <usize>j << 3;
        v128.store(to + at, f64x2.add(v128.load(to + at), f64x2.mul(w, v128.load(above + at))));
      }
      if (j <= k) {
        let at = <usize>j << 3;
        store<f64>(to + at, load<f64>(to + at) + weight * load<f64>(above + at));
      }
    }
    store<f64>(to + (<usize>i << 3), scale);
  }
}

function dot(a: usize, b: usize, count: u32): f64 {
  let s0 = f64x2.splat(0);
  let s1 = f64x2.splat(0);
  let j: u32 = 0;
  for (; j + 4 <= count; j += 4) {
    let at = <usize>j << 3;
    s0 = f64x2.add(s0, f64x2.mul(v128.load(a + at), v128.load(b + at)));
    s1 = f64x2.add(s1, f64x2.mul(v128.load(a + at, 16), v128.load(b + at, 16)));
  }
  s0 = f64x2.add(s0, s1);
  let sum = f64x2.extract_lane(s0, 0) + f64x2.extract_lane(s0, 1);
  for (; j < count; j++) sum += load<f64>(a + (<usize>j << 3)) * load<f64>(b + (<usize>j << 3));
  return sum;
}
