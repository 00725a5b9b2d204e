/**
 * Mahalanobis distances by packed triangular matrices. See mahalanobis.ts.
 *
 * Row i of a matrix is the i + 1 numbers from i(i+1)/2 on. Four rows are taken at a time, whose first i columns are whole
 * vectors; what remains is a triangle of ten numbers. Two pictures share what is read of a matrix, and nothing is added up
 * across them: a picture's sums have one order, so that its distances do not depend on those beside it.
 */

/**
 * ‖W(x − mean)‖ at each position for each picture: out f32[count, positions].
 *
 * @param patches f32[count, positions, width]
 * @param dims i32[channels], which of the width numbers are used
 * @param mean f32[positions, channels]
 * @param whitening f32[positions, channels(channels+1)/2]
 * @param centred room for f32[2, channels]
 */
export function distances(
  patches: usize,
  count: u32,
  positions: u32,
  width: u32,
  dims: usize,
  channels: u32,
  mean: usize,
  whitening: usize,
  centred: usize,
  out: usize,
): void {
  let other = centred + (<usize> channels << 2);
  let step = <usize> (channels * (channels + 1) / 2) << 2;
  // A position's matrix is used for all pictures while the cache has it.
  for (let p: u32 = 0; p < positions; p++) {
    let n: u32 = 0;
    for (; n + 2 <= count; n += 2) {
      let place = n * positions + p;
      centre(patches + (<usize> (place * width) << 2), dims, channels, mean, centred);
      centre(patches + (<usize> ((place + positions) * width) << 2), dims, channels, mean, other);
      lengths(whitening, centred, other, channels, out + (<usize> place << 2), out + (<usize> (place + positions) << 2));
    }
    if (n < count) {
      let place = n * positions + p;
      centre(patches + (<usize> (place * width) << 2), dims, channels, mean, centred);
      length(whitening, centred, channels, out + (<usize> place << 2));
    }
    mean += <usize> channels << 2;
    whitening += step;
  }
}

function centre(patch: usize, dims: usize, channels: u32, mean: usize, to: usize): void {
  for (let at: usize = 0, end = <usize> channels << 2; at < end; at += 4) {
    store<f32>(to + at, load<f32>(patch + (<usize> load<u32>(dims + at) << 2)) - load<f32>(mean + at));
  }
}

/** The length of a packed triangular matrix times a vector. */
function length(matrix: usize, vector: usize, channels: u32, out: usize): void {
  let squares = f32x4.splat(0);
  let row0 = matrix;
  for (let i: u32 = 0; i + 4 <= channels; i += 4) {
    let bytes = <usize> i << 2;
    let row1 = row0 + bytes + 4;
    let row2 = row1 + bytes + 8;
    let row3 = row2 + bytes + 12;
    let s0 = f32x4.splat(0);
    let s1 = f32x4.splat(0);
    let s2 = f32x4.splat(0);
    let s3 = f32x4.splat(0);
    for (let at: usize = 0; at < bytes; at += 16) {
      let x = v128.load(vector + at);
      s0 = f32x4.add(s0, f32x4.mul(x, v128.load(row0 + at)));
      s1 = f32x4.add(s1, f32x4.mul(x, v128.load(row1 + at)));
      s2 = f32x4.add(s2, f32x4.mul(x, v128.load(row2 + at)));
      s3 = f32x4.add(s3, f32x4.mul(x, v128.load(row3 + at)));
    }
    let sums = triangle(lanes(s0, s1, s2, s3), v128.load(vector + bytes), row0 + bytes, bytes);
    squares = f32x4.add(squares, f32x4.mul(sums, sums));
    row0 = row3 + bytes + 16;
  }
  store<f32>(out, finish(squares, row0, vector, channels));
}

/** {@link length} for two vectors, each with the very same sums. */
function lengths(matrix: usize, vector: usize, other: usize, channels: u32, out: usize, otherOut: usize): void {
  let squares = f32x4.splat(0);
  let otherSquares = f32x4.splat(0);
  let row0 = matrix;
  for (let i: u32 = 0; i + 4 <= channels; i += 4) {
    let bytes = <usize> i << 2;
    let row1 = row0 + bytes + 4;
    let row2 = row1 + bytes + 8;
    let row3 = row2 + bytes + 12;
    let s0 = f32x4.splat(0);
    let s1 = f32x4.splat(0);
    let s2 = f32x4.splat(0);
    let s3 = f32x4.splat(0);
    let t0 = f32x4.splat(0);
    let t1 = f32x4.splat(0);
    let t2 = f32x4.splat(0);
    let t3 = f32x4.splat(0);
    for (let at: usize = 0; at < bytes; at += 16) {
      let x = v128.load(vector + at);
      let y = v128.load(other + at);
      let w = v128.load(row0 + at);
      s0 = f32x4.add(s0, f32x4.mul(x, w));
      t0 = f32x4.add(t0, f32x4.mul(y, w));
      w = v128.load(row1 + at);
      s1 = f32x4.add(s1, f32x4.mul(x, w));
      t1 = f32x4.add(t1, f32x4.mul(y, w));
      w = v128.load(row2 + at);
      s2 = f32x4.add(s2, f32x4.mul(x, w));
      t2 = f32x4.add(t2, f32x4.mul(y, w));
      w = v128.load(row3 + at);
      s3 = f32x4.add(s3, f32x4.mul(x, w));
      t3 = f32x4.add(t3, f32x4.mul(y, w));
    }
    let sums = triangle(lanes(s0, s1, s2, s3), v128.load(vector + bytes), row0 + bytes, bytes);
    squares = f32x4.add(squares, f32x4.mul(sums, sums));
    sums = triangle(lanes(t0, t1, t2, t3), v128.load(other + bytes), row0 + bytes, bytes);
    otherSquares = f32x4.add(otherSquares, f32x4.mul(sums, sums));
    row0 = row3 + bytes + 16;
  }
  store<f32>(out, finish(squares, row0, vector, channels));
  store<f32>(otherOut, finish(otherSquares, row0, other, channels));
}

/** Four vectors of partial sums as one of their sums. */
@inline
function lanes(s0: v128, s1: v128, s2: v128, s3: v128): v128 {
  let a = f32x4.add(v128.shuffle<f32>(s0, s1, 0, 4, 1, 5), v128.shuffle<f32>(s0, s1, 2, 6, 3, 7));
  let b = f32x4.add(v128.shuffle<f32>(s2, s3, 0, 4, 1, 5), v128.shuffle<f32>(s2, s3, 2, 6, 3, 7));
  return f32x4.add(v128.shuffle<f32>(a, b, 0, 1, 4, 5), v128.shuffle<f32>(a, b, 2, 3, 6, 7));
}

/** Adds what lies in the triangle at the end of four rows, column by column; `first` is where it begins in the first row. */
@inline
function triangle(sums: v128, x: v128, first: usize, bytes: usize): v128 {
  let second = first + bytes + 4;
  let third = second + bytes + 8;
  let fourth = third + bytes + 12;
  let column = f32x4.splat(load<f32>(first));
  column = f32x4.replace_lane(column, 1, load<f32>(second));
  column = f32x4.replace_lane(column, 2, load<f32>(third));
  column = f32x4.replace_lane(column, 3, load<f32>(fourth));
  sums = f32x4.add(sums, f32x4.mul(column, v128.shuffle<f32>(x, x, 0, 0, 0, 0)));
  column = f32x4.replace_lane(f32x4.splat(0), 1, load<f32>(second, 4));
  column = f32x4.replace_lane(column, 2, load<f32>(third, 4));
  column = f32x4.replace_lane(column, 3, load<f32>(fourth, 4));
  sums = f32x4.add(sums, f32x4.mul(column, v128.shuffle<f32>(x, x, 1, 1, 1, 1)));
  column = f32x4.replace_lane(f32x4.splat(0), 2, load<f32>(third, 8));
  column = f32x4.replace_lane(column, 3, load<f32>(fourth, 8));
  sums = f32x4.add(sums, f32x4.mul(column, v128.shuffle<f32>(x, x, 2, 2, 2, 2)));
  column = f32x4.replace_lane(f32x4.splat(0), 3, load<f32>(fourth, 12));
  return f32x4.add(sums, f32x4.mul(column, v128.shuffle<f32>(x, x, 3, 3, 3, 3)));
}

/** The root of all squares: those of whole fours of rows, and those of the one to three rows behind them. */
function finish(squares: v128, rest: usize, vector: usize, channels: u32): f32 {
  let total = (f32x4.extract_lane(squares, 0) + f32x4.extract_lane(squares, 1)) +
    (f32x4.extract_lane(squares, 2) + f32x4.extract_lane(squares, 3));
  for (let i = channels & ~3; i < channels; i++) {
    let sum: f32 = 0;
    for (let j: u32 = 0; j <= i; j++) {
      sum += load<f32>(rest) * load<f32>(vector + (<usize> j << 2));
      rest += 4;
    }
    total += sum * sum;
  }
  return sqrt(total);
}
