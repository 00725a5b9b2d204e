import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { keyOf, openCache } from "../../../lib/product/run/cache.ts";

Deno.test("a key does not depend on the order of the properties, and on everything else", () => {
  fc.assert(fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
    assert.equal(keyOf("step", { a, b }), keyOf("step", { b, a }));
    const same = JSON.stringify(a) === JSON.stringify(b);
    if (!same) assert.notEqual(keyOf("step", [a, 1]), keyOf("step", [a, 2]));
    assert.notEqual(keyOf("step", a), keyOf("other", a));
  }));
});

Deno.test("a key refuses what JSON would lose", () => {
  assert.throws(() => keyOf("step", { epsilon: NaN }), /Cannot write NaN as JSON/);
  assert.throws(() => keyOf("step", [undefined]), /undefined array entry/);
});

Deno.test("an entry is there once it was written, and an export is a copy", async () => {
  const root = await mkdtemp(join(tmpdir(), "cache-"));
  try {
    const cache = openCache(root);
    assert.equal(await cache.has("maps/1"), false);
    assert.equal(await cache.read("maps/1"), undefined);
    await cache.write("maps/1", new Uint8Array([1, 2]));
    assert.equal(await cache.has("maps/1"), true);
    assert.deepEqual(await cache.read("maps/1"), new Uint8Array([1, 2]));
    await cache.export("maps/1", join(root, "run/models/1"));
    await Deno.writeFile(join(root, "run/models/1"), new Uint8Array([3]));
    assert.deepEqual(await cache.read("maps/1"), new Uint8Array([1, 2]));
    await cache.remove("maps/1");
    assert.equal(await cache.has("maps/1"), false);
  } finally {
    await rm(root, { recursive: true });
  }
});

Deno.test("a failed write names the path and the reason and leaves nothing behind", async () => {
  const root = await mkdtemp(join(tmpdir(), "cache-"));
  try {
    await Deno.mkdir(join(root, "maps/1"), { recursive: true });
    await assert.rejects(openCache(root).write("maps/1", "text"), /Cannot write ".*maps\/1" as /);
    assert.deepEqual(await readdir(join(root, "maps")), ["1"]);
    await Deno.writeTextFile(join(root, "file"), "kept");
    await assert.rejects(openCache(root).write("file/1", "text"), /Cannot write/);
    assert.equal(await readFile(join(root, "file"), "utf8"), "kept");
  } finally {
    await rm(root, { recursive: true });
  }
});
