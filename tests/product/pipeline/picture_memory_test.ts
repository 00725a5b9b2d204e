import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { photo } from "../../../lib/domain.ts";
import { featureMap } from "../../../lib/method/backbone/backbone.ts";
import type { Observation } from "../../../lib/method/learn/contract.ts";
import { type Eyes, rememberPictures } from "../../../lib/product/run/pictures/picture_memory.ts";
import { openSeenFile } from "../../../lib/product/run/pictures/seen_file.ts";
import type { Picture, Sight } from "../../../lib/product/run/steps/task.ts";

const sight: Sight = { picture: { height: 2, width: 2 }, segments: "none", backbone: "b", layers: ["stride1"] };
/** Of one picture: 2 × 2 colours in bytes, and four features in single precision. */
const SIZE = 12 + 16;

function pictures(count: number): Picture[] {
  return Array.from({ length: count }, (_, n) => ({
    id: `${n}`,
    sha256: `${n}`,
    item: { id: `${n}`, path: `${n}`, split: "train", label: "good", unseen: false },
  }));
}

/** Eyes that count the pictures that the backbone sees; its features are a picture's greens. */
function countingEyes() {
  let seen = 0;
  const eyes: Eyes = {
    signal: new AbortController().signal,
    loader: () => ({
      async *load(paths) {
        for (const path of paths) {
          await Promise.resolve();
          yield { path, photo: photo([2, 2, 3], Uint8Array.from({ length: 12 }, (_, i) => 10 * Number(path) + i)) };
        }
      },
      look: () => Promise.reject(new Error("not asked for")),
      close: () => Promise.resolve(),
    }),
    extractor: () =>
      Promise.resolve({
        name: "greens",
        layers: [],
        extract({ shape: [N], data }) {
          seen += N;
          const green = Float32Array.from({ length: 4 * N }, (_, i) => data[12 * Math.floor(i / 4) + 4 + i % 4]);
          return Promise.resolve({ stride1: featureMap([N, 1, 2, 2], green) });
        },
        release: () => Promise.resolve(),
      }),
    segments: () => Promise.reject(new Error("not asked for")),
  };
  return { eyes: { ...eyes, segments: () => Promise.resolve({ mapOf: undefined } as never) }, seen: () => seen };
}

/** A folder of the test's own; it is empty again once the memory is closed. */
async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "seen-"));
  try {
    await test(folder);
    assert.deepEqual(readdirSync(folder), []);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function numbersOf(batches: AsyncIterable<Observation>): Promise<number[][]> {
  const all: number[][] = [[], []];
  for await (const { image, features } of batches) {
    all[0].push(...image.data);
    all[1].push(...features.stride1.data);
  }
  return all;
}

Deno.test("pictures that fit are seen once, and are the same again", () =>
  inFolder(async (folder) => {
    const { eyes, seen } = countingEyes();
    const memory = rememberPictures(() => eyes, folder, 20 * SIZE);
    const first = await numbersOf(memory.batches(sight, pictures(20)));
    assert.equal(seen(), 20);
    assert.deepEqual(await numbersOf(memory.batches(sight, pictures(20))), first);
    const some = await memory.take(sight, pictures(20), [7, 3]);
    assert.deepEqual([...some.features.stride1.data], [7, 3].flatMap((n) => first[1].slice(4 * n, 4 * n + 4)));
    assert.equal(seen(), 20);
    assert.deepEqual([...memory.photo("7").data], Array.from({ length: 12 }, (_, i) => 70 + i));
    assert.deepEqual([memory.has(sight, "7"), memory.has({ ...sight, layers: [] }, "7")], [true, false]);
    memory.close();
  }));

Deno.test("of pictures in order those are seen that have not been before, and all come as if none had", () =>
  inFolder(async (folder) => {
    const { eyes, seen } = countingEyes();
    const memory = rememberPictures(() => eyes, folder, 30 * SIZE);
    const alone = rememberPictures(() => eyes, folder, 30 * SIZE);
    const expected = await numbersOf(alone.batches(sight, pictures(27)));
    assert.equal(seen(), 27);
    await memory.together(sight, "a", [3, 4, 11, 20, 26].map((n) => pictures(27)[n]));
    assert.deepEqual(await numbersOf(memory.batches(sight, pictures(27))), expected);
    assert.equal(seen(), 54);
    memory.close();
    alone.close();
  }));

Deno.test("what is asked for between two batches changes nothing in those to come", () =>
  inFolder(async (folder) => {
    const { eyes } = countingEyes();
    const memory = rememberPictures(() => eyes, folder, 20 * SIZE);
    const expected = await numbersOf(memory.batches(sight, pictures(20)));
    const batches: number[] = [];
    for await (const { image } of memory.batches(sight, pictures(20))) {
      batches.push(...image.data);
      await memory.together(sight, "others", pictures(40).slice(20));
    }
    assert.deepEqual(batches, expected[0]);
    memory.close();
  }));

Deno.test("of pictures in order that do not all fit none is kept, as the next pass would begin anew all the same", () =>
  inFolder(async (folder) => {
    const { eyes, seen } = countingEyes();
    const memory = rememberPictures(() => eyes, folder, 20 * SIZE - 1);
    const first = await numbersOf(memory.batches(sight, pictures(20)));
    assert.deepEqual(await numbersOf(memory.batches(sight, pictures(20))), first);
    assert.equal(seen(), 40);
    await memory.take(sight, pictures(20), [7, 3]);
    assert.equal(seen(), 42, "nothing of the passes was kept");
    await memory.take(sight, pictures(20), [3, 7]);
    assert.equal(seen(), 42, "what was taken is");
    memory.close();
  }));

Deno.test("pictures of other names go only where there is no more room, those of this one never", () =>
  inFolder(async (folder) => {
    const { eyes, seen } = countingEyes();
    const memory = rememberPictures(() => eyes, folder, 20 * SIZE);
    const all = pictures(30);
    await memory.together(sight, "a", all.slice(0, 12));
    await memory.together(sight, "b", all.slice(12, 20));
    await memory.together(sight, "a", all.slice(0, 12));
    assert.equal(seen(), 20, "all that was seen is kept");
    await memory.together(sight, "c", all.slice(20, 30));
    await memory.together(sight, "c", all.slice(20, 30));
    assert.equal(seen(), 30);
    await memory.together(sight, "a", all.slice(0, 12));
    assert.equal(seen(), 42, "what had been seen before made room");
    await memory.together({ ...sight, layers: [] }, "c", all.slice(20, 21));
    assert.equal(seen(), 43, "seen in another way it is another picture");
    memory.close();
  }));

Deno.test("where the folder takes no file pictures are seen again, and are the same", async () => {
  const folder = mkdtempSync(join(tmpdir(), "seen-"));
  const file = join(folder, "file");
  writeFileSync(file, "");
  const { eyes, seen } = countingEyes();
  const memory = rememberPictures(() => eyes, file);
  const first = await numbersOf(memory.batches(sight, pictures(3)));
  assert.deepEqual(await numbersOf(memory.batches(sight, pictures(3))), first);
  assert.equal(seen(), 6);
  memory.close();
  rmSync(folder, { recursive: true });
});

Deno.test({
  name: "records are kept where it may not be asked what the disk has left",
  permissions: { read: true, write: true, env: true, sys: false },
  async fn() {
    const folder = await mkdtemp(join(tmpdir(), "seen-"));
    const file = openSeenFile(folder, 4, 2 ** 32);
    try {
      assert.ok(file && file.room > 0);
      assert.ok(file.write(3, Uint8Array.of(1, 2, 3, 4)));
      assert.deepEqual([...file.read(3)], [1, 2, 3, 4]);
    } finally {
      file?.close();
      await rm(folder, { recursive: true });
    }
  },
});
