/** What a worker brings from a store, by a store that is a table. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { bring } from "../../../lib/app/queue/bring.ts";
import { sha256 } from "../../../lib/base/io/hash.ts";
import { openCache } from "../../../lib/product/run/cache/cache.ts";
import type { Job } from "../../../lib/product/run/fleet/job.ts";
import { keepSetup } from "../../../lib/product/run/fleet/setup.ts";
import type { PictureStore } from "../../../lib/product/run/cache/store.ts";
import { withFolder } from "../cli/product.ts";

const NOTHING = () => Promise.resolve();

/** A store of some objects; `asked` are the URLs that it was asked for. */
function storeOf(objects: Readonly<Record<string, string>>, asked: string[]): PictureStore {
  return {
    has: () => Promise.resolve(false),
    fetch: () => Promise.resolve(false),
    keep: NOTHING,
    remove: NOTHING,
    rowsOf: () => Promise.resolve(new Map()),
    fetchAll: NOTHING,
    keepAll: NOTHING,
    async fetchPictures(pictures) {
      for (const { url, path } of pictures) {
        asked.push(url);
        if (objects[url] === undefined) continue;
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, objects[url]);
      }
    },
    async *list() {},
  };
}

async function taskJob(folder: string, content: string): Promise<Job> {
  const setup = await keepSetup(openCache(folder), {
    kind: "run",
    backbone: { name: "x", mean: [0, 0, 0], std: [1, 1, 1], layers: [], sha256: "x" },
  });
  const picture = { id: "a", item: { path: "/data/a.png", label: "good" }, sha256: sha256(content) };
  return {
    kind: "tasks",
    setup,
    tasks: [{ kind: "map", key: "maps/a", title: "Maps", needs: [], spec: { pictures: [picture] } }],
  };
}

const pathIn = (job: unknown): string => /"path":"([^"]+)"/.exec(JSON.stringify(job))![1];

Deno.test("a picture that has changed in the store is brought again for the run that knows it, and no other's", async () => {
  await withFolder(async (cache) => {
    const parts = { cache, mappings: [{ from: "/data", to: "s3://parts" }] };
    const asked: string[] = [];
    const before = await bring(storeOf({ "s3://parts/a.png": "old" }, asked), parts, await taskJob(cache, "old"));
    assert.equal(await readFile(pathIn(before.job), "utf8"), "old");
    const after = await bring(storeOf({ "s3://parts/a.png": "new" }, asked), parts, await taskJob(cache, "new"));
    assert.equal(await readFile(pathIn(after.job), "utf8"), "new");
    assert.deepEqual(asked, ["s3://parts/a.png", "s3://parts/a.png"]);
    // What is here needs no store.
    await bring(storeOf({}, asked), parts, await taskJob(cache, "old"));
    assert.equal(asked.length, 2);
  });
});

Deno.test("a picture that is not what the run was planned with is refused, and is not kept", async () => {
  await withFolder(async (cache) => {
    const parts = { cache, mappings: [{ from: "/data", to: "s3://parts" }] };
    const asked: string[] = [];
    const job = await taskJob(cache, "old");
    await assert.rejects(
      bring(storeOf({ "s3://parts/a.png": "new" }, asked), parts, job),
      /Cannot use "s3:\/\/parts\/a.png" as it is not the file that the run was planned with/,
    );
    const again = await bring(storeOf({ "s3://parts/a.png": "old" }, asked), parts, job);
    assert.equal(await readFile(pathIn(again.job), "utf8"), "old");
  });
});

Deno.test("what is scored is brought each time", async () => {
  await withFolder(async (cache) => {
    const setup = await keepSetup(openCache(cache), { kind: "score", model: "m", files: {}, folder: "/" });
    const job: Job = { kind: "score", setup, files: ["s3://parts/a.png"] };
    const parts = { cache, mappings: [] };
    const first = await bring(storeOf({ "s3://parts/a.png": "old" }, []), parts, job);
    const [path] = first.files!;
    assert.equal(await readFile(path, "utf8"), "old");
    await bring(storeOf({ "s3://parts/a.png": "new" }, []), parts, job);
    assert.equal(await readFile(path, "utf8"), "new");
    await bring(storeOf({}, []), parts, job);
    assert.ok(!existsSync(path));
  });
});
