import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Item } from "../../../lib/picture/data/dataset.ts";
import { checkSplit, makeManifest, trainedOn, withoutFiles } from "../../../lib/picture/data/manifest.ts";
import { withFiles } from "./folders.ts";

function item(root: string, id: string, split: Item["split"] = "train", label: Item["label"] = "good"): Item {
  return { id, path: join(root, id), split, label, unseen: false };
}

const files = { "a.png": "alpha", "b.png": "beta", "same.png": "alpha", "big.png": new Uint8Array(3_000_000).fill(7) };

Deno.test("a manifest has the hash and size of each file in order, and reports progress", () =>
  withFiles(files, async (root) => {
    const seen: number[] = [];
    const items = ["big.png", "b.png", "a.png"].map((id) => item(root, id));
    const { files: entries, warnings } = await makeManifest(items, (done, total) => seen.push(done, total));
    assert.deepEqual(entries.map(({ id, bytes }) => [id, bytes]), [["big.png", 3_000_000], ["b.png", 4], ["a.png", 5]]);
    const hash = (data: string | Uint8Array) => createHash("sha256").update(data).digest("hex");
    assert.deepEqual(entries.map((entry) => entry.sha256), [hash(files["big.png"]), hash("beta"), hash("alpha")]);
    assert.deepEqual(seen, [1, 3, 2, 3, 3, 3]);
    assert.deepEqual(warnings, []);
  }));

Deno.test("the hash of a data set follows content, labels and splits, and neither order nor place", async () => {
  const hashes = new Set<string>();
  for (let i = 0; i < 2; i++) {
    await withFiles(files, async (root) => {
      const [a, b] = [item(root, "a.png"), item(root, "b.png")];
      hashes.add((await makeManifest([a, b])).sha256).add((await makeManifest([b, a])).sha256);
    });
  }
  assert.equal(hashes.size, 1);
  await withFiles({ ...files, "b.png": "other" }, async (root) => {
    const [a, b] = [item(root, "a.png"), item(root, "b.png")];
    for (const items of [[a, b], [a], [a, { ...b, label: "bad" as const }], [a, { ...b, split: "test" as const }]]) {
      hashes.add((await makeManifest(items)).sha256);
    }
  });
  assert.equal(hashes.size, 5);
});

Deno.test("the same file good and bad is an error that names both; twice with one label is told", () =>
  withFiles(files, async (root) => {
    const a = item(root, "a.png");
    const split = await makeManifest([a, item(root, "same.png", "test")]);
    assert.deepEqual(split.warnings, ['"a.png" and "same.png" are the same file in train and in test']);
    await assert.rejects(makeManifest([a, item(root, "same.png", "train", "bad")]), {
      message: 'Cannot use the data set as "a.png" and "same.png" are the same file, once good and once bad',
    });
    const { warnings } = await makeManifest([a, item(root, "same.png")]);
    assert.deepEqual(warnings, ['"a.png" and "same.png" are the same file in train']);
  }));

Deno.test("a split that judges what it trains on is an error", () =>
  withFiles(files, async (root) => {
    const [a, b, same] = [item(root, "a.png"), item(root, "b.png"), item(root, "same.png")];
    const manifest = await makeManifest([a, b, same]);
    assert.deepEqual(checkSplit({ detectors: [a], forest: [], test: [b] }, manifest), []);
    assert.deepEqual(checkSplit({ detectors: [a], forest: [same], test: [b] }, manifest), [
      '"a.png" and "same.png" are the same file in train',
    ]);
    assert.deepEqual(checkSplit({ detectors: [a], forest: [a], test: [b] }, manifest), [
      '"a.png" is there twice in train',
    ]);
    assert.throws(() => checkSplit({ detectors: [b], forest: [a], test: [same] }, manifest), {
      message:
        'Cannot use the split as "a.png" and "same.png" are the same file in train and in test: scores would be ' +
        "too good",
    });
    assert.throws(() => checkSplit({ detectors: [a], forest: [], test: [a] }, manifest), {
      message: 'Cannot use the split as "a.png" is there in train and in test: scores would be too good',
    });
  }));

Deno.test("a file that cannot be read is named", async () => {
  await assert.rejects(makeManifest([item("/nowhere", "a.png")]), {
    message: /^Cannot read "\/nowhere\/a.png" as ENOENT/,
  });
});

Deno.test("files without content are no copies of each other, and what cannot be read is left out where somebody is told", () =>
  withFiles({ "a.png": "", "b.png": "", "c.png": "gamma" }, async (root) => {
    const items = [
      item(root, "a.png"),
      item(root, "b.png", "test", "bad"),
      item(root, "gone.png"),
      item(root, "c.png"),
    ];
    const told: string[] = [];
    const whole = await makeManifest(items, undefined, ({ id }, error) => told.push(`${id}: ${error.name}`));
    assert.deepEqual([whole.files.map(({ id }) => id), whole.warnings, told], [
      ["a.png", "b.png", "c.png"],
      [],
      ["gone.png: Error"],
    ]);
    const some = withoutFiles(whole, new Set(["a.png", "b.png"]));
    assert.deepEqual(some, await makeManifest([items[3]]));
  }));

Deno.test("what a training has learned from tells depths apart, and is the files alone where none was given", async () => {
  const manifest = await makeManifest([]);
  const depths = [undefined, { kind: "scale" }, { kind: "window", low: 0, high: 9 }] as const;
  assert.equal(trainedOn(manifest), manifest.sha256);
  assert.equal(new Set(depths.map((depth) => trainedOn(manifest, depth))).size, 3);
});
