import assert from "node:assert/strict";
import { join } from "node:path";
import { autoMethods } from "../../../lib/product/experiment/auto.ts";
import { parseDefinition } from "../../../lib/product/experiment/define_pipeline.ts";
import type { PipelineDefinition } from "../../../lib/product/experiment/definition.ts";
import { describeAuto } from "../../../lib/product/report/describe_auto.ts";
import { runPipeline } from "../../../lib/product/run/run.ts";
import type { RunSummary } from "../../../lib/product/run/run.ts";
import folder from "../../../pipelines/folder.ts";
import { SMALL, withFolder, writeParts } from "../../app/cli/product.ts";

const detectors = { padim: { dims: 20 }, mean_difference: {} };
const methods = { "PaDiM": { alone: "padim" }, "Forest": { forest: ["padim", "mean_difference"] } };
const plain = parseDefinition({
  ...{ ...SMALL, detectors, methods },
  decision: { benchmark: "supervised", method: "PaDiM", recall: 0.95 },
});
const withAuto = parseDefinition({ ...plain, methods: { ...methods, "Auto": { auto: ["padim", "mean_difference"] } } });

async function run(place: string, definition: PipelineDefinition): Promise<RunSummary> {
  const summary = await runPipeline(definition, {
    ...{ file: "small.ts", size: "small", device: "cpu", threads: 1, name: "it", data: join(place, "data") },
    runs: join(place, "runs"),
    cache: join(place, "cache"),
    signal: new AbortController().signal,
    reporter: { say() {}, warn() {}, progress() {} },
  });
  return summary!;
}

Deno.test("an automatic judge is a row beside the others, whose figures it does not change", async () => {
  await withFolder(async (place) => {
    await writeParts(join(place, "data"), 40, 20);
    const before = await run(place, plain);
    const { results, scores } = await run(place, withAuto);
    assert.equal(results.failed, undefined);
    const others = results.rows.filter(({ method }) => method !== "Auto");
    assert.deepEqual(others, before.results.rows);
    const without = results.comparisons!.filter(({ first, second }) => ![first, second].includes("Auto"));
    assert.deepEqual(without, before.results.comparisons ?? []);
    // It has learned from all parts but those that the first seed tests on, and judges these.
    const auto = scores.find(({ method }) => method === "Auto")!;
    const beside = scores.find(({ method, seed }) => method === "PaDiM" && seed === 1)!;
    assert.deepEqual(
      auto.parts.map(({ id, label }) => ({ id, label })),
      beside.parts.map(({ id, label }) => ({ id, label })),
    );
    const [row] = results.rows.filter(({ method }) => method === "Auto");
    assert.deepEqual(row.seeds, [1]);
    assert.ok(row.auroc.mean > 0.8, `${row.auroc.mean}`);
    const [sentence] = describeAuto(withAuto, results);
    assert.match(sentence, /^supervised with seed 1: Auto (is above all other rows|does not win)/);
  });
});

Deno.test("an automatic judge is made as folder.ts makes its own, of detectors that there are", () => {
  const own = Object.fromEntries(
    Object.entries(autoMethods(["patchcore", "padim"])).map(([name, how]) => [name, JSON.stringify(how)]),
  );
  const named = (text: string) => text.replaceAll("PatchCore", "patchcore alone").replaceAll("PaDiM", "padim alone");
  for (const [name, how] of Object.entries(folder.methods)) {
    assert.equal(own[named(name)], named(JSON.stringify(how)), name);
  }
  assert.throws(
    () => parseDefinition({ ...plain, methods: { ...methods, Auto: { auto: ["other"] } } }),
    /must use detectors of this pipeline/,
  );
  assert.throws(
    () => parseDefinition({ ...withAuto, decision: { ...plain.decision, method: "Auto" } }),
    /decision.method must be no automatic judge/,
  );
});
