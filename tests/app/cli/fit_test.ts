import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { cp, readFile } from "node:fs/promises";
import { join } from "node:path";
import { here } from "./commands.ts";
import { put, run, withFolder, writeParts } from "./product.ts";

Deno.test("one detector is fitted on good pictures by name, and scores others from its folder", async () => {
  await withFolder(async (folder) => {
    const data = join(folder, "parts");
    await writeParts(data, 16, 3);
    const [out, cache] = [join(folder, "model"), join(folder, "cache")];
    const common = ["--data", data, "--side", "64", "--out", out, "--cache", cache];
    const fit = await here("fit", "patchcore", "--set", "coreset=0.5", "--set", 'layers=["stride8"]', ...common);
    assert.equal(fit.code, 0, fit.err);
    assert.match(
      fit.err,
      /set on 16 good pictures, each of which was left out of the fit to judge it\n1 % of false alarms cannot/,
    );
    assert.match(fit.err, /at most 13 % of good parts .* with 90 % confidence; 1 % takes 214 more good pictures/);
    const again = await here("fit", "patchcore", "--set", "coreset=0.5", "--set", 'layers=["stride8"]', ...common);
    assert.ok(!again.err.includes("Fit PatchCore"), "a finished fit is kept");
    const score = await here("score", "--run", out, join(data, "bad"));
    assert.equal(score.code, 0, score.err);
    const lines = score.out.trim().split("\n");
    assert.equal(lines.length, 4);
    assert.match(lines[1], /PatchCore score (at or above|below) the threshold/);
    // Scoring runs the backbone up to what the detector sees, or not at all.
    const model = JSON.parse(await readFile(join(out, "models/model.json"), "utf8"));
    const { backbone } = model;
    assert.deepEqual(backbone.layers.map(({ name }: { name: string }) => name), ["stride8"]);
    // There was no pipeline, so none is named; models of releases that named an empty one, and knew no hashes, score as before.
    assert.deepEqual(["file", "size", "benchmark"].filter((key) => key in model), []);
    const named = { ...model, files: undefined, sha256: undefined, file: "", size: "small", benchmark: "one-class" };
    await put(join(folder, "earlier/models/model.json"), JSON.stringify(named));
    await cp(join(out, "models"), join(folder, "earlier/models"), { recursive: true, force: false });
    const earlier = await here("score", "--run", join(folder, "earlier"), join(data, "bad"));
    assert.equal(earlier.out, score.out, earlier.err);
    const blind = join(folder, "blind");
    const plain = await here("fit", "mean_difference", ...common.slice(0, 4), "--out", blind, "--cache", cache);
    assert.equal(plain.code, 0, plain.err);
    assert.deepEqual(JSON.parse(await readFile(join(blind, "models/model.json"), "utf8")).backbone.layers, []);
    const seen = await here("score", "--run", blind, join(data, "bad"));
    assert.equal(seen.code, 0, seen.err);
    const mine = await put(join(folder, "mine/models/a.bin"), "mine");
    const foreign = await here("fit", "patchcore", ...common.with(5, join(folder, "mine")));
    assert.equal(foreign.code, 1);
    assert.match(
      foreign.err,
      /^Error: Cannot write models into ".*mine\/models" as it holds files that are not of a run/,
    );
    assert.equal(Deno.readTextFileSync(mine), "mine");
    const wish = ["--false-alarms", "0.2", "--confidence", "0.5"];
    const modest = await here(
      "fit",
      "mean_difference",
      ...wish,
      ...common.slice(0, 4),
      "--out",
      blind,
      "--cache",
      cache,
    );
    assert.match(modest.err, /\nAt most 20 % of good parts to come are called bad, with 50 % confidence\n/);
    const withSide = (side: string) => common.toSpliced(3, 1, side);
    const [unknown, wrong, empty, odd, sightless, tiny] = await Promise.all([
      run("fit", "patchcorn", ...common),
      here("fit", "patchcore", "--set", "bank=3", ...common),
      here("fit", "patchcore", "--data", cache, "--out", out),
      here("fit", "fastflow", ...withSide("40")),
      // No layer, no stride.
      here("fit", "mean_difference", ...withSide("40")),
      here("distil", ...withSide("32")),
    ]);
    assert.match(odd.err, /Cannot use pictures of 40 × 40 as both sides must be multiples of 16, .*48 × 48 is near/);
    assert.equal(sightless.code, 0, sightless.err);
    assert.match(tiny.err, /Cannot distil a teacher on pictures of 32 × 32 as it describes patches of 33 × 33/);
    assert.equal(unknown.code, 2);
    assert.match(unknown.err.replace(/\s+/g, " "), /Expected one of "patchcore", "padim", "fastflow"/);
    assert.equal(wrong.code, 1);
    assert.match(wrong.err, /^Error: Cannot configure PatchCore as bank must be removed\n$/);
    assert.match(empty.err, /Cannot fit on ".*" as it has no pictures/);
  });
});

Deno.test("a teacher is distilled from a folder, and networks are made by name", async () => {
  await withFolder(async (folder) => {
    const data = join(folder, "parts");
    await writeParts(data, 4, 1);
    const teacher = join(folder, "teacher.onnx");
    const [distil, backbone, none, gone] = await Promise.all([
      here(
        ...["distil", "--data", data, "--side", "64", "--steps", "3", "--batch", "2", "--width", "0.1"] as const,
        ...["--out", teacher, "--cache", join(folder, "cache")],
      ),
      here("backbone", "pdn_small", "--random", "1", "--out", join(folder, "pdn.onnx")),
      put(join(folder, "cut.safetensors"), new Uint8Array(20)).then((cut) =>
        here("backbone", "resnet18", "--weights", cut, "--out", join(folder, "none.onnx"))
      ),
      run("backbone", "resnet18", "--weights", join(folder, "gone.pth"), "--out", join(folder, "none.onnx")),
    ]);
    assert.equal(distil.code, 0, distil.err);
    assert.match(distil.err, /efficientad: \{ size: "small", width: 0.1, teacher: /);
    assert.ok(existsSync(teacher) && !existsSync(`${teacher}.unfinished`));
    assert.equal(backbone.code, 0, backbone.err);
    assert.equal(none.code, 1);
    assert.equal(gone.code, 2);
    assert.match(gone.err, /`--weights`: Path .*gone\.pth does not exist/);
    assert.match(none.err, /Cannot read ".*cut.safetensors" as safetensors as/);
    assert.ok(!existsSync(join(folder, "none.onnx")));
  });
});
