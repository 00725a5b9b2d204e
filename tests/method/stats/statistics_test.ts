import assert from "node:assert/strict";
import fc from "fast-check";
import { computeStats } from "../../../bench/peers/statistics.ts";
import { segmentStats } from "../../../lib/method/stats/segment_stats.ts";
import { anomalyMap, labels as labelsOf } from "../../../lib/domain.ts";
import { seededRandom } from "../../../lib/base/tensor/random.ts";
import { exactMoments, exactStatistics, sortedQuantile } from "./exact.ts";
import fixture from "./fixtures/statistics.json" with { type: "json" };

const pixels = fc.oneof(
  fc.array(fc.float({ noNaN: true, noDefaultInfinity: true, min: -1000, max: 1000 }), { minLength: 1, maxLength: 80 }),
  fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 20 }),
  fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 500 }),
  fc.tuple(fc.float({ noNaN: true, noDefaultInfinity: true, min: -4, max: 4 }), fc.nat(400)).map(([value, n]) =>
    Array<number>(n + 1).fill(value)
  ),
).map((values) => Float32Array.from(values));

/** Of all pixels as one segment. */
function statisticsOf(values: Float32Array) {
  const labels = labelsOf([1, 1, values.length], new Uint8Array(values.length));
  const stage = segmentStats({ maps: 1, segments: 1, segmentMap: { labels, names: ["all"] } });
  const map = anomalyMap<"N", 1>([1, 1, 1, values.length], values);
  const [q995, skewness, kurtosis, mean] = stage(map).data;
  return { q995, skewness, kurtosis, mean };
}

/** Equal to 12 digits of the larger of 1 and the expected value; NaN where NaN is expected. */
function near(actual: number, expected: number, scale = 1) {
  if (Number.isNaN(expected)) assert.ok(Number.isNaN(actual), `${actual} is not NaN`);
  else {
    const bound = 1e-12 * Math.max(scale, Math.abs(expected));
    assert.ok(Math.abs(actual - expected) <= bound, `${actual} ≠ ${expected}`);
  }
}

function assertExact(values: Float32Array) {
  const actual = statisticsOf(values);
  const expected = exactMoments(values);
  assert.equal(actual.q995, sortedQuantile(values, 0.995));
  near(actual.mean, expected.mean, values.reduce((most, value) => Math.max(most, Math.abs(value)), 0));
  near(actual.skewness, expected.skewness);
  near(actual.kurtosis, expected.kurtosis);
}

for (const { name, pixels, statistics } of fixture.cases) {
  Deno.test(`statistics equal numpy's and scipy's in float64 (${name})`, () => {
    const values = Float32Array.from(pixels);
    const [q995, skewness, kurtosis, mean] = statistics.map((value) => value ?? NaN);
    const ours = statisticsOf(values);
    const size = Math.max(...values.map(Math.abs));
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    // scipy does not correct for the rounding of the mean, and loses digits where it is large beside the deviation.
    const loss = 1 + 1e-3 * (size / deviation) * (1 + Math.abs(kurtosis));
    assert.equal(ours.q995, q995);
    near(ours.skewness, skewness, loss);
    near(ours.kurtosis, kurtosis, loss);
    near(ours.mean, mean, size);
    // The oracle of the other tests agrees too.
    const exact = exactStatistics(values);
    [1, loss, loss, size].forEach((scale, i) => near(exact[i], [q995, skewness, kurtosis, mean][i], scale));
  });
}

Deno.test("statistics of four maps over seven segments equal numpy's and scipy's on the benchmark's input", () => {
  const { data } = computeStats();
  assert.equal(data.length, fixture.peer.length);
  data.forEach((value, i) => near(value, fixture.peer[i]));
});

Deno.test("moments equal those in rational arithmetic, and quantiles those of the sorted pixels bit for bit", () => {
  fc.assert(fc.property(pixels, assertExact));
});

Deno.test("an offset of millions of deviations costs no digits", () => {
  const offsets = fc.record({
    offset: fc.constantFrom(1, 1e3, 1e6, -1e9, 1e20, 3e-30),
    steps: fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 2, maxLength: 60 }),
  });
  fc.assert(fc.property(offsets, ({ offset, steps }) => {
    // A few of the smallest steps that float32 has there.
    const step = 2 ** (Math.floor(Math.log2(Math.abs(offset))) - 22);
    assertExact(Float32Array.from(steps, (s) => Math.fround(offset) + s * step));
  }));
});

Deno.test("equal pixels have no skewness whatever their number and value, and scipy's rule says the same", () => {
  const cases = fc.tuple(
    fc.float({ noNaN: true, noDefaultInfinity: true }),
    fc.integer({ min: 1, max: 70_000 }),
    fc.boolean(),
  );
  fc.assert(
    fc.property(cases, ([value, count, differs]) => {
      const values = new Float32Array(count).fill(value);
      // One pixel that differs by the smallest step.
      const bits = new Int32Array(values.buffer);
      if (differs && count > 1) bits[count >> 1] ^= 1;
      if (!Number.isFinite(values[count >> 1])) return;
      const { skewness, kurtosis } = statisticsOf(values);
      const equal = !(differs && count > 1) || (count === 2 && values[0] === values[1]);
      assert.equal(Number.isNaN(skewness), equal);
      assert.equal(Number.isNaN(kurtosis), equal);
    }),
    { numRuns: 60 },
  );
});

Deno.test("a constant added shifts the mean alone; a factor scales it; skewness and kurtosis stay", () => {
  const whole = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 2, maxLength: 100 });
  const change = fc.record({ add: fc.integer({ min: -1000, max: 1000 }), times: fc.constantFrom(0.25, 2, 1024) });
  fc.assert(fc.property(whole, change, (values, { add, times }) => {
    const moments = (of: number[]) => statisticsOf(Float32Array.from(of));
    const before = moments(values);
    const shifted = moments(values.map((value) => value + add));
    near(shifted.mean, before.mean + add, 2000);
    near(shifted.skewness, before.skewness);
    near(shifted.kurtosis, before.kurtosis);
    const scaled = moments(values.map((value) => value * times));
    near(scaled.mean, before.mean * times, times);
    near(scaled.skewness, before.skewness);
    near(scaled.kurtosis, before.kurtosis);
    const mirrored = moments(values.map((value) => -value));
    near(mirrored.skewness, -before.skewness);
  }));
});

Deno.test("statistics of a whole map are exact for smooth, rising, falling, tied and spiky maps", () => {
  const random = seededRandom(1);
  const maps: Record<string, (i: number, n: number) => number> = {
    random: () => random.uniform(),
    rising: (i) => i,
    falling: (i) => -i,
    waves: (i) => Math.sin(i / 9) + Math.sin(i / 5000),
    "few values": () => random.below(3),
    "organ pipes": (i, n) => Math.min(i, n - i),
    "below zero": () => -Math.exp(random.normal()),
    "one spike": (i, n) => i === n - 2 ? 1e30 : 1,
    "spike where the mean is sampled": (i) => i === 0 ? 1e30 : random.normal(),
    "a few high blocks": (i) => i % 1024 < 24 ? 5 + random.uniform() : random.uniform(),
    "zeros of both signs": (i) => i % 3 === 0 ? -0 : 0,
  };
  for (const [name, of] of Object.entries(maps)) {
    for (const n of [65, 4099, 66_001]) {
      const values = Float32Array.from({ length: n }, (_, i) => of(i, n));
      assert.equal(statisticsOf(values).q995, sortedQuantile(values, 0.995), `${name}, ${n}`);
      if (n < 5000) assertExact(values);
    }
  }
});

Deno.test("the order of the pixels changes no quantile, and the rest by rounding alone", () => {
  const orders = fc.integer({ min: 0, max: 1000 }).chain((seed) =>
    pixels.map((values) => ({ values, order: seededRandom(seed).permutation(values.length) }))
  );
  fc.assert(fc.property(orders, ({ values, order }) => {
    const straight = statisticsOf(values);
    const other = statisticsOf(Float32Array.from(order, (i) => values[i]));
    assert.equal(other.q995, straight.q995);
    near(other.skewness, straight.skewness);
    near(other.kurtosis, straight.kurtosis);
    near(other.mean, straight.mean, values.reduce((most, value) => Math.max(most, Math.abs(value)), 0));
  }));
});
