/**
 * Greedy k-center, lazily. See coreset.ts for what it computes and docs/decisions/coreset.md for why it is fast.
 *
 * All arrays lie in the caller's memory:
 *
 *     points   f32[count, stride]   rows, padded with zeros to a multiple of 4
 *     lines    f32[count, 16]       15 coordinates on the principal axes and the length of the rest: one cache line
 *     heap     u64[count]           squared distance (its bits order as the number does) over the inverted index
 *     bounds   f32[count]           squared distance to the nearest of the centres seen: from above, to all centres
 *     seen     u32[count]           how many centres a point has been compared with
 *     centres  u32[most]            the chosen, in order
 *     centreRows, centreLines       their rows and lines, side by side
 */

let points: usize = 0;
let stride: usize = 0; // bytes
let lines: usize = 0;
let heap: usize = 0;
let bounds: usize = 0;
let seen: usize = 0;
let centres: usize = 0;
let centreRows: usize = 0;
let centreLines: usize = 0;
let size: u32 = 0; // of the heap
let chosen: u32 = 0;
let slack: f32 = 0; // what rounding may add to a distance between lines

const LINE: usize = 64;
const MORE: f32 = 1.00001;

export let compared: f64 = 0;
export let measured: f64 = 0;

/** Where the caller's memory begins. */
export function base(): usize {
  return __heap_base;
}

@inline
function entry(bound: f32, index: u32): u64 {
  return (<u64>reinterpret<u32>(bound) << 32) | <u64>~index;
}

/** Squared distance of two rows, always in the same order of additions; stops early once it is at least `enough`. */
function distance(a: usize, b: usize, enough: f32): f32 {
  let s0 = f32x4.splat(0);
  let s1 = f32x4.splat(0);
  let s2 = f32x4.splat(0);
  let s3 = f32x4.splat(0);
  let at: usize = 0;
  let blocks = stride & ~63;
  while (at < blocks) {
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
    if ((at & 255) == 0 && total(s0, s1, s2, s3) >= enough) return Infinity;
  }
  while (at < stride) {
    let d = f32x4.sub(v128.load(a + at), v128.load(b + at));
    s0 = f32x4.add(s0, f32x4.mul(d, d));
    at += 16;
  }
  return total(s0, s1, s2, s3);
}

@inline
function total(s0: v128, s1: v128, s2: v128, s3: v128): f32 {
  return sum(f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3)));
}

@inline
function sum(s: v128): f32 {
  return f32x4.extract_lane(s, 0) + f32x4.extract_lane(s, 1) + (f32x4.extract_lane(s, 2) + f32x4.extract_lane(s, 3));
}

/** Whatever lies this far between two lines lies farther than `bound` between their rows, rounding included. */
@inline
function limit(bound: f32): f32 {
  let most = sqrt<f32>(bound) * MORE + slack;
  return most * most;
}

function sink(from: u32, value: u64): void {
  let at = from;
  while (true) {
    let child: u32 = 2 * at + 1;
    if (child >= size) break;
    let best = load<u64>(heap + (<usize>child << 3));
    if (child + 1 < size) {
      let right = load<u64>(heap + (<usize>child << 3), 8);
      if (right > best) {
        best = right;
        child++;
      }
    }
    if (best <= value) break;
    store<u64>(heap + (<usize>at << 3), best);
    at = child;
  }
  store<u64>(heap + (<usize>at << 3), value);
}

function add(index: u32): void {
  store<u32>(centres + (<usize>chosen << 2), index);
  memory.copy(centreRows + <usize>chosen * stride, points + <usize>index * stride, stride);
  memory.copy(centreLines + <usize>chosen * LINE, lines + <usize>index * LINE, LINE);
  chosen++;
}

/** Takes the start as the first centre and measures every point's distance to it. */
export function begin(
  pointsAt: usize, strideBytes: usize, count: u32, linesAt: usize, heapAt: usize, boundsAt: usize, seenAt: usize,
  centresAt: usize, centreRowsAt: usize, centreLinesAt: usize, start: u32, rounding: f32,
): void {
  points = pointsAt;
  stride = strideBytes;
  lines = linesAt;
  heap = heapAt;
  bounds = boundsAt;
  seen = seenAt;
  centres = centresAt;
  centreRows = centreRowsAt;
  centreLines = centreLinesAt;
  slack = rounding;
  chosen = 0;
  size = 0;
  compared = 0;
  measured = 0;
  add(start);
  for (let i: u32 = 0; i < count; i++) {
    if (i == start) continue;
    let bound = distance(points + <usize>i * stride, centreRows, Infinity);
    store<f32>(bounds + (<usize>i << 2), bound);
    store<u32>(seen + (<usize>i << 2), 1);
    store<u64>(heap + (<usize>size << 3), entry(bound, i));
    size++;
  }
  for (let at = <i32>(size >> 1) - 1; at >= 0; at--) sink(at, load<u64>(heap + (<usize>at << 3)));
}

/** Compares a point with the centres that it has not seen, until it cannot be the farthest any more. */
function refresh(index: u32): void {
  let slot = <usize>index << 2;
  let bound = load<f32>(bounds + slot);
  let most = limit(bound);
  let second: u64 = 0;
  if (size > 1) second = load<u64>(heap, 8);
  if (size > 2) second = max<u64>(second, load<u64>(heap, 16));
  let line = lines + <usize>index * LINE;
  let a0 = v128.load(line);
  let a1 = v128.load(line, 16);
  let a2 = v128.load(line, 32);
  let a3 = v128.load(line, 48);
  let centre = load<u32>(seen + slot);
  let other = centreLines + <usize>centre * LINE;
  let from = centre;
  while (centre < chosen) {
    let d0 = f32x4.sub(a0, v128.load(other));
    let d1 = f32x4.sub(a1, v128.load(other, 16));
    let d2 = f32x4.sub(a2, v128.load(other, 32));
    let d3 = f32x4.sub(a3, v128.load(other, 48));
    let s = f32x4.add(
      f32x4.add(f32x4.mul(d0, d0), f32x4.mul(d1, d1)),
      f32x4.add(f32x4.mul(d2, d2), f32x4.mul(d3, d3)),
    );
    if (sum(s) < most) {
      measured += 1;
      let exact = distance(points + <usize>index * stride, centreRows + <usize>centre * stride, bound);
      if (exact < bound) {
        bound = exact;
        if (entry(bound, index) < second) {
          centre++;
          break;
        }
        most = limit(bound);
      }
    }
    centre++;
    other += LINE;
  }
  compared += centre - from;
  store<f32>(bounds + slot, bound);
  store<u32>(seen + slot, centre);
  sink(0, entry(bound, index));
}

/** Goes on until `until` centres are chosen. */
export function advance(until: u32): void {
  while (chosen < until) {
    let index = ~(<u32>load<u64>(heap));
    if (load<u32>(seen + (<usize>index << 2)) == chosen) {
      add(index);
      size--;
      sink(0, load<u64>(heap + (<usize>size << 3)));
    } else refresh(index);
  }
}

/** The lines of `count` points: 15 coordinates of (row − mean) on the axes, and the length of what they leave. */
export function project(
  pointsAt: usize, strideBytes: usize, count: u32, linesAt: usize, axes: usize, mean: usize,
): void {
  let floats = <u32>(strideBytes >> 2);
  for (let i: u32 = 0; i < count; i++) {
    let row = pointsAt + <usize>i * strideBytes;
    let line = linesAt + <usize>i * LINE;
    let whole = f64x2.splat(0);
    // axes: f64[floats, 16], the last column zero
    let c0 = f64x2.splat(0);
    let c1 = f64x2.splat(0);
    let c2 = f64x2.splat(0);
    let c3 = f64x2.splat(0);
    let c4 = f64x2.splat(0);
    let c5 = f64x2.splat(0);
    let c6 = f64x2.splat(0);
    let c7 = f64x2.splat(0);
    for (let j: u32 = 0; j < floats; j++) {
      let x = f64x2.splat(<f64>load<f32>(row + (<usize>j << 2)) - load<f64>(mean + (<usize>j << 3)));
      let axis = axes + <usize>j * 128;
      whole = f64x2.add(whole, f64x2.mul(x, x));
      c0 = f64x2.add(c0, f64x2.mul(x, v128.load(axis)));
      c1 = f64x2.add(c1, f64x2.mul(x, v128.load(axis, 16)));
      c2 = f64x2.add(c2, f64x2.mul(x, v128.load(axis, 32)));
      c3 = f64x2.add(c3, f64x2.mul(x, v128.load(axis, 48)));
      c4 = f64x2.add(c4, f64x2.mul(x, v128.load(axis, 64)));
      c5 = f64x2.add(c5, f64x2.mul(x, v128.load(axis, 80)));
      c6 = f64x2.add(c6, f64x2.mul(x, v128.load(axis, 96)));
      c7 = f64x2.add(c7, f64x2.mul(x, v128.load(axis, 112)));
    }
    let rest = f64x2.add(
      f64x2.add(f64x2.add(f64x2.mul(c0, c0), f64x2.mul(c1, c1)), f64x2.add(f64x2.mul(c2, c2), f64x2.mul(c3, c3))),
      f64x2.add(f64x2.add(f64x2.mul(c4, c4), f64x2.mul(c5, c5)), f64x2.add(f64x2.mul(c6, c6), f64x2.mul(c7, c7))),
    );
    let left = f64x2.extract_lane(whole, 0) - f64x2.extract_lane(rest, 0) - f64x2.extract_lane(rest, 1);
    c7 = f64x2.replace_lane(c7, 1, sqrt(max<f64>(left, 0)));
    pair(line, c0, c1);
    pair(line + 16, c2, c3);
    pair(line + 32, c4, c5);
    pair(line + 48, c6, c7);
  }
}

@inline
function pair(to: usize, a: v128, b: v128): void {
  v128.store(to, i8x16.shuffle(f32x4.demote_f64x2_zero(a), f32x4.demote_f64x2_zero(b),
    0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23));
}
