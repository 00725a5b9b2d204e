import assert from "node:assert/strict";
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { hashFolder } from "../../../../lib/base/io/sealed_folder.ts";
import { embeddedBackbone } from "../../../../lib/method/backbone/embedded.ts";
import { identifyModel } from "../../../../lib/product/model/open_model.ts";
import { openCache } from "../../../../lib/product/run/cache/cache.ts";
import { openDoer } from "../../../../lib/product/run/fleet/do_job.ts";
import type { Job, TaskJob } from "../../../../lib/product/run/fleet/job.ts";
import { packJob, unpackJob } from "../../../../lib/product/run/fleet/job_payload.ts";
import { keepFile, keepSetup } from "../../../../lib/product/run/fleet/setup.ts";
import { here } from "../../../app/cli/commands.ts";
import { put, withFolder, writeParts } from "../../../app/cli/product.ts";
import { sleep } from "../../../app/queue/redis.ts";

const parts = {
  threads: 1,
  reporter: { say: () => {}, warn: () => {}, progress: () => {} },
  signal: new AbortController().signal,
};

/** A job of one task that reads a fit. */
function mapsOf(setup: string, backbone: string, fit: string): TaskJob {
  const sight = { picture: { height: 64, width: 64 }, segments: "none", backbone, layers: [] };
  const spec = { sight, detector: { type: "padim" }, fit, chunk: "0", pictures: [] };
  return { kind: "tasks", setup, tasks: [{ kind: "map", key: "maps/a/b", title: "Maps", needs: [fit], spec }] };
}

Deno.test("a job is given back where its cache is another, told where a task fails, and refused where a result is damaged", async () => {
  await withFolder(async (folder) => {
    const cache = openCache(join(folder, "cache"));
    const { model, ...backbone } = await embeddedBackbone();
    await keepFile(cache, model);
    const setup = await keepSetup(cache, { kind: "run", backbone });
    const doer = openDoer({ ...parts, cache });
    const other = openDoer({ ...parts, cache: openCache(join(folder, "other")) });
    try {
      const job = mapsOf(setup, backbone.sha256, "fits/none");
      const elsewhere = await other.do(job);
      assert.equal(elsewhere.kind, "given back");
      assert.match("reason" in elsewhere ? elsewhere.reason : "", /is not the cache of the run: .* with --cache$/);

      const failed = await doer.do(job);
      assert.ok(failed.kind === "tasks" && failed.ends.length === 1);
      assert.match(failed.ends[0].error!, /^Cannot find the fitted PaDiM "fits\/none" in /);

      await put(join(cache.root, "fits/broken"), "no entry of the cache, though as long as the end of one");
      const damaged = await doer.do(mapsOf(setup, backbone.sha256, "fits/broken"));
      assert.equal(damaged.kind, "refused");
      assert.match("reason" in damaged ? damaged.reason : "", /fits\/broken" as it is damaged; it is removed now/);
      assert.equal(await cache.has("fits/broken"), false);

      // What is there already is not done again.
      await cache.write("maps/a/b", "maps");
      const done = await doer.do(job);
      assert.deepEqual(done.kind === "tasks" && done.ends, [{ key: "maps/a/b" }]);
    } finally {
      await doer.close();
      await other.close();
    }
  });
});

Deno.test("workers of one machine unpack a model all at once, and what is damaged of it is mended", async () => {
  await withFolder(async (folder) => {
    await writeParts(join(folder, "parts"), 12, 0);
    const run = join(folder, "fitted");
    const fitted = await here(
      ...["fit", "mean_difference", "--data", join(folder, "parts"), "--side", "64", "--threads", "1"] as const,
      ...["--out", run, "--cache", join(folder, "own")],
    );
    assert.equal(fitted.code, 0, fitted.err);
    const cache = openCache(join(folder, "cache"));
    const models = join(run, "models");
    const files = await hashFolder(models);
    for (const name of Object.keys(files)) await keepFile(cache, new Uint8Array(await readFile(join(models, name))));
    const model = await identifyModel(run);
    const setup = await keepSetup(cache, { kind: "score", model, files, folder });
    const [part] = await readdir(join(folder, "parts/good"));
    const job: Job = { kind: "score", setup, files: [join(folder, "parts/good", part)] };
    /** What workers answer that begin one after another, while those before them read. */
    const answers = () =>
      Promise.all(Array.from({ length: 6 }, async (_, i) => {
        await sleep(3 * i);
        const doer = openDoer({ ...parts, cache });
        try {
          return await doer.do(job);
        } finally {
          await doer.close();
        }
      }));
    const unpacked = join(cache.root, "models", model, "models");
    const [name] = Object.keys(files).filter((name) => name.endsWith(".safetensors"));
    for (const harm of [async () => {}, () => put(join(unpacked, name), "damaged"), () => rm(join(unpacked, name))]) {
      await harm();
      for (const answer of await answers()) {
        assert.ok(answer.kind === "score", JSON.stringify(answer));
        assert.equal(answer.scores[0].error, undefined);
      }
      assert.deepEqual(await hashFolder(unpacked), files);
    }
  });
});

Deno.test("a large job lies in the cache and not in the memory of the queue, and comes back as it was", async () => {
  await withFolder(async (folder) => {
    const cache = openCache(folder);
    const job = (files: number): Job => ({
      kind: "score",
      setup: "setups/a",
      files: Array.from({ length: files }, (_, i) => `/archive/${i}.png`),
    });
    assert.deepEqual(await packJob(cache, job(10)), job(10));
    const packed = await packJob(cache, job(10_000));
    assert.ok(packed.kind === "kept" && JSON.stringify(packed).length < 200);
    assert.deepEqual(await unpackJob(cache, packed), job(10_000));
    await assert.rejects(unpackJob(openCache(join(folder, "other")), packed), /is not the cache of the run/);
  });
});
