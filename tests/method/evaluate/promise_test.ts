import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import fc from "fast-check";
import { betaProbability, betaQuantile } from "../../../lib/method/evaluate/beta.ts";
import { clopperPearson } from "../../../lib/method/evaluate/clopper_pearson.ts";
import { promiseFalseAlarms, promiseRecall, thresholdPair } from "../../../lib/method/evaluate/promise.ts";
import { countFrom } from "../../../lib/base/tensor/linear_quantile.ts";
import { type Random, seededRandom } from "../../../lib/base/tensor/random.ts";

interface Fixture {
  quantiles: [number, number, number, number, number, number][];
  intervals: [number, number, number, number, number][];
  spared: [number, number, number, number][];
}
const { quantiles, intervals, spared }: Fixture = JSON.parse(
  await readFile(new URL("./fixtures/promises.json", import.meta.url), "utf8"),
);

function close(found: number, expected: number, tolerance: number): void {
  assert.ok(Math.abs(found - expected) <= tolerance * Math.abs(expected) + 1e-300, `${found} for ${expected}`);
}

Deno.test("the beta distribution and its quantiles are scipy's", () => {
  for (const [probability, a, b, quantile, below, x] of quantiles) {
    close(betaQuantile(probability, a, b), quantile, 1e-10);
    close(betaProbability(x, a, b), below, 1e-9);
  }
  assert.equal(betaQuantile(0, 2, 3), 0);
  assert.equal(betaQuantile(1, 2, 3), 1);
  assert.throws(() => betaQuantile(1.1, 2, 3), RangeError);
  assert.throws(() => betaQuantile(0.5, 0, 3), RangeError);
  assert.throws(() => betaProbability(-0.1, 1, 1), RangeError);
});

Deno.test("intervals of shares are scipy's exact ones", () => {
  for (const [count, total, level, low, high] of intervals) {
    const found = clopperPearson(count, total, level);
    close(found.low, low, 1e-9);
    close(found.high, high, 1e-9);
  }
  for (const [count, total] of [[3, 2], [-1, 2], [0.5, 2], [0, 0], [NaN, 2]]) {
    assert.throws(() => clopperPearson(count, total, 0.95), RangeError);
  }
});

Deno.test("as many parts lie on the wrong side of a threshold as the binomial distribution allows", () => {
  for (const [total, share, confidence, most] of spared) {
    const scores = Array.from({ length: total }, (_, i) => i);
    const recall = promiseRecall(scores, { share: 1 - share, confidence });
    const alarms = promiseFalseAlarms(scores, { share, confidence });
    assert.equal(recall.threshold, Math.max(0, most));
    assert.equal(Math.round(alarms.share * total), Math.max(0, most));
    assert.equal(recall.missing > 0, most < 0);
    assert.equal(alarms.missing > 0, most < 0);
    if (most >= 0) {
      assert.ok(recall.promised >= 1 - share - 1e-12 && alarms.promised <= share + 1e-12);
      continue;
    }
    assert.ok(recall.promised < 1 - share && alarms.promised > share);
    // As many more as it says are enough, and one fewer is not.
    for (const [more, kept] of [[recall.missing, true], [recall.missing - 1, false]] as const) {
      const all = Array.from({ length: total + more }, (_, i) => i);
      assert.equal(promiseRecall(all, { share: 1 - share, confidence }).missing === 0, kept);
      assert.equal(promiseFalseAlarms(all, { share, confidence }).missing === 0, kept);
    }
  }
});

Deno.test("with ties no more parts than spared lie on the wrong side: no bad part is missed, no good one flagged", () => {
  const values = fc.array(fc.integer({ min: -2, max: 2 }), { minLength: 1, maxLength: 200 });
  fc.assert(fc.property(values, fc.double({ min: 0.01, max: 0.3, noNaN: true }), (scores, share) => {
    const distinct = scores.map((_, i) => i);
    const most = promiseFalseAlarms(distinct, { share, confidence: 0.9 }).share * scores.length;
    const recall = promiseRecall(scores, { share: 1 - share, confidence: 0.9 });
    const alarms = promiseFalseAlarms(scores, { share, confidence: 0.9 });
    assert.ok(scores.filter((score) => score < recall.threshold).length <= most + 1e-9);
    assert.ok(scores.filter((score) => score >= alarms.threshold).length <= most + 1e-9);
    assert.equal(recall.share, scores.filter((score) => score >= recall.threshold).length / scores.length);
    for (const { interval, share: seen } of [recall, alarms]) assert.ok(interval.low <= seen && seen <= interval.high);
  }));
});

Deno.test("equal scores: bad parts are caught, good ones pass", () => {
  for (const score of [0, 18, -0.2, 1e-310]) {
    const same = new Float64Array(14).fill(score);
    const wish = { share: 0.05, confidence: 0.95 };
    assert.equal(promiseFalseAlarms(same, wish).share, 0);
    assert.ok(promiseFalseAlarms(same, wish).threshold > score);
    assert.equal(promiseRecall(same, { ...wish, share: 0.95 }).share, 1);
  }
});

Deno.test("no scores, scores that are not finite, and wishes out of range are refused", () => {
  const wish = { share: 0.9, confidence: 0.95 };
  for (const promise of [promiseRecall, promiseFalseAlarms]) {
    for (const scores of [[], [1, NaN], [Infinity]]) assert.throws(() => promise(scores, wish), RangeError);
    for (const value of [0, 1, NaN, -0.1]) {
      assert.throws(() => promise([1], { ...wish, share: value }), /share must be between 0 and 1/);
      assert.throws(() => promise([1], { ...wish, confidence: value }), /confidence must be between/);
      assert.throws(() => promise([1], { ...wish, level: value }), /level must be between/);
    }
  }
});

Deno.test("between two thresholds lies what shall be looked at; one threshold that keeps both promises is one", () => {
  assert.deepEqual(thresholdPair(1, 3), { low: 1, high: 3 });
  assert.deepEqual(thresholdPair(3, 1), { low: 2, high: 2 });
  assert.deepEqual(thresholdPair(2, 2), { low: 2, high: 2 });
});

/** Scores as judges give them: log-odds with a long tail, in steps as of a small forest, and two kinds of defects. */
const factories: Record<string, (random: Random, bad: boolean) => number> = {
  "log-odds": (random, bad) => random.normal() + (bad ? 2.5 + 0.8 * random.normal() ** 2 : 0),
  "a small forest": (random, bad) => Math.round(4 * (0.6 * random.normal() + (bad ? 1 : -1))) / 4,
  "faint and plain defects": (random, bad) => random.normal() + (bad ? (random.uniform() < 0.2 ? 0.5 : 6) : 0),
  "two leaves": (random, bad) => Number(random.uniform() < (bad ? 0.97 : 0.04)),
};

Deno.test("in at least 90 of 100 factories recall and false alarms lie in their intervals and keep their promise", () => {
  const HELD = 20_000;
  for (const [name, draw] of Object.entries(factories)) {
    const random = seededRandom(7);
    const sample = (count: number, bad: boolean) => Float64Array.from({ length: count }, () => draw(random, bad));
    const held = { bad: sample(HELD, true).sort(), good: sample(HELD, false).sort() };
    const realised = (scores: Float64Array, threshold: number) => countFrom(scores, threshold) / HELD;
    for (const parts of [5, 10, 20, 50, 100, 500]) {
      const inside = { recall: 0, promised: 0, alarms: 0, most: 0 };
      for (let factory = 0; factory < 100; factory++) {
        const recall = promiseRecall(sample(parts, true), { share: 0.95, confidence: 0.95 });
        const caught = realised(held.bad, recall.threshold);
        inside.recall += Number(recall.interval.low <= caught && caught <= recall.interval.high);
        inside.promised += Number(caught >= recall.promised);
        const alarms = promiseFalseAlarms(sample(parts, false), { share: 0.01, confidence: 0.95 });
        const flagged = realised(held.good, alarms.threshold);
        inside.alarms += Number(alarms.interval.low <= flagged && flagged <= alarms.interval.high);
        inside.most += Number(flagged <= alarms.promised);
      }
      for (const [what, count] of Object.entries(inside)) assert.ok(count >= 90, `${name}, ${parts}: ${what} ${count}`);
    }
  }
});

Deno.test("a threshold at the plain quantile does not keep the promise in 90 of 100 factories", () => {
  const random = seededRandom(7);
  const draw = factories["log-odds"];
  const held = Float64Array.from({ length: 20_000 }, () => draw(random, true));
  let kept = 0;
  for (let factory = 0; factory < 100; factory++) {
    const scores = Float64Array.from({ length: 100 }, () => draw(random, true)).sort();
    kept += Number(held.filter((score) => score >= scores[5]).length / held.length >= 0.95);
  }
  assert.ok(kept < 70, `${kept}`);
});
