import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { partSpec } from "../../../lib/picture/stand_in/part.ts";
import { renderPart } from "../../../lib/picture/stand_in/render.ts";
import { standInPlan } from "../../../lib/picture/stand_in/plan.ts";
import { plannedDataset } from "../../../lib/picture/stand_in/planned.ts";
import { writeStandIn } from "../../../lib/picture/stand_in/write.ts";
import { readVad } from "../../../lib/picture/data/readers/vad.ts";
import { readPhoto } from "../../../lib/picture/image/decode.ts";
import { sha256 } from "../../../lib/base/io/hash.ts";

const size = { trainGood: 2, trainBad: 1, testGood: 1, testBad: 1, testUnseen: 1, lowShot: 1 };

async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "stand-in-"));
  try {
    await test(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The hash of every file below a folder. */
async function hashes(folder: string): Promise<Record<string, string>> {
  const entries = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const found = await Promise.all(entries.map(async (entry) => {
    const path = join(entry.parentPath, entry.name);
    return [path.slice(folder.length + 1), sha256(await readFile(path))] as const;
  }));
  return Object.fromEntries(found.sort(([a], [b]) => a < b ? -1 : 1));
}

Deno.test("a stand-in is stopped, damaged, resumed, and then equals one that was not", async () => {
  await inFolder(async (folder) => {
    const whole = join(folder, "whole"), stopped = join(folder, "stopped");
    const progress: number[] = [];
    await writeStandIn({ out: whole, size, seed: 4, workers: 2, onProgress: (done) => progress.push(done) });
    assert.deepEqual(progress, [1, 2, 3, 4, 5, 6]);

    const stop = new AbortController();
    const run = writeStandIn({
      out: stopped,
      size,
      seed: 4,
      workers: 1,
      onProgress: (done) => done === 3 && stop.abort(),
      signal: stop.signal,
    });
    await assert.rejects(run, { name: "AbortError" });
    assert.equal(JSON.parse(await readFile(join(stopped, "stand-in.json"), "utf8")).complete, false);
    const [first, second] = ["0000.png", "0001.png"].map((name) => join(stopped, "train/good", name));
    await truncate(first, 1000);
    const before = (await stat(second)).mtimeMs;

    await writeStandIn({ out: stopped, size, seed: 4, workers: 2 });
    assert.equal((await stat(second)).mtimeMs, before, "a whole file is kept");
    assert.deepEqual(await hashes(stopped), await hashes(whole));
    const manifest = JSON.parse(await readFile(join(whole, "stand-in.json"), "utf8"));
    assert.equal(manifest.complete, true);
    assert.deepEqual({ ...plannedDataset(standInPlan({ size, seed: 4 }), whole), name: "whole" }, await readVad(whole));
    assert.equal(manifest.files.length, 6);

    // What lies there is VAD's layout, and holds the parts of the manifest.
    const { items, lowShot } = await readVad(whole);
    assert.equal(items.length, 6);
    assert.equal(items.filter((item) => item.unseen).length, 1);
    assert.equal(Object.keys(lowShot ?? {}).length, 5);
    const { path, index, kind } = manifest.files.find((file: { kind: string }) => file.kind !== "good");
    const photo = await readPhoto(join(whole, path));
    assert.deepEqual(photo.data, renderPart(partSpec({ seed: 4, index, kind })).data);
  });
});

Deno.test("a folder that holds something else is left alone", async () => {
  await inFolder(async (folder) => {
    const options = {
      out: folder,
      size: { ...size, trainGood: 0, trainBad: 1, testGood: 0, testBad: 0, testUnseen: 0 },
    };
    await writeStandIn({ ...options, seed: 4, workers: 1 });
    await assert.rejects(writeStandIn({ ...options, seed: 5, workers: 1 }), {
      message: /seed 5.*holds that of version 2, seed 4.*another folder/,
    });
    await writeFile(join(folder, "stand-in.json"), "{}");
    await assert.rejects(writeStandIn({ ...options, seed: 4, workers: 1 }), { message: /another program/ });
    await writeFile(join(folder, "stand-in.json"), "no JSON");
    await assert.rejects(writeStandIn({ ...options, seed: 4, workers: 1 }), { message: /no JSON/ });
  });
});

Deno.test("a folder that cannot be written is an error with its path", async () => {
  await inFolder(async (folder) => {
    await writeFile(join(folder, "file"), "");
    await assert.rejects(writeStandIn({ out: join(folder, "file", "below"), size, seed: 4, workers: 1 }), {
      message: /Cannot write ".*file/,
    });
  });
});
