import assert from "node:assert/strict";
import fc from "fast-check";
import type { ResultRow, Summary } from "../../../lib/product/experiment/results.ts";
import { displayWidth, textTable } from "../../../lib/product/report/text_table.ts";

const summary: fc.Arbitrary<Summary> = fc.record({
  mean: fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constant(NaN)),
  std: fc.double({ min: 0, max: 0.5, noNaN: true }),
  values: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 10 }),
});
const count = fc.nat({ max: 99999 });
const name = fc.oneof(
  fc.string({ maxLength: 60 }),
  fc.string({ unit: "grapheme", maxLength: 60 }),
  fc.stringMatching(/^[A-Za-z +]{0,120}$/),
);
const row: fc.Arbitrary<ResultRow> = fc.record({
  benchmark: name,
  method: name,
  auroc: summary,
  fpr95: summary,
  aurocUnseen: fc.option(summary, { nil: undefined }),
  n: fc.record({ good: count, bad: count, unseen: count }),
  paper: fc.option(fc.record({ auroc: fc.double({ min: 0, max: 1 }), fpr95: fc.double({ min: 0, max: 1 }) }), {
    nil: undefined,
  }),
});

function fixed(method: string, auroc: number, extra: Partial<ResultRow> = {}): ResultRow {
  const of = (mean: number) => ({ mean, std: 0.0031, values: [mean, mean] });
  return { benchmark: "High-shot", method, auroc: of(auroc), fpr95: of(1 - auroc), n: { good: 10, bad: 9 }, ...extra };
}

Deno.test("no line is wider than asked, whatever the names are, and nothing but text and line ends is written", () => {
  fc.assert(fc.property(fc.array(row, { maxLength: 8 }), fc.integer({ min: 40, max: 120 }), (rows, width) => {
    const text = textTable(rows, width);
    for (const line of text.split("\n")) assert(displayWidth(line) <= width, `${displayWidth(line)}: ${line}`);
    // deno-lint-ignore no-control-regex
    assert(!/[\x00-\x09\x0b-\x1f\x7f-\x9f]/.test(text));
  }));
});

Deno.test("the decimal points of a column stand below one another", () => {
  fc.assert(fc.property(fc.array(row, { minLength: 1, maxLength: 6 }), (rows) => {
    const plain = rows.map((row, i) => ({
      ...row,
      benchmark: "b",
      method: `method ${i}`,
      auroc: { mean: i / 5, std: i === 0 ? 0.01 : 0.2, values: [0, 1] },
    }));
    const lines = textTable(plain).split("\n").filter((line) => line.startsWith("method"));
    assert.equal(lines.length, rows.length);
    assert.equal(new Set(lines.map((line) => line.indexOf("."))).size, 1);
    assert.equal(new Set(lines.map((line) => line.indexOf("±"))).size, 1);
  }));
});

Deno.test("a table reads as in the paper, the best starred", () => {
  const rows = [
    fixed("PatchCore", 0.9171),
    fixed("PatchCore + SegAD", 0.95, { paper: { auroc: 0.946, fpr95: 0.29 } }),
    fixed("One-seed", 0.5, { auroc: { mean: 0.5, std: 0, values: [0.5] } }),
  ];
  assert.equal(
    textTable(rows),
    `High-shot: 10 good, 9 bad; mean ± std over 2 seeds
-------------------------------------------------------------
Method             Cl. AUROC ↑    FPR@95TPR ↓    in the paper
-------------------------------------------------------------
PatchCore           91.7 ± 0.3      8.3 ± 0.3               -
PatchCore + SegAD   95.0 ± 0.3 *    5.0 ± 0.3 *    94.6  29.0
One-seed            50.0           50.0 ± 0.3               -
-------------------------------------------------------------
`,
  );
});

Deno.test("the paper's deviations stand behind its figures where there is room, and only its means where not", () => {
  const paper = { auroc: 0.883, aurocStd: 0.003, fpr95: 0.604, fpr95Std: 0.0194 };
  const rows = [fixed("PatchCore", 0.9, { paper }), fixed("PaDiM", 0.8, { paper: { auroc: 0.5, fpr95: 0.05 } })];
  const lines = (width: number) => textTable(rows, width).split("\n").filter((line) => /^Pa/.test(line));
  assert.deepEqual(lines(90), [
    "PatchCore   90.0 ± 0.3 *   10.0 ± 0.3 *  88.3 ± 0.3  60.4 ± 1.9",
    "PaDiM       80.0 ± 0.3     20.0 ± 0.3    50.0         5.0",
  ]);
  assert.deepEqual(lines(65).map((line) => line.slice(40).trim()), ["88.3  60.4", "50.0   5.0"]);
});

Deno.test("figures that print alike are all the best, and one row alone is not", () => {
  const text = textTable([fixed("a", 0.90001), fixed("b", 0.90002), { ...fixed("c", 0.9), benchmark: "other" }]);
  assert.equal(text.match(/\*/g)?.length, 4);
  assert(!/^c.*\*/m.test(text));
});

Deno.test("where there is little room, optional columns go and names are broken, not cut", () => {
  const long = "PatchCore + PaDiM + EfficientAD + SegAD (boosted random forest)";
  const row = fixed(long, 0.9, {
    aurocUnseen: { mean: 0.8, std: 0, values: [0.8] },
    paper: { auroc: 0.9, fpr95: 0.1 },
  });
  assert(/Unseen ↑ +in the paper/.test(textTable([row], 80)));
  const narrow = textTable([row], 52);
  assert(!/Unseen|paper/.test(narrow));
  const method = narrow.split("\n").slice(4, -2).map((line) => line.slice(0, 22).trim()).join(" ");
  assert.equal(method.replaceAll(/\s+/g, " "), long);
});

Deno.test("wide characters count twice and marks not at all", () => {
  assert.equal(displayWidth("a良e\u0301"), 4);
});

Deno.test("fewer than 40 columns are refused", () => {
  assert.throws(() => textTable([], 39), {
    name: "RangeError",
    message: "Cannot set a table in 39 columns as it needs 40",
  });
});
