/**
 * The four statistics of one map over all segments. See kernel.ts for the caller and docs/decisions/statistics.md for
 * why it is done so.
 *
 * All arrays lie in the caller's memory; `map` and `ordered` have 16 bytes of room behind them:
 *
 *     map         f32[pixels]
 *     ordered     f32[pixels]        the same pixels, those of a segment side by side
 *     runs        u32[runCount, 2]   first pixel and length of each run, segment by segment
 *     starts      u32[segments + 2]  where each segment begins in `ordered`; ignored pixels come last
 *     maxima      i32[pixels / 16]   scratch
 *     candidates  i32[pixels]        scratch
 *     out         f64[segments, 4]   q99.5, skewness, kurtosis, mean
 */

const BLOCK: u32 = 16;

/** Of the segment last pooled. */
let mean: f64 = 0;
let skewness: f64 = 0;
let kurtosis: f64 = 0;

/** Floats as whole numbers of the same order; its own inverse. */
@inline
function key(bits: i32): i32 {
  return bits ^ ((bits >> 31) & 0x7fffffff);
}

/** Returns 0, or 1 where a pixel is not finite; then `out` means nothing. */
export function pool(
  map: usize,
  ordered: usize,
  runs: usize,
  runCount: u32,
  starts: usize,
  segments: u32,
  maxima: usize,
  candidates: usize,
  out: usize,
): i32 {
  gather(map, ordered, runs, runCount);
  for (let l: u32 = 0; l < segments; l++, out += 32) {
    let from = load<u32>(starts + (<usize>l << 2));
    let count = load<u32>(starts + (<usize>l << 2), 4) - from;
    if (count == 0) {
      v128.store(out, f64x2.splat(0));
      v128.store(out, f64x2.splat(0), 16);
      continue;
    }
    let values = ordered + (<usize>from << 2);
    if (!moments(values, count, maxima)) return 1;
    store<f64>(out, quantile(values, count, maxima, candidates));
    store<f64>(out, skewness, 8);
    store<f64>(out, kurtosis, 16);
    store<f64>(out, mean, 24);
  }
  let from = load<u32>(starts + (<usize>segments << 2));
  let count = load<u32>(starts + (<usize>segments << 2), 4) - from;
  return finite(ordered + (<usize>from << 2), count) ? 0 : 1;
}

/** Puts runs side by side, four pixels at a time: what is written beyond a run's end, the next run overwrites. */
function gather(map: usize, ordered: usize, runs: usize, runCount: u32): void {
  let end = runs + (<usize>runCount << 3);
  for (; runs < end; runs += 8) {
    let from = map + (<usize>load<u32>(runs) << 2);
    let bytes = <usize>load<u32>(runs, 4) << 2;
    for (let at: usize = 0; at < bytes; at += 16) v128.store(ordered + at, v128.load(from + at));
    ordered += bytes;
  }
}

@inline
function lanes(sum: v128): f64 {
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

/**
 * Sums of powers of the distance from a value near the mean, and the key of the maximum of each block of 16 pixels, in
 * one pass. False where a value is not finite.
 */
function moments(values: usize, count: u32, maxima: usize): bool {
  let sample: f64 = 0;
  let step = <usize>max<u32>(count >> 5, 1) << 2;
  let samples = min<u32>(count, 32);
  for (let i: u32 = 0; i < samples; i++) sample += <f64>load<f32>(values + <usize>i * step);
  let centre = sample / <f64>samples;
  let n = <f64>count;

  for (let attempt = 0; ; attempt++) {
    let c = f64x2.splat(centre);
    let a1 = f64x2.splat(0);
    let a2 = f64x2.splat(0);
    let a3 = f64x2.splat(0);
    let a4 = f64x2.splat(0);
    let b1 = f64x2.splat(0);
    let b2 = f64x2.splat(0);
    let b3 = f64x2.splat(0);
    let b4 = f64x2.splat(0);
    let at = values;
    let fours = values + (<usize>(count & ~3) << 2);
    let block = maxima;
    while (at < fours) {
      let end = min<usize>(at + 64, fours);
      let top = v128.load(at);
      for (; at < end; at += 16) {
        let four = v128.load(at);
        top = f32x4.pmax(top, four);
        let p = f64x2.sub(f64x2.promote_low_f32x4(four), c);
        let q = f64x2.sub(f64x2.promote_low_f32x4(v128.shuffle<i64>(four, four, 1, 1)), c);
        let pp = f64x2.mul(p, p);
        let qq = f64x2.mul(q, q);
        a1 = f64x2.add(a1, p);
        b1 = f64x2.add(b1, q);
        a2 = f64x2.add(a2, pp);
        b2 = f64x2.add(b2, qq);
        a3 = f64x2.add(a3, f64x2.mul(pp, p));
        b3 = f64x2.add(b3, f64x2.mul(qq, q));
        a4 = f64x2.add(a4, f64x2.mul(pp, pp));
        b4 = f64x2.add(b4, f64x2.mul(qq, qq));
      }
      top = f32x4.pmax(top, v128.shuffle<i32>(top, top, 2, 3, 0, 1));
      top = f32x4.pmax(top, v128.shuffle<i32>(top, top, 1, 0, 3, 2));
      store<i32>(block, key(i32x4.extract_lane(top, 0)));
      block += 4;
    }
    let s1 = lanes(f64x2.add(a1, b1));
    let s2 = lanes(f64x2.add(a2, b2));
    let s3 = lanes(f64x2.add(a3, b3));
    let s4 = lanes(f64x2.add(a4, b4));
    for (let end = values + (<usize>count << 2); at < end; at += 4) {
      let p = <f64>load<f32>(at) - centre;
      let pp = p * p;
      s1 += p;
      s2 += pp;
      s3 += pp * p;
      s4 += pp * pp;
    }
    let slip = s1 / n;
    let r2 = s2 / n;
    if (!(Math.abs(r2) < Infinity)) return false;
    let m2 = r2 - slip * slip;
    // Too far from the mean to keep all digits: again, from the mean itself.
    if (attempt == 0 && slip * slip > 4 * m2) {
      centre += slip;
      continue;
    }
    mean = centre + slip;
    if (r2 == 0) {
      skewness = NaN;
      kurtosis = NaN;
      return true;
    }
    let r3 = s3 / n;
    let r4 = s4 / n;
    let m3 = r3 - 3 * slip * r2 + 2 * slip * slip * slip;
    let m4 = r4 - 4 * slip * r3 + 6 * slip * slip * r2 - 3 * slip * slip * slip * slip;
    skewness = m3 / (m2 * Math.sqrt(m2));
    kurtosis = m4 / (m2 * m2) - 3;
    return true;
  }
}

/**
 * The 99.5 % quantile at position 0.995·(count − 1), exactly: between the `kept`-th largest value and the next larger.
 * As many blocks have a maximum of at least some bound, so many values are at least that; all others are left aside.
 */
function quantile(values: usize, count: u32, maxima: usize, candidates: usize): f64 {
  let position = 0.995 * <f64>(count - 1);
  let rank = <u32>position; // rounds down
  let fraction = position - <f64>rank;
  let kept = count - rank;

  let blocks = (count & ~3) / BLOCK + <u32>((count & 12) != 0);
  let bound: i32 = i32.MIN_VALUE;
  if (blocks >= 2 * kept) {
    // Some more than needed do no harm, and save rounds.
    bound = narrow(maxima, blocks, kept, kept + (kept >> 2) + 4, key(reinterpret<i32>(<f32>mean)));
  }
  let next = candidates;
  let end = values + (<usize>(count & ~3) << 2);
  let block = maxima;
  for (let at = values; at < end; at += 64, block += 4) {
    if (load<i32>(block) < bound) continue;
    let stop = min<usize>(at + 64, end);
    for (let pixel = at; pixel < stop; pixel += 4) {
      let value = key(load<i32>(pixel));
      store<i32>(next, value);
      next += <usize>(value >= bound) << 2;
    }
  }
  for (let stop = values + (<usize>count << 2); end < stop; end += 4) {
    let value = key(load<i32>(end));
    store<i32>(next, value);
    next += <usize>(value >= bound) << 2;
  }
  let held = <u32>((next - candidates) >> 2);
  let close = narrow(candidates, held, kept, kept, bound);

  // The smallest at or above `close` is the kept-th largest.
  let low: i32 = i32.MAX_VALUE;
  for (let at = candidates; at < next; at += 4) {
    let value = load<i32>(at);
    if (value >= close) low = min<i32>(low, value);
  }
  let larger: u32 = 0;
  let high: i32 = i32.MAX_VALUE;
  for (let at = candidates; at < next; at += 4) {
    let value = load<i32>(at);
    if (value > low) {
      larger++;
      high = min<i32>(high, value);
    }
  }
  if (larger + 1 < kept || kept == 1) high = low;
  let a = <f64>reinterpret<f32>(key(low));
  let b = <f64>reinterpret<f32>(key(high));
  // numpy's way to interpolate: from the nearer end
  return fraction < 0.5 ? a + (b - a) * fraction : b - (b - a) * (1 - fraction);
}

/**
 * A bound at or above which there are `least` to `most` of the keys; where ties do not allow that, the highest bound
 * with at least `least`. Bisection over whole numbers: at most 33 rounds, whatever the keys are.
 */
function narrow(keys: usize, count: u32, least: u32, most: u32, guess: i32): i32 {
  // Room for four at a time
  let end = keys + (<usize>count << 2);
  let saved0 = load<i32>(end);
  let saved1 = load<i32>(end, 4);
  let saved2 = load<i32>(end, 8);
  store<i32>(end, i32.MIN_VALUE);
  store<i32>(end, i32.MIN_VALUE, 4);
  store<i32>(end, i32.MIN_VALUE, 8);
  let low: i64 = i32.MIN_VALUE;
  let top = i32x4.splat(i32.MIN_VALUE);
  for (let at = keys; at < end; at += 16) top = i32x4.max_s(top, v128.load(at));
  let high = <i64>max<i32>(
    max<i32>(i32x4.extract_lane(top, 0), i32x4.extract_lane(top, 1)),
    max<i32>(i32x4.extract_lane(top, 2), i32x4.extract_lane(top, 3)),
  ) + 1;
  let middle: i64 = guess;
  if (middle >= high || middle <= low) middle = (low + high) >> 1;
  while (high - low > 1) {
    let reached = countFrom(keys, end, <i32>middle);
    if (reached >= least) {
      low = middle;
      if (reached <= most) break;
    } else high = middle;
    middle = (low + high) >> 1;
  }
  store<i32>(end, saved0);
  store<i32>(end, saved1, 4);
  store<i32>(end, saved2, 8);
  return <i32>low;
}

@inline
function countFrom(keys: usize, end: usize, bound: i32): u32 {
  let bounds = i32x4.splat(bound);
  let sum = i32x4.splat(0);
  for (; keys < end; keys += 16) sum = i32x4.sub(sum, i32x4.ge_s(v128.load(keys), bounds));
  return i32x4.extract_lane(sum, 0) + i32x4.extract_lane(sum, 1) + i32x4.extract_lane(sum, 2) +
    i32x4.extract_lane(sum, 3);
}

function finite(values: usize, count: u32): bool {
  let sum: f32 = 0;
  // Nothing times a finite value is nothing; times any other it is NaN.
  for (let end = values + (<usize>count << 2); values < end; values += 4) sum += load<f32>(values) * 0;
  return sum == 0;
}
