import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { featureSet } from "../../../lib/method/features/feature_set.ts";
import { paper } from "../../../lib/method/features/paper.ts";
import { parseDefinition } from "../../../lib/product/experiment/define_pipeline.ts";
import { describeFailed } from "../../../lib/product/experiment/failures.ts";
import { runPipeline } from "../../../lib/product/run/run.ts";
import { writeRunReport } from "../../../lib/product/report/run_report.ts";
import { SMALL, withFolder, writeMaskedParts, writeParts } from "../../app/cli/product.ts";

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

/** As the command does. */
async function runAndReport(...given: Parameters<typeof runPipeline>): ReturnType<typeof runPipeline> {
  const run = await runPipeline(...given);
  if (run) await writeRunReport(run);
  return run;
}

Deno.test("what fails is told, all other cells are judged as without it, and there is a report", async () => {
  await withFolder(async (folder) => {
    await writeParts(join(folder, "parts"));
    const at = { runs: join(folder, "runs"), cache: join(folder, "cache"), data: join(folder, "parts") };
    const warnings: string[] = [];
    const reporter = { ...quiet, warn: (text: string) => void warnings.push(text) };
    const run = await runAndReport(parseDefinition(base), { ...options, ...at, name: "some", reporter });
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
    const run = await runAndReport(parseDefinition(decided), { ...options, ...at, name: "it", reporter });
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

Deno.test("where features fail for a picture of one seed, detectors alone and the other seed are judged as without it", async () => {
  await withFolder(async (folder) => {
    await writeParts(join(folder, "parts"));
    const at = { runs: join(folder, "runs"), cache: join(folder, "cache"), data: join(folder, "parts") };
    const warnings: string[] = [];
    const reporter = { ...quiet, warn: (text: string) => void warnings.push(text) };
    let pictures = 0;
    const mine = {
      ...featureSet("mine", [paper]),
      compute(...given: Parameters<typeof paper.compute>) {
        if (pictures++ === 3) throw new RangeError("a feature without an answer");
        return paper.compute(...given);
      },
    };
    const definition = parseDefinition({ ...SMALL, features: mine });
    const run = (name: string) => runAndReport(definition, { ...options, ...at, name, reporter });
    const { results, deployment, folder: written } = (await run("some"))!;
    assert.deepEqual(results.failed!.map(({ method, seed }) => [method, seed]), [["Both", 1]]);
    assert.match(
      results.failed![0].reason,
      /^Features, seed 1: Cannot compute features "mine" of ".*\.png"\n.*without an/,
    );
    assert.equal(warnings.length, 1, "told once, not for each chunk");
    assert.equal(deployment, undefined);
    assert.match(
      await readFile(join(written, "report.html"), "utf8"),
      /Both \(supervised, seed 1\) could not be judged/,
    );
    // The feature has an answer now, so that nothing is missing.
    const { results: whole } = (await run("whole"))!;
    assert.equal(whole.failed, undefined);
    const [alone, both] = results.rows;
    assert.deepEqual(alone, whole.rows[0]);
    assert.deepEqual([both.seeds, both.auroc.values], [[2], whole.rows[1].auroc.values.slice(1)]);
    assert.equal(whole.rows[1].seeds, undefined);
  });
});

Deno.test("a forest whose worker dies is a failed cell, and one of the model alone leaves the table whole", async () => {
  await withFolder(async (folder) => {
    await writeParts(join(folder, "parts"));
    const at = { runs: join(folder, "runs"), cache: join(folder, "cache"), data: join(folder, "parts") };
    const reporter = { ...quiet, warn: () => {} };
    const forest = { workers: 2, worker: new URL("./dying_forest_worker.ts", import.meta.url) };
    const definition = parseDefinition({
      ...SMALL,
      methods: {
        "PatchCore": { alone: "patchcore" },
        "Both, dies": { forest: ["patchcore", "padim"] },
        // Of another key, as forests of one key are one.
        "Both, no folds": { forest: ["patchcore", "padim"], preset: "rf" },
      },
      decision: { ...SMALL.decision, method: "Both, no folds" },
    });
    const { results, undeployed, folder: written } =
      (await runAndReport(definition, { ...options, ...at, name: "it", reporter, forest }))!;
    assert.deepEqual(results.failed!.map(({ benchmark, method, seed }) => [benchmark, method, seed]), [
      ["supervised", "Both, dies", 2],
    ]);
    assert.match(results.failed![0].reason, /^The forest of Both, dies for supervised, seed 2: .*ended with code 3/s);
    const [alone, dies, other] = results.rows;
    assert.deepEqual([alone.auroc.values.length, dies.seeds, other.seeds], [2, [1], undefined]);
    assert.match(undeployed!, /^The model for new pictures: .*ended with code 3/s);
    assert.ok(!existsSync(join(written, "models")));
    assert.match(await readFile(join(written, "report.html"), "utf8"), /There is no model for new pictures/);
    // The same command with workers that live tries again what failed.
    const again = (await runAndReport(definition, { ...options, ...at, name: "it", reporter }))!;
    assert.deepEqual([again.results.failed, again.undeployed], [undefined, undefined]);
    assert.equal(again.results.rows[1].auroc.values[0], dies.auroc.values[0]);
    assert.equal(again.results.rows[1].auroc.values.length, 2);
    assert.deepEqual(again.results.rows[2].auroc, other.auroc);
  });
});

Deno.test("figures over pixels that fail take the detector's own row alone", async () => {
  await withFolder(async (folder) => {
    await writeMaskedParts(folder, 16, 8);
    const masks = join(folder, "plate/ground_truth/scratch");
    for (const name of await readdir(masks)) await writeFile(join(masks, name), "no picture");
    const definition = parseDefinition({
      ...SMALL,
      data: { layout: "mvtec", object: "plate" },
      pixel: true,
      split: { kind: "test-bad", bad: 3, goodShare: 0.3 },
      seeds: [1],
    });
    const at = { runs: join(folder, "runs"), cache: join(folder, "cache"), data: folder, name: "it" };
    const run = await runPipeline(definition, { ...options, ...at, reporter: { ...quiet, warn: () => {} } });
    assert.deepEqual(run!.results.rows.map(({ method }) => method), ["Both"]);
    assert.match(run!.results.failed![0].reason, /^Figures over pixels of patchcore for supervised, seed 1: Cannot/);
    assert.equal(run!.results.failed!.length, 1);
  });
});
