import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { parseDefinition } from "../../../lib/product/experiment/define_pipeline.ts";
import { forObject, OBJECTS_MEAN, runObjects } from "../../../lib/product/run/run_objects.ts";
import ablation from "../../../pipelines/ablation.ts";
import learned from "../../../pipelines/learned.ts";
import mvtec from "../../../pipelines/mvtec.ts";
import fewShot from "../../../pipelines/spd_few_shot.ts";
import oneClass from "../../../pipelines/spd_one_class.ts";
import oneClassMvtec from "../../../pipelines/spd_one_class_mvtec.ts";
import visa from "../../../pipelines/visa.ts";
import { SMALL, withFolder, writeMaskedParts } from "../../app/cli/product.ts";

const quiet = { say: () => {}, warn: () => {}, progress: () => {} };
const options = {
  file: "small.ts",
  size: "small",
  device: "cpu",
  threads: 1,
  signal: new AbortController().signal,
} as const;

Deno.test("the pipelines of the paper's tables are accepted in both sizes, and their paper figures name their rows", () => {
  for (const make of [ablation, learned, mvtec, visa]) {
    for (const size of ["small", "paper"] as const) {
      const definition = parseDefinition(make(size));
      for (const figures of Object.values(definition.paper ?? {})) {
        for (const method of Object.keys(figures)) {
          assert.ok(method in definition.methods, `${definition.name}: ${method}`);
        }
      }
    }
  }
  assert.equal(mvtec("paper").paper!.bottle["RD4AD"].auroc, 0.998);
  assert.equal(Object.keys(mvtec("paper").paper!).length, 16);
  assert.equal(Object.keys(visa("paper").paper!).length, 13);
});

Deno.test("the SPD paper's means stand beside the mean over all objects of their benchmark and beside no object", async () => {
  for (const make of [fewShot, oneClass, oneClassMvtec]) {
    const { benchmarks, paper, methods } = parseDefinition(make("paper"));
    const names = Object.keys(benchmarks);
    const titles = names.length === 1 ? [OBJECTS_MEAN] : names.map((name) => `${OBJECTS_MEAN}, ${name}`);
    assert.deepEqual(Object.keys(paper!), titles);
    for (const figures of Object.values(paper!)) {
      for (const method of Object.keys(figures)) assert.ok(method in methods);
    }
    for (const own of Object.values(forObject(parseDefinition(make("paper")), "pcb1").paper!)) {
      assert.deepEqual(own, {});
    }
  }
  await withFolder(async (folder) => {
    await mkdir(join(folder, "data"));
    for (const name of ["one", "two"]) {
      await writeMaskedParts(join(folder, name), 16, 8);
      await rename(join(folder, name, "plate"), join(folder, "data", `${name}_part`));
    }
    const definition = parseDefinition({
      ...SMALL,
      data: { layout: "mvtec" },
      split: { kind: "test-bad", bad: 3, goodShare: 0.3 },
      benchmarks: { "few": { kind: "all", bad: 2 }, "all": "all" },
      paper: { "mean of all objects, few": { Both: { auroc: 0.25 } }, "mean of all objects": { Both: { auroc: 0.5 } } },
      decision: { ...SMALL.decision, benchmark: "all" },
      seeds: [1],
    });
    const at = { runs: join(folder, "runs"), cache: join(folder, "cache"), data: join(folder, "data"), name: "it" };
    const run = await runObjects(
      definition,
      ["one_part", "two_part"],
      { ...options, ...at, reporter: quiet },
      async () => {},
    );
    assert.deepEqual(
      run!.results.rows.filter((row) => row.paper).map(({ benchmark, method, paper }) => [benchmark, method, paper]),
      [["mean of all objects, few", "Both", { auroc: 0.25 }]],
    );
  });
});

Deno.test("each object is judged by itself, with a mean over all; a broken one is told and the others go on", async () => {
  await withFolder(async (folder) => {
    const data = join(folder, "data");
    for (const name of ["one", "two", "broken"]) await writeMaskedParts(join(data, name), 16, 8);
    for (const name of ["one", "two", "broken"]) {
      await rename(join(data, name, "plate"), join(data, `${name}_part`));
      await rm(join(data, name), { recursive: true });
    }
    await rm(join(data, "broken_part/test/scratch"), { recursive: true });
    const definition = parseDefinition({
      ...SMALL,
      data: { layout: "mvtec" },
      split: { kind: "test-bad", bad: 3, goodShare: 0.3 },
      paper: { one_part: { Both: { auroc: 0.5 } }, "mean of all objects": { Both: { auroc: 0.25 } } },
    });
    const warnings: string[] = [];
    const at = { runs: join(folder, "runs"), cache: join(folder, "cache"), data, name: "it" };
    const reporter = { ...quiet, warn: (text: string) => void warnings.push(text) };
    const all = ["one_part", "two_part", "broken_part"];
    const some = await runObjects(definition, all, { ...options, ...at, reporter }, async () => {});
    const { rows, failed } = JSON.parse(await readFile(join(some!.folder, "results.json"), "utf8"));
    assert.deepEqual(
      [...new Set(rows.map(({ benchmark }: { benchmark: string }) => benchmark))],
      ["one_part", "two_part", "mean of 2 of 3 objects"],
    );
    assert.equal(failed.length, 2 * 2);
    assert.ok(warnings.some((text) => text.startsWith("broken_part failed")));
    const { results } =
      (await runObjects(definition, all.slice(0, 2), { ...options, ...at, reporter }, async () => {}))!;
    const of = (benchmark: string) => results.rows.find((row) => row.benchmark === benchmark && row.method === "Both")!;
    const [one, two, mean] = ["one_part", "two_part", "mean of all objects"].map(of);
    assert.equal(one.paper!.auroc, 0.5);
    assert.equal(mean.paper!.auroc, 0.25);
    mean.auroc.values.forEach((value, i) =>
      assert.ok(Math.abs(value - (one.auroc.values[i] + two.auroc.values[i]) / 2) < 1e-12)
    );
    assert.equal(mean.n.bad, one.n.bad + two.n.bad);
    const origin = { name: "own pictures in MVTec AD's layout", objects: ["one_part", "two_part"] };
    assert.deepEqual(results.data.origin, origin);
    // Corrected over both objects' comparisons.
    assert.deepEqual(results.comparisons!.map(({ benchmark }) => benchmark), ["one_part", "two_part"]);
    const [least, most] = results.comparisons!.toSorted((a, b) => a.p - b.p);
    assert.equal(least.corrected, Math.min(1, 2 * least.p));
    assert.equal(most.corrected, Math.max(least.corrected, most.p));
    assert.ok(existsSync(join(folder, "runs/small/it-one_part/models/model.json")));
    assert.equal(results.failed, undefined);
  });
});
