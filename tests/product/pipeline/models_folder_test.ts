import assert from "node:assert/strict";
import { mkdir, readdir, readFile, rename, utimes } from "node:fs/promises";
import { join } from "node:path";
import { checkModelsFolder, replaceModels } from "../../../lib/product/model/models_folder.ts";
import { put, withFolder } from "../../app/cli/product.ts";

const ID = "01234567-89ab-cdef-0123-456789abcdef";

/** Writes models of two files that both hold a text. */
function holding(text: string) {
  return async (models: string) => {
    await put(join(models, "detectors/padim.safetensors"), text);
    await put(join(models, "model.json"), text);
  };
}

/** What the two files hold. */
function texts(folder: string): Promise<string[]> {
  return Promise.all(
    ["detectors/padim.safetensors", "model.json"].map((name) => readFile(join(folder, "models", name), "utf8")),
  );
}

Deno.test("models/ is replaced where it is of a run, and left alone where it is somebody else's", async () => {
  await withFolder(async (folder) => {
    await replaceModels(folder, holding("first"));
    await put(join(folder, "models/forest/model.json"), "of the first alone");
    await checkModelsFolder(folder);
    assert.equal(await replaceModels(folder, (models) => holding("second")(models).then(() => 7)), 7);
    assert.deepEqual((await readdir(join(folder, "models"))).sort(), [".segad", "detectors", "model.json"]);
    assert.deepEqual(await texts(folder), ["second", "second"]);
    assert.deepEqual(await readdir(folder), ["models"], "nothing is left beside it");

    const begun = join(folder, "begun");
    await put(join(begun, "models/.segad.4711.0.part"), "");
    await replaceModels(begun, () => Promise.resolve());
    assert.deepEqual(await readdir(join(begun, "models")), [".segad"], "an earlier release was killed at its marker");

    const old = join(folder, "old");
    await put(join(old, "models/model.json"), JSON.stringify({ format: 1, pipeline: "vad" }));
    await put(join(old, "models/forest/model.json"), "{}");
    await replaceModels(old, () => Promise.resolve());
    assert.deepEqual(await readdir(join(old, "models")), [".segad"]);

    for (const content of ["mine", "{}", "null", '{"format":"layers-model"}']) {
      const other = join(folder, "other");
      await put(join(other, "models/model.json"), content);
      await put(join(other, "models/weights/a.bin"), "mine");
      const refusal = { message: /^Cannot write models into ".*other\/models" as it holds files .* \(model\.json\)/ };
      await assert.rejects(checkModelsFolder(other), refusal);
      await assert.rejects(replaceModels(other, holding("new")), refusal);
      assert.deepEqual((await readdir(join(other, "models"))).sort(), ["model.json", "weights"]);
    }
    const file = join(folder, "file");
    await put(join(file, "models"), "no folder");
    await assert.rejects(replaceModels(file, holding("new")), /^Error: Cannot write models into ".*" as ENOTDIR/);
  });
});

Deno.test("models that are not whole replace none", async () => {
  await withFolder(async (folder) => {
    await replaceModels(folder, holding("old"));
    await assert.rejects(
      replaceModels(folder, async (models) => {
        await put(join(models, "model.json"), "new");
        throw new Error("no space");
      }),
      { message: "no space" },
    );
    assert.deepEqual(await texts(folder), ["old", "old"]);
    assert.deepEqual(await readdir(folder), ["models"], "half of the new ones is gone");

    // A kill between the two renames, long ago.
    await rename(join(folder, "models"), join(folder, `models.${ID}.old`));
    await mkdir(join(folder, `models.${ID}.new`));
    await utimes(join(folder, `models.${ID}.new`), 1e9, 1e9);
    await assert.rejects(replaceModels(folder, () => Promise.reject(new Error("stopped"))), /stopped/);
    assert.deepEqual(await texts(folder), ["old", "old"]);
    assert.deepEqual(await readdir(folder), ["models"]);
  });
});

Deno.test("of runs that end at once with one folder, the models of exactly one are there", async () => {
  await withFolder(async (folder) => {
    const names = Array.from({ length: 12 }, (_, i) => `run ${i}`);
    const done = await Promise.allSettled(names.map((name) => replaceModels(folder, holding(name))));
    assert.ok(done.some(({ status }) => status === "fulfilled"));
    const [first, second] = await texts(folder);
    assert.ok(first === second && names.includes(first), `${first}, ${second}`);
    assert.deepEqual((await readdir(folder)).filter((name) => name.endsWith(".new")), []);
  });
});
