import assert from "node:assert/strict";
import { copyFile, mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { removeLeftovers } from "../../../lib/base/io/half_written.ts";
import fc from "fast-check";
import { DamagedStepError } from "../../../lib/base/text/errors.ts";
import { keyOf, openCache } from "../../../lib/product/run/cache/cache.ts";
import { openEntry, readSeal, sealEntry } from "../../../lib/product/run/cache/cache_entry.ts";
import { withFolder } from "../../app/cli/product.ts";

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

Deno.test("a folder in the place of an entry is damage: it is named, removed, and the step is done again", async () => {
  await withFolder(async (root) => {
    const cache = openCache(root);
    for (const read of [() => cache.read("maps/1"), () => cache.rowsOf("maps")]) {
      await Deno.mkdir(join(root, "maps/1/below"), { recursive: true });
      assert.equal(await cache.has("maps/1"), true);
      await assert.rejects(read(), (error) => error instanceof DamagedStepError && error.path === join(root, "maps/1"));
      assert.equal(await cache.has("maps/1"), false);
      await cache.write("maps/1", "text");
      assert.deepEqual(await cache.read("maps/1"), new TextEncoder().encode("text"));
      await cache.remove("maps/1");
    }
  });
});

Deno.test("half of a file is removed once nobody can be writing it any more, whatever the clock said", async () => {
  await withFolder(async (root) => {
    const name = (n: number) => join(root, "maps", `1.3f0c5d9e-1b1a-4c7e-9f0e-6a2b8c1d2e${n}f.part`);
    const ages = [0, -300, 300, -3600, 3600, 86_400 * 365].map((seconds) => Date.now() / 1000 + seconds);
    await Deno.mkdir(join(root, "maps"));
    for (const [n, time] of ages.entries()) {
      await writeFile(name(n), "half");
      await utimes(name(n), time, time);
    }
    await removeLeftovers(root);
    assert.deepEqual((await readdir(join(root, "maps"))).sort(), [0, 1, 2].map((n) => basename(name(n))));
  });
});

const bytes = fc.uint8Array({ maxLength: 64 });
const names = fc.option(fc.array(fc.string(), { maxLength: 3 }), { nil: undefined });

Deno.test("an entry gives its payload back, whatever the payload is; another entry's, or a changed bit, is refused", () => {
  fc.assert(fc.property(bytes, names, fc.nat(), fc.nat(7), (payload, rows, place, bit) => {
    const entry = sealEntry("maps/1", payload, rows);
    assert.deepEqual(openEntry("maps/1", entry), payload);
    assert.deepEqual(readSeal("maps/1", entry).seal.rows, rows);
    assert.throws(() => openEntry("maps/2", entry), /it is the entry "maps\/1"/);
    const changed = entry.slice();
    changed[place % entry.length] ^= 1 << bit;
    assert.throws(() => openEntry("maps/1", changed));
    for (const cut of [entry.subarray(0, place % entry.length), entry.subarray(1)]) {
      assert.throws(() => openEntry("maps/1", cut));
    }
    // A payload that is an entry itself, as in a cache kept in a cache.
    assert.deepEqual(openEntry("maps/3", sealEntry("maps/3", entry)), entry);
  }));
});

Deno.test("a flipped bit, a zeroed half, a cut and a swapped entry are refused once, and the step can be done again", async () => {
  await withFolder(async (root) => {
    const cache = openCache(root);
    const payload = Uint8Array.from({ length: 1000 }, (_, i) => i);
    const path = join(root, "maps/fit/1");
    const damages: Record<string, (entry: Uint8Array) => Uint8Array> = {
      flipped: (entry) => (entry[500] ^= 4, entry),
      "zeroed first half": (entry) => entry.fill(0, 0, entry.length / 2),
      "zeroed second half": (entry) => entry.fill(0, entry.length / 2),
      cut: (entry) => entry.subarray(0, 700),
      empty: () => new Uint8Array(0),
      "without a seal": () => payload,
    };
    const uses = [
      () => cache.load("maps/fit/1", (found) => found),
      () => cache.read("maps/fit/1"),
      () => cache.export("maps/fit/1", join(root, "out")),
    ];
    for (const [what, damage] of Object.entries(damages)) {
      for (const use of uses) {
        await cache.write("maps/fit/1", payload);
        await writeFile(path, damage(new Uint8Array(await readFile(path))));
        await assert.rejects(use(), (error) => {
          assert.ok(error instanceof DamagedStepError, what);
          assert.equal(error.path, path);
          assert.ok(error.cause instanceof Error);
          return true;
        });
        assert.equal(await cache.has("maps/fit/1"), false, what);
      }
    }
    await cache.write("maps/fit/1", payload);
    await cache.write("maps/fit/2", payload);
    await copyFile(join(root, "maps/fit/2"), path);
    await assert.rejects(cache.read("maps/fit/1"), DamagedStepError);
    assert.deepEqual(await cache.read("maps/fit/2"), payload);
    assert.equal(await readFile(join(root, "out")).catch(() => "none"), "none");
  });
});

Deno.test("the rows of a folder's entries are found without their payloads, however long their names are", async () => {
  await withFolder(async (root) => {
    const cache = openCache(root);
    assert.deepEqual(await cache.rowsOf("maps/fit"), new Map());
    const many = Array.from({ length: 400 }, (_, i) => `${"é".repeat(30)}${i}`);
    await cache.write("maps/fit/a", new Uint8Array(100_000), ["one", "two"]);
    await cache.write("maps/fit/b", new Uint8Array(3), many);
    await cache.write("maps/fit/c", "");
    await writeFile(join(root, "maps/fit/d.99.1.part"), "half of a file");
    const found = await cache.rowsOf("maps/fit");
    assert.deepEqual([...found], [["maps/fit/a", ["one", "two"]], ["maps/fit/b", many], ["maps/fit/c", []]]);
    await copyFile(join(root, "maps/fit/a"), join(root, "maps/fit/b"));
    await assert.rejects(cache.rowsOf("maps/fit"), DamagedStepError);
    assert.deepEqual([...(await cache.rowsOf("maps/fit")).keys()], ["maps/fit/a", "maps/fit/c"]);
  });
});
