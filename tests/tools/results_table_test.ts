import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ResultRow, Results } from "../../lib/product/experiment/results.ts";
import {
  curveTable,
  folderTables,
  intervalTable,
  resultTable,
  runTables,
  timingTable,
} from "../../tools/results_table.ts";
import { put, run, withFolder } from "../app/cli/product.ts";

const of = (...values: number[]) => ({ mean: values.reduce((a, b) => a + b) / values.length, std: 0.01, values });
const n = { good: 9, bad: 8, unseen: 2 };
const rows: ResultRow[] = [
  {
    benchmark: "high-shot",
    method: "A|B",
    auroc: of(0.9, 0.8),
    fpr95: of(0.5, 0.5),
    bootstrap: { auroc: { low: 0.8, high: 0.9012 }, fpr95: { low: 0.4, high: 0.6 } },
    n,
    paper: { auroc: 0.917, aurocStd: 0.003, fpr95: 0.48 },
  },
  { benchmark: "high-shot", method: "C", seeds: [1], auroc: of(0.7), fpr95: of(0.25), n },
  { benchmark: "low-shot", method: "C", auroc: of(0.5, 0.5), fpr95: of(1, 1), n: { good: 9, bad: 8 } },
];
const compared = { benchmark: "high-shot", error: 0.01, p: 0.01 };
const comparisons = [
  { ...compared, first: "C", second: "A|B", difference: -0.15, corrected: 0.02 },
  { ...compared, first: "D", second: "A|B", difference: -0.15, corrected: 0.2 },
];
const results: Results = {
  pipeline: "vad",
  seeds: [1, 2],
  data: {
    origin: { name: "stand-in", standIn: { version: 2, seed: 0, size: "paper" } },
    counts: {},
    sha256: "0123456789abcdef",
  },
  rows,
  comparisons,
  failed: [{ benchmark: "high-shot", method: "C", seed: 2, reason: "no `memory`\n  because it is full" }],
};
const record = {
  seconds: 754,
  device: "cpu",
  definition: {
    benchmarks: { "high-shot": { kind: "all", bad: 1000 }, "low-shot": { kind: "all", bad: 5 }, none: "none" },
  },
};

Deno.test("a run's table has the columns that its rows fill, each benchmark once, and its pipes below one another", () => {
  assert.equal(
    resultTable(rows),
    `
| benchmark                                    | method | Cl. AUROC  | FPR@95TPR   | in the paper      | seeds |
| -------------------------------------------- | ------ | ---------- | ----------- | ----------------- | ----- |
| high-shot: 9 good, 8 bad (2 of unseen kinds) | A\\|B   | 85.0 ± 1.0 | 50.0 ± 1.0  | 91.7 ± 0.3 / 48.0 |       |
|                                              | C      | 70.0       | 25.0        |                   | 1     |
| low-shot: 9 good, 8 bad                      | C      | 50.0 ± 1.0 | 100.0 ± 1.0 |                   |       |
`.trim(),
  );
  assert.match(
    timingTable([{ name: "padim", fitSeconds: 3.14, picturesPerSecond: 41.7 }]),
    /\| padim {2}\| 3\.1 {8}\| 42 {9}\|/,
  );
});

Deno.test("intervals stand beside the methods whose AUROC is lower by more than chance", () => {
  const [text, tableText] = intervalTable(rows, comparisons).split("\n\n");
  assert.match(text, /p < 0\.05 .* all 2 comparisons/s);
  assert.deepEqual(tableText.split("\n").map((line) => line.replaceAll(/ +/g, " ")), [
    "| benchmark | no. | method | Cl. AUROC | FPR@95TPR | AUROC higher than that of |",
    `| ${
      ["benchmark", "no.", "method", "Cl. AUROC", "FPR@95TPR", "AUROC higher than that of"].map((head) =>
        "-".repeat({ "Cl. AUROC": 12, "FPR@95TPR": 12 }[head] ?? head.length)
      ).join(" | ")
    } |`,
    "| high-shot | 1 | A\\|B | 80.0 to 90.1 | 40.0 to 60.0 | 2 |",
    "| | 2 | C | | | |",
  ]);
  assert.equal(intervalTable(rows.slice(2), []), "");
  assert.doesNotMatch(intervalTable(rows, []), /higher than/);
});

Deno.test("the learning curve has a column a number of bad parts, least first, and is left out where there is one", () => {
  const lines = curveTable(rows, record.definition.benchmarks).split("\n").slice(2).map((line) =>
    line.replaceAll(/ +/g, " ")
  );
  assert.deepEqual([lines[0], ...lines.slice(2)], [
    "| bad training parts | 5 | 1,000 |",
    "| A\\|B | | 85.0 ± 1.0 |",
    "| C | 50.0 ± 1.0 | 70.0 |",
  ]);
  assert.equal(curveTable(rows, { "high-shot": { kind: "all", bad: 5 } }), "");
});

Deno.test("the text names data, seeds, time and what failed, and deno fmt leaves it alone", async () => {
  const text = runTables(results, { record, timings: [{ name: "padim", fitSeconds: 20 }] });
  assert.match(text, /^## vad: procedural stand-in, version 2, size paper\n\nMeasured on: procedural/);
  assert.match(text, /\(pictures 01234567\); seeds 1, 2; 13 min on cpu, kept\ssteps/);
  assert.match(text, /\n\| C \(high-shot, seed 2\) \| `no 'memory' because it is full` \|$/);
  await withFolder(async (folder) => {
    const file = await put(join(folder, "tables.md"), `${text}\n`);
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["fmt", "--check", "--no-config", "--line-width", "120", file],
      env: { NO_COLOR: "1" },
      stdout: "null",
      stderr: "piped",
    }).output();
    assert.ok(success, new TextDecoder().decode(stderr));
  });
});

Deno.test("a run over all objects has the time of their runs; results of older versions are read too", async () => {
  await withFolder(async (folder) => {
    const origin = { name: "VisA", objects: ["pcb1", "pcb2"] };
    const { failed: _, ...whole } = { ...results, data: { ...results.data, origin } };
    await put(join(folder, "it/results.json"), JSON.stringify(whole));
    for (const object of origin.objects) {
      await put(join(folder, `it-${object}/run.json`), JSON.stringify({ seconds: 3600, device: "cuda" }));
    }
    assert.match(await folderTables(join(folder, "it/")), /VisA, pcb1, pcb2 \(.*; 2\.0 h on cuda,/);
    const { origin: __, ...data } = whole.data;
    await put(join(folder, "old/results.json"), JSON.stringify({ ...whole, data }));
    assert.match(await folderTables(join(folder, "old")), /^## vad: unnamed data\n/);
    const older = { data: { origin: "the procedural stand-in v2, size paper" } };
    await put(join(folder, "old/run.json"), JSON.stringify(older));
    assert.match(await folderTables(join(folder, "old")), /^## vad: procedural stand-in v2, size paper\n/);
  });
});

Deno.test("the command prints, or writes a file that is whole or as it was", async () => {
  await withFolder(async (folder) => {
    await put(join(folder, "it/results.json"), JSON.stringify(results));
    const printed = await run("tables", join(folder, "it"), join(folder, "it"));
    assert.equal(printed.code, 0, printed.err);
    assert.equal(printed.out.match(/^## vad/gm)?.length, 2);
    const file = await put(join(folder, "out.md"), "before");
    const missing = await run("tables", join(folder, "it"), join(folder, "nowhere"), "--out", file);
    assert.equal(missing.code, 2);
    assert.match(missing.err, /^Cannot print the table of ".*nowhere" as ENOENT/);
    assert.equal(await readFile(file, "utf8"), "before");
    const written = await run("tables", join(folder, "it"), join(folder, "it"), "--out", file);
    assert.deepEqual([written.code, written.out], [0, ""], written.err);
    assert.equal(await readFile(file, "utf8"), printed.out);
    assert.equal((await run("tables")).code, 2);
  });
});
