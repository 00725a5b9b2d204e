import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import fc from "fast-check";
import { auroc } from "../../../lib/method/evaluate/auroc.ts";
import { averagePrecision } from "../../../lib/method/evaluate/average_precision.ts";
import { addPixels, pixelCounts, pixelFigures } from "../../../lib/method/evaluate/pixel_counts.ts";
import type { PixelCounts } from "../../../lib/method/evaluate/pixel_curves.ts";
import { naiveAuroc, naiveAveragePrecision } from "./naive.ts";

const counts = pixelCounts();
function counted(scores: Float32Array, labels: Uint8Array): PixelCounts {
  counts.good.fill(0);
  counts.bad.fill(0);
  addPixels(counts, scores, labels);
  return counts;
}

const pixels = fc.array(
  fc.tuple(
    fc.oneof(
      fc.float({ noNaN: true, noDefaultInfinity: true }),
      fc.float({ noNaN: true, min: 1, max: Math.fround(1.01) }),
    ),
    fc.boolean(),
  ),
  { minLength: 2, maxLength: 40 },
).filter((all) => all.some(([, bad]) => bad) && all.some(([, bad]) => !bad));

Deno.test("the figures of the sorted scores lie within the bounds, whatever the floats", () => {
  fc.assert(
    fc.property(pixels, (all) => {
      const scores = Float32Array.from(all, ([score]) => score);
      const labels = Uint8Array.from(all, ([, bad]) => bad ? 1 : 0);
      const found = pixelFigures(counted(scores, labels));
      for (
        const [figure, exact] of [
          [found.auroc, naiveAuroc(scores, labels)],
          [found.aupr, naiveAveragePrecision(scores, labels)],
        ] as const
      ) {
        assert.ok(figure.low <= exact + 1e-12 && exact <= figure.high + 1e-12, `${exact} in ${JSON.stringify(figure)}`);
        assert.ok(figure.low <= figure.value + 1e-12 && figure.value <= figure.high + 1e-12, JSON.stringify(figure));
      }
    }),
    { numRuns: 60 },
  );
});

Deno.test("scores that each have a bin of their own give the exact figures, and no order or cut of the pixels changes them", () => {
  const small = fc.array(fc.tuple(fc.integer({ min: -2000, max: 2000 }), fc.boolean()), { minLength: 2, maxLength: 60 })
    .filter((all) => all.some(([, bad]) => bad) && all.some(([, bad]) => !bad));
  fc.assert(
    fc.property(small, fc.nat(60), (all, at) => {
      const scores = Float32Array.from(all, ([score]) => score / 8);
      const labels = Uint8Array.from(all, ([, bad]) => bad ? 7 : 0);
      const ones = labels.map((label) => Math.min(1, label));
      const found = pixelFigures(counted(scores, labels));
      assert.equal(found.auroc.value, auroc(scores, ones));
      assert.ok(Math.abs(found.aupr.value - averagePrecision(scores, ones)) < 1e-12);
      const parts = pixelCounts();
      addPixels(parts, scores.slice(at), labels.slice(at));
      addPixels(parts, scores.slice(0, at), labels.slice(0, at));
      assert.deepEqual(pixelFigures(parts), found);
    }),
    { numRuns: 20 },
  );
});

Deno.test("figures of a million pixels are scikit-learn's, and the bounds are narrow", async () => {
  const { seed, cases } = JSON.parse(
    await readFile(new URL("./fixtures/pixel_metrics.json", import.meta.url), "utf8"),
  ) as { seed: number; cases: { pixels: number; auroc: number; aupr: number }[] };
  for (const { pixels, auroc, aupr } of cases) {
    // A multiplicative generator in whole numbers, the same in the fixture's script.
    let state = seed;
    const next = () => (state = state * 48271 % 2147483647);
    const scores = new Float32Array(pixels);
    const labels = new Uint8Array(pixels);
    for (let i = 0; i < pixels; i++) {
      labels[i] = next() % 50 === 0 ? 1 : 0;
      scores[i] = next() % 100003 * 0.37 + labels[i] * 9000 - 12000;
    }
    const found = pixelFigures(counted(scores, labels));
    assert.ok(Math.abs(found.auroc.value - auroc) < 100 / pixels, `${found.auroc.value} for ${auroc}`);
    assert.ok(Math.abs(found.aupr.value - aupr) < 1000 / pixels, `${found.aupr.value} for ${aupr}`);
    for (const figure of [found.auroc, found.aupr]) assert.ok(figure.high - figure.low < 2e-3, JSON.stringify(figure));
  }
});

Deno.test("what cannot be counted or judged is refused", () => {
  const fresh = pixelCounts();
  assert.throws(() => addPixels(fresh, new Float32Array([1, NaN])), /score 1 is NaN/);
  assert.throws(() => addPixels(fresh, new Float32Array([-Infinity])), /score 0 is -Infinity/);
  assert.throws(() => addPixels(fresh, new Float32Array(2), new Uint8Array(3)), { name: "TypeError" });
  const good = pixelCounts();
  addPixels(good, new Float32Array([1]));
  assert.throws(() => pixelFigures(good), /1 good and 0 bad/);
});

Deno.test("zero of either sign is one score", () => {
  assert.equal(pixelFigures(counted(new Float32Array([-0, 0]), new Uint8Array([0, 1]))).auroc.value, 0.5);
});
