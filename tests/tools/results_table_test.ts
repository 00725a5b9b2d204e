import assert from "node:assert/strict";
import { markdownTable, timingTable } from "../../tools/results_table.ts";

const of = (...values: number[]) => ({ mean: values.reduce((a, b) => a + b) / values.length, std: 0.01, values });

Deno.test("a run's table has the columns that its rows fill, and each benchmark once", () => {
  const n = { good: 9, bad: 8 };
  const rows = [
    { benchmark: "high-shot", method: "A", auroc: of(0.9, 0.8), fpr95: of(0.5, 0.5), n, paper: { auroc: 0.917 } },
    { benchmark: "high-shot", method: "B", auroc: of(0.7), fpr95: of(0.25), n },
  ];
  const failed = [{ benchmark: "high-shot", method: "C", seed: 3, reason: "no memory" }];
  assert.equal(
    markdownTable({ rows, failed }),
    [
      "| benchmark | method | Cl. AUROC | FPR@95TPR | in the paper |",
      "| --- | --- | --- | --- | --- |",
      "| high-shot: 9 good, 8 bad | A | 85.0 ± 1.0 | 50.0 ± 1.0 | 91.7 |",
      "|  | B | 70.0 | 25.0 |  |",
      "\nC (high-shot, seed 3) failed: no memory",
    ].join("\n"),
  );
  assert.match(
    timingTable([{ name: "padim", fitSeconds: 3.14, picturesPerSecond: 41.7 }]),
    /\| padim \| 3\.1 \| 42 \|/,
  );
});
