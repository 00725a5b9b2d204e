import assert from "node:assert/strict";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { readMask } from "../../../lib/picture/data/mask.ts";
import { upsampleMap } from "../../../lib/method/learn/upsample.ts";
import { auroc } from "../../../lib/method/evaluate/auroc.ts";
import { averagePrecision } from "../../../lib/method/evaluate/average_precision.ts";
import { f1Max } from "../../../lib/method/evaluate/f1_max.ts";
import { parseDefinition } from "../../../lib/product/experiment/define_pipeline.ts";
import { openCache } from "../../../lib/product/run/cache/cache.ts";
import { unpackMaps } from "../../../lib/product/run/cache/map_file.ts";
import { runPipeline } from "../../../lib/product/run/run.ts";
import { textTable } from "../../../lib/product/report/text_table.ts";
import { rows } from "../../../lib/base/tensor/tensor.ts";
import { SMALL, withFolder, writeMaskedParts, writeParts } from "../../app/cli/product.ts";

const { seeds: _, ...base } = SMALL;
const oneClass = {
  ...base,
  data: { layout: "auto", object: "plate" },
  pixel: true,
  split: { kind: "own" },
  benchmarks: { "1-class": "generated" },
  methods: { "PaDiM": { alone: "padim" } },
  paper: { "1-class": { PaDiM: { auroc: 0.5, aupr: 0.25, pixelAuroc: 0.125, pixelAupr: 1 } } },
  decision: { benchmark: "1-class", method: "PaDiM", recall: 0.9 },
  seeds: [1, 2],
};

const quiet = { reporter: { say: () => {}, warn: () => {}, progress: () => {} }, signal: new AbortController().signal };
const options = { file: "small.ts", size: "small", device: "cpu", threads: 1, name: "it", ...quiet } as const;

Deno.test("figures over pixels are those of all pixels of all test parts, and the same bytes again", async () => {
  await withFolder(async (folder) => {
    await writeMaskedParts(folder);
    const at = (name: string) => ({ runs: join(folder, name), cache: join(folder, `${name} cache`), data: folder });
    const definition = parseDefinition(oneClass);
    const run = await runPipeline(definition, { ...options, ...at("a") });
    {
      const { plans, results } = run!;
      const [row] = results.rows;
      const size = { height: 64, width: 64 };
      const cache = openCache(at("a").cache);
      for (const [i, { detectors, experiment }] of plans.entries()) {
        const { spec } = detectors.find(({ fit }) => fit.spec.detector.name === "padim")!.scores;
        const scores: number[] = [];
        const labels: number[] = [];
        for (const { id, item, defect } of experiment.sources) {
          if (item.split !== "test" || defect !== undefined) continue;
          const { key, row } = spec.places[spec.ids.indexOf(id)];
          const { map } = (await cache.load(key, (bytes) => unpackMaps(bytes, key)))!;
          scores.push(...upsampleMap(rows(map, row, row + 1), size, SMALL.smoothing).data);
          labels.push(...await readMask(item, size) ?? new Uint8Array(64 * 64));
        }
        assert.equal(scores.length, (6 + 12) * 64 * 64);
        const error = row.pixelError!;
        assert.ok(error.auroc < 1e-3 && error.aupr < 0.02, JSON.stringify(error));
        assert.ok(Math.abs(row.pixelAuroc!.values[i] - auroc(scores, labels)) <= error.auroc);
        assert.ok(Math.abs(row.pixelAupr!.values[i] - averagePrecision(scores, labels)) <= error.aupr);
        assert.ok(Math.abs(row.pixelF1!.values[i] - f1Max(scores, labels)) <= error.f1!);
      }
      assert.ok(row.pixelAuroc!.mean > 0.6, String(row.pixelAuroc!.mean));
      assert.ok(row.pixelAupro!.mean > 0.4 && row.pixelF1!.mean > row.pixelAupr!.mean / 2, JSON.stringify(row));
      const text = textTable(results.rows);
      assert.match(text, /AU-PR ↑ +Cl\. AUROC ↑ +Px AU-PR ↑ +Px AUROC ↑/);
      assert.match(text, /\n {2}in the paper +25\.0 +50\.0 +100\.0 +12\.5\n/);
    }
    const bytes = await readFile(join(run!.folder, "results.json"));
    await runPipeline(definition, { ...options, ...at("b") });
    assert.deepEqual(await readFile(join(folder, "b/small/it/results.json")), bytes);
    // Maps that only the figures need are made again.
    for (const gone of ["maps", "pixels"]) await rm(join(folder, "b cache", gone), { recursive: true });
    await runPipeline(definition, { ...options, ...at("b") });
    assert.deepEqual(await readFile(join(folder, "b/small/it/results.json")), bytes);
    // A bad part without a mask would count as good pixels.
    await rm(join(folder, "plate/ground_truth/scratch/003_mask.png"));
    await assert.rejects(runPipeline(definition, { ...options, ...at("c") }), /1 bad parts have no mask.*003\.png/);
  });
});

Deno.test("a few shots train a classifier and a U-Net with masks; both are judged on all test parts, again with the same bytes", async () => {
  await withFolder(async (folder) => {
    await writeMaskedParts(folder, 16, 12);
    const definition = parseDefinition({
      ...oneClass,
      data: { layout: "visa", object: "plate", split: "2cls_highshot" },
      classifiers: { linear: { steps: 3, batch: 4 }, unet: { steps: 40, width: 8, batch: 4, rate: 0.01 } },
      benchmarks: { "2-shot": { kind: "shots", shots: 2 }, "high-shot": "all" },
      methods: { "Linear": { alone: "linear" }, "U-Net": { alone: "unet" }, "PaDiM": { alone: "padim" } },
      paper: { "2-shot": { "U-Net": { pixelAupr: 0.2 } } },
      decision: { benchmark: "high-shot", method: "PaDiM", recall: 0.9 },
      seeds: [1],
    });
    const at = (name: string) => ({
      runs: join(folder, name),
      cache: join(folder, `${name} cache`),
      data: join(folder, "visa"),
    });
    const run = await runPipeline(definition, { ...options, ...at("a") });
    const rows = run!.results.rows;
    assert.deepEqual(
      rows.map(({ benchmark, method, n, pixelAupr }) => [benchmark, method, n.good, n.bad, pixelAupr !== undefined]),
      ["2-shot", "high-shot"].flatMap((benchmark) =>
        ["Linear", "U-Net", "PaDiM"].map((method) => [benchmark, method, 4, 6, method !== "Linear"])
      ),
    );
    const [unet, padim] = ["U-Net", "PaDiM"].map((name) =>
      rows.find((row) => row.benchmark === "high-shot" && row.method === name)!
    );
    assert.ok(unet.pixelAuroc!.mean > 0.6, String(unet.pixelAuroc!.mean));
    assert.ok(unet.pixelAuroc!.mean !== padim.pixelAuroc!.mean);
    const [few, many] = run!.plans[0].trainings.filter(({ spec }) => spec.classifier.name === "unet");
    assert.deepEqual([few.spec.pictures.length, many.spec.pictures.length], [4, 12 + 6]);
    const bytes = await readFile(join(run!.folder, "results.json"));
    await rm(join(folder, "a cache/pixels"), { recursive: true });
    await runPipeline(definition, { ...options, ...at("a") });
    assert.deepEqual(await readFile(join(run!.folder, "results.json")), bytes);
    await runPipeline(definition, { ...options, ...at("b") });
    assert.deepEqual(await readFile(join(folder, "b/small/it/results.json")), bytes);
  });
});

Deno.test("classifiers need no masks where no pixels are judged", async () => {
  await withFolder(async (folder) => {
    await writeParts(folder, 12, 8);
    const definition = parseDefinition({
      ...SMALL,
      detectors: { padim: { dims: 20 } },
      classifiers: { linear: { steps: 2, batch: 4 } },
      methods: { "Linear": { alone: "linear" }, "Both": { forest: ["padim"], classifier: "linear" } },
      seeds: [1],
    });
    const at = { runs: join(folder, "runs"), cache: join(folder, "cache"), data: folder };
    const run = await runPipeline(definition, { ...options, ...at });
    assert.deepEqual(run!.results.rows.map(({ method, pixelAupr }) => [method, pixelAupr]), [
      ["Linear", undefined],
      ["Both", undefined],
    ]);
  });
});

Deno.test("what the data set's own split cannot have is refused", () => {
  const refuse = (change: object, message: RegExp) =>
    assert.throws(() => parseDefinition({ ...oneClass, ...change }), { name: "TypeError", message });
  refuse({ methods: { PaDiM: { forest: ["padim"] } } }, /methods\["PaDiM"\] must have no forest where split\.kind/);
  refuse({
    classifiers: { wrn: {} },
    methods: { WRN: { alone: "wrn" } },
    decision: { ...oneClass.decision, method: "WRN" },
  }, /decision\.method must be a detector/);
  refuse({
    split: { kind: "auto" },
    benchmarks: { "1-class": { kind: "shots", shots: 5 } },
  }, /benchmarks\["1-class"\] can have shots only where/);
});
