import assert from "node:assert/strict";
import fc from "fast-check";
import {
  billOf,
  curvesOf,
  effectOf,
  histogramOf,
  rangeOf,
} from "../../../../lib/app/serve/page/browser/operate/figures.ts";

const score = fc.integer({ min: -20, max: 20 }).map((value) => value / 4);
const scores = fc.array(score, { minLength: 1, maxLength: 40 }).map((list) => Float64Array.from(list).sort());

Deno.test("what thresholds do is what counting part by part gives", () => {
  fc.assert(fc.property(scores, scores, score, fc.nat(8), (good, bad, threshold, below) => {
    const review = threshold - below / 4;
    const effect = effectOf({ good, bad }, { threshold, review });
    const count = (list: Float64Array, is: (value: number) => boolean) => list.filter(is).length;
    assert.equal(effect.recall!.count, count(bad, (value) => value >= review));
    assert.equal(effect.alarms!.count, count(good, (value) => value >= threshold));
    assert.equal(effect.looked!.count, count(good, (value) => value >= review && value < threshold));
    assert.equal(effect.reviewed!.count, count(bad, (value) => value >= review && value < threshold));
    const single = effectOf({ good, bad }, { threshold, review: null });
    assert.equal(single.recall!.count, count(bad, (value) => value >= threshold));
    assert.equal(single.looked!.count, 0);
  }));
});

Deno.test("the interval of 19 of 20 is the published one", () => {
  const bad = Float64Array.from({ length: 20 }, (_, i) => i);
  const { recall } = effectOf({ good: new Float64Array(0), bad }, { threshold: 1, review: null });
  // R: binom.test(19, 20)$conf.int
  assert.deepEqual([recall!.low.toFixed(7), recall!.high.toFixed(7)], ["0.7512672", "0.9987349"]);
});

Deno.test("the bill is the mean of what parts of both classes cost, drawn one by one", () => {
  const good = Float64Array.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
  const bad = Float64Array.of(4, 6, 8, 10);
  const costs = { miss: 50, alarm: 3, look: 1, badPerThousand: 20, partsPerShift: 8000 };
  const { interval, ...bill } = billOf(effectOf({ good, bad }, { threshold: 8, review: 5 }), costs);
  // 980 good parts: 2 of 10 called bad, 3 of 10 looked at; 20 bad ones: 1 of 4 missed, 1 of 4 looked at.
  assert.deepEqual(bill, {
    misses: 5,
    alarms: 196,
    looks: 294 + 5,
    money: 5 * 50 + 196 * 3 + 299,
    alarmsPerShift: 1568,
    looksPerShift: 2392,
  });
  // R: binom.test(3, 4), binom.test(2, 10), binom.test(3, 10) and binom.test(1, 4), the ends of their intervals.
  const [caught, called, looked, reviewed] = [
    [0.1941204, 0.9936905],
    [0.02521073, 0.5560955],
    [0.06673951, 0.6524529],
    [0.006309463, 0.8058796],
  ];
  const money = (better: number, end: number) =>
    20 * (1 - caught[better]) * 50 + 980 * called[end] * 3 + 980 * looked[end] + 20 * reviewed[end];
  assert(Math.abs(interval!.low - money(1, 0)) < 1e-3 && Math.abs(interval!.high - money(0, 1)) < 1e-3);
  assert.equal(billOf(effectOf({ good, bad: bad.slice(0, 0) }, { threshold: 8, review: 5 }), costs).interval, null);
});

Deno.test("histograms hold all parts, and curves fall from all to none", () => {
  fc.assert(fc.property(scores, scores, (good, bad) => {
    const { low, high } = rangeOf({ good, bad });
    const histogram = histogramOf({ good, bad }, 13);
    const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
    assert(Math.abs(sum(histogram.good) - 1) < 1e-9 && Math.abs(sum(histogram.bad) - 1) < 1e-9);
    const [x, recall, lower, upper] = curvesOf({ good, bad }, 50);
    assert.equal(x[0], low);
    assert(Math.abs(Number(x.at(-1)) - high) < 1e-9);
    assert.deepEqual([recall[0], recall.at(-1)], [1, 0]);
    for (let i = 0; i < 50; i++) assert(lower[i]! <= recall[i]! && recall[i]! <= upper[i]!);
  }));
});
