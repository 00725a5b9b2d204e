import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseDefinition } from "../../lib/pipeline/definition.ts";
import { describeFailed } from "../../lib/pipeline/failures.ts";
import { runPipeline } from "../../lib/pipeline/run.ts";
import { writeRunReport } from "../../lib/report/run_report.ts";
import { SMALL, withFolder, writeParts } from "../cli/product.ts";

const base = {
  ...SMALL,
  // EfficientAD wants larger pictures; with this rate the classifier's loss is soon no number.
  detectors: { efficientad: {}, ...SMALL.detectors },
  classifiers: { linear: { steps: 3, batch: 4 }, devnet: { rate: 1e30, epochs: 1 } },
  methods: {
    "EfficientAD": { alone: "efficientad" },
    "PatchCore": { alone: "patchcore" },
    "DevNet": { alone: "devnet" },
    "Linear": { alone: "linear" },
    "All AD + Ours": { forest: ["efficientad", "patchcore", "padim"] },
    "Both + Ours": { forest: ["patchcore", "padim"] },
    "Both + Linear + Ours": { forest: ["patchcore", "padim"], classifier: "linear" },
  },
  decision: { benchmark: "supervised", method: "Both + Linear + Ours", recall: 0.9 },
  seeds: [1, 2],
};

const quiet = { say: () => {}, progress: () => {} };
const options = {
  file: "small.ts",
  size: "small",
  device: "cpu",
  threads: 1,
  signal: new AbortController().signal,
} as const;

Deno.test("what fails is told, all other cells are judged as without it, and there is a report", async () => {
  await withFolder(async (folder) => {
    await writeParts(join(folder, "parts"));
    const at = { runs: join(folder, "runs"), cache: join(folder, "cache"), data: join(folder, "parts") };
    const warnings: string[] = [];
    const reporter = { ...quiet, warn: (text: string) => void warnings.push(text) };
    const run = await runPipeline(parseDefinition(base), { ...options, ...at, name: "some", reporter }, writeRunReport);
    assert.equal(warnings.filter((text) => /^Fit EfficientAD, seed [12] failed.*at least 256/.test(text)).length, 2);
    const { failed, rows } = JSON.parse(await readFile(join(run!.folder, "results.json"), "utf8"));
    assert.deepEqual(
      failed.map(({ method, seed }: { method: string; seed: number }) => `${method} ${seed}`),
      [1, 2].flatMap((seed) => ["EfficientAD", "DevNet", "All AD + Ours"].map((method) => `${method} ${seed}`)),
    );
    assert.match(
      describeFailed(failed),
      /Train DevNet for supervised, seed 1: .*\n +not judged: DevNet \(supervised\)/,
    );
    const good = {
      ...base,
      detectors: SMALL.detectors,
      classifiers: { linear: base.classifiers.linear },
      methods: Object.fromEntries(
        Object.entries(base.methods).filter(([name]) => !["EfficientAD", "DevNet", "All AD + Ours"].includes(name)),
      ),
    };
    const other = await runPipeline(parseDefinition(good), { ...options, ...at, name: "good", reporter });
    assert.deepEqual(rows, JSON.parse(JSON.stringify(other!.results.rows)));
    assert.match(
      await readFile(join(run!.folder, "report.html"), "utf8"),
      /DevNet \(supervised, seed 1\) could not be judged/,
    );
    assert.ok(existsSync(join(run!.folder, "models/model.json")));
  });
});

Deno.test("where the deciding method fails there is no model; where everything fails, its first error", async () => {
  await withFolder(async (folder) => {
    await writeParts(join(folder, "parts"));
    const at = { runs: join(folder, "runs"), cache: join(folder, "cache"), data: join(folder, "parts") };
    const reporter = { ...quiet, warn: () => {} };
    const decided = { ...base, seeds: [1], decision: { ...base.decision, method: "All AD + Ours" } };
    const run = await runPipeline(
      parseDefinition(decided),
      { ...options, ...at, name: "it", reporter },
      writeRunReport,
    );
    assert.equal(run!.deployment, undefined);
    assert.ok(!existsSync(join(run!.folder, "models")));
    const alone = {
      ...decided,
      detectors: { efficientad: {} },
      classifiers: { linear: base.classifiers.linear },
      methods: { "EfficientAD": { alone: "efficientad" }, "Linear": { alone: "linear" } },
      decision: { ...base.decision, method: "Linear" },
    };
    const left = await runPipeline(parseDefinition(alone), { ...options, ...at, name: "alone", reporter });
    assert.deepEqual(left!.results.rows.map(({ method }) => method), ["Linear"]);
    const none = {
      ...decided,
      detectors: { efficientad: {} },
      classifiers: {},
      methods: { "EfficientAD": { alone: "efficientad" } },
      decision: { ...base.decision, method: "EfficientAD" },
    };
    await assert.rejects(
      runPipeline(parseDefinition(none), { ...options, ...at, name: "none", reporter }),
      /Cannot fit EfficientAD to pictures of 64 × 64/,
    );
  });
});
