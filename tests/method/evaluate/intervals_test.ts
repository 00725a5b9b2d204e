import assert from "node:assert/strict";
import fc from "fast-check";
import { auroc } from "../../../lib/method/evaluate/auroc.ts";
import { bootstrapInterval } from "../../../lib/method/evaluate/bootstrap.ts";
import { thresholdAtFalsePositiveRate, thresholdAtRecall } from "../../../lib/method/evaluate/threshold.ts";
import { seededRandom } from "../../../lib/base/tensor/random.ts";

const scores = fc.oneof(
  fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 1, maxLength: 40 }),
  fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 40 }),
);
const quick = { seed: 1, resamples: 5 };

function sample(seed: number, good: number, bad: number) {
  const random = seededRandom(seed);
  const values = Array.from({ length: good + bad }, (_, i) => random.normal() + (i < good ? 0 : 1));
  return { values, labels: values.map((_, i) => i < good ? 0 : 1) };
}

Deno.test("the threshold at a recall catches at least that share, and no higher score would", () => {
  fc.assert(fc.property(scores, fc.double({ min: 0.01, max: 1, noNaN: true }), (bad, recall) => {
    const { threshold, rate } = thresholdAtRecall(bad, recall, quick);
    const caught = (at: number) => bad.filter((score) => score >= at).length / bad.length;
    assert.equal(rate, caught(threshold));
    assert.ok(rate >= recall - 1e-9);
    for (const higher of bad.filter((score) => score > threshold)) assert.ok(caught(higher) < recall);
  }));
});

Deno.test("the threshold at a false positive rate flags at most that share, and no lower score would", () => {
  fc.assert(fc.property(scores, fc.double({ min: 0, max: 0.99, noNaN: true }), (good, wanted) => {
    const { threshold, rate } = thresholdAtFalsePositiveRate(good, wanted, quick);
    const flagged = (at: number) => good.filter((score) => score >= at).length / good.length;
    assert.equal(rate, flagged(threshold));
    assert.ok(rate <= wanted + 1e-9);
    for (const lower of good.filter((score) => score < threshold)) assert.ok(flagged(lower) > wanted);
  }));
});

Deno.test("shares that are whole numbers of parts are taken as meant", () => {
  const hundred = Array.from({ length: 100 }, (_, i) => i);
  for (const percent of [1, 7, 29, 57, 58, 95, 99]) {
    assert.equal(thresholdAtRecall(hundred, percent / 100, quick).rate, percent / 100);
    assert.equal(thresholdAtFalsePositiveRate(hundred, percent / 100, quick).rate, percent / 100);
  }
  assert.equal(thresholdAtFalsePositiveRate([0, -0], 0, quick).rate, 0);
  assert.equal(thresholdAtFalsePositiveRate([-1.5, -2], 0, quick).rate, 0);
});

Deno.test("an interval holds its figure and narrows with more parts", () => {
  const width = (count: number) => {
    const { values, labels } = sample(7, count, count);
    const options = { seed: 3, resamples: 400 };
    const { low, high } = bootstrapInterval(values, labels, auroc, options);
    const figure = auroc(values, labels);
    assert.ok(low < figure && figure < high);
    assert.deepEqual(bootstrapInterval(values, labels, auroc, { ...options, level: 0.95 }), { low, high });
    return high - low;
  };
  assert.ok(width(400) < 0.6 * width(50));
});

Deno.test("intervals agree with the standard error that Hanley and McNeil give for AUROC", () => {
  const n = 200;
  const { values, labels } = sample(11, n, n);
  const area = auroc(values, labels);
  const q1 = area / (2 - area);
  const q2 = 2 * area ** 2 / (1 + area);
  const error = Math.sqrt((area * (1 - area) + (n - 1) * (q1 - area ** 2) + (n - 1) * (q2 - area ** 2)) / (n * n));
  const { low, high } = bootstrapInterval(values, labels, auroc, { seed: 5 });
  assert.ok(Math.abs((high - low) / (2 * 1.96 * error) - 1) < 0.15);
});

Deno.test("nine of ten intervals hold the true AUROC where the level is 90 %", () => {
  const truth = 0.7602499389065233; // Φ(1/√2), for normals one deviation apart
  let held = 0;
  for (let seed = 0; seed < 100; seed++) {
    const { values, labels } = sample(seed, 60, 60);
    const { low, high } = bootstrapInterval(values, labels, auroc, { seed, resamples: 200, level: 0.9 });
    if (low <= truth && truth <= high) held++;
  }
  assert.ok(held >= 81 && held <= 98, `${held} of 100`);
});

Deno.test("the interval of a threshold's rate is that of an order statistic", () => {
  // The share above the 5th largest of n draws is Beta(5, n − 4) distributed.
  const random = seededRandom(2);
  const good = Array.from({ length: 500 }, () => random.normal());
  const { rate, interval } = thresholdAtFalsePositiveRate(good, 0.05, { seed: 4, resamples: 2000 });
  assert.equal(rate, 0.05);
  const spread = 1.96 * Math.sqrt(0.05 * 0.95 / 500);
  assert.ok(Math.abs(interval.low - (0.05 - spread)) < 0.008 && Math.abs(interval.high - (0.05 + spread)) < 0.008);
});

Deno.test("the same seed gives the same interval, another seed another", () => {
  const { values, labels } = sample(1, 30, 30);
  const of = (seed: number) => bootstrapInterval(values, labels, auroc, { seed, resamples: 50 });
  assert.deepEqual(of(1), of(1));
  assert.notDeepEqual(of(1), of(2));
});

Deno.test("options out of range and scores without an answer are refused", () => {
  assert.throws(() => bootstrapInterval([1, 2], [0, 0], auroc, { seed: 1 }), RangeError);
  assert.throws(() => bootstrapInterval([1, 2], [0, 1], auroc, { seed: 1, resamples: 0 }), RangeError);
  assert.throws(() => bootstrapInterval([1, 2], [0, 1], auroc, { seed: 1, level: 1 }), RangeError);
  assert.throws(() => bootstrapInterval([1, 2], [0, 1], auroc, { seed: -1 }), RangeError);
  for (const recall of [0, 1.01, NaN]) assert.throws(() => thresholdAtRecall([1], recall, quick), RangeError);
  for (const rate of [-0.1, 1, NaN]) assert.throws(() => thresholdAtFalsePositiveRate([1], rate, quick), RangeError);
  assert.throws(() => thresholdAtRecall([], 0.5, quick), {
    name: "RangeError",
    message: "Cannot choose a threshold as there is no score",
  });
  assert.throws(() => thresholdAtRecall([1, NaN], 0.5, quick), {
    name: "RangeError",
    message: "Cannot choose a threshold as scores must be finite numbers: score 1 is NaN",
  });
});
