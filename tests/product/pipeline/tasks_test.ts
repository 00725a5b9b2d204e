import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { openRuntime } from "../../../lib/engine/session/runtime.ts";
import { embeddedBackbone } from "../../../lib/method/backbone/embedded.ts";
import { parseDefinition } from "../../../lib/product/experiment/define_pipeline.ts";
import type { PipelineDefinition } from "../../../lib/product/experiment/definition.ts";
import { openCache } from "../../../lib/product/run/cache/cache.ts";
import { openRun } from "../../../lib/product/run/open_run.ts";
import { planRun } from "../../../lib/product/run/plan/plan.ts";
import { openResources } from "../../../lib/product/run/steps/resources.ts";
import { runPipeline } from "../../../lib/product/run/run.ts";
import { type AnyTask, runTask } from "../../../lib/product/run/steps/steps.ts";
import { KINDS } from "../../../lib/product/run/steps/task.ts";
import { drawPart, put, SMALL, timesOf, withFolder, writeMaskedParts, writeParts } from "../../app/cli/product.ts";

const signal = new AbortController().signal;
const silent = { say: () => {}, warn: () => {}, progress: () => {} };
const options = { file: "small.ts", size: "small", device: "cpu", threads: 1, name: "it", signal } as const;

/** Runs a pipeline; gives its results, how many pictures were mapped, and which fits were made. */
async function counted(definition: PipelineDefinition, at: { data: string; cache: string; runs: string }) {
  let maps = 0;
  const fits = new Set<string>();
  const progress = ({ step, total }: { step: string; total: number }) => {
    if (step === "Anomaly maps") maps = total;
    if (step.startsWith("Fit ")) fits.add(step.split(":")[0]);
  };
  const run = await runPipeline(definition, { ...options, ...at, reporter: { ...silent, progress } });
  return {
    results: await readFile(join(run!.folder, "results.json"), "utf8"),
    maps,
    fits: [...fits].sort(),
    run: run!,
  };
}

/** Maps in a cache, by what their entries say. */
async function mapsIn(cache: string): Promise<number> {
  const folders = new Set([...(await timesOf(join(cache, "maps"))).keys()].map((name) => name.split("/")[0]));
  let count = 0;
  for (const folder of folders) {
    for (const rows of (await openCache(cache).rowsOf(`maps/${folder}`)).values()) count += rows.length;
  }
  return count;
}

/** Does the tasks of a run by what stands in their JSON, with nothing of the run but a cache and the backbone; gives their kinds. */
async function doneElsewhere(definition: PipelineDefinition, folder: string, name: string): Promise<string[]> {
  const at = { data: folder, cache: join(folder, name, "cache"), runs: join(folder, name, "runs") };
  const opened = await openRun(definition, { ...options, ...at, reporter: silent });
  const { graph } = await planRun(opened.work, opened.experiments, new Map());
  await opened.work.close();
  const tasks: AnyTask[] = JSON.parse(JSON.stringify([...graph.values()]));
  await runPipeline(definition, { ...options, ...at, reporter: silent });

  // As in another process.
  const other = openCache(join(folder, name, "other"));
  const resources = openResources({
    ...{ runtime: await openRuntime({ threads: 1 }), cache: other, reporter: silent, signal },
    backbones: [await embeddedBackbone()],
  });
  try {
    for (const left = [...tasks]; left.length > 0;) {
      const ready = await Promise.all(
        left.map(async ({ needs }) => (await Promise.all(needs.map((key) => other.has(key)))).every((there) => there)),
      );
      // The last that can be done first, and each one alone.
      const [task] = left.splice(ready.lastIndexOf(true), 1);
      await runTask(resources, task);
      assert.ok(await other.has(task.key), task.title);
    }
  } finally {
    await resources.close();
  }
  const cache = openCache(at.cache);
  for (const { key, title } of tasks) assert.deepEqual(await other.read(key), await cache.read(key), title);
  return tasks.map(({ kind }) => kind);
}

Deno.test("every task of a run is done by what stands in its JSON, elsewhere, with the same bytes", async () => {
  await withFolder(async (folder) => {
    await writeMaskedParts(folder, 16, 12);
    const definition = parseDefinition({
      ...SMALL,
      data: { layout: "mvtec", object: "plate" },
      pixel: true,
      split: { kind: "test-bad", bad: 4, goodShare: 0.4 },
      classifiers: { linear: { steps: 2, batch: 4 }, unet: { steps: 2, width: 4, batch: 4 } },
      benchmarks: { supervised: "all", generated: "generated" },
      methods: {
        "PatchCore": { alone: "patchcore" },
        "U-Net": { alone: "unet" },
        "Both + Linear": { forest: ["patchcore", "padim"], classifier: "linear" },
        "Both": { forest: ["patchcore", "padim"] },
      },
      decision: { ...SMALL.decision, method: "Both" },
      seeds: [3],
    });
    const folds = parseDefinition({
      ...definition,
      pixel: false,
      classifiers: {},
      segments: "rings",
      split: { kind: "folds", folds: 2 },
      benchmarks: { supervised: "all" },
      methods: {
        "PaDiM": { alone: "padim" },
        "Forest": { forest: ["padim"], preset: "brf50", blocks: ["pooled"] },
        "Regression": { regression: "evidence" },
      },
      decision: { ...SMALL.decision, method: "Forest" },
    });
    const kinds = [
      ...await doneElsewhere(definition, folder, "share"),
      ...await doneElsewhere(folds, folder, "folds"),
    ];
    assert.deepEqual([...new Set(kinds)].sort(), [...KINDS].sort());
  });
});

Deno.test("one more good or bad picture makes its own maps alone, and the table is that of a run from nothing", async () => {
  await withFolder(async (folder) => {
    const data = join(folder, "parts");
    await writeParts(data, 14, 8);
    const definition = parseDefinition({
      ...SMALL,
      split: { kind: "count", detectors: 6, good: 4, bad: 4 },
      seeds: [1],
    });
    const at = { data, cache: join(folder, "cache"), runs: join(folder, "runs") };
    const first = await counted(definition, at);
    assert.deepEqual([first.maps, first.fits.length], [8 + 8, 2]);
    assert.equal(await mapsIn(at.cache), 2 * first.maps);
    // Both stand in the midst of the others.
    for (const [label, bad] of [["good", false], ["bad", true]] as const) {
      const before = await mapsIn(at.cache);
      await put(join(data, label, "006b.png"), await drawPart(bad ? 7777 : 7778, bad));
      const more = await counted(definition, at);
      assert.deepEqual([more.maps, more.fits], [1, []], label);
      assert.equal(await mapsIn(at.cache), before + 2);
      const fresh = { ...at, cache: join(folder, `fresh ${label}`), runs: join(folder, "fresh") };
      assert.equal(more.results, (await counted(definition, fresh)).results);
    }
    // A copy is seen already.
    const { maps, fits } = await counted(definition, at);
    assert.deepEqual([maps, fits], [0, []]);
  });
});

Deno.test("seeds share the fit of a detector that draws nothing, and no other", async () => {
  await withFolder(async (folder) => {
    const data = join(folder, "parts");
    await writeParts(data, 14, 8);
    const split = { kind: "count", detectors: 6, good: 4, bad: 4 };
    // The embedded backbone has 176 channels in PaDiM's layers, of which none need be dropped.
    const detectors = { patchcore: SMALL.detectors.patchcore, padim: {}, few: { type: "padim", dims: 20 } };
    const definition = parseDefinition({ ...SMALL, detectors, split });
    const at = { data, cache: join(folder, "cache"), runs: join(folder, "runs") };
    const { run } = await counted(definition, at);
    const [first, second] = run.plans.map((plan) => plan.detectors.map(({ fit: { key } }) => key));
    assert.deepEqual(first.map((key, i) => key === second[i]), [false, true, false]);
    assert.equal((await timesOf(join(at.cache, "fits"))).size, 5);
  });
});
