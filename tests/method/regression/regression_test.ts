import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import process from "node:process";
import fc from "fast-check";
import { seededRandom } from "../../../lib/base/tensor/random.ts";
import { type Features, features as featuresOf } from "../../../lib/domain.ts";
import { auroc } from "../../../lib/method/evaluate/auroc.ts";
import { packLogistic, unpackLogistic } from "../../../lib/method/regression/file.ts";
import { applyKernel, fitKernel } from "./kernel.ts";
import { applyLogistic } from "../../../lib/method/regression/apply.ts";
import { fitLogistic, fitLogisticPath } from "../../../lib/method/regression/logistic.ts";
import { assertStageLaws } from "../../laws/stage_laws.ts";

interface Fixture {
  labels: number[];
  features: number[][];
  results: [number, number[]][];
}
const cases: Fixture[] = JSON.parse(await readFile(new URL("./fixtures/regression.json", import.meta.url), "utf8"));

function table(rows: readonly (readonly number[])[]): Features {
  return featuresOf([rows.length, rows[0].length], Float32Array.from(rows.flat()));
}

/** Rows of which the first columns tell the class, in the order of drawing. */
function drawn(N: number, F: number, bad: number, seed: number): { features: Features; labels: Uint8Array } {
  const random = seededRandom(seed);
  const labels = Uint8Array.from({ length: N }, (_, i) => Number(i < bad));
  const data = Float32Array.from(
    { length: N * F },
    (_, at) => random.normal() * (1 + at % 7) + (at % F < 5 ? labels[Math.floor(at / F)] * 2 : 3),
  );
  return { features: featuresOf([N, F], data), labels };
}

Deno.test("log-odds are scikit-learn's, for fewer and for more columns than rows", () => {
  for (const { labels, features, results } of cases) {
    for (const [cost, expected] of results) {
      const found = applyLogistic(fitLogistic({ cost }, table(features), labels))(table(features)).data;
      const scale = Math.max(...expected.map(Math.abs));
      found.forEach((odds, i) => assert.ok(Math.abs(odds - expected[i]) < 2e-5 * scale, `${odds} for ${expected[i]}`));
    }
  }
});

Deno.test("at the solution no weight has a slope: the gradient of the loss is zero", () => {
  const shapes = fc.record({
    N: fc.integer({ min: 4, max: 40 }),
    F: fc.integer({ min: 1, max: 60 }),
    bad: fc.integer({ min: 1, max: 3 }),
    cost: fc.constantFrom(1e-4, 0.01, 1, 100),
    seed: fc.nat(1000),
  });
  fc.assert(
    fc.property(shapes, ({ N, F, bad, cost, seed }) => {
      const { features, labels } = drawn(N, F, bad, seed);
      const { weights, intercept, mean, deviation } = fitLogistic({ cost }, features, labels);
      const gradient = Float64Array.from(weights);
      let slope = 0;
      let most = 0;
      for (let i = 0; i < N; i++) {
        const row = Array.from(weights, (_, j) => (features.data[i * F + j] - mean[j]) / deviation[j]);
        const odds = row.reduce((sum, value, j) => sum + value * weights[j], intercept);
        const share = cost * N / (2 * (labels[i] ? bad : N - bad));
        const pull = share * (1 / (1 + Math.exp(-odds)) - labels[i]);
        row.forEach((value, j) => gradient[j] += pull * value);
        slope += pull;
        most = Math.max(most, share);
      }
      for (const value of [...gradient, slope]) assert.ok(Math.abs(value) < 1e-7 * Math.max(1, most), `${value}`);
    }),
    { numRuns: 60 },
  );
});

Deno.test("rows of one table do not depend on each other; missing values count as the mean", async () => {
  const { features, labels } = drawn(20, 6, 5, 1);
  const apply = applyLogistic(fitLogistic({ cost: 1 }, features, labels));
  const inputs = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.nat(100)).map(([n, seed]) =>
    drawn(n, 6, 1, seed).features
  );
  await assertStageLaws({ stage: apply, inputs, options: { numRuns: 20 } });
  const fitted = fitLogistic({ cost: 1 }, features, labels);
  const holes = table([Array(6).fill(NaN), Array.from(fitted.mean)]);
  const [missing, mean] = apply(holes).data;
  assert.ok(Math.abs(missing - mean) < 1e-5 && Math.abs(missing - fitted.intercept) < 1e-6);
  const some = Float32Array.from(features.data, (value, at) => at % 11 === 0 ? NaN : value);
  const holed = featuresOf([20, 6], some);
  assert.ok(applyLogistic(fitLogistic({ cost: 1 }, holed, labels))(holed).data.every(Number.isFinite));
});

Deno.test("500 rows of 1,500 columns are solved in under a second of one core, and a path is the same as each alone", () => {
  const { features, labels } = drawn(500, 1500, 50, 3);
  // Of the processor, and the best of some, as other tests run at the same time.
  const times = Array.from({ length: 3 }, () => {
    const begun = process.cpuUsage();
    fitLogistic({ cost: 0.01 }, features, labels);
    return process.cpuUsage(begun).user;
  });
  assert.ok(Math.min(...times) < 1.5e6, `${times} µs`);
  const fitted = fitLogistic({ cost: 0.01 }, features, labels);
  const small = drawn(60, 80, 9, 3);
  const path = fitLogisticPath({ costs: [0.001, 0.1, 10] }, small.features, small.labels);
  [0.001, 0.1, 10].forEach((cost, i) => {
    const alone = fitLogistic({ cost }, small.features, small.labels);
    alone.weights.forEach((weight, j) => assert.ok(Math.abs(weight - path[i].weights[j]) < 1e-7));
  });
  assert.ok(auroc(applyLogistic(fitted)(features).data, labels) > 0.99);
});

Deno.test("blocks of columns weigh the same, which is a kernel that is the mean of theirs", () => {
  const { features, labels } = drawn(40, 63, 8, 9);
  const blocks = [3, 20, 40];
  const { mean, deviation } = fitLogistic({ cost: 1 }, features, labels);
  const kernel = new Float64Array(1600);
  let from = 0;
  for (const width of blocks) {
    for (let i = 0; i < 40; i++) {
      for (let k = 0; k < 40; k++) {
        let sum = 0;
        for (let j = from; j < from + width; j++) {
          sum += (features.data[i * 63 + j] - mean[j]) * (features.data[k * 63 + j] - mean[j]) / deviation[j] ** 2;
        }
        kernel[i * 40 + k] += sum / width / 3;
      }
    }
    from += width;
  }
  for (const cost of [0.1, 10]) {
    const fitted = fitKernel(kernel, labels, cost);
    const byKernel = applyKernel(fitted, kernel);
    const byColumns = applyLogistic(fitLogistic({ cost, blocks }, features, labels))(features).data;
    byColumns.forEach((odds, i) => assert.ok(Math.abs(odds - byKernel[i]) < 1e-5, `${odds}, ${byKernel[i]}`));
    const again = fitKernel(kernel, labels, cost, fitKernel(kernel, labels, 2 * cost));
    again.dual.forEach((value, i) => assert.ok(Math.abs(value - fitted.dual[i]) < 1e-7));
  }
  assert.throws(
    () => fitLogistic({ cost: 1, blocks: [3, 20] }, features, labels),
    /blocks of 3, 20 are not its 63 columns/,
  );
  assert.throws(() => fitKernel(kernel, labels.subarray(1), 1), { name: "TypeError", message: /must be 39 × 39/ });
  assert.throws(() => fitKernel(kernel, labels, 0), RangeError);
  assert.throws(() => fitKernel(new Float64Array(1600).fill(NaN), labels, 1), RangeError);
  assert.throws(() => applyKernel(fitKernel(kernel, labels, 1), new Float64Array(41)), TypeError);
});

Deno.test("bytes give the same regression, and others are refused", () => {
  const { features, labels } = drawn(20, 6, 5, 1);
  const fitted = fitLogistic({ cost: 1, blocks: [2, 4] }, features, labels);
  assert.deepEqual(unpackLogistic(packLogistic(fitted)), fitted);
  assert.throws(() => unpackLogistic(packLogistic({ ...fitted, weights: new Float64Array(5) })), {
    name: "SyntaxError",
  });
  assert.throws(() => unpackLogistic(packLogistic({ ...fitted, deviation: new Float64Array(6) })), SyntaxError);
});

Deno.test("what cannot be fitted is refused", () => {
  const { features, labels } = drawn(6, 3, 2, 1);
  assert.throws(() => fitLogistic({ cost: 0 }, features, labels), {
    name: "RangeError",
    message: /cost must be above 0/,
  });
  assert.throws(() => fitLogistic({ cost: 1 }, features, [1, 0]), {
    name: "TypeError",
    message: /2 labels for 6 rows/,
  });
  assert.throws(() => fitLogistic({ cost: 1 }, features, [0, 0, 0, 0, 0, 0]), { message: /6 good and 0 bad rows/ });
  assert.throws(() => fitLogistic({ cost: 1 }, features, [0, 0, 2, 0, 0, 1]), { message: /label 2 is 2/ });
  const infinite = table([[1], [Infinity]]);
  assert.throws(() => fitLogistic({ cost: 1 }, infinite, [0, 1]), { name: "RangeError", message: /finite or missing/ });
  const apply = applyLogistic(fitLogistic({ cost: 1 }, features, labels));
  assert.throws(() => apply(table([[1, 2]])), { name: "TypeError", message: /^Cannot standardise features/ });
});
