import assert from "node:assert/strict";
import fc from "fast-check";
import { DOMParser } from "linkedom";
import { rocCurve } from "../../../lib/method/evaluate/roc_curve.ts";
import { CLASSES, histogram, histogramChart, rocChart, thin } from "../../../lib/product/report/charts.ts";
import type { ScoredPart } from "../../../lib/product/experiment/scored_part.ts";

const parts: fc.Arbitrary<ScoredPart[]> = fc.array(
  fc.record({
    id: fc.string(),
    label: fc.constantFrom("good" as const, "bad" as const),
    unseen: fc.boolean(),
    score: fc.oneof(fc.integer({ min: -2, max: 2 }), fc.double({ min: -1e9, max: 1e9, noNaN: true })),
  }),
  { maxLength: 300 },
);

Deno.test("every part is counted once, in the bin that holds its score, and few lie beyond the axis", () => {
  fc.assert(fc.property(parts, fc.integer({ min: 1, max: 50 }), (parts, bins) => {
    const { edges, ...counts } = histogram({ parts }, bins);
    assert.equal(edges.length, bins + 1);
    const naive = { good: 0, bad: 0, unseen: 0 };
    for (const part of parts) naive[part.label === "good" ? "good" : part.unseen ? "unseen" : "bad"]++;
    for (const name of ["good", "bad", "unseen"] as const) {
      assert.equal(counts[name].reduce((sum, count) => sum + count, 0), naive[name]);
    }
    const beyond = parts.filter(({ score }) => score < edges[0] || score > edges[bins]).length;
    assert(beyond <= 0.01 * parts.length);
    // A naive look at each bin; rounding may move a score that lies on an edge.
    const slack = 1e-6 * (edges[bins] - edges[0]) / bins;
    const inBin = (bin: number, slack: number) =>
      parts.filter(({ score }) =>
        (bin === 0 || score >= edges[bin] - slack) && (bin === bins - 1 || score < edges[bin + 1] + slack)
      ).length;
    for (let bin = 0; bin < bins; bin++) {
      const count = counts.good[bin] + counts.bad[bin] + counts.unseen[bin];
      assert(inBin(bin, -slack) <= count && count <= inBin(bin, slack));
    }
  }));
});

Deno.test("scores that are all equal still have an axis", () => {
  const { edges, good } = histogram({ parts: [{ id: "", label: "good", unseen: false, score: 7 }] }, 4);
  assert(edges[0] < 7 && edges[4] > 7);
  assert.equal(Math.max(...good), 1);
});

Deno.test("a score that is not finite cannot be drawn", () => {
  const parts = [{ id: "a.png", label: "good" as const, unseen: false, score: Infinity }];
  assert.throws(() => histogram({ parts }), {
    name: "RangeError",
    message: 'Cannot draw the scores as that of "a.png" is Infinity',
  });
});

Deno.test("thinning keeps both ends and no part of the curve is left by more than a step", () => {
  fc.assert(fc.property(parts, (parts) => {
    const labels = parts.map((part) => part.label === "bad" ? 1 : 0);
    if (new Set(labels).size < 2) return;
    const all = rocCurve(parts.map((part) => part.score), labels);
    const kept = thin(all, 0.1);
    assert.equal(kept[0], all[0]);
    assert.equal(kept.at(-1), all.at(-1));
    for (const { fpr, tpr } of all) {
      assert(kept.some((point) => Math.abs(point.fpr - fpr) < 0.1 && Math.abs(point.tpr - tpr) < 0.1));
    }
  }));
});

Deno.test("a histogram holds a step line a class, both thresholds, and small scores keep their ticks", () => {
  const parts = Array.from({ length: 30 }, (_, i): ScoredPart => ({
    id: String(i),
    label: i < 15 ? "good" : "bad",
    unseen: i >= 25,
    score: 0.0012 + i * 0.00031,
  }));
  const svg = parse(histogramChart({ benchmark: "", method: "", seed: 1, threshold: 0.006, parts }, "a <b>").html);
  assert.equal(svg.getAttribute("role"), "img");
  assert.equal(svg.getAttribute("aria-label"), "a <b>");
  assert.equal(svg.querySelectorAll('[aria-label="area"]').length, 2);
  assert.equal(svg.querySelectorAll(`[stroke="${CLASSES.unseen.colour}"]`).length, 1);
  assert.equal(svg.querySelectorAll('[stroke-dasharray="3 3"]').length, 1);
  assert.equal(svg.querySelectorAll('[aria-label="rule"]').length, 3); // two thresholds and the base line
  const ticks = [...svg.querySelectorAll("text")].map((text) => text.textContent);
  assert(ticks.includes("0.002") && ticks.includes("0.004"), ticks.join());
});

Deno.test("the point of a ROC curve stands at its FPR@95TPR on the line of 95 %", () => {
  const line = { points: [{ fpr: 0, tpr: 0 }, { fpr: 0.5, tpr: 1 }, { fpr: 1, tpr: 1 }], style: 0, fpr95: 0.5 };
  const svg = parse(rocChart([line, { ...line, fpr95: NaN }], "curves").html);
  const circles = [...svg.querySelectorAll("circle")];
  assert.equal(circles.length, 1);
  const dashed = svg.querySelector('[stroke-dasharray="3 3"] line');
  assert.equal(circles[0].getAttribute("cy"), dashed?.getAttribute("y1"));
  const middle = (44 + 400 - 14) / 2;
  assert(Math.abs(Number(circles[0].getAttribute("cx")) - middle) < 1);
});

function parse(html: string) {
  return new DOMParser().parseFromString(`<html><body>${html}</body></html>`, "text/html").querySelector("svg")!;
}

Deno.test("scores that differ by less than a bin can hold are counted as equal ones", () => {
  const parts = [0, Number.MIN_VALUE].map((score, i) => ({ id: `${i}`, label: "good" as const, unseen: false, score }));
  const { good } = histogram({ parts });
  assert.equal(good.reduce((sum, count) => sum + count, 0), 2);
});
