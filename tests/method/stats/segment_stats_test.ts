import assert from "node:assert/strict";
import fc from "fast-check";
import { type AnomalyMap, anomalyMap, labels as labelsOf, type SegmentMap } from "../../../lib/domain.ts";
import { segmentStats } from "../../../lib/method/stats/segment_stats.ts";
import { seededRandom } from "../../../lib/base/tensor/random.ts";
import { tensor } from "../../../lib/base/tensor/tensor.ts";
import { assertBatchInvariant, assertStageLaws, tensorRows } from "../../laws/stage_laws.ts";
import { exactStatistics } from "./exact.ts";

interface Sample {
  readonly labels: number[];
  readonly values: number[];
  readonly size: { n: number; rows: number; k: number; l: number; h: number; w: number };
}

const sizes = fc.record({
  n: fc.integer({ min: 1, max: 3 }),
  rows: fc.boolean(),
  k: fc.integer({ min: 1, max: 3 }),
  l: fc.integer({ min: 1, max: 4 }),
  h: fc.integer({ min: 1, max: 9 }),
  w: fc.integer({ min: 1, max: 9 }),
}).map(({ rows, ...size }) => ({ ...size, rows: rows ? size.n : 1 }));

/** Maps with few and with many values; segments that are empty, ragged or ignored. */
const samples: fc.Arbitrary<Sample> = sizes.chain((size) => {
  const { n, rows, k, l, h, w } = size;
  const value = fc.constantFrom(
    fc.integer({ min: 0, max: 2 }),
    fc.float({ noNaN: true, noDefaultInfinity: true, min: -10, max: 10 }),
  );
  return fc.record({
    size: fc.constant(size),
    labels: fc.array(fc.oneof(fc.nat(l - 1), fc.constant(255)), { minLength: rows * h * w, maxLength: rows * h * w }),
    values: value.chain((one) => fc.array(one, { minLength: n * k * h * w, maxLength: n * k * h * w })),
  });
});

function segmentMapOf({ labels, size: { rows, l, h, w } }: Sample): SegmentMap<number> {
  return {
    labels: labelsOf([rows, h, w], Uint8Array.from(labels)),
    names: Array.from({ length: l }, (_, i) => `s${i}`),
  };
}
function mapsOf({ values, size: { n, k, h, w } }: Sample): AnomalyMap<"N", number> {
  return anomalyMap<"N", number>([n, k, h, w], Float32Array.from(values));
}
function run(sample: Sample) {
  const { k, l } = sample.size;
  return segmentStats<number, number>({ maps: k, segments: l, segmentMap: segmentMapOf(sample) })(mapsOf(sample));
}

/** Each segment's pixels one by one. */
function naive(sample: Sample): number[] {
  const { labels, size: { n, rows, k, l, h, w } } = sample;
  const maps = mapsOf(sample).data;
  const result: number[] = [];
  for (let picture = 0; picture < n; picture++) {
    for (let segment = 0; segment < l; segment++) {
      for (let map = 0; map < k; map++) {
        const pixels: number[] = [];
        for (let i = 0; i < h * w; i++) {
          if (labels[(rows === 1 ? 0 : picture) * h * w + i] !== segment) continue;
          pixels.push(maps[(picture * k + map) * h * w + i]);
        }
        result.push(...exactStatistics(pixels));
      }
    }
  }
  return result;
}

function near(actual: ArrayLike<number>, expected: ArrayLike<number>) {
  assert.equal(actual.length, expected.length);
  for (let i = 0; i < actual.length; i++) {
    if (Number.isNaN(expected[i])) assert.ok(Number.isNaN(actual[i]), `${i}: ${actual[i]} is not NaN`);
    else {
      const bound = 1e-12 * Math.max(1, Math.abs(expected[i]));
      assert.ok(Math.abs(actual[i] - expected[i]) <= bound, `${i}: ${actual[i]} ≠ ${expected[i]}`);
    }
  }
}

Deno.test("statistics over segments equal those taken pixel by pixel, for one segment map and for one a picture", () => {
  fc.assert(
    fc.property(samples, (sample) => {
      const { n, k, l } = sample.size;
      const stats = run(sample);
      assert.deepEqual(stats.shape, [n, l, k, 4]);
      near(stats.data, naive(sample));
    }),
    { numRuns: 300 },
  );
});

Deno.test("statistics of maps of the usual size equal those taken pixel by pixel", () => {
  const random = seededRandom(3);
  const [k, l, h, w] = [2, 3, 64, 67];
  const rings = Array.from({ length: h * w }, (_, i) => {
    const radius = Math.hypot(Math.floor(i / w) - 30, i % w - 33);
    return radius > 40 ? 255 : Math.min(2, Math.floor(radius / 12));
  });
  const sample: Sample = {
    size: { n: 1, rows: 1, k, l, h, w },
    labels: rings,
    values: Array.from({ length: k * h * w }, (_, i) => Math.exp(random.normal()) + Math.sin(i / 300)),
  };
  near(run(sample).data, naive(sample));
});

Deno.test("other names for the segments permute the rows; pixels of other segments change nothing", () => {
  const relabelled = samples.chain((sample) => {
    const names = Array.from({ length: sample.size.l }, (_, i) => i);
    return fc.record({
      sample: fc.constant(sample),
      to: fc.shuffledSubarray(names, { minLength: names.length }),
    });
  });
  fc.assert(fc.property(relabelled, ({ sample, to }) => {
    const { n, l, k } = sample.size;
    const other = run({ ...sample, labels: sample.labels.map((label) => label === 255 ? 255 : to[label]) });
    const before = run(sample);
    const at = (data: Float64Array, picture: number, segment: number) =>
      data.slice((picture * l + segment) * k * 4, (picture * l + segment + 1) * k * 4);
    for (let picture = 0; picture < n; picture++) {
      to.forEach((segment, old) => assert.deepEqual(at(other.data, picture, segment), at(before.data, picture, old)));
    }
  }));
  fc.assert(fc.property(samples, fc.float({ noNaN: true, noDefaultInfinity: true }), (sample, noise) => {
    const { rows, k, h, w, l } = sample.size;
    if (rows > 1) return;
    const values = sample.values.map((value, i) => sample.labels[i % (h * w)] === 0 ? value : noise);
    const [before, after] = [run(sample).data, run({ ...sample, values }).data];
    for (let picture = 0; picture < sample.size.n; picture++) {
      const from = picture * l * k * 4;
      assert.deepEqual(after.slice(from, from + k * 4), before.slice(from, from + k * 4));
    }
  }));
});

Deno.test("the mean of two segments together is that of both weighed by their pixels", () => {
  fc.assert(fc.property(samples, (sample) => {
    const { n, rows, k, h, w } = sample.size;
    if (rows > 1) return;
    const halves = { ...sample, size: { ...sample.size, l: 2 }, labels: sample.labels.map((label) => label % 2) };
    const whole = { ...sample, size: { ...sample.size, l: 1 }, labels: sample.labels.map(() => 0) };
    const counts = [0, 1].map((label) => halves.labels.filter((other) => other === label).length);
    const [parts, all] = [run(halves).data, run(whole).data];
    for (let picture = 0; picture < n; picture++) {
      for (let map = 0; map < k; map++) {
        const mean = (l: number) => parts[((picture * 2 + l) * k + map) * 4 + 3];
        const at = (picture * k + map) * 4;
        near([(mean(0) * counts[0] + mean(1) * counts[1]) / (h * w)], [all[at + 3]]);
      }
    }
  }));
});

Deno.test("the stage keeps the laws of stages", async () => {
  const shared = segmentMapOf({
    size: { n: 1, rows: 1, k: 2, l: 3, h: 4, w: 5 },
    labels: [0, 0, 0, 1, 1, 0, 0, 255, 1, 1, 2, 2, 2, 1, 1, 2, 0, 2, 1, 255],
    values: [],
  });
  const stage = segmentStats<number, number>({ maps: 2, segments: 3, segmentMap: shared });
  const inputs = fc.integer({ min: 1, max: 4 }).chain((n) =>
    fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: n * 40, maxLength: n * 40 })
      .map((values): AnomalyMap<"N", number> => tensor("f32", [n, 2, 4, 5], Float32Array.from(values)) as never)
  );
  await assertStageLaws({ stage, inputs, options: { numRuns: 30 } });
});

Deno.test("with a segment map for each picture, a batch is its pictures one by one", async () => {
  const each = samples.filter(({ size }) => size.rows === size.n);
  await assertBatchInvariant({
    stage: run,
    inputs: each,
    inputRows: {
      count: ({ size }) => size.n,
      take: (sample, indices) => ({
        size: { ...sample.size, n: indices.length, rows: indices.length },
        labels: Array.from(tensorRows.take(segmentMapOf(sample).labels, indices).data),
        values: Array.from(tensorRows.take(mapsOf(sample), indices).data),
      }),
    },
    options: { numRuns: 40 },
  });
});

Deno.test("stages of any sizes can take turns", () => {
  fc.assert(fc.property(fc.array(samples, { minLength: 2, maxLength: 4 }), (several) => {
    const stages = several.map((sample) =>
      segmentStats<number, number>({
        maps: sample.size.k,
        segments: sample.size.l,
        segmentMap: segmentMapOf(sample),
      })
    );
    const first = stages.map((stage, i) => stage(mapsOf(several[i])));
    const again = stages.map((stage, i) => stage(mapsOf(several[i])));
    assert.deepEqual(again, first);
    several.forEach((sample, i) => near(first[i].data, naive(sample)));
  }));
});

const two = (labels: number[], names: string[] = ["a", "b"]): SegmentMap<2> => ({
  labels: labelsOf([labels.length / 4, 2, 2], Uint8Array.from(labels)),
  names: names as never,
});
const maps = (values: number[]) => anomalyMap<"N", 1>([values.length / 4, 1, 2, 2], Float32Array.from(values));

Deno.test("a map that is not finite is refused with its detector and place, wherever the pixel lies", () => {
  const stage = segmentStats({
    maps: 1,
    segments: 2,
    segmentMap: two([0, 1, 255, 255]),
    names: { detectors: ["patchcore"] },
  });
  for (const value of [NaN, Infinity, -Infinity]) {
    for (let at = 0; at < 4; at++) {
      const values = [1, 2, 3, 4, 5, 6, 7, 8];
      values[4 + at] = value;
      assert.throws(() => stage(maps(values)), {
        name: "RangeError",
        message: `Cannot pool the map of "patchcore" for picture 1 of the batch over segments as it must be finite: ` +
          `value at row ${at >> 1}, column ${at & 1} is ${value}`,
        cause: { picture: 1, map: 0, row: at >> 1, column: at & 1 },
      });
    }
  }
  // The next map is pooled as if nothing had been.
  assert.deepEqual([...stage(maps([1, 2, 3, 4])).data], [1, NaN, NaN, 1, 2, NaN, NaN, 2]);
  const unnamed = segmentStats({ maps: 1, segments: 2, segmentMap: two([0, 1, 255, 255]) });
  assert.throws(() => unnamed(maps([NaN, 0, 0, 0])), /^RangeError: Cannot pool the map of "map 0" for picture 0/);
});

Deno.test("large finite values are not mistaken for infinities", () => {
  const stage = segmentStats({ maps: 1, segments: 2, segmentMap: two([0, 0, 255, 255]) });
  const most = 3.4028234663852886e38;
  const [q995, skewness, kurtosis, mean] = stage(maps([most, -most, most, most])).data;
  assert.ok(q995 > 0.98 * most);
  assert.deepEqual([skewness, kurtosis, mean], [0, -2, 0]);
});

Deno.test("segment maps and maps that do not fit are refused", () => {
  assert.throws(() => segmentStats({ maps: 1, segments: 2, segmentMap: two([0, 1, 0, 0], ["a"]) }), {
    name: "TypeError",
    message: "Cannot pool maps over 2 segments as the segment map has 1: a",
  });
  for (const labels of [[0, 1, 2, 2], [0, 1, 0, 0, 0, 1, 0, 2]]) {
    assert.throws(() => segmentStats({ maps: 1, segments: 2, segmentMap: two(labels) }), {
      name: "RangeError",
      message:
        /^Cannot order pixels by segment as labels must be 0 to 1, or 255 for none: \d of \d pixels have label 2$/,
    });
  }
  const stage = segmentStats({ maps: 1, segments: 2, segmentMap: two([0, 1, 0, 0]) });
  const wide = anomalyMap<"N", 1>([1, 1, 2, 3], new Float32Array(6));
  assert.throws(() => stage(wide), {
    name: "TypeError",
    message: "Cannot pool maps over segments as the shape must be f32[N,1,H=2,W=2]: current shape is f32[1,1,2,3]",
  });
  const each = segmentStats({ maps: 1, segments: 2, segmentMap: two([0, 1, 0, 0, 0, 1, 1, 1]) });
  assert.throws(() => each(maps([1, 2, 3, 4])), {
    name: "TypeError",
    message:
      "Cannot pool maps over segments as there must be one segment map or one a picture: there are 2 segment maps for 1 pictures",
  });
  const none = { labels: two([0, 0, 0, 0]).labels, names: [] as never };
  assert.throws(() => segmentStats({ maps: 1, segments: 0, segmentMap: none }), /must be 1 to 255 segments/);
});

Deno.test("the WebAssembly file is what its source gives", async () => {
  const { generate } = await import("../../../tools/build_wasm.ts");
  const { readFile } = await import("node:fs/promises");
  assert.equal(
    await generate("lib/method/stats/pool.as.ts"),
    await readFile("lib/method/stats/pool.generated.ts", "utf8"),
  );
});
