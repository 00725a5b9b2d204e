import assert from "node:assert/strict";
import { copyFile, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { describeError } from "../../../lib/base/text/describe_error.ts";
import { readPipeline } from "../../../lib/product/run/read_pipeline.ts";
import { runPipeline } from "../../../lib/product/run/run.ts";
import { pipelineText, put, withFolder, writeParts } from "../../app/cli/product.ts";

Deno.test("a damaged entry of the cache is named and dropped, and the next run does its step again", async () => {
  await withFolder(async (folder) => {
    const data = join(folder, "parts");
    await writeParts(data, 12, 6);
    const file = await put(join(folder, "small.ts"), pipelineText({ seeds: [1] }));
    const { definition } = await readPipeline(file, "small");
    const cache = join(folder, "cache");
    const silent = { say: () => {}, warn: () => {}, progress: () => {} };
    const signal = new AbortController().signal;
    const runs = join(folder, "runs");
    const options = { file, data, size: "small", device: "cpu", threads: 1, runs, cache, name: "it", signal } as const;
    const run = () => runPipeline(definition, { ...options, reporter: silent });
    const results = () => readFile(join(runs, "small/it/results.json"), "utf8");
    await run();
    const whole = await results();
    const damages: [string, (path: string, other: string) => Promise<void>, gone?: string][] = [
      ["features", (path) => truncate(path, 300)],
      ["forests", (path) => change(path, (bytes) => bytes[bytes.length >> 1] ^= 1)],
      ["fits", (path) => change(path, (bytes) => bytes.fill(0, 0, bytes.length >> 1))],
      ["maps", (path, other) => copyFile(other, path), "features"],
    ];
    for (const [step, damage, gone] of damages) {
      if (gone) await rm(join(cache, gone), { recursive: true });
      const [entry, other] = await entriesOf(join(cache, step));
      await damage(join(cache, step, entry), other && join(cache, step, other));
      const seen = new Set<string>();
      for (let again = true; again;) {
        again = await run().then(() => false, (error) => {
          const message = describeError(error);
          const path = /^Cannot use the finished step "(.*)" as it is damaged; it is removed now: run the same/.exec(
            message,
          );
          assert.ok(path, message);
          assert.match(message, /\n {2}because /);
          assert.ok(!seen.has(path[1]), `${path[1]} is damaged again`);
          seen.add(path[1]);
          return true;
        });
      }
      assert.deepEqual([...seen], [join(cache, step, entry)]);
      assert.equal(await results(), whole);
    }
  });
});

async function change(path: string, damage: (bytes: Uint8Array) => unknown): Promise<void> {
  const bytes = new Uint8Array(await readFile(path));
  damage(bytes);
  await writeFile(path, bytes);
}

/** Files below a folder. */
async function entriesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) =>
    relative(folder, join(parentPath, name))
  );
}
