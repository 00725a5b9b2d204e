import assert from "node:assert/strict";
import type { MethodComparison, ResultRow } from "../../../lib/product/experiment/results.ts";
import { adviceOf } from "../../../lib/product/report/advice.ts";
import { bestRows } from "../../../lib/product/report/figures.ts";
import { atAGlance } from "../../../lib/product/report/result_tables.ts";
import { textTable } from "../../../lib/product/report/text_table.ts";
import { worthTable } from "../../../lib/product/report/worth_table.ts";

function row(method: string, auroc: number, low: number, high: number): ResultRow {
  const figure = (value: number) => ({ mean: value, std: 0, values: [value] });
  return {
    benchmark: "all",
    method,
    auroc: figure(auroc),
    fpr95: figure((low + high) / 2),
    bootstrap: { auroc: { low: 0, high: 1 }, fpr95: { low, high } },
    n: { good: 100, bad: 50 },
  };
}

const compared = (first: string, second: string, corrected: number): MethodComparison => ({
  ...{ benchmark: "all", first, second, difference: 0.01, error: 0.01, p: corrected, corrected },
});

Deno.test("a star and the word best are for what is better than all others beyond chance", () => {
  const rows = [row("A", 0.95, 0.1, 0.2), row("B", 0.94, 0.15, 0.3), row("C", 0.8, 0.5, 0.6)];
  const clear = [compared("A", "B", 0.01), compared("A", "C", 0.001), compared("B", "C", 0.001)];
  const level = [compared("A", "B", 0.2), ...clear.slice(1)];
  assert.deepEqual([...bestRows(rows, "auroc", clear)].map(({ method }) => method), ["A"]);
  assert.equal(bestRows(rows, "auroc", level).size, 0);
  assert.equal(bestRows(rows, "auroc", []).size, 0);
  // The intervals of FPR@95TPR of A and B meet.
  assert.equal(bestRows(rows, "fpr95", clear).size, 0);
  assert.equal(bestRows([rows[0], rows[2]], "fpr95", clear).size, 1);
  assert.ok(textTable(rows, 80, clear).includes("95.0 *") && !textTable(rows, 80, level).includes("*"));
  assert.match(atAGlance(rows, clear).html, /A separates good from bad best/);
  assert.match(atAGlance(rows, level).html, /A has the highest AUROC \(AUROC 95\.0\).*above B may be chance/);
});

Deno.test("what helps is said with its reason: the kind that is missed most, more parts, a segment map, a detector to drop", () => {
  const worth = (kind: "detector" | "parts", name: string, difference: number, corrected: number) =>
    ({ kind, name, without: 0.9, difference, p: corrected, corrected }) as const;
  const costs = [{ name: "padim", milliseconds: 12.4, megabytes: 3.21 }];
  const kinds = [
    { kind: "dent", caught: 9, parts: 10 },
    { kind: "hole", caught: 3, parts: 8 },
    { kind: "scratch", caught: 0, parts: 1 },
  ];
  const all = [
    worth("detector", "patchcore", 0.03, 0.001),
    worth("detector", "padim", 0, 1),
    worth("parts", "half", 0.02, 0.01),
  ];
  const [first, second, third] = adviceOf({ worth: all, costs, kinds, segments: "rings" });
  assert.match(first, /^More bad parts of the kind hole: of 8 .* 5 are missed.*half of them cost 2\.0 points/);
  assert.match(second, /^A segment map/);
  assert.match(third, /without padim, beyond chance: leaving it out saves 12 ms a picture and 3\.2 MB/);
  // Where each may be left out none is named, and with nothing to say there is silence.
  assert.deepEqual(adviceOf({ worth: all.slice(1, 2), costs, kinds: [], segments: "map" }), []);
  assert.match(adviceOf({ worth: [], costs, kinds: [], segments: "map", missing: 7 })[0], /^7 more bad parts/);
  const { html } = worthTable(all, costs);
  assert.ok(/detector padim<\/th><td>90\.0<\/td><td>\+0\.0<\/td><td>no<\/td><td>12<\/td><td>3\.2</.test(html), html);
  assert.equal(worthTable([], []).html, "");
});
