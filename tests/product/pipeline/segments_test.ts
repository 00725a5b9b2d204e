import assert from "node:assert/strict";
import { join } from "node:path";
import sharp from "sharp";
import type { Item } from "../../../lib/picture/data/dataset.ts";
import { writeNpy } from "../../../lib/base/io/npy.ts";
import { openSegments } from "../../../lib/product/run/pictures/segments.ts";
import { zeros } from "../../../lib/base/tensor/tensor.ts";
import { drawPart, put, withFolder } from "../../app/cli/product.ts";

const size = { height: 64, width: 64 };

Deno.test("a segment map of another size is brought to the size of the pictures, other proportions are warned of", async () => {
  await withFolder(async (folder) => {
    const path = await put(join(folder, "part.png"), await drawPart(1, false));
    const picture = [{ id: "part.png", path, split: "train", label: "good", unseen: false } as const];
    const legend = JSON.stringify({
      name: "halves",
      labels: [{ value: 0, name: "left" }, { value: 1, name: "right" }, { value: 2, name: "none" }],
    });
    const write = async (name: string, height: number, width: number) => {
      const plane = new Uint8Array(height * width).map((_, i) => i % width < width / 2 ? 0 : 1);
      const png = sharp(plane, { raw: { height, width, channels: 1 } }).toColourspace("b-w").png();
      await put(join(folder, `${name}.json`), legend);
      return await put(join(folder, `${name}.png`), new Uint8Array(await png.toBuffer()));
    };
    const square = await openSegments(await write("square", 128, 128), size, picture);
    const { labels } = await square.mapOf({
      id: "a",
      item: { id: "a", path: "a", split: "train", label: "good", unseen: false },
    });
    assert.deepEqual(labels.shape, [1, 64, 64]);
    assert.ok(labels.data.every((label, i) => label === (i % 64 < 32 ? 0 : 1)));
    assert.deepEqual(square.warnings, ["Segment none has no pixel, so its statistics are 0"]);
    const wide = await openSegments(await write("wide", 64, 128), size, picture);
    assert.deepEqual(wide.warnings.slice(1), [
      "The segment map has 128 × 64 pixels and the pictures 64 × 64: with other proportions its segments may lie beside the " +
      "parts",
    ]);
    assert.equal((await openSegments("none", size, picture)).warnings.length, 0);
  });
});

Deno.test("of maps with one base name a picture takes that of its label, and what is odd about all maps is told", async () => {
  await withFolder(async (folder) => {
    const write = async (name: string, values: number[]) => {
      const plane = Uint8Array.from(values);
      const png = sharp(plane, { raw: { height: 2, width: 2, channels: 1 } }).toColourspace("b-w").png();
      await put(join(folder, name), new Uint8Array(await png.toBuffer()));
    };
    const source = (id: string, label: "good" | "bad") => ({
      id,
      item: { id, path: id, split: "test", label, unseen: false } as const,
    });
    await write("apart/good/000.png", [0, 0, 0, 0]);
    await write("apart/bad/000.png", [0, 2, 2, 2]);
    const apart = await openSegments(join(folder, "apart"), size, []);
    const [good, bad] = [source("test/good/000.png", "good"), source("test/scratch/000.png", "bad")];
    assert.deepEqual([...new Set((await apart.mapOf(good)).labels.data)], [0]);
    assert.deepEqual([...new Set((await apart.mapOf(bad)).labels.data)], [0, 2]);
    assert.notEqual(await apart.hashOf(good), await apart.hashOf(bad));
    assert.match(apart.warnings.join(), /segment_1 has no pixel in any map/);
    await write("apart/bad/000.png", [0, 0, 0, 2]);
    await assert.rejects(
      apart.mapOf(bad),
      /the segment map of "test\/scratch\/000\.png" as it has changed since it was/,
    );
    assert.deepEqual([...new Set((await apart.mapOf(good)).labels.data)], [0]);
  });
});

Deno.test("two pictures never have one map: both are named", async () => {
  await withFolder(async (folder) => {
    const legend = JSON.stringify({ name: "one", labels: [{ value: 0, name: "all" }] });
    await put(join(folder, "legend.json"), legend);
    const map = await put(join(folder, "000.npy"), writeNpy(zeros("u8", [1, 64, 64])));
    const item = (
      id: string,
      label: "good" | "bad",
    ) => ({ id, path: id, split: "train", label, unseen: false } as const);
    for (
      const [one, other] of [
        [item("000.png", "good"), item("000.bmp", "good")],
        [item("good/000.png", "good"), item("bad/000.png", "bad")],
      ]
    ) {
      await openSegments(folder, size, [one]);
      await assert.rejects(openSegments(folder, size, [one, other]), {
        message: `Cannot use the segment map "${map}" as it would be that of "${one.id}" and of "${other.id}": ` +
          "give each its own, in folders as the pictures lie in",
      });
    }
    const apart = join(folder, "apart");
    await put(join(apart, "legend.json"), legend);
    for (const label of ["good", "bad"]) {
      await put(join(apart, label, "000.npy"), writeNpy(zeros("u8", [1, 64, 64])));
    }
    await openSegments(apart, size, [item("good/000.png", "good"), item("bad/000.png", "bad")]);
  });
});

Deno.test("maps of other proportions than their pictures are warned of in a folder too; a missing one is told at once", async () => {
  await withFolder(async (folder) => {
    const maps = join(folder, "maps");
    await put(join(maps, "legend.json"), JSON.stringify({ name: "one", labels: [{ value: 0, name: "all" }] }));
    const items: Item[] = [];
    const write = async (name: string, map: readonly [number, number], kind: "png" | "npy") => {
      const path = await put(join(folder, `${name}.png`), await drawPart(items.length, false));
      items.push({ id: `${name}.png`, path, split: "train", label: "good", unseen: false });
      const [height, width] = map;
      const bytes = kind === "npy" ? writeNpy(zeros("u8", [1, height, width])) : new Uint8Array(
        await sharp(new Uint8Array(height * width), { raw: { height, width, channels: 1 } }).png().toBuffer(),
      );
      await put(join(maps, `${name}.${kind}`), bytes);
    };
    for (let i = 0; i < 20; i++) await write(`good${i}`, [32 + i, 32 + i], i % 2 ? "png" : "npy");
    assert.deepEqual((await openSegments(maps, size, items)).warnings, []);
    await write("flat", [40, 400], "npy");
    assert.deepEqual((await openSegments(maps, size, items)).warnings, [
      "1 of 21 segment maps have other proportions than their pictures (flat.png: 400 × 40 for 64 × 64): their segments " +
      "may lie beside the parts",
    ]);
    await write("high", [400, 40], "png");
    assert.match((await openSegments(maps, size, items)).warnings[0], /^2 of 22 segment maps/);
    await assert.rejects(openSegments(maps, size, [...items, { ...items[0], id: "none.png" }]), {
      message: /^Cannot find the segment map of "none.png" as/,
    });
  });
});
