import assert from "node:assert/strict";
import { availableParallelism } from "node:os";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type ScoreOptions, scorePictures } from "../../../lib/product/model/score_files.ts";
import { bytesOf, countLanes, openLanes } from "../../../lib/product/model/score_lanes.ts";
import type { PictureScore } from "../../../lib/product/model/score_loaded.ts";
import { here } from "../../app/cli/commands.ts";
import { put, withFolder, writeParts } from "../../app/cli/product.ts";

const quiet = {
  reporter: { say: () => {}, warn: () => {}, progress: () => {} },
  signal: new AbortController().signal,
};

Deno.test("lanes are opened where there are cores, and pictures to pay for them", () => {
  assert.equal(countLanes({ threads: 2 }, 63, 2e7), 1);
  assert.equal(countLanes({ threads: 2 }, 64, 2e7), Math.min(2, availableParallelism()));
  assert.equal(countLanes({ threads: 1 }, 10_000, 2e7), 1);
  assert.ok(countLanes({}, 10_000, 2e7) <= Math.min(4, availableParallelism()));
  assert.equal(countLanes({ device: "webgpu" }, 10_000, 2e7), 1);
  assert.equal(countLanes({}, 10_000, 5e8), 1);
});

Deno.test("lanes give the lines of one thread in their order, and end when they are stopped", async () => {
  await withFolder(async (folder) => {
    await writeParts(join(folder, "parts"), 12, 6);
    const run = join(folder, "model");
    const fitted = await here(
      ...["fit", "mean_difference", "--data", join(folder, "parts"), "--side", "64", "--threads", "1"] as const,
      ...["--out", run, "--cache", join(folder, "cache")],
    );
    assert.equal(fitted.code, 0, fitted.err);
    await put(join(folder, "parts/good/broken.png"), "no picture");
    const of = async (kind: string) =>
      (await readdir(join(folder, "parts", kind))).sort().map((name) => join(folder, "parts", kind, name));
    const each = [...await of("good"), ...await of("bad"), join(folder, "gone.png")];
    // 80 pictures, and a last batch that is not whole.
    const paths = Array.from({ length: 83 }, (_, i) => each[i % each.length]);
    const lines = async (more: Partial<ScoreOptions>) => {
      const taken: PictureScore[] = [];
      await scorePictures({ run, paths, ...quiet, ...more }, (score) => void taken.push(score));
      return taken;
    };
    const sizes = await Promise.all(
      (await readdir(join(run, "models"), { recursive: true, withFileTypes: true }))
        .filter((entry) => entry.isFile() && !entry.name.startsWith("."))
        .map(async ({ parentPath, name }) => (await readFile(join(parentPath, name))).length),
    );
    assert.equal(await bytesOf(run), sizes.reduce((sum, size) => sum + size));
    const options = { threshold: 0.5, judgeAll: true };
    const one = await lines({ ...options, threads: 1 });
    assert.equal(one.length, paths.length);
    assert.equal(one.filter(({ error }) => error !== undefined).length, 8);
    assert.deepEqual(await lines({ ...options, threads: 2 }), one);

    const stop = new AbortController();
    const taken: PictureScore[] = [];
    const stopped = scorePictures({ run, paths, ...quiet, ...options, threads: 2, signal: stop.signal }, (score) => {
      taken.push(score);
      stop.abort(new Error("Enough"));
    });
    await assert.rejects(stopped, /Enough/);
    assert.deepEqual(taken, one.slice(0, taken.length));
    assert.ok(taken.length < paths.length);

    // A model that does not open says so before a line is told or an earlier one goes.
    await put(
      join(run, "models/model.json"),
      (await readFile(join(run, "models/model.json"), "utf8")).replace(/"mean_difference/g, '"wrong'),
    );
    const told: unknown[] = [];
    const earlier = {
      lines: [],
      since: 0,
      nameOf: (file: string) => file,
      keep: (lines: number) => void told.push(lines),
    };
    const broken = { run, paths, ...quiet, threads: 2, earlier };
    await assert.rejects(scorePictures(broken, (score) => void told.push(score)), /model\.json|wrong/);
    assert.deepEqual(told, []);
  });
});

Deno.test("a picture with which a thread ends is told of in its place, and all others are scored", async () => {
  const worker = new URL("./ending_worker.ts", import.meta.url);
  const files = Array.from({ length: 20 }, (_, i) => i === 11 ? "11 ends" : i === 17 ? "17 once" : `${i}`);
  const lanes = openLanes("run", {}, 2, worker);
  try {
    await lanes.open();
    const scores = (await Array.fromAsync(lanes.score(files, new Map([["9", "shared"]])))).flat();
    assert.deepEqual(
      scores,
      files.map((file) =>
        file.endsWith("ends")
          ? { file, error: `Cannot score "${file}" as its thread ended: Cannot go on as a worker ended with code 3` }
          : { file, error: file === "9" ? "shared" : "scored by run" }
      ),
    );
    // What a thread throws ends the work, as does closing it.
    await assert.rejects(Array.fromAsync(lanes.score(["throws"], new Map())), /^RangeError: Cannot be scored/);
    const under = assert.rejects(Array.fromAsync(lanes.score(["hangs"], new Map())), /closed/);
    await lanes.close();
    await under;
  } finally {
    await lanes.close();
  }
});
