import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type AnomalyMap,
  anomalyMap,
  type Features,
  labels as labelsOf,
  type Score,
  score,
  type SegmentMap,
} from "../../../lib/domain.ts";
import { type FeatureContext, parseColumn } from "../../../lib/method/features/columns.ts";
import { defineFeature } from "../../../lib/method/features/define_feature.ts";
import { type FeatureInputs, featureSet } from "../../../lib/method/features/feature_set.ts";
import { flatten } from "../../../lib/method/features/flatten.ts";
import { classifierScore, FEATURE_SETS, maxima, paper, reference } from "../../../lib/method/features/paper.ts";
import { segmentStats } from "../../../lib/method/stats/segment_stats.ts";
import { assertStageLaws, tensorRows } from "../../laws/stage_laws.ts";

const context: FeatureContext = { detectors: ["patchcore", "padim"], segments: ["wire", "border", "pins"] };
const graded: FeatureContext = { ...context, classifier: "wrn" };
const segmentMap: SegmentMap = {
  labels: labelsOf([1, 2, 4], Uint8Array.of(0, 0, 0, 255, 1, 0, 1, 1)),
  names: context.segments,
};
const mapsOf = (values: ArrayLike<number>): AnomalyMap =>
  anomalyMap([values.length / 16, 2, 2, 4], Float32Array.from(values));
const scoresOf = (values: number[]): Score => score([values.length], Float32Array.from(values));

/** Two pictures of two maps. */
const pictures = mapsOf(Array.from({ length: 32 }, (_, i) => (i * 37) % 29 - 3.5));
const value = (features: Features, columns: string[], picture: number, column: string) =>
  features.data[picture * features.shape[1] + columns.indexOf(column)];
const near = (a: number, b: number) => assert.ok(Math.abs(a - b) <= 1e-6 * Math.max(1, Math.abs(b)), `${a} ≠ ${b}`);

Deno.test("the paper's columns are segment by segment, detector by detector, as in its published code", () => {
  const columns = paper.columns(context);
  assert.equal(columns.length, 4 * 2 * 3);
  assert.deepEqual(columns.slice(0, 9), [
    "wire.patchcore.q995",
    "wire.patchcore.skewness",
    "wire.patchcore.kurtosis",
    "wire.patchcore.mean",
    "wire.padim.q995",
    "wire.padim.skewness",
    "wire.padim.kurtosis",
    "wire.padim.mean",
    "border.patchcore.q995",
  ]);
  assert.deepEqual(paper.columns(graded), [...columns, "wrn.score"]);
  assert.deepEqual(reference.columns(context), [...columns, "patchcore.max", "padim.max"]);
  assert.deepEqual(reference.columns(graded), [...columns, "patchcore.max", "padim.max", "wrn.score"]);
  assert.deepEqual(Object.keys(FEATURE_SETS), ["paper", "reference"]);
});

Deno.test("each column holds what its name says", () => {
  const inputs: FeatureInputs = { maps: pictures, segmentMap, classifier: scoresOf([0.25, -3]) };
  const columns = reference.columns(graded);
  const features = reference.compute(inputs, graded);
  assert.deepEqual(features.shape, [2, 27]);
  const labels = segmentMap.labels.data;
  for (let picture = 0; picture < 2; picture++) {
    context.detectors.forEach((detector, k) => {
      const map = pictures.data.slice((picture * 2 + k) * 8, (picture * 2 + k + 1) * 8);
      near(value(features, columns, picture, `${detector}.max`), Math.max(...map));
      for (const [l, segment] of ["wire", "border"].entries()) {
        const pixels = map.filter((_, i) => labels[i] === l).sort();
        const mean = pixels.reduce((sum, pixel) => sum + pixel, 0) / pixels.length;
        near(value(features, columns, picture, `${segment}.${detector}.mean`), mean);
        const top = pixels[pixels.length - 1];
        const next = pixels[pixels.length - 2];
        const q995 = top - (top - next) * (1 - (0.995 * (pixels.length - 1)) % 1);
        near(value(features, columns, picture, `${segment}.${detector}.q995`), q995);
      }
      for (const statistic of ["q995", "skewness", "kurtosis", "mean"]) {
        assert.equal(value(features, columns, picture, `pins.${detector}.${statistic}`), 0); // no pixel
      }
    });
    assert.equal(value(features, columns, picture, "wrn.score"), [0.25, -3][picture]);
  }
});

Deno.test("flattening keeps every number, as float32, and what is missing", () => {
  const stage = segmentStats<number, number>({ maps: 2, segments: 3, segmentMap });
  const maps = anomalyMap<"N", number>(pictures.shape, pictures.data);
  const stats = stage(maps);
  const flat = flatten(stats);
  assert.deepEqual(flat.shape, [2, 24]);
  assert.deepEqual(flat.data, Float32Array.from(stats.data));
  assert.deepEqual(paper.compute({ maps: pictures, segmentMap }, context).data, flat.data);
  const constant = paper.compute({ maps: mapsOf(new Float32Array(16).fill(2)), segmentMap }, context);
  assert.deepEqual([...constant.data.slice(0, 4)], [2, NaN, NaN, 2]);
});

Deno.test("a user's own set in five lines", () => {
  const mine = featureSet("mine", [
    paper,
    defineFeature("range", (pixels) => Math.max(...pixels) - Math.min(...pixels)),
    defineFeature(["first", "count"], (pixels) => [pixels[0], pixels.length]),
  ]);

  const columns = mine.columns(context);
  const features = mine.compute({ maps: pictures, segmentMap }, context);
  assert.equal(columns.length, 24 + 6 + 12);
  assert.deepEqual(features.shape, [2, columns.length]);
  assert.deepEqual(columns.slice(24, 26), ["wire.patchcore.range", "wire.padim.range"]);
  assert.deepEqual(columns.slice(30, 33), ["wire.patchcore.first", "wire.patchcore.count", "wire.padim.first"]);
  assert.equal(value(features, columns, 1, "wire.padim.count"), 4);
  assert.equal(value(features, columns, 1, "border.padim.count"), 3);
  assert.equal(value(features, columns, 1, "border.padim.first"), pictures.data[24 + 4]);
  assert.equal(value(features, columns, 1, "pins.padim.count"), 0);
  const wire = [0, 1, 2, 5].map((i) => pictures.data[24 + i]);
  assert.equal(value(features, columns, 1, "wire.padim.range"), Math.max(...wire) - Math.min(...wire));
  assert.deepEqual(columns.slice(0, 24), paper.columns(context));
});

Deno.test("a feature that sorts its pixels changes neither the map nor another feature", () => {
  const median = defineFeature("median", (pixels) => pixels.sort()[pixels.length >> 1]);
  const before = pictures.data.slice();
  const alone = median.compute({ maps: pictures, segmentMap }, context).data;
  const both = featureSet("both", [median, maxima]).compute({ maps: pictures, segmentMap }, context);
  assert.deepEqual(pictures.data, before);
  assert.deepEqual(both.data.slice(0, 6), alone.slice(0, 6));
});

Deno.test("identities tell sets apart whose values differ", () => {
  const a = featureSet("mine", [paper, defineFeature("p", (pixels) => pixels[0])]);
  const b = featureSet("mine", [paper, defineFeature("p", (pixels) => pixels[1])]);
  const again = featureSet("mine", [paper, defineFeature("p", (pixels) => pixels[0])]);
  assert.notEqual(a.identity, b.identity);
  assert.equal(a.identity, again.identity);
  assert.notEqual(paper.identity, reference.identity);
  // A captured value is not in the text of the function: the version is what tells.
  const above = (limit: number, version?: string) =>
    defineFeature("above", (pixels) => pixels.filter((pixel) => pixel > limit).length, { version });
  assert.notDeepEqual(
    above(0).compute({ maps: pictures, segmentMap }, context),
    above(9).compute({ maps: pictures, segmentMap }, context),
  );
  assert.equal(above(0).identity, above(9).identity);
  assert.notEqual(above(0, "0").identity, above(9, "9").identity);
  assert.notEqual(above(0, "").identity, above(0).identity);
  assert.equal(above(0, "0").identity, above(0, "0").identity);
});

Deno.test("feature sets keep the laws of stages", async () => {
  const own = defineFeature("spread", (pixels) => pixels.reduce((sum, pixel) => sum + Math.abs(pixel - pixels[0]), 0));
  const set = featureSet("all", [reference, own]);
  const inputs = fc.integer({ min: 1, max: 4 }).chain((n) =>
    fc.record({
      maps: fc.array(fc.float({ noNaN: true, min: -100, max: 100 }), { minLength: n * 16, maxLength: n * 16 }).map(
        mapsOf,
      ),
      labels: fc.array(fc.oneof(fc.nat(2), fc.constant(255)), { minLength: n * 8, maxLength: n * 8 }),
      scores: fc.array(fc.float({ noNaN: true, min: -9, max: 9 }), { minLength: n, maxLength: n }),
    }).map(({ maps, labels, scores }): FeatureInputs => ({
      maps,
      classifier: scoresOf(scores),
      segmentMap: {
        labels: labelsOf([n, 2, 4], Uint8Array.from(labels)),
        names: context.segments,
      },
    }))
  );
  await assertStageLaws<FeatureInputs, Features>({
    stage: (value) => set.compute(value, graded),
    inputs,
    inputRows: {
      count: ({ maps }) => maps.shape[0],
      take: ({ maps, segmentMap, classifier }, indices) => ({
        maps: tensorRows.take(maps, indices) as AnomalyMap,
        classifier: tensorRows.take(classifier as Score, indices) as Score,
        segmentMap: { ...segmentMap, labels: tensorRows.take(segmentMap.labels, indices) as SegmentMap["labels"] },
      }),
    },
    options: { numRuns: 25 },
  });
});

Deno.test("a column's name can be taken apart again", () => {
  assert.deepEqual(parseColumn("solder_dots.patchcore.q995"), {
    segment: "solder_dots",
    source: "patchcore",
    statistic: "q995",
  });
  assert.deepEqual(parseColumn("padim.max"), { source: "padim", statistic: "max" });
  for (const column of reference.columns(graded)) {
    const { segment, source, statistic } = parseColumn(column)!;
    assert.equal([...segment === undefined ? [] : [segment], source, statistic].join("."), column);
  }
  for (const column of ["q995", "a.b.c.d", "a..b", "", "a b.c"]) {
    assert.equal(parseColumn(column), undefined);
  }
});

Deno.test("names that would make columns ambiguous are refused", () => {
  const refused: [FeatureContext, string][] = [
    [
      { ...context, detectors: ["patch.core", "padim"] },
      'Cannot name columns after detector "patch.core" as its name must be letters, digits and underscores',
    ],
    [{ ...context, segments: ["a", "b", "a"] }, 'Cannot name columns as segment "a" is there twice'],
    [{ ...context, classifier: "padim" }, 'Cannot name columns as detector "padim" is there twice'],
    [{ ...context, detectors: [] }, "Cannot name columns as there is no detector"],
  ];
  for (const [names, message] of refused) assert.throws(() => paper.columns(names), { name: "TypeError", message });
  assert.throws(() => featureSet("twice", [paper, reference]).columns(context), {
    name: "TypeError",
    message: 'Cannot use feature set "twice" as column "wire.patchcore.q995" is there twice',
  });
  for (const name of ["", "a.b", "a b"]) {
    assert.throws(() => featureSet(name, [paper]), TypeError);
    assert.throws(() => defineFeature(name, () => 0), TypeError);
  }
  assert.throws(() => featureSet("none", []), TypeError);
  assert.throws(() => defineFeature([], () => []), TypeError);
});

Deno.test("inputs that do not fit the names are refused", () => {
  const inputs: FeatureInputs = { maps: pictures, segmentMap };
  const refused: [FeatureInputs, FeatureContext, string][] = [
    [
      inputs,
      { ...context, detectors: ["padim"] },
      "Cannot compute features as the shape must be f32[N,1,H,W]: current shape is f32[2,2,2,4]",
    ],
    [
      inputs,
      { ...context, segments: ["wire", "pins", "border"] },
      "Cannot compute features as the segment map has other segments than the columns: wire, border, pins",
    ],
    [inputs, graded, 'Cannot compute features as scores of "wrn" are missing'],
    [{ ...inputs, classifier: scoresOf([1, 2]) }, context, "Cannot compute features as no classifier is named"],
    [
      { ...inputs, classifier: scoresOf([1]) },
      graded,
      "Cannot compute features as the shape must be f32[N=2]: current shape is f32[1]",
    ],
  ];
  for (const [value, names, message] of refused) {
    assert.throws(() => paper.compute(value, names), { name: "TypeError", message });
  }
  const three = labelsOf([3, 2, 4], new Uint8Array(24));
  assert.throws(
    () => paper.compute({ maps: pictures, segmentMap: { ...segmentMap, labels: three } }, context),
    /there are 3 for 2 pictures/,
  );
});

Deno.test("numbers that a forest cannot read are refused with their place", () => {
  const infinite = defineFeature("ratio", (pixels) => pixels[0] / 0);
  assert.throws(() => infinite.compute({ maps: pictures, segmentMap }, context), {
    name: "RangeError",
    message:
      'Cannot compute feature "ratio" of wire.patchcore for picture 0 of the batch as it must be a float32 number, ' +
      'or NaN for "missing": it is -Infinity',
  });
  const short = defineFeature(["a", "b"], () => [1]);
  assert.throws(() => short.compute({ maps: pictures, segmentMap }, context), {
    name: "TypeError",
    message:
      'Cannot compute feature "a_b" of wire.patchcore for picture 0 of the batch as it must be 2 numbers: it is [1]',
  });
  const missing = defineFeature("missing", () => NaN).compute({ maps: pictures, segmentMap }, context);
  assert.ok(Number.isNaN(missing.data[0]));
});

Deno.test("a map that is not finite is an error for every feature set", () => {
  const zero = defineFeature("zero", () => 0);
  const sets = [maxima, zero, paper, reference, featureSet("mine", [zero]), featureSet("none", [classifierScore])];
  // At 27 the pixel is ignored, at 31 it is not.
  for (const [bad, at, column] of [[NaN, 27, 3], [Infinity, 27, 3], [-Infinity, 31, 3]]) {
    const maps = mapsOf(pictures.data.map((pixel, i) => i === at ? bad : pixel));
    for (const set of sets) {
      assert.throws(() => set.compute({ maps, segmentMap }, context), {
        name: "RangeError",
        message: 'Cannot compute features of the map of "padim" for picture 1 of the batch as it must be finite: ' +
          `value at row ${at === 27 ? 0 : 1}, column ${column} is ${bad}`,
        cause: { picture: 1, map: 1, row: at === 27 ? 0 : 1, column },
      });
    }
  }
});
