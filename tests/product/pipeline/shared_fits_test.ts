import assert from "node:assert/strict";
import { join } from "node:path";
import { parseDefinition } from "../../../lib/product/experiment/define_pipeline.ts";
import { runPipeline } from "../../../lib/product/run/run.ts";
import { SMALL, withFolder, writeMaskedParts } from "../../app/cli/product.ts";

Deno.test("where all seeds fit detectors on the same parts, each is fitted and mapped once, and lost to all where it fails", async () => {
  await withFolder(async (folder) => {
    await writeMaskedParts(folder, 16, 10);
    const definition = parseDefinition({
      ...SMALL,
      data: { layout: "mvtec" },
      // EfficientAD wants larger pictures.
      detectors: { efficientad: {}, patchcore: SMALL.detectors.patchcore },
      split: { kind: "test-bad", bad: 3, goodShare: 0.3 },
      benchmarks: { supervised: "all" },
      methods: {
        "EfficientAD": { alone: "efficientad" },
        "PatchCore": { alone: "patchcore" },
        "PatchCore + Ours": { forest: ["patchcore"] },
      },
      seeds: [1, 2, 3],
      decision: { benchmark: "supervised", method: "PatchCore + Ours", recall: 0.9 },
    });
    const fits: string[] = [];
    let maps = 0;
    const run = await runPipeline(definition, {
      file: "small.ts",
      size: "small",
      device: "cpu",
      threads: 1,
      name: "it",
      data: join(folder, "plate"),
      runs: join(folder, "runs"),
      cache: join(folder, "cache"),
      signal: new AbortController().signal,
      reporter: {
        say: () => {},
        warn: () => {},
        progress: ({ step, total }) => {
          if (step.startsWith("Fit ") && !fits.includes(step)) fits.push(step);
          if (step === "Anomaly maps") maps = total;
        },
      },
    });
    assert.ok(fits.length > 0 && fits.every((step) => step.startsWith("Fit PatchCore, seed 0")), fits.join());
    // 12 good training parts, of which 8 fit the detector; all others are mapped once for the three seeds.
    assert.equal(maps, 26 - 8);
    const { rows, failed = [] } = run!.results;
    assert.deepEqual(rows.map(({ auroc }) => auroc.values.length), [3, 3]);
    assert.deepEqual(
      failed.map(({ method, seed }) => `${method} ${seed}`),
      [1, 2, 3].map((seed) => `EfficientAD ${seed}`),
    );
  });
});
