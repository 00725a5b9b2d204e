import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import fc from "fast-check";
import { countFrom } from "../../../lib/base/tensor/linear_quantile.ts";
import { seededRandom } from "../../../lib/base/tensor/random.ts";
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

const real: { methods: Record<string, Record<"good" | "bad", number[]>> } = JSON.parse(
  await readFile(new URL("./fixtures/cell_scores.json", import.meta.url), "utf8"),
);

Deno.test("in at least 90 of 100 factories with the scores of real photographs what is stated of a threshold holds", () => {
  const random = seededRandom(11);
  for (const [method, scores] of Object.entries(real.methods)) {
    const draw = (label: "good" | "bad", count: number) =>
      Float64Array.from({ length: count }, () => scores[label][Math.floor(random.uniform() * scores[label].length)]);
    const share = (label: "good" | "bad", threshold: number) =>
      countFrom(Float64Array.from(scores[label]), threshold) / scores[label].length;
    for (const bad of [5, 10, 20, 50, 100, 200, 500]) {
      for (const wish of [{ recall: 0.95 }, { recall: 0.95, confidence: 0.95 }, { recall: 0.95, falseAlarms: 0.05 }]) {
        const held = { caught: 0, promised: 0, alarms: 0, looked: 0 };
        let mean = 0;
        for (let factory = 0; factory < 100; factory++) {
          const found = catchBad(draw("bad", bad), draw("good", 200), wish);
          const within = (value: number, { low, high }: { low: number; high: number }) =>
            Number(low - 1e-12 <= value && value <= high + 1e-12);
          const from = found.review ?? found.threshold;
          const caught = share("bad", from);
          mean += caught / 100;
          held.caught += within(caught, found.caught.interval);
          held.promised += Number(caught >= found.promised - 1e-12);
          held.alarms += within(share("good", found.threshold), found.alarms!.interval);
          held.looked += found.looked ? within(share("good", found.review!), found.looked.interval) : 1;
        }
        const what = `${method}, ${bad} bad, ${JSON.stringify(wish)}`;
        for (const [name, count] of Object.entries(held)) assert.ok(count >= 90, `${what}: ${name} ${count}`);
        // On average what was wished, where there are parts enough for it; each mean is of 100 draws.
        if (bad >= 20) assert.ok(mean >= 0.95 - 0.012, `${what}: ${mean}`);
      }
    }
  }
});
