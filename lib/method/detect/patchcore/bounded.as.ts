/**
 * The nearest entry of a bank by bounds from below. See bounded.ts for what it computes and docs/decisions/nearest.md for why it is
 * fast and why it is exact.
 *
 * All arrays lie in the caller's memory; those of entries are in the order of a k-d tree and padded to whole blocks of eight:
 *
 *     rows     f32[entries, stride]    padded with zeros to a multiple of 8
 *     names    u32[entries]            what an entry is called: of equally near ones the least is found
 *     lines    [levels, blocks]        of a block, 160 bytes a level: i32[8], half the squared lengths of eight coordinates, then
 *                                      i16[4, 8, 2], these coordinates in pairs
 *     axes     i16[levels, stride/2, 8, 2]   times 2^15; columns in pairs
 *     mean     f32[stride]
 *
 * Four rows are taken at a time, a tile: i16[·, 4, 2], the numbers of the four in pairs side by side.
 */

let rows: usize = 0;
let stride: usize = 0; // bytes
let names: usize = 0;
let lines: usize = 0;
let blocks: u32 = 0;
let levels: u32 = 0;
let axes: usize = 0;
let mean: usize = 0;
let scale: f32 = 0; // from numbers of a row to whole numbers
let most: f32 = 0; // the square of the length up to which these are small enough
let reach: f64 = 0; // from distances of rows to distances of coordinates, what rounding may add included
let slack: f64 = 0; // the rest of what rounding may add

let wide: usize = 0; // a tile of whole numbers
let tile: usize = 0; // a tile of coordinates, negated
let limits: usize = 0; // i32[levels, 4, 4]: what bounds are compared with, in all lanes
let norms: usize = 0; // f64[levels, 4]: squared lengths of the coordinates up to a level
let best: usize = 0; // u32[4]
let squared: usize = 0; // f32[4]

/** How many distances were computed by the last search. */
export let measured: u32 = 0;

/** Bytes of scratch memory. */
export function scratchOf(strideBytes: usize, levelCount: u32): usize {
  return 2 * strideBytes + <usize>levelCount * (64 + 64 + 32) + 32;
}

export function open(
  rowsAt: usize, strideBytes: usize, namesAt: usize, linesAt: usize, blockCount: u32, levelCount: u32, axesAt: usize, meanAt: usize,
  scaling: f32, longest: f32, reaching: f64, rounding: f64, scratch: usize,
): void {
  rows = rowsAt;
  stride = strideBytes;
  names = namesAt;
  lines = linesAt;
  blocks = blockCount;
  levels = levelCount;
  axes = axesAt;
  mean = meanAt;
  scale = scaling;
  most = longest * longest;
  reach = reaching;
  slack = rounding;
  wide = scratch;
  tile = wide + 2 * stride;
  limits = tile + (<usize>levels << 6);
  norms = limits + (<usize>levels << 6);
  best = norms + (<usize>levels << 5);
  squared = best + 16;
}

/** Squared distance of two rows, always in the same order of additions; stops early once it is more than `enough`. */
function distance(a: usize, b: usize, enough: f32): f32 {
  let s0 = f32x4.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  let at: usize = 0;
  let whole = stride & ~63;
  while (at < whole) {
    let d0 = f32x4.sub(v128.load(a + at), v128.load(b + at));
    let d1 = f32x4.sub(v128.load(a + at, 16), v128.load(b + at, 16));
    let d2 = f32x4.sub(v128.load(a + at, 32), v128.load(b + at, 32));
    let d3 = f32x4.sub(v128.load(a + at, 48), v128.load(b + at, 48));
    s0 = f32x4.add(s0, f32x4.mul(d0, d0));
    s1 = f32x4.add(s1, f32x4.mul(d1, d1));
    s2 = f32x4.add(s2, f32x4.mul(d2, d2));
    s3 = f32x4.add(s3, f32x4.mul(d3, d3));
    at += 64;
    // Sums only grow, and rounding keeps order: what is too far now stays too far.
    if ((at & 255) == 0 && sum(f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3))) > enough) return Infinity;
  }
  while (at < stride) {
    let d = f32x4.sub(v128.load(a + at), v128.load(b + at));
    s0 = f32x4.add(s0, f32x4.mul(d, d));
    at += 16;
  }
  return sum(f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3)));
}

@inline
function sum(s: v128): f32 {
  return f32x4.extract_lane(s, 0) + f32x4.extract_lane(s, 1) + (f32x4.extract_lane(s, 2) + f32x4.extract_lane(s, 3));
}

/** The squared length of a row relative to the mean. */
function squaredLength(row: usize): f32 {
  let s = f32x4.splat(0);
  for (let at: usize = 0; at < stride; at += 16) {
    let d = f32x4.sub(v128.load(row + at), v128.load(mean + at));
    s = f32x4.add(s, f32x4.mul(d, d));
  }
  return sum(s);
}

/** Four rows as whole numbers. What is too long for them is taken for the mean, and known by `isFar`. */
function quantise(row: usize): void {
  let row1 = row + stride;
  let row2 = row1 + stride;
  let row3 = row2 + stride;
  let scale0 = f32x4.splat(isFar(row) ? 0 : scale);
  let scale1 = f32x4.splat(isFar(row1) ? 0 : scale);
  let scale2 = f32x4.splat(isFar(row2) ? 0 : scale);
  let scale3 = f32x4.splat(isFar(row3) ? 0 : scale);
  let to = wide;
  for (let at: usize = 0; at < stride; at += 32) {
    let centre = mean + at;
    place(
      to,
      eight(row + at, centre, scale0),
      eight(row1 + at, centre, scale1),
      eight(row2 + at, centre, scale2),
      eight(row3 + at, centre, scale3),
    );
    to += 64;
  }
}

@inline
function isFar(row: usize): bool {
  return !(squaredLength(row) <= most);
}

@inline
function eight(row: usize, centre: usize, by: v128): v128 {
  let low = f32x4.mul(f32x4.sub(v128.load(row), v128.load(centre)), by);
  let high = f32x4.mul(f32x4.sub(v128.load(row, 16), v128.load(centre, 16)), by);
  return i16x8.narrow_i32x4_s(
    i32x4.trunc_sat_f32x4_s(f32x4.nearest(low)),
    i32x4.trunc_sat_f32x4_s(f32x4.nearest(high)),
  );
}

/** Eight numbers of each of four rows, as four pairs of a tile. */
@inline
function place(to: usize, a: v128, b: v128, c: v128, d: v128): void {
  let ab = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
  let cd = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
  v128.store(to, v128.shuffle<i64>(ab, cd, 0, 2));
  v128.store(to, v128.shuffle<i64>(ab, cd, 1, 3), 16);
  ab = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
  cd = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<i64>(ab, cd, 0, 2), 32);
  v128.store(to, v128.shuffle<i64>(ab, cd, 1, 3), 48);
}

/** From the tile of whole numbers to that of negated coordinates on all axes, with the squared lengths up to each level. */
function rotate(to: usize): void {
  let n0: f64 = 0;
  let n1: f64 = 0;
  let n2: f64 = 0;
  let n3: f64 = 0;
  let end = wide + 2 * stride;
  let axis = axes;
  let lengths = norms;
  for (let k: u32 = 0; k < levels; k++) {
    let a0 = i32x4.splat(0);
    let a1 = a0;
    let b0 = a0;
    let b1 = a0;
    let c0 = a0;
    let c1 = a0;
    let d0 = a0;
    let d1 = a0;
    for (let q = wide; q < end; q += 16) {
      let x = v128.load(axis);
      let y = v128.load(axis, 16);
      let s = v128.load32_splat(q);
      a0 = i32x4.add(a0, i32x4.dot_i16x8_s(x, s));
      a1 = i32x4.add(a1, i32x4.dot_i16x8_s(y, s));
      s = v128.load32_splat(q, 4);
      b0 = i32x4.add(b0, i32x4.dot_i16x8_s(x, s));
      b1 = i32x4.add(b1, i32x4.dot_i16x8_s(y, s));
      s = v128.load32_splat(q, 8);
      c0 = i32x4.add(c0, i32x4.dot_i16x8_s(x, s));
      c1 = i32x4.add(c1, i32x4.dot_i16x8_s(y, s));
      s = v128.load32_splat(q, 12);
      d0 = i32x4.add(d0, i32x4.dot_i16x8_s(x, s));
      d1 = i32x4.add(d1, i32x4.dot_i16x8_s(y, s));
      axis += 32;
    }
    let a = coordinates(a0, a1);
    let b = coordinates(b0, b1);
    let c = coordinates(c0, c1);
    let d = coordinates(d0, d1);
    n0 += squares(a);
    n1 += squares(b);
    n2 += squares(c);
    n3 += squares(d);
    store<f64>(lengths, n0);
    store<f64>(lengths, n1, 8);
    store<f64>(lengths, n2, 16);
    store<f64>(lengths, n3, 24);
    lengths += 32;
    place(to, i16x8.neg(a), i16x8.neg(b), i16x8.neg(c), i16x8.neg(d));
    to += 64;
  }
}

/** Rounds coordinates to whole numbers: what they were multiplied by for the axes falls away. */
@inline
function coordinates(low: v128, high: v128): v128 {
  let half = i32x4.splat(1 << 14);
  return i16x8.narrow_i32x4_s(i32x4.shr_s(i32x4.add(low, half), 15), i32x4.shr_s(i32x4.add(high, half), 15));
}

@inline
function squares(v: v128): f64 {
  let s = i32x4.dot_i16x8_s(v, v);
  return <f64> i32x4.extract_lane(s, 0) + <f64> i32x4.extract_lane(s, 1) + <f64> i32x4.extract_lane(s, 2) +
    <f64> i32x4.extract_lane(s, 3);
}

/** Negated coordinates of `count` rows, a multiple of four: a tile for every four. */
export function project(from: usize, count: u32, to: usize): void {
  for (let i: u32 = 0; i < count; i += 4) {
    quantise(from);
    rotate(to);
    from += stride << 2;
    to += <usize> levels << 6;
  }
}

/** What a bound must not exceed for an entry to be nearer than the nearest so far of the n-th of a tile. */
function limit(n: u32): void {
  let farthest = sqrt<f64>(<f64> load<f32>(squared + (<usize> n << 2))) * reach + slack;
  farthest *= farthest;
  let lengths = norms + (<usize> n << 3);
  let to = limits + (<usize> n << 4);
  for (let k: u32 = 0; k < levels; k++) {
    let half = floor((farthest - load<f64>(lengths)) * 0.5);
    // The largest number is left to entries that are none.
    v128.store(to, i32x4.splat(<i32> max<f64>(min<f64>(half, 2147483646), -2147483648)));
    lengths += 32;
    to += 64;
  }
}

/** Whether an entry is nearer than the nearest so far of the n-th of a tile, and takes its place. */
function measure(query: usize, n: u32, entry: u32): bool {
  let bestAt = best + (<usize> n << 2);
  let squaredAt = squared + (<usize> n << 2);
  let so = load<f32>(squaredAt);
  let other = load<u32>(bestAt);
  if (other == entry && so < Infinity) return false;
  measured++;
  let found = distance(query, rows + <usize> entry * stride, so);
  if (found > so || found == so && nameOf(entry) >= nameOf(other)) return false;
  store<f32>(squaredAt, found);
  store<u32>(bestAt, entry);
  return true;
}

@inline
function nameOf(entry: u32): u32 {
  return load<u32>(names + (<usize> entry << 2));
}

/**
 * Finds the nearest entry of each query, as long as at most so many distances are computed: `first` and `each` a query.
 *
 * @param queries f32[count, stride], and zeros up to the next multiple of four rows
 * @param width so many queries further back the one above lies, whose nearest entry is tried first
 * @param entries u32[count], the places of what is found
 * @param distances f32[count]
 * @returns how many of them were found, from the first on
 */
export function search(
  queries: usize,
  count: u32,
  width: u32,
  first: u32,
  each: u32,
  entries: usize,
  distances: usize,
): u32 {
  measured = 0;
  let level = <usize> blocks * 160;
  for (let n: u32 = 0; n < count; n += 4) {
    let query = queries + <usize> n * stride;
    quantise(query);
    rotate(tile);
    let here = min<u32>(4, count - n);
    for (let k: u32 = 0; k < 4; k++) begin(query + stride * k, k, k < here, n, width, entries);
    let most = first + (n + 4) * each;
    let line = lines;
    for (let block: u32 = 0; block < blocks; block++) {
      let a0 = v128.load(line);
      let b0 = a0;
      let c0 = a0;
      let d0 = a0;
      let a1 = v128.load(line, 16);
      let b1 = a1;
      let c1 = a1;
      let d1 = a1;
      let at = line;
      let q = tile;
      let limitAt = limits;
      for (let k: u32 = 1;; k++) {
        let x: v128;
        let y: v128;
        let s: v128;
        for (let pair: usize = 0; pair < 64; pair += 16) {
          x = v128.load(at + 2 * pair, 32);
          y = v128.load(at + 2 * pair, 48);
          s = v128.load32_splat(q + pair);
          a0 = i32x4.add(a0, i32x4.dot_i16x8_s(x, s));
          a1 = i32x4.add(a1, i32x4.dot_i16x8_s(y, s));
          s = v128.load32_splat(q + pair, 4);
          b0 = i32x4.add(b0, i32x4.dot_i16x8_s(x, s));
          b1 = i32x4.add(b1, i32x4.dot_i16x8_s(y, s));
          s = v128.load32_splat(q + pair, 8);
          c0 = i32x4.add(c0, i32x4.dot_i16x8_s(x, s));
          c1 = i32x4.add(c1, i32x4.dot_i16x8_s(y, s));
          s = v128.load32_splat(q + pair, 12);
          d0 = i32x4.add(d0, i32x4.dot_i16x8_s(x, s));
          d1 = i32x4.add(d1, i32x4.dot_i16x8_s(y, s));
        }
        let l0 = v128.load(limitAt);
        let l1 = v128.load(limitAt, 16);
        let l2 = v128.load(limitAt, 32);
        let l3 = v128.load(limitAt, 48);
        let far = v128.and(
          v128.and(i32x4.gt_s(i32x4.min_s(a0, a1), l0), i32x4.gt_s(i32x4.min_s(b0, b1), l1)),
          v128.and(i32x4.gt_s(i32x4.min_s(c0, c1), l2), i32x4.gt_s(i32x4.min_s(d0, d1), l3)),
        );
        if (i32x4.bitmask(far) == 15) break;
        if (k == levels) {
          let bits = near(a0, a1, l0, b0, b1, l1) | near(c0, c1, l2, d0, d1, l3) << 16;
          for (; bits; bits &= bits - 1) {
            let bit = <u32> ctz(bits);
            let which = bit >> 3;
            if (measure(query + stride * which, which, (block << 3) + (bit & 7))) limit(which);
          }
          if (measured > most) return n;
          break;
        }
        at += level;
        q += 64;
        limitAt += 64;
        x = v128.load(at);
        y = v128.load(at, 16);
        a0 = i32x4.add(a0, x);
        b0 = i32x4.add(b0, x);
        c0 = i32x4.add(c0, x);
        d0 = i32x4.add(d0, x);
        a1 = i32x4.add(a1, y);
        b1 = i32x4.add(b1, y);
        c1 = i32x4.add(c1, y);
        d1 = i32x4.add(d1, y);
      }
      line += 160;
    }
    for (let k: u32 = 0; k < here; k++) {
      let i = <usize> (n + k) << 2;
      store<u32>(entries + i, load<u32>(best + (<usize> k << 2)));
      store<f32>(distances + i, sqrt<f32>(load<f32>(squared + (<usize> k << 2))));
    }
  }
  return count;
}

/** Which of eight entries two queries may be nearer to: sixteen bits. */
@inline
function near(a0: v128, a1: v128, l: v128, b0: v128, b1: v128, m: v128): u32 {
  return i8x16.bitmask(
    i8x16.narrow_i16x8_s(
      i16x8.narrow_i32x4_s(i32x4.le_s(a0, l), i32x4.le_s(a1, l)),
      i16x8.narrow_i32x4_s(i32x4.le_s(b0, m), i32x4.le_s(b1, m)),
    ),
  );
}

/** The nearest so far: among the nearest entries of patches around. */
function begin(query: usize, k: u32, wanted: bool, n: u32, width: u32, entries: usize): void {
  store<f32>(squared + (<usize> k << 2), Infinity);
  store<u32>(best + (<usize> k << 2), 0);
  let lengths = norms + (<usize> k << 3);
  if (!wanted) {
    // What fills up the last tile is nearer to nothing.
    for (let level: u32 = 0; level < levels; level++) store<f64>(lengths + (<usize> level << 5), Infinity);
    store<f32>(squared + (<usize> k << 2), 0);
    limit(k);
    return;
  }
  // All entries are looked at for what is too long.
  if (isFar(query)) {
    for (let level: u32 = 0; level < levels; level++) store<f64>(lengths + (<usize> level << 5), -Infinity);
  }
  if (n == 0) measure(query, k, 0);
  for (let back: u32 = 1; back <= min<u32>(4, n); back++) measure(query, k, load<u32>(entries + (<usize> (n - back) << 2)));
  if (n >= width) {
    let above = entries + (<usize> (n - width) << 2);
    for (let i: u32 = 0; i < min<u32>(4, width); i++) measure(query, k, load<u32>(above + (<usize> i << 2)));
  }
  limit(k);
}

/** The distance of each query from an entry that is known to be the nearest. */
export function distancesTo(queries: usize, count: u32, entries: usize, distances: usize): void {
  for (let i: usize = 0, end = <usize> count << 2; i < end; i += 4) {
    store<f32>(distances + i, sqrt<f32>(distance(queries, rows + <usize> load<u32>(entries + i) * stride, Infinity)));
    queries += stride;
  }
}
