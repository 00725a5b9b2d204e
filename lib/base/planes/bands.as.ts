/**
 * Banded matrices along both axes of planes. See bands.ts.
 *
 * An axis is a table in three arrays of one entry an output: `first` u32 and `count` u32 say which inputs it takes from, and
 * `weights` f64[outputs, stride] with what. Each output is one sum in double precision, in the order of the inputs: what lies
 * beside it in a vector is never added to it.
 */

/**
 * out[plane, down, across] of source f32[plane, height, width].
 *
 * @param used how many rows of a plane the down table takes from
 * @param wide room for f64[used, columns]
 * @param single whether out is f32, else f64
 */
export function apply(
  source: usize,
  planes: u32,
  height: u32,
  width: u32,
  acrossFirst: usize,
  acrossCount: usize,
  acrossWeights: usize,
  acrossStride: u32,
  columns: u32,
  downFirst: usize,
  downCount: usize,
  downWeights: usize,
  downStride: u32,
  rows: u32,
  used: u32,
  wide: usize,
  out: usize,
  single: bool,
): void {
  let line = <usize> width << 2;
  let wideLine = <usize> columns << 3;
  let outLine = <usize> columns << (single ? 2 : 3);
  for (let plane: u32 = 0; plane < planes; plane++) {
    for (let x: u32 = 0; x < columns; x++) {
      let at = source + (<usize> load<u32>(acrossFirst + (<usize> x << 2)) << 2);
      let taps = <usize> load<u32>(acrossCount + (<usize> x << 2)) << 2;
      widen(at, line, used, acrossWeights + (<usize> (x * acrossStride) << 3), taps, wide + (<usize> x << 3), wideLine);
    }
    for (let y: u32 = 0; y < rows; y++) {
      let at = wide + <usize> load<u32>(downFirst + (<usize> y << 2)) * wideLine;
      let taps = load<u32>(downCount + (<usize> y << 2));
      add(at, wideLine, columns, downWeights + (<usize> (y * downStride) << 3), taps, out, single);
      out += outLine;
    }
    source += <usize> height * line;
  }
}

/** One column of `wide`: four rows at a time, which are four sums under way. */
function widen(from: usize, line: usize, rows: u32, weights: usize, taps: usize, to: usize, toLine: usize): void {
  let y: u32 = 0;
  for (; y + 4 <= rows; y += 4) {
    let second = from + line;
    let third = second + line;
    let fourth = third + line;
    let a: f64 = 0;
    let b: f64 = 0;
    let c: f64 = 0;
    let d: f64 = 0;
    for (let i: usize = 0; i < taps; i += 4) {
      let weight = load<f64>(weights + (i << 1));
      a += weight * <f64> load<f32>(from + i);
      b += weight * <f64> load<f32>(second + i);
      c += weight * <f64> load<f32>(third + i);
      d += weight * <f64> load<f32>(fourth + i);
    }
    store<f64>(to, a);
    store<f64>(to + toLine, b);
    store<f64>(to + 2 * toLine, c);
    store<f64>(to + 3 * toLine, d);
    from = fourth + line;
    to += 4 * toLine;
  }
  for (; y < rows; y++) {
    let sum: f64 = 0;
    for (let i: usize = 0; i < taps; i += 4) sum += load<f64>(weights + (i << 1)) * <f64> load<f32>(from + i);
    store<f64>(to, sum);
    from += line;
    to += toLine;
  }
}

/** One row of the output: eight columns at a time. */
function add(from: usize, line: usize, columns: u32, weights: usize, taps: u32, out: usize, single: bool): void {
  let end = weights + (<usize> taps << 3);
  let x: u32 = 0;
  for (; x + 8 <= columns; x += 8) {
    let a = f64x2.splat(0);
    let b = f64x2.splat(0);
    let c = f64x2.splat(0);
    let d = f64x2.splat(0);
    let at = from + (<usize> x << 3);
    for (let w = weights; w < end; w += 8) {
      let weight = f64x2.splat(load<f64>(w));
      a = f64x2.add(a, f64x2.mul(weight, v128.load(at)));
      b = f64x2.add(b, f64x2.mul(weight, v128.load(at, 16)));
      c = f64x2.add(c, f64x2.mul(weight, v128.load(at, 32)));
      d = f64x2.add(d, f64x2.mul(weight, v128.load(at, 48)));
      at += line;
    }
    if (single) {
      let to = out + (<usize> x << 2);
      v128.store(to, v128.shuffle<f64>(f32x4.demote_f64x2_zero(a), f32x4.demote_f64x2_zero(b), 0, 2));
      v128.store(to, v128.shuffle<f64>(f32x4.demote_f64x2_zero(c), f32x4.demote_f64x2_zero(d), 0, 2), 16);
    } else {
      let to = out + (<usize> x << 3);
      v128.store(to, a);
      v128.store(to, b, 16);
      v128.store(to, c, 32);
      v128.store(to, d, 48);
    }
  }
  for (; x < columns; x++) {
    let sum: f64 = 0;
    let at = from + (<usize> x << 3);
    for (let w = weights; w < end; w += 8) {
      sum += load<f64>(w) * load<f64>(at);
      at += line;
    }
    if (single) store<f32>(out + (<usize> x << 2), <f32> sum);
    else store<f64>(out + (<usize> x << 3), sum);
  }
}
