import assert from "node:assert/strict";
import fc from "fast-check";
import { auroc } from "../../../lib/method/evaluate/auroc.ts";
import { averagePrecision } from "../../../lib/method/evaluate/average_precision.ts";
import { fprAtTpr } from "../../../lib/method/evaluate/fpr_at_tpr.ts";
import { linearQuantile } from "../../../lib/base/tensor/linear_quantile.ts";
import { meanStd } from "../../../lib/method/evaluate/mean_std.ts";
import { rocCurve } from "../../../lib/method/evaluate/roc_curve.ts";
import fixtures from "./fixtures/metrics.json" with { type: "json" };
import { naiveAuroc, naiveAveragePrecision, shareFrom } from "./naive.ts";

/** At least one part of each class; few distinct scores in half of the cases, so that there are ties. */
const scored = fc.tuple(fc.boolean(), fc.array(fc.boolean(), { minLength: 0, maxLength: 40 })).chain(([tied, rest]) => {
  const labels = [1, 0, ...rest.map(Number)];
  const score = tied ? fc.integer({ min: -3, max: 3 }) : fc.double({ noNaN: true, noDefaultInfinity: true });
  return fc.record({
    labels: fc.constant(labels),
    scores: fc.array(score, { minLength: labels.length, maxLength: labels.length }),
  });
});

function near(actual: number, expected: number, message?: string) {
  assert.ok(
    Math.abs(actual - expected) <= 1e-12 * Math.max(1, Math.abs(expected)),
    message ?? `${actual} ≠ ${expected}`,
  );
}

fixtures.forEach((fixture, i) => {
  Deno.test(`figures equal scikit-learn's and pandas' (case ${i})`, () => {
    const { scores, labels } = fixture;
    near(auroc(scores, labels), fixture.auroc);
    near(averagePrecision(scores, labels), fixture.averagePrecision);
    assert.equal(fprAtTpr(scores, labels, 0.95), fixture.fpr95);
    near(meanStd(scores).mean, fixture.mean);
    near(meanStd(scores).std, fixture.std);
    const sorted = Float64Array.from(scores).sort();
    assert.deepEqual([0, 0.05, 0.5, 0.995, 1].map((q) => linearQuantile(sorted, q)), fixture.quantiles);
    const points = rocCurve(scores, labels);
    assert.deepEqual(points.slice(1).map(({ threshold }) => threshold), fixture.roc.thresholds);
    points.forEach(({ fpr, tpr }, at) => {
      near(fpr, fixture.roc.fpr[at]);
      near(tpr, fixture.roc.tpr[at]);
    });
  });
});

Deno.test("AUROC and average precision equal the naive ones, with ties", () => {
  fc.assert(fc.property(scored, ({ scores, labels }) => {
    near(auroc(scores, labels), naiveAuroc(scores, labels));
    near(averagePrecision(scores, labels), naiveAveragePrecision(scores, labels));
  }));
});

Deno.test("AUROC is the area under the ROC curve, whose points are shares counted one by one", () => {
  fc.assert(fc.property(scored, ({ scores, labels }) => {
    const points = rocCurve(scores, labels);
    let area = 0;
    points.slice(1).forEach((point, i) => area += (point.fpr - points[i].fpr) * (point.tpr + points[i].tpr) / 2);
    near(area, auroc(scores, labels));
    for (const { threshold, fpr, tpr } of points) {
      near(fpr, shareFrom(scores, labels, 0, threshold));
      near(tpr, shareFrom(scores, labels, 1, threshold));
    }
    assert.equal(points.at(-1)?.fpr, 1);
    assert.equal(points.at(-1)?.tpr, 1);
  }));
});

Deno.test("swapping the classes or the sign of the scores mirrors AUROC", () => {
  fc.assert(fc.property(scored, ({ scores, labels }) => {
    const area = auroc(scores, labels);
    near(auroc(scores.map((score) => -score), labels), 1 - area);
    near(auroc(scores, labels.map((label) => 1 - label)), 1 - area);
  }));
});

Deno.test("figures do not depend on the order of the parts", () => {
  const withOrder = scored.chain((value) =>
    fc.record({
      value: fc.constant(value),
      order: fc.shuffledSubarray(value.labels.map((_, i) => i), { minLength: value.labels.length }),
    })
  );
  fc.assert(fc.property(withOrder, ({ value: { scores, labels }, order }) => {
    const other = [order.map((i) => scores[i]), order.map((i) => labels[i])] as const;
    for (const figure of [auroc, averagePrecision, fprAtTpr]) assert.equal(figure(...other), figure(scores, labels));
  }));
});

Deno.test("the false positive rate takes the quantile that is meant, not one off by rounding", () => {
  // With 21 bad parts the 5 % quantile is the second lowest score exactly, and a good part with that score is flagged.
  const bad = Array.from({ length: 21 }, (_, i) => 10 + i);
  assert.equal(fprAtTpr([11, 1, ...bad], [0, 0, ...bad.map(() => 1)], 0.95), 0.5);
  assert.equal(fprAtTpr([1, 2, 3, 4], [0, 1, 0, 1], 1), 0.5);
});

Deno.test("a figure of typed arrays equals that of plain ones", () => {
  assert.equal(auroc(Float32Array.of(1, 2, 2, 3), Uint8Array.of(0, 0, 1, 1)), 0.875);
});

for (const figure of [auroc, averagePrecision, fprAtTpr, rocCurve]) {
  Deno.test(`${figure.name} refuses what has no answer`, () => {
    assert.throws(() => figure([1, NaN], [0, 1]), {
      name: "RangeError",
      message: /^Cannot .* as scores must be finite numbers: score 1 is NaN$/,
    });
    assert.throws(() => figure([1, Infinity], [0, 1]), RangeError);
    assert.throws(() => figure([1, 2, 3], [0, 0, 0]), {
      name: "RangeError",
      message: /^Cannot .* as parts of both classes are needed: there are 3 good and 0 bad$/,
    });
    assert.throws(() => figure([1, 2], [1, 1]), RangeError);
    assert.throws(() => figure([], []), RangeError);
    assert.throws(() => figure([1, 2], [0, 2]), { name: "TypeError", message: /label 1 is 2$/ });
    assert.throws(() => figure([1, 2], [0]), { name: "TypeError", message: /1 labels for 2 scores$/ });
  });
}

Deno.test("a rate out of range is refused", () => {
  for (const tpr of [0, -1, 1.1, NaN]) assert.throws(() => fprAtTpr([1, 2], [0, 1], tpr), RangeError);
  assert.throws(() => linearQuantile(Float64Array.of(1), 1.5), RangeError);
  assert.throws(() => linearQuantile(new Float64Array(0), 0.5), RangeError);
});

Deno.test("equal values have no spread, and a spread needs finite values", () => {
  assert.deepEqual(meanStd([0.1, 0.1, 0.1]), { mean: 0.1, std: 0 });
  assert.deepEqual(meanStd([0.7]), { mean: 0.7, std: 0 });
  assert.throws(() => meanStd([]), RangeError);
  assert.throws(() => meanStd([1, NaN]), RangeError);
});
