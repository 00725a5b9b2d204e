import assert from "node:assert/strict";
import { cp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { photo } from "../../../lib/domain.ts";
import { encodePng } from "../../../lib/picture/image/encode.ts";
import { describeError } from "../../../lib/base/text/describe_error.ts";
import { readUnseenScores, UNSEEN_SCORES_FILE } from "../../../lib/product/decide/unseen_scores.ts";
import { openScorer } from "../../../lib/product/model/scorer.ts";
import { fit, pipeline, score, told } from "../../app/cli/commands.ts";
import { forgetHashes, pipelineText, put, withFolder, writeParts } from "../../app/cli/product.ts";

/** The files of a model but `model.json` and the marker of the folder. */
async function filesOf(run: string): Promise<string[]> {
  const models = join(run, "models");
  const names = (await readdir(models, { recursive: true })).filter((name) =>
    name !== "model.json" && name !== ".segad"
  );
  const files = await Promise.all(names.map(async (name) => (await stat(join(models, name))).isFile() ? [name] : []));
  return files.flat().sort();
}

/** The hash by another implementation than the code's. */
async function hashOf(path: string): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new Uint8Array(await readFile(path)))).toHex();
}

/** What is said by whoever reads a file of a model: setting a threshold anew reads one that scoring does not. */
async function refusal(run: string, name = "model.json"): Promise<string> {
  try {
    if (name === UNSEEN_SCORES_FILE) await readUnseenScores(run);
    else await (await openScorer(run, { threads: 1 })).close();
  } catch (error) {
    return describeError(error);
  }
  return "";
}

/** What disks, networks and people do to a file. */
const WAYS: Readonly<Record<string, (path: string, other: string) => Promise<unknown>>> = {
  "one bit": async (path) => {
    const bytes = await readFile(path);
    bytes[bytes.length >> 1] ^= 1;
    await writeFile(path, bytes);
  },
  "zeros in the middle": async (path) => {
    const bytes = await readFile(path);
    await writeFile(path, bytes.fill(0, bytes.length >> 3, (bytes.length * 7) >> 3));
  },
  "of another run": async (path, other) => await cp(other, path),
  "missing": (path) => rm(path),
};

async function damageAll(run: string, other: string, folder: string): Promise<void> {
  const files = await filesOf(run);
  const { files: hashes } = JSON.parse(await readFile(join(run, "models/model.json"), "utf8"));
  const expected = await Promise.all(files.map(async (name) => [name, await hashOf(join(run, "models", name))]));
  assert.deepEqual(hashes, Object.fromEntries(expected));
  for (const name of files) {
    for (const [what, damage] of Object.entries(WAYS)) {
      const [from, same] = [join(run, "models", name), join(other, "models", name)];
      // The backbone of two runs is one.
      if (what === "of another run" && await hashOf(from) === await hashOf(same)) continue;
      const copy = join(folder, "copy");
      await rm(copy, { recursive: true, force: true });
      await cp(run, copy, { recursive: true });
      const path = join(copy, "models", name);
      await damage(path, same);
      const message = await refusal(copy, name);
      assert.ok(message.includes(path), `${name}, ${what}: ${message || "scores all the same"}`);
    }
  }
}

Deno.test("a run with a file that is damaged, missing or of another run is refused, and the file is named", async () => {
  await withFolder(async (folder) => {
    await writeParts(join(folder, "parts"), 24, 12);
    await writeParts(join(folder, "others"), 24, 12, 1);
    const map = join(folder, "map.png");
    await put(
      map,
      await encodePng(photo([64, 64, 3], Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => +(i > 5000)))),
    );
    await put(join(folder, "map.json"), '{"name":"map","labels":[{"value":0,"name":"a"},{"value":1,"name":"b"}]}');
    const file = await put(join(folder, "small.ts"), pipelineText({ seeds: [1], segments: map }));
    const at = ["--runs", join(folder, "runs"), "--cache", join(folder, "cache"), "--threads", "1"];
    for (const data of ["parts", "others"]) {
      assert.equal(await pipeline(file, "--data", join(folder, data), "--name", data, ...at), 0);
    }
    const [run, other] = ["parts", "others"].map((name) => join(folder, "runs/small", name));
    assert.deepEqual(await filesOf(run), [
      ...["backbone.onnx", "detectors/padim.safetensors", "detectors/patchcore.safetensors"],
      ...["forest/forest.json", "forest/model.json", "good_parts.safetensors", "segments.json", "segments.png"],
      "unseen_scores.csv",
    ]);
    await damageAll(run, other, folder);
    const path = join(run, "models/model.json");
    const whole = await readFile(path, "utf8");
    await cp(join(other, "models/model.json"), path);
    assert.match(await refusal(run), /^Cannot use ".*" as it is not the file that was written with the others/m);
    await writeFile(path, whole.replace(/("threshold": -?\d*\.?)\d/, (_, begin) => `${begin}9`));
    assert.match(await refusal(run), /^Cannot use the model ".*model\.json" as it has changed since it was written/);
    await writeFile(path, whole);
    assert.equal(await refusal(run), "");
  });
});

Deno.test("so is a fitted detector or classifier; one of an earlier release, without hashes, is scored with a word", async () => {
  await withFolder(async (folder) => {
    await writeParts(join(folder, "parts"), 24, 8);
    const picture = join(folder, "parts/bad/000.png");
    const at = ["--data", join(folder, "parts"), "--side", "64", "--threads", "1", "--cache", join(folder, "cache")];
    for (const what of ["mean_difference", "linear"]) {
      for (const seed of ["0", "1"]) {
        assert.equal(await fit(what, ...at, "--seed", seed, "--out", join(folder, seed)), 0);
      }
      await damageAll(join(folder, "0"), join(folder, "1"), folder);
    }
    const run = join(folder, "0");
    const out = (name: string) => join(folder, name);
    told.length = 0;
    assert.equal(await score("--run", run, picture, "--out", out("new.csv")), 0);
    assert.doesNotMatch(told.join("\n"), /hashes/);
    await forgetHashes(run);
    assert.equal(await score("--run", run, picture, "--out", out("old.csv")), 0);
    assert.match(told.join("\n"), /no hashes of its files, so that damage to them is not noticed/);
    assert.equal(await readFile(out("old.csv"), "utf8"), await readFile(out("new.csv"), "utf8"));
  });
});
