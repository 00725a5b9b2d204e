import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { forest } from "../../../lib/method/forest/forest.ts";
import { importForest, readForest, writeForest } from "../../../lib/method/forest/model_file.ts";
import { presets } from "../../../lib/method/forest/presets.ts";
import { openForestRunner } from "../../../lib/method/forest/runner.ts";
import { trainForest } from "../../../lib/method/forest/train.ts";
import { makeColumns, makeInput } from "./inputs.ts";

const runner = openForestRunner({ workers: 1 });
const folder = await mkdtemp(join(tmpdir(), "forest-"));
const settings = { ...presets.brf, num_parallel_tree: 5 };
const input = makeInput(60, 5, true, 77);
const model = await trainForest({ ...input, columns: makeColumns(5), settings, seed: 333 }, runner);

function fixture(name: string): string {
  return fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));
}

Deno.test("a forest that was written is read as it was", async () => {
  const path = join(folder, "whole");
  await writeForest(path, model);
  assert.deepEqual((await readdir(path)).sort(), ["forest.json", "model.json"]);
  const read = await readForest(path, runner);
  assert.deepEqual({ ...read, name: "forest" }, model);
  const scores = await forest({ features: 5, model, runner })(input.features as never);
  assert.deepEqual(await forest({ features: 5, model: read, runner })(input.features as never), scores);
});

Deno.test("a model that Python saved scores as it did there", async () => {
  const scores: number[] = JSON.parse(await readFile(fixture("python_scores.json"), "utf8"));
  for (const name of ["python_model.json", "python_model.ubj"]) {
    const python = await readForest(fixture(name), runner);
    assert.deepEqual(python.columns, ["f0", "f1", "f2", "f3", "f4"]);
    const ours = await forest({ features: "F", model: python, runner })(input.features);
    assert.deepEqual(ours.data, Float32Array.from(scores));
  }
});

Deno.test("a model alone carries the names of its columns", async () => {
  const { columns } = await importForest(model.json, "model.json", runner);
  assert.deepEqual(columns, makeColumns(5));
});

Deno.test("a broken model is refused with its path and XGBoost's reason", async () => {
  const cases: [string, Uint8Array | string, RegExp][] = [
    ["empty.json", "", /XGBoost says: ./],
    ["truncated.json", model.json.subarray(0, 3000), /XGBoost says: Expecting/],
    ["text.json", "this is a text", /XGBoost says: ./],
    ["other.json", '{"a": [1, 2]}', /XGBoost says: ./],
    ["torn.ubj", (await readFile(fixture("python_model.ubj"))).subarray(0, 900), /UBJSON: at byte \d+ of 900/],
  ];
  for (const [name, bytes, reason] of cases) {
    const path = join(folder, name);
    await writeFile(path, bytes);
    await assert.rejects(readForest(path, runner), (error) => {
      assert.ok(error instanceof Error);
      assert.equal(error.name, "SyntaxError");
      assert.ok(error.message.startsWith(`Cannot read model "${path}" as `), error.message);
      assert.match(error.message, reason);
      assert.doesNotMatch(error.message, /Stack trace|\d\d:\d\d:\d\d/);
      return true;
    });
  }
  const deep = new TextEncoder().encode(`{"learner": ${"[".repeat(100_000)}`);
  await assert.rejects(importForest(deep, "deep.json", runner), {
    name: "SyntaxError",
    message: /^Cannot read model "deep.json" as XGBoost says: its work was cut short: Maximum call stack/,
  });
  await assert.doesNotReject(importForest(model.json, "model.json", runner), "the worker goes on");
});

Deno.test("a folder whose files do not belong together is refused", async () => {
  const path = join(folder, "mixed");
  await writeForest(path, model);
  await writeFile(join(path, "model.json"), await readFile(fixture("python_model.json")));
  await assert.rejects(readForest(path, runner), /as it is not the one that ".*forest.json" describes/);

  await writeForest(path, { ...model, columns: makeColumns(4) });
  await assert.rejects(readForest(path, runner), /as it has 5 columns: forest.json names 4/);

  await writeForest(path, { ...model, goodQuantiles: { parts: 3, quantiles: new Float32Array(7) } });
  await assert.rejects(readForest(path, runner), /its reference is not 101 quantiles a column/);

  await writeForest(path, model);
  const notes = JSON.parse(await readFile(join(path, "forest.json"), "utf8"));
  await writeFile(join(path, "forest.json"), JSON.stringify({ ...notes, colour: "red" }));
  await assert.rejects(readForest(path, runner), /forest.json" as colour must be removed/);
  await writeFile(join(path, "forest.json"), "{");
  await assert.rejects(readForest(path, runner), /forest.json" as it is not JSON/);
});

Deno.test("a model with several values a part is no forest for parts", async () => {
  const text = new TextDecoder().decode(await readFile(fixture("python_model.json")));
  const several = text.replace('"num_class":"0"', '"num_class":"3"').replace("binary:logistic", "multi:softprob")
    .replace('"reg_loss_param":{"scale_pos_weight":"1"}', '"softmax_multiclass_param":{"num_class":"3"}');
  const model = await importForest(new TextEncoder().encode(several), "several.json", runner);
  await assert.rejects(forest({ features: "F", model, runner })(input.features), {
    name: "TypeError",
    message: "Cannot score parts with several.json as it gives 3 values a part: one is needed",
  });
});

Deno.test("the workers end and the folder goes", async () => {
  await runner.close();
  await rm(folder, { recursive: true });
});
