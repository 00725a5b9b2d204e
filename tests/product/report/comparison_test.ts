import assert from "node:assert/strict";
import type { ResultRow } from "../../../lib/product/experiment/results.ts";
import { comparisonTable } from "../../../lib/product/report/comparison_table.ts";
import { learningCurve } from "../../../lib/product/report/learning_curve.ts";

const row = (benchmark: string, method: string, mean: number): ResultRow => {
  const auroc = { mean, std: 0.01, values: [mean - 0.01, mean + 0.01] };
  return { benchmark, method, auroc, fpr95: auroc, interval: { low: 0.801, high: 0.899 }, n: { good: 9, bad: 8 } };
};

Deno.test("the table of comparisons names both methods, the difference with its sign and the corrected p", () => {
  const comparison = { benchmark: "b", first: "A<", second: "B", difference: -0.0123, error: 1, p: 0.01 };
  const { html } = comparisonTable([row("b", "A<", 0.85)], [
    { ...comparison, corrected: 0.0341 },
    { ...comparison, corrected: 1e-9 },
  ]);
  assert.match(html, /A&lt; less B<\/td><td>−1\.2<\/td><td>0\.034</);
  assert.match(html, /&lt; 0\.001/);
  assert.match(html, /80\.1 to 89\.9<\/td><td>85\.0<\/td><td>–</);
  const bootstrap = { auroc: { low: 0.8, high: 0.9 }, fpr95: { low: 0.123, high: 0.3456 } };
  const drawn = comparisonTable([{ ...row("b", "A", 0.85), bootstrap }], []).html;
  assert.match(drawn, /80\.0 to 90\.0<\/td><td>85\.0<\/td><td>12\.3 to 34\.6</);
  assert.match(drawn, /drawing the test parts/);
  assert.doesNotMatch(html, /drawing the test parts/);
  assert.equal(comparisonTable([], []).html, "");
});

Deno.test("the learning curve has a line a method and a point a benchmark, and none for one benchmark", () => {
  const rows = ["5 bad", "10 bad", "other"].flatMap((name) => [row(name, "A", 0.8), row(name, "B", 0.9)]);
  const { html } = learningCurve(rows, { "5 bad": 5, "10 bad": 10 });
  assert.equal(html.match(/<circle/g)?.length, 4);
  assert.equal(html.match(/<li>/g)?.length, 2);
  assert.equal(learningCurve(rows, { "5 bad": 5 }).html, "");
});
