import assert from "node:assert/strict";
import fc from "fast-check";
import { catchBad } from "../../../lib/method/evaluate/catching.ts";

const steps = (count: number, from = 0) => Array.from({ length: count }, (_, i) => from + i);

Deno.test("as many bad parts lie below the threshold as keep the wished share on average, and none where there are few", () => {
  // (k + 1)/(n + 1) is what is missed on average of n parts of which k lie below: 1/20 at k = 0 for 19, at k = 1 for 39.
  for (const [parts, missed] of [[4, 0], [18, 0], [19, 0], [38, 0], [39, 1], [58, 1], [59, 2], [199, 9]]) {
    const { threshold, caught } = catchBad(steps(parts), [-100], { recall: 0.95 });
    assert.equal(Math.round((1 - caught.rate) * parts), missed, `${parts}`);
    assert.equal(threshold, missed === 0 ? -50 : missed - 0.5);
  }
});

Deno.test("with a confidence as many lie below as the binomial distribution allows, and what cannot be promised is said", () => {
  // Of 59 parts none may be missed for 95 % with 95 % confidence (0.95⁵⁹ < 0.05), of 93 one.
  for (const [parts, missed, missing] of [[58, 0, 1], [59, 0, 0], [92, 0, 0], [93, 1, 0]]) {
    const found = catchBad(steps(parts), [-1], { recall: 0.95, confidence: 0.95 });
    assert.equal(Math.round((1 - found.caught.rate) * parts), missed);
    assert.equal(found.missing, missing);
    assert.equal(found.promised >= 0.95, missing === 0);
  }
  assert.equal(catchBad([1, 2], [0], { recall: 1 }).missing, Infinity);
});

Deno.test("the threshold lies halfway to the next score below, of either class, where no good part lies beyond", () => {
  assert.equal(catchBad([10, 12], [1, 4], { recall: 0.95 }).threshold, 7);
  assert.equal(catchBad([10, 12], [1, 11], { recall: 0.95 }).threshold, 10);
  assert.equal(catchBad([...steps(39, 10)], [1], { recall: 0.95 }).threshold, 10.5);
  // Nothing lies below: the bad part itself is the limit.
  assert.equal(catchBad([1, 2], [3, 4], { recall: 0.95 }).threshold, 1);
  assert.equal(catchBad([1, 1], [1, 1], { recall: 0.95 }).threshold, 1);
});

Deno.test("with a share of false alarms there are two thresholds, and one where one keeps both", () => {
  const apart = catchBad(steps(40, 100), steps(400), { recall: 0.95, falseAlarms: 0.1 });
  assert.ok(apart.review === 101 && apart.threshold > 360 && apart.threshold < 381);
  assert.ok(apart.caught.rate === 39 / 40 && apart.alarms!.rate <= 0.1 && apart.looked!.rate === 299 / 400);
  const clear = catchBad(steps(40, 1000), steps(400), { recall: 0.95, falseAlarms: 0.1 });
  assert.ok(clear.review === undefined && clear.looked === undefined && clear.threshold === 1000.5);
});

Deno.test("what is said of a threshold is what it does, and it lies on no part's wrong side by a tie", () => {
  const scores = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 1, maxLength: 60 });
  fc.assert(fc.property(scores, scores, fc.double({ min: 0.5, max: 1, noNaN: true }), (bad, good, recall) => {
    const { threshold, caught, alarms, promised } = catchBad(bad, good, { recall });
    assert.equal(caught.rate, bad.filter((score) => score >= threshold).length / bad.length);
    assert.equal(alarms!.rate, good.filter((score) => score >= threshold).length / good.length);
    assert.ok(caught.interval.low <= caught.rate && caught.rate <= caught.interval.high);
    assert.ok(promised <= caught.rate && caught.rate >= recall - 1 / bad.length);
  }));
});

Deno.test("no bad part, scores that are not finite, and a recall out of range are refused", () => {
  assert.throws(() => catchBad([], [1], { recall: 0.9 }), RangeError);
  assert.throws(() => catchBad([NaN], [1], { recall: 0.9 }), RangeError);
  for (const recall of [0, 1.1, NaN]) assert.throws(() => catchBad([1], [1], { recall }), /recall must be above 0/);
  assert.throws(() => catchBad([1], [], { recall: 0.9, falseAlarms: 0.1 }), RangeError);
  assert.equal(catchBad([1], [], { recall: 0.9 }).alarms, undefined);
});
