import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { here } from "./commands.ts";
import { run, withFolder, writeParts } from "./product.ts";

Deno.test("a classifier is trained on good and bad pictures by name, and scores others from its folder", async () => {
  await withFolder(async (folder) => {
    const data = join(folder, "parts");
    await writeParts(data, 20, 6);
    const out = join(folder, "model");
    const common = ["--side", "64", "--out", out, "--cache", join(folder, "cache")];
    const settings = ["--set", "steps=20", "--set", "batch=8"];
    const fit = await here("fit", "linear", ...settings, "--data", data, ...common);
    assert.equal(fit.code, 0, fit.err);
    assert.match(fit.err, /set on 2 good pictures that the fit did not see/);
    assert.match(fit.err, /above all of them: at most 68 % of good parts .*; 1 % takes 2275 more good pictures/);
    const again = await here("fit", "linear", ...settings, "--data", data, ...common);
    assert.ok(!again.err.includes("Train "), "a finished training is kept");
    const { judge, detectors, classifier } = JSON.parse(await readFile(join(out, "models/model.json"), "utf8"));
    assert.deepEqual([judge, detectors, classifier], ["classifier", [], { name: "linear", type: "linear" }]);
    const score = await here("score", "--run", out, join(data, "good"), join(data, "bad"));
    assert.equal(score.code, 0, score.err);
    const scores = score.out.trim().split("\n").slice(1).map((line) => line.split(","));
    const mean = (kind: string) => {
      const some = scores.filter(([file]) => file.includes(`/${kind}/`)).map(([, value]) => Number(value));
      return some.reduce((sum, value) => sum + value, 0) / some.length;
    };
    assert.equal(scores.length, 26);
    assert.ok(mean("bad") > mean("good"), "bad pictures that it was trained on have the higher scores");
    const alone = await here("fit", "linear", "--data", join(data, "good"), ...common);
    assert.equal(alone.code, 1);
    assert.match(
      alone.err,
      /Cannot train .* without bad pictures: put them into bad\//,
    );
    const masks = await run("fit", "unet", "--data", data, ...common);
    assert.equal(masks.code, 2);
  });
});
