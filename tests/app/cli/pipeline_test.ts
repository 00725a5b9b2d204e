import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readdir, readFile, rm, utimes } from "node:fs/promises";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { here } from "./commands.ts";
import { interrupt, pipelineText, put, run, timesOf, withFolder, writeParts } from "./product.ts";

/** Finished files of a step in a cache; asked often, so that no more than names is looked at. */
async function finished(cache: string, step: string): Promise<number> {
  const entries = await readdir(join(cache, step), { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile() && !entry.name.endsWith(".part")).length;
}

/** Finished entries must be as they were: not written again, not gone. */
async function assertUntouched(cache: string, before: ReadonlyMap<string, bigint>): Promise<void> {
  const after = await timesOf(cache);
  for (const [name, time] of before) {
    if (!name.endsWith(".part")) assert.equal(after.get(name), time, `${name} was written again`);
  }
}

Deno.test("a run from nothing, again, changed, killed and stopped", async (t) => {
  await withFolder(async (folder) => {
    const [data, file, cache] = [join(folder, "parts"), join(folder, "small.ts"), join(folder, "cache")];
    await writeParts(data);
    await put(file, pipelineText());
    const args = (name: string, kept = cache, definition = file) => [
      ...[definition, "--data", data, "--cache", kept, "--runs", join(folder, "runs"), "--name", name],
    ];
    const read = (name: string, what = "results.json") => readFile(join(folder, "runs/small", name, what), "utf8");
    let unbroken = "";

    await t.step("a run writes the complete run folder", async () => {
      const { code, out, err } = await run("pipeline", ...args("first"));
      assert.equal(code, 0, err);
      assert.match(err, /4 fits, 0 kept\n +maps +\d+ pictures, 0 kept/);
      assert.match(out, /Method +Cl\. AUROC/);
      assert.match(out, /PatchCore +\d/);
      assert.equal(stripVTControlCharacters(out + err), out + err);
      for (const line of (out + err).split("\n")) assert.ok(line.length <= 80 || line.includes(folder), line);
      unbroken = await read("first");
      const results = JSON.parse(unbroken);
      assert.deepEqual(Object.keys(results), ["pipeline", "seeds", "data", "rows", "comparisons"]);
      assert.deepEqual([results.pipeline, results.seeds], ["small", [1, 2]]);
      assert.deepEqual(Object.keys(results.data), ["origin", "counts", "sha256"]);
      assert.deepEqual(results.data.origin, { name: "own pictures" });
      assert.match(out, /^\nMeasured on: own pictures\n\n/);
      assert.match(results.data.sha256, /^[0-9a-f]{64}$/);
      assert.deepEqual(results.rows.map((row: { method: string }) => row.method), ["PatchCore", "Both"]);
      for (const { auroc, fpr95, n } of results.rows) {
        assert.ok([auroc, fpr95].every(({ mean, values }) => mean >= 0 && mean <= 1 && values.length === 2));
        assert.deepEqual(n, { good: 5, bad: 6 });
      }
      assert.ok(results.rows[1].auroc.mean > 0.7, "the parts are easy to tell apart");
      assert.equal((await read("first", "scores.csv")).trim().split("\n").length, 1 + 2 * 2 * 11);
      assert.equal((await read("first", "manifest.csv")).trim().split("\n").length, 1 + 36);
      assert.match(await read("first", "report.html"), /^<!doctype html>/i);
      const record = JSON.parse(await read("first", "run.json"));
      assert.deepEqual(record.detectors.map(({ name }: { name: string }) => name), ["patchcore", "padim"]);
      assert.equal(record.definition.picture.height, 64);
      assert.deepEqual((await readdir(join(folder, "runs/small/first/models"))).sort(), [
        ...[
          ".segad",
          "backbone.onnx",
          "detectors",
          "forest",
          "good_parts.safetensors",
          "model.json",
          "unseen_scores.csv",
        ],
      ]);
    });

    await t.step("the same seeds in another cache give the same bytes", async () => {
      const { code, err } = await here("pipeline", ...args("other", join(folder, "other")));
      assert.equal(code, 0, err);
      assert.equal(await read("other"), unbroken);
      assert.equal(await read("other", "scores.csv"), await read("first", "scores.csv"));
    });

    await t.step("a second run does nothing again", async () => {
      const before = await timesOf(cache);
      assert.ok(before.size > 20);
      const { code, err } = await run("pipeline", ...args("first"));
      assert.equal(code, 0, err);
      assert.match(err, /4 fits, 4 kept\n +maps +(\d+) pictures, \1 kept/);
      assert.doesNotMatch(err, /Fit |Anomaly maps|Statistics/);
      assert.deepEqual(await timesOf(cache), before);
      assert.equal(await read("first"), unbroken);
    });

    await t.step("a changed statistic or smoothing computes no map again", async () => {
      const before = await timesOf(cache);
      const own = await put(
        join(folder, "own.ts"),
        pipelineText({ smoothing: 2 }, `defineFeature("most", (pixels) => pixels.reduce((a, b) => Math.max(a, b)))`),
      );
      const { code, err } = await here("pipeline", ...args("own", cache, own));
      assert.equal(code, 0, err);
      assert.match(err, /4 fits, 4 kept\n +maps +(\d+) pictures, \1 kept/);
      assert.doesNotMatch(err, /Fit |Anomaly maps/);
      assert.match(err, /Statistics over segments: 4\/4/);
      await assertUntouched(cache, before);
      for (const step of ["fits", "maps"]) {
        assert.equal(
          await finished(cache, step),
          [...before.keys()].filter((key) => key.startsWith(step)).length,
        );
      }
    });

    await t.step("killed in each step, one after the other, it goes on and ends with the same result", async () => {
      const killed = join(folder, "killed");
      const steps: [string, () => Promise<boolean>][] = [
        ["fits", async () => await finished(killed, "fits") > 0],
        ["maps", async () => await finished(killed, "maps") > 0],
        ["features", async () => await finished(killed, "features") > 0],
        ["forests", async () => await finished(killed, "forests") > 0],
        ["models", () => Promise.resolve(existsSync(join(folder, "runs/small/killed/models")))],
        ["report", () => Promise.resolve(existsSync(join(folder, "runs/small/killed/models/model.json")))],
      ];
      for (const [step, reached] of steps) {
        let before = await timesOf(killed);
        let end = await interrupt("SIGKILL", reached, "pipeline", ...args("killed", killed));
        // The last steps take a moment, in which a busy machine may not get to the kill.
        for (let more = 0; end.code === 0 && more < 20; more++) {
          await rm(join(folder, "runs/small/killed"), { recursive: true });
          before = await timesOf(killed);
          end = await interrupt("SIGKILL", reached, "pipeline", ...args("killed", killed));
        }
        assert.ok(end.signalled && end.code !== 0, `it ended before it was killed in ${step}: ${end.code} ${end.err}`);
        await assertUntouched(killed, before);
        assert.ok(!(await timesOf(join(folder, "runs/small/killed"))).has("report.html"));
      }
      const leftovers = [join(killed, "maps/0123.99.7.part"), join(killed, "maps/4567.99.8.part")];
      for (const path of leftovers) await put(path, "half of a file");
      await utimes(leftovers[0], 0, 0);
      const before = await timesOf(killed);
      const { code, err } = await run("pipeline", ...args("killed", killed));
      assert.equal(code, 0, err);
      await assertUntouched(killed, before);
      assert.equal(await read("killed"), unbroken);
      assert.equal(await read("killed", "scores.csv"), await read("first", "scores.csv"));
      const left = (await readdir(join(killed, "maps"))).filter((name) => name.endsWith(".part"));
      assert.deepEqual(left.filter((name) => /\.99\./.test(name)), ["4567.99.8.part"], "only what is old is forgotten");
    });

    await t.step("stopped by Ctrl-C, it says so and goes on the next time", async () => {
      const stopped = join(folder, "stopped");
      for (const step of ["fits", "forests"]) {
        const before = await timesOf(stopped);
        const reached = async () => await finished(stopped, step) > 0;
        const { code, err, signalled } = await interrupt("SIGINT", reached, "pipeline", ...args("stopped", stopped));
        assert.ok(signalled);
        assert.equal(code, 130, err);
        assert.match(err, /Stopping after the work in hand; press Ctrl-C again to stop at once/);
        assert.match(err, /Stopped\. Finished steps are kept: the same command goes on from here\n$/);
        assert.doesNotMatch(err, /Error|\.ts:\d/);
        await assertUntouched(stopped, before);
      }
      const before = await timesOf(stopped);
      const { code, err } = await run("pipeline", ...args("stopped", stopped));
      assert.equal(code, 0, err);
      assert.match(err, /4 fits, 4 kept/);
      await assertUntouched(stopped, before);
      assert.equal(await read("stopped"), unbroken);
    });

    await t.step("the plan is printed, and nothing is done", async () => {
      const { code, err } = await here("pipeline", ...args("planned", join(folder, "planned")), "--plan");
      assert.equal(code, 0, err);
      assert.match(err, /Plan of "small"/);
      assert.equal((await timesOf(join(folder, "planned"))).size, 0);
      assert.equal((await timesOf(join(folder, "runs/small/planned"))).size, 0);
    });

    await t.step("a device that is not there is one sentence and its exit code", async () => {
      for (const device of ["cuda", "webgpu"]) {
        const { code, out, err } = await run("pipeline", ...args("device"), "--device", device);
        if (code === 0) continue; // this machine has one
        assert.equal(code, 4, err);
        assert.match(err, new RegExp(`Error: Cannot use device "${device}" as .*; use --device cpu\n$`));
        // A driver may have written lines of its own before ours.
        assert.doesNotMatch(out + err, /Plan of|\.ts:\d/);
      }
    });
  });
});

Deno.test("a plan without pictures draws no stand-in", async () => {
  await withFolder(async (folder) => {
    const cache = join(folder, "cache");
    const { code, err } = await run("pipeline", "vad.ts", "--plan", "--cache", cache, "--runs", join(folder, "runs"));
    assert.equal(code, 0, err);
    assert.match(
      err,
      /on the procedural stand-in v\d+, size small, not drawn yet\n +pictures +400 good, 160 bad to train/,
    );
    assert.doesNotMatch(err, /Draw the stand-in|Hash the pictures/);
    const first = await run("pipeline", "first.ts", "--plan", "--cache", cache, "--runs", join(folder, "runs"));
    assert.equal(first.code, 0, first.err);
    assert.match(
      first.err,
      /on a folder of the procedural stand-in v\d+, size small,\s+not drawn\s+yet\n +pictures +200 good, 60 bad to train/,
    );
    assert.equal((await timesOf(folder)).size, 0);
  });
});

Deno.test("a stand-in that was killed while it was drawn is drawn to its end", async () => {
  await withFolder(async (folder) => {
    const out = join(folder, "parts");
    const drawn = async () => [...(await timesOf(out)).keys()].filter((name) => name.endsWith(".png")).length;
    const args = ["--out", out, "--seed", "7"];
    const killed = await interrupt("SIGKILL", async () => await drawn() >= 8, "stand-in", ...args);
    assert.ok(killed.signalled && killed.code !== 0);
    const before = await timesOf(out);
    const stopped = await interrupt("SIGINT", async () => await drawn() >= 16, "stand-in", ...args);
    assert.equal(stopped.code, 130, stopped.err);
    const after = await timesOf(out);
    for (const [name, time] of before) {
      if (name.endsWith(".png")) assert.equal(after.get(name), time, `${name} was drawn again`);
    }
    assert.ok(await drawn() < 200, "it stopped early");
  });
});
