import assert from "node:assert/strict";
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { checkModelsFolder, emptyModelsFolder } from "../../../lib/product/model/models_folder.ts";
import { parseDefinition } from "../../../lib/product/experiment/definition.ts";
import { runPipeline } from "../../../lib/product/run/run.ts";
import { runObjects } from "../../../lib/product/run/run_objects.ts";
import { runReference } from "../../../lib/product/published/run.ts";
import { chooseFolder, freeFolder, makeFolder } from "../../../lib/product/run/run_folder.ts";
import { put, SMALL, withFolder } from "../../app/cli/product.ts";

Deno.test("runs that begin in the same second have folders of their own", async () => {
  await withFolder(async (folder) => {
    const time = new Date("2026-01-31T12:30:05.123Z");
    for (const name of ["2026-01-31T12-30-05", "2026-01-31T12-30-05-2", "2026-01-31T12-30-05-3"]) {
      assert.equal(freeFolder(folder, time), join(folder, name));
      await mkdir(join(folder, name));
    }
  });
});

Deno.test("a folder that cannot be written into is named with the option for another", async () => {
  await withFolder(async (folder) => {
    const file = await put(join(folder, "file"), "text");
    await assert.rejects(makeFolder(join(file, "runs"), "--runs"), {
      message: /^Cannot write into ".*file\/runs" as ENOTDIR.*: name another folder with --runs$/,
    });
    await makeFolder(join(folder, "a/b"), "--runs");
    await makeFolder(join(folder, "a/b"), "--runs");
  });
});

Deno.test("a name is a folder beside other runs and no way to another place", async () => {
  const time = new Date();
  for (const name of ["a", "pcb1-2.b_C", "...", "..a", "-"]) {
    assert.equal(chooseFolder("runs", name, time), `runs/${name}`);
  }
  assert.match(chooseFolder("runs", undefined, time), /^runs\/\d{4}-/);
  for (const name of ["", ".", "..", "../..", "a/b", "/a", "a\\b", "a b", "a\n", "ä"]) {
    assert.throws(() => chooseFolder("runs", name, time), { name: "TypeError", message: /^Cannot name a run/ });
  }
  await withFolder(async (folder) => {
    const foreign = await put(join(folder, "models/mine.bin"), "mine");
    const report = await put(join(folder, "report.html"), "mine");
    const silent = { say() {}, warn() {}, progress() {} };
    const options = {
      ...{ file: "small.ts", runs: join(folder, "runs"), cache: join(folder, "cache"), name: "../..", data: folder },
      ...{
        maps: folder,
        size: "small",
        device: "cpu",
        reporter: silent,
        signal: new AbortController().signal,
      } as const,
    };
    const definition = parseDefinition(SMALL);
    const refusal = { message: /^Cannot name a run "\.\.\/\.\."/ };
    await assert.rejects(runPipeline(definition, options), refusal);
    await assert.rejects(runObjects(definition, ["a"], options, async () => {}), refusal);
    await assert.rejects(runReference({} as Parameters<typeof runReference>[0], options), refusal);
    assert.deepEqual(await Promise.all([foreign, report].map((path) => Deno.readTextFile(path))), ["mine", "mine"]);
  });
});

Deno.test("models/ is emptied where it is of a run, and left alone where it is somebody else's", async () => {
  await withFolder(async (folder) => {
    const models = join(folder, "models");
    assert.equal(await emptyModelsFolder(folder), models);
    await put(join(models, "detectors/padim.safetensors"), "half of a model");
    await checkModelsFolder(folder);
    await emptyModelsFolder(folder);
    assert.deepEqual(await readdir(models), [".segad"], "the marker outlives what it marks");

    const begun = join(folder, "begun");
    await put(join(begun, "models/.segad.4711.0.part"), "");
    await emptyModelsFolder(begun);
    assert.deepEqual(await readdir(join(begun, "models")), [".segad"], "killed while the marker was written");

    const old = join(folder, "old");
    await put(join(old, "models/model.json"), JSON.stringify({ format: 1, pipeline: "vad" }));
    await put(join(old, "models/forest/model.json"), "{}");
    await emptyModelsFolder(old);
    assert.deepEqual(await readdir(join(old, "models")), [".segad"]);

    for (const content of ["mine", "{}", "null", '{"format":"layers-model"}']) {
      const other = join(folder, "other");
      await put(join(other, "models/model.json"), content);
      await put(join(other, "models/weights/a.bin"), "mine");
      const refusal = { message: /^Cannot write models into ".*other\/models" as it holds files .* \(model\.json\)/ };
      await assert.rejects(checkModelsFolder(other), refusal);
      await assert.rejects(emptyModelsFolder(other), refusal);
      assert.deepEqual((await readdir(join(other, "models"))).sort(), ["model.json", "weights"]);
    }
    const file = join(folder, "file");
    await put(join(file, "models"), "no folder");
    await assert.rejects(emptyModelsFolder(file), /^Error: Cannot write models into ".*" as ENOTDIR/);
  });
});
