import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { distil, fit, pipeline, pretrain, segment, told } from "./commands.ts";
import { drawPart, pipelineText, put, withFolder, writeMaskedParts, writeParts } from "./product.ts";

/** All commands that learn from good pictures, on one folder. */
function learners(folder: string, data: string): Record<string, () => Promise<number>> {
  const out = (name: string) => join(folder, "out", name);
  const given = ["--data", data, "--side", "64"];
  const cache = ["--cache", join(folder, "cache")];
  return {
    fit: () => fit("mean_difference", ...given, ...cache, "--out", out("model")),
    "fit of a classifier": () =>
      fit("linear", "--set", "steps=2", "--set", "batch=2", ...given, ...cache, "--out", out("c")),
    clusters: () => segment("clusters", ...given, "--parts", "2", "--out", out("map.png")),
    distil: () =>
      distil(...given, ...cache, "--steps", "1", "--batch", "2", "--width", "0.1", "--out", out("teacher.onnx")),
    pretrain: () =>
      pretrain("--method", "simsiam", ...given, "--epochs", "1", "--batch", "2", "--out", out("net.onnx")),
    pipeline: () => pipeline(join(folder, "small.ts"), "--data", data, ...cache, "--runs", out("runs"), "--plan"),
  };
}

Deno.test("no command learns from bad parts where the good ones cannot be read", async () => {
  await withFolder(async (folder) => {
    await put(join(folder, "small.ts"), pipelineText({ data: { layout: "auto" } }));
    const data = join(folder, "parts");
    await writeParts(data, 4, 3);
    for (let i = 0; i < 4; i++) await rename(join(data, `good/00${i}.png`), join(data, `good/00${i}.heic`));
    for (const [name, work] of Object.entries(learners(folder, data))) {
      const message =
        /^Cannot (learn from .* as good\/ must have pictures|read pictures from .* in good\/ 4 files of kinds that)/;
      await assert.rejects(work, { message }, name);
    }
    assert.ok(!existsSync(join(folder, "out")));
  });
});

Deno.test("classes in folders of their own are named; what learns without labels takes the good training parts of all", async () => {
  await withFolder(async (folder) => {
    await put(join(folder, "small.ts"), pipelineText({ data: { layout: "auto" } }));
    const data = join(folder, "classes");
    await writeMaskedParts(data, 8, 4);
    const { distil, pretrain, ...others } = learners(folder, data);
    for (const [name, work] of Object.entries(others)) {
      await assert.rejects(work, { message: /as it holds classes in folders of their own: .*"plate"/ }, name);
    }
    for (const work of [distil, pretrain]) {
      told.length = 0;
      assert.equal(await work(), 0);
      // Six of the eight good parts are for training.
      assert.ok(told.includes(`Good pictures: 6 in "plate/train/good/" of ${data}`), told.join("\n"));
    }
  });
});

Deno.test("other words are understood by all commands, and said", async () => {
  await withFolder(async (folder) => {
    await put(join(folder, "small.ts"), pipelineText({ data: { layout: "auto" } }));
    const [data, plain] = [join(folder, "words"), join(folder, "plain")];
    await writeParts(plain, 12, 6);
    await writeParts(data, 12, 6);
    await rename(join(data, "good"), join(data, "OK"));
    await rename(join(data, "bad"), join(data, "Ng"));
    await put(join(data, "other.png"), await drawPart(99, true));
    for (const [name, work] of Object.entries(learners(folder, data))) {
      told.length = 0;
      assert.equal(await work(), 0, name);
      const line = name === "pipeline"
        ? 'Good parts are those in "OK/", bad ones those in "Ng/"'
        : `Good pictures: 12 in "OK/" of ${data}`;
      assert.ok(told.includes(line), `${name}: ${told.join("\n")}`);
      if (name === "pipeline") assert.ok(told.some((text) => /pictures +12 good, 6 bad to train/.test(text)));
    }
    // The same pictures under the usual names give the same model and map.
    for (const name of ["fit", "clusters"]) await learners(join(folder, "usual"), plain)[name]();
    for (const file of ["out/model/models/detectors/mean_difference.safetensors", "out/map.png"]) {
      assert.deepEqual(await readFile(join(folder, file)), await readFile(join(folder, "usual", file)), file);
    }
  });
});
