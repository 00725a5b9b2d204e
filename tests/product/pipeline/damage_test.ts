import assert from "node:assert/strict";
import { copyFile, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { DamagedStepError } from "../../../lib/base/text/errors.ts";
import { describeError } from "../../../lib/base/text/describe_error.ts";
import { parseDefinition } from "../../../lib/product/experiment/define_pipeline.ts";
import { openCache } from "../../../lib/product/run/cache/cache.ts";
import { readPipeline } from "../../../lib/product/run/read_pipeline.ts";
import { runPipeline } from "../../../lib/product/run/run.ts";
import { drawPart, pipelineText, put, SMALL, withFolder, writeParts } from "../../app/cli/product.ts";

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
      const entries = await entriesOf(join(cache, step));
      // A finished run opens the fits of its model alone: any of them may be one.
      const damaged = step === "fits" ? entries : entries.slice(0, 1);
      for (const entry of damaged) {
        const other = entries.find((each) => each !== entry);
        await damage(join(cache, step, entry), join(cache, step, other ?? entry));
      }
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
      assert.ok(seen.size > 0 && [...seen].every((path) => damaged.some((entry) => path === join(cache, step, entry))));
      assert.equal(await results(), whole);
      // What nobody has opened is damaged still.
      for (const path of damaged.map((entry) => join(cache, step, entry))) {
        if (!seen.has(path)) await rm(path, { recursive: true });
      }
    }
  });
});

/** What disks and people do to a file, and what is in the place of another. */
const WAYS: Readonly<Record<string, (bytes: Uint8Array<ArrayBuffer>, other: Uint8Array<ArrayBuffer>) => Uint8Array>> = {
  "a flip in its beginning": (bytes) => (bytes[3 % bytes.length] ^= 0x40, bytes),
  "a flip in its middle": (bytes) => (bytes[bytes.length >> 1] ^= 1, bytes),
  "a flip in its end": (bytes) => (bytes[bytes.length - 2] ^= 0x40, bytes),
  "zeros in its second half": (bytes) => bytes.fill(0, bytes.length >> 1),
  "zeros": (bytes) => bytes.fill(0),
  "nothing": () => new Uint8Array(),
  "two thirds of it": (bytes) => bytes.slice(0, bytes.length * 2 / 3),
  "two bytes more": (bytes) => Uint8Array.from([...bytes, 1, 2]),
  "another entry": (_, other) => other,
};

Deno.test("an entry of any kind that is not what was kept under its key is refused, whatever happened to it", async () => {
  await withFolder(async (folder) => {
    const data = join(folder, "parts");
    await writeParts(data, 12, 6);
    const mask = await drawPart(1, true);
    for (let i = 0; i < 6; i++) await put(join(data, `bad/00${i}_mask.png`), mask);
    const folds = {
      split: { kind: "folds", folds: 2 },
      methods: {
        Forest: { forest: ["padim"], blocks: ["pooled"] },
        Regression: { regression: "evidence" },
        PaDiM: { alone: "padim" },
      },
      decision: { benchmark: "supervised", method: "PaDiM", recall: 0.9 },
    };
    const trained = { classifiers: { linear: { steps: 2, batch: 4 } }, pixel: true };
    const methods = { ...SMALL.methods, Linear: { alone: "linear" } };
    const root = join(folder, "cache");
    for (const changes of [folds, { ...trained, methods }]) {
      const definition = parseDefinition({ ...SMALL, seeds: [1], ...changes });
      const options = { file: "", data, size: "small", device: "cpu", threads: 1, cache: root, name: "it" } as const;
      const silent = { say: () => {}, warn: () => {}, progress: () => {} };
      const signal = new AbortController().signal;
      await runPipeline(definition, { ...options, runs: join(folder, "runs"), reporter: silent, signal });
    }
    const cache = openCache(root);
    const kinds = Map.groupBy(await entriesOf(root), (name) => dirname(name));
    for (const wanted of ["fits", "maps", "features", "forests", "scores", "standards", "evidence", "pixels"]) {
      assert.ok([...kinds.keys()].some((kind) => kind.includes(wanted)), `${wanted} are among ${[...kinds.keys()]}`);
    }
    for (const [kind, [name, next]] of kinds) {
      const path = join(root, name);
      const whole = new Uint8Array(await readFile(path));
      const foreign = [...kinds.values()].flat().find((other) => dirname(other) !== kind)!;
      for (const from of next === undefined ? [foreign] : [next, foreign]) {
        const other = new Uint8Array(await readFile(join(root, from)));
        for (const [what, way] of Object.entries(WAYS)) {
          await writeFile(path, way(whole.slice(), other));
          assert.equal(await cache.has(name), true);
          await assert.rejects(cache.read(name), (error) => {
            assert.ok(error instanceof DamagedStepError, `${kind} with ${what}: ${error}`);
            assert.equal(error.path, path);
            return true;
          }, `${kind} with ${what}`);
          assert.equal(await cache.has(name), false);
        }
      }
      await writeFile(path, whole);
      assert.ok(await cache.read(name));
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
