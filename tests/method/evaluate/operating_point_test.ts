import assert from "node:assert/strict";
import fc from "fast-check";
import { billOf, operatingCurve } from "../../../lib/method/evaluate/bill.ts";
import { cheapestThreshold, operatingPoint } from "../../../lib/method/evaluate/operating_point.ts";

const score = fc.integer({ min: -20, max: 20 }).map((value) => value / 4);
const some = fc.array(score, { minLength: 1, maxLength: 30 }).map((values) => Float64Array.from(values).sort());
const scores = fc.record({ good: some, bad: some });

Deno.test("shares are counts, and intervals those of R's binom.test", () => {
  const { recall, alarms } = operatingPoint(
    { good: Float64Array.from({ length: 100 }, (_, i) => i), bad: Float64Array.from({ length: 20 }, (_, i) => i + 90) },
    92,
  );
  assert.deepEqual([recall?.rate, alarms?.rate], [0.9, 0.08]);
  // binom.test(18, 20)$conf.int and binom.test(8, 100)$conf.int
  const expected = [0.6830173, 0.9876515, 0.03517156, 0.15155764];
  [recall?.low, recall?.high, alarms?.low, alarms?.high].forEach((value, i) =>
    assert.ok(Math.abs(value! - expected[i]) < 1e-6, `${value} for ${expected[i]}`)
  );
});

Deno.test("with two thresholds a part is caught from the lower one on, called bad from the higher one", () => {
  fc.assert(fc.property(scores, score, score, ({ good, bad }, a, b) => {
    const [review, threshold] = [Math.min(a, b), Math.max(a, b)];
    const point = operatingPoint({ good, bad }, threshold, review);
    const share = (some: Float64Array, is: (value: number) => boolean) => some.filter(is).length / some.length;
    assert.equal(point.recall?.rate, share(bad, (value) => value >= review));
    assert.equal(point.alarms?.rate, share(good, (value) => value >= threshold));
    assert.equal(point.looked?.rate, share(good, (value) => value >= review && value < threshold));
    assert.equal(point.reviewed?.rate, share(bad, (value) => value >= review && value < threshold));
  }));
});

Deno.test("the curve has every pair of shares that some threshold gives, once", () => {
  fc.assert(
    fc.property(scores, ({ good, bad }) => {
      const curve = operatingCurve({ good, bad });
      const pairs = curve.map(({ recall, alarms }) => `${recall?.rate} ${alarms?.rate}`);
      assert.equal(new Set(pairs).size, pairs.length);
      const known = new Set(pairs);
      for (let threshold = -5.5; threshold < 5.6; threshold += 0.11) {
        const { recall, alarms } = operatingPoint({ good, bad }, threshold);
        assert.ok(known.has(`${recall?.rate} ${alarms?.rate}`));
      }
      assert.deepEqual([curve[0].recall?.rate, curve[0].alarms?.rate], [1, 1]);
      assert.deepEqual([curve.at(-1)?.recall?.rate, curve.at(-1)?.alarms?.rate], [0, 0]);
    }),
    { numRuns: 25 },
  );
});

Deno.test("no threshold is cheaper than the cheapest, by counting every part", () => {
  const costs = fc.record({
    miss: fc.integer({ min: 0, max: 1000 }),
    alarm: fc.integer({ min: 0, max: 100 }),
    badShare: fc.integer({ min: 0, max: 1000 }).map((value) => value / 1000),
  });
  fc.assert(fc.property(scores, costs, ({ good, bad }, cost) => {
    const money = (threshold: number) => {
      const missed = bad.filter((value) => value < threshold).length / bad.length;
      const called = good.filter((value) => value >= threshold).length / good.length;
      return 1000 * (cost.miss * cost.badShare * missed + cost.alarm * (1 - cost.badShare) * called);
    };
    const found = cheapestThreshold({ good, bad }, cost);
    const bill = billOf(operatingPoint({ good, bad }, found.threshold), cost);
    assert.ok(Math.abs(bill.money - money(found.threshold)) < 1e-6 && Math.abs(bill.money - found.money) < 1e-6);
    for (let t = -5.5; t < 5.6; t += 0.05) assert.ok(found.money <= money(t) + 1e-6);
  }));
});

Deno.test("a bill counts misses, alarms and looks, and its interval holds it", () => {
  const point = operatingPoint(
    { good: Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10), bad: Float64Array.of(4, 9, 10, 11) },
    9,
    5,
  );
  const bill = billOf(point, { miss: 100, alarm: 10, look: 1, badShare: 0.04 });
  // One of four bad parts is missed; two of ten good ones are called bad, four more and no bad one looked at.
  assert.deepEqual([bill.misses, bill.alarms, bill.looked], [10, 192, 384]);
  assert.equal(bill.money, 1000 + 1920 + 384);
  assert.ok(bill.interval.low < bill.money && bill.money < bill.interval.high);
});
