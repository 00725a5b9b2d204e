import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import type { Item } from "../../../lib/picture/data/dataset.ts";
import { openSegments } from "../../../lib/product/run/pictures/segments.ts";
import { segment } from "../../app/cli/commands.ts";
import { drawPart, put, withFolder } from "../../app/cli/product.ts";

const SIZE = { height: 64, width: 64 };

Deno.test("maps that were made from pictures get no word about proportions on these pictures; one drawn by hand does", async () => {
  await withFolder(async (folder) => {
    const data = join(folder, "parts");
    const items: Item[] = [];
    for (let i = 0; i < 4; i++) {
      // A part before a plain ground, wider than high.
      const wide = sharp(await drawPart(i, false)).resize(64, 64).extend({
        left: 40,
        right: 40,
        top: 8,
        bottom: 8,
        background: "#000",
      });
      const path = await put(join(data, `good/${i}.png`), new Uint8Array(await wide.png().toBuffer()));
      items.push({ id: `good/${i}.png`, path, split: "train", label: "good", unseen: false });
    }
    const [maps, parts, painted] = ["maps", "parts.png", "painted.png"].map((name) => join(folder, name));
    const side = ["--side", "64"];
    assert.equal(await segment("foreground", "--data", data, "--out", maps, ...side), 0);
    assert.equal(await segment("clusters", "--data", data, "--parts", "2", "--out", parts, ...side), 0);
    for (const path of [maps, parts]) assert.deepEqual((await openSegments(path, SIZE, items)).warnings, [], path);
    assert.equal(JSON.parse(await readFile(join(folder, "parts.json"), "utf8")).stretched, true);

    await put(join(folder, "brush.png"), await drawTwo());
    assert.equal(await segment("paint", "--from", join(folder, "brush.png"), "--out", painted), 0);
    const [warning] = (await openSegments(painted, SIZE, items)).warnings;
    assert.match(warning, /^The segment map has 64 × 64 pixels and the pictures 144 × 80/);
  });
});

/** A painting in two colours. */
async function drawTwo(): Promise<Uint8Array<ArrayBuffer>> {
  const square = { create: { width: 30, height: 30, channels: 3, background: "#f00" } } as const;
  const ground = { create: { width: 64, height: 64, channels: 3, background: "#00f" } } as const;
  return new Uint8Array(
    await sharp(ground).composite([{ input: await sharp(square).png().toBuffer() }]).png().toBuffer(),
  );
}
