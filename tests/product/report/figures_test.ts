import assert from "node:assert/strict";
import fc from "fast-check";
import { fprAtTpr } from "../../../lib/method/evaluate/fpr_at_tpr.ts";
import { groupBy, percent, shortNumber, spread } from "../../../lib/product/report/figures.ts";
import type { ScoredPart } from "../../../lib/product/experiment/scored_part.ts";
import { decisionThreshold, tprThreshold } from "../../../lib/product/report/threshold.ts";

const parts: fc.Arbitrary<ScoredPart[]> = fc.array(
  fc.record({
    id: fc.string(),
    label: fc.constantFrom("good" as const, "bad" as const),
    unseen: fc.boolean(),
    score: fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ min: -1e6, max: 1e6, noNaN: true })),
  }),
  { maxLength: 60 },
);

Deno.test("the drawn threshold of 95 % TPR flags exactly the FPR@95TPR of good parts", () => {
  fc.assert(fc.property(parts, (parts) => {
    const good = parts.filter((part) => part.label === "good");
    if (good.length === 0 || good.length === parts.length) return;
    const threshold = tprThreshold({ benchmark: "", method: "", seed: 1, parts });
    const labels = parts.map((part) => part.label === "bad" ? 1 : 0);
    assert.equal(
      good.filter((part) => part.score >= threshold).length / good.length,
      fprAtTpr(parts.map((part) => part.score), labels, 0.95),
    );
  }));
});

Deno.test("a given threshold decides, also when it is 0, and without bad parts there is none to derive", () => {
  const set = { benchmark: "", method: "", seed: 1, parts: [] };
  assert.equal(decisionThreshold({ ...set, threshold: 0 }), 0);
  assert(Number.isNaN(decisionThreshold(set)));
});

Deno.test("what lies halfway between two decimals goes to the even one, as in Python", () => {
  // round(100 * x, 1) by Python 3.
  const rounded = [[0.8425, "84.2"], [0.8475, "84.8"], [0.5025, "50.2"], [0.0075, "0.8"], [0.0025, "0.2"]] as const;
  for (const [fraction, text] of rounded) assert.equal(percent(fraction), text);
  // 50.55 and 28.15 are not halfway as doubles: 50.5499…, 28.1499….
  for (const [fraction, text] of [[0.5055, "50.5"], [0.2815, "28.1"], [0.84251, "84.3"]] as const) {
    assert.equal(percent(fraction), text);
  }
  assert.equal(percent(-0.0025), "-0.2");
});

Deno.test("figures are percent with one decimal, with a spread where there is more than one seed", () => {
  assert.equal(percent(0), "0.0");
  assert.equal(percent(1), "100.0");
  assert.equal(percent(NaN), "n/a");
  assert.equal(spread({ mean: 0.9164, std: 0.0049, values: [0.91, 0.92] }), "91.6 ± 0.5");
  assert.equal(spread({ mean: 0.9164, std: 0, values: [0.9164] }), "91.6");
  assert.equal(spread({ mean: NaN, std: NaN, values: [NaN, NaN] }), "n/a");
});

Deno.test("short numbers are short and within a few last digits of the value", () => {
  fc.assert(fc.property(fc.double({ min: -1e300, max: 1e300, noNaN: true }), (value) => {
    const text = shortNumber(value).replaceAll("−", "-");
    assert(text.length <= 10);
    // Numbers with exponent have three digits.
    const tolerance = text.includes("e") ? 0.006 : 0.0006;
    assert(Math.abs(Number(text) - value) <= tolerance * Math.abs(value) || Math.abs(value) < 1e-300);
  }));
  assert.equal(shortNumber(-1.42), "−1.42");
  assert.equal(shortNumber(Infinity), "Infinity");
});

Deno.test("groups keep the order in which they first appear", () => {
  assert.deepEqual([...groupBy(["b1", "a1", "b2"], (text) => text[0])], [["b", ["b1", "b2"]], ["a", ["a1"]]]);
});
