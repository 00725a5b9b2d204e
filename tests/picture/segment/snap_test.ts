import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { photo } from "../../../lib/domain.ts";
import { decodePhoto } from "../../../lib/picture/image/decode.ts";
import { readPainting } from "../../../lib/picture/segment/paint.ts";
import { openSegmentMaps } from "../../../lib/picture/segment/read.ts";
import { put, withFolder } from "../../app/cli/product.ts";

const SIDE = 128;
/** Ground, a ring and a bar, in the colours of a legend. */
const COLOURS = ["#7f7f7f", "#d62728", "#1f77b4"];
const svg = (smooth: boolean) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${SIDE}" height="${SIDE}" shape-rendering="${
    smooth ? "geometricPrecision" : "crispEdges"
  }"><rect width="100%" height="100%" fill="${COLOURS[0]}"/><circle cx="60.4" cy="64.2" r="40.3" fill="none" stroke="${
    COLOURS[1]
  }" stroke-width="14"/><path d="M 20.3 17.6 L 110.2 101.4 L 103.1 110.8 L 14.9 25.2 Z" fill="${COLOURS[2]}"/></svg>`;

const draw = (smooth: boolean) => sharp(new TextEncoder().encode(svg(smooth))).removeAlpha();
/** The labels that the hard painting has, by its exact colours. */
async function truth(): Promise<number[]> {
  const data = await draw(false).raw().toBuffer();
  return Array.from({ length: SIDE * SIDE }, (_, p) => {
    const hex = `#${[0, 1, 2].map((c) => data[3 * p + c].toString(16).padStart(2, "0")).join("")}`;
    assert.ok(COLOURS.includes(hex), hex);
    return COLOURS.indexOf(hex);
  });
}

/** A label and those of its eight neighbours: what a pixel on a seam may be. */
function around(labels: readonly number[], p: number): Set<number> {
  const found = new Set<number>();
  for (const dy of [-1, 0, 1]) for (const dx of [-1, 0, 1]) found.add(labels[p + dy * SIDE + dx] ?? labels[p]);
  return found;
}

const paintings: [string, string, () => Promise<Uint8Array<ArrayBuffer>>, number][] = [
  ["a hard brush", "png", async () => new Uint8Array(await draw(false).png().toBuffer()), 3],
  ["a smooth brush", "png", async () => new Uint8Array(await draw(true).png().toBuffer()), 70],
  ["a JPEG", "jpg", async () => new Uint8Array(await draw(false).jpeg({ quality: 90 }).toBuffer()), 500],
];

for (const [what, extension, encode, least] of paintings) {
  Deno.test(`the segments of ${what} are those that were painted, but for seams of a pixel, and it says how many`, async () => {
    await withFolder(async (folder) => {
      const right = await truth();
      const bytes = await encode();
      const pixels = (await decodePhoto(bytes)).data;
      const distinct = new Set(Array.from({ length: SIDE * SIDE }, (_, p) => pixels.subarray(3 * p, 3 * p + 3).join()));
      assert.ok(distinct.size >= least, `${distinct.size} colours`);
      const path = join(folder, `part.${extension}`);
      await writeFile(path, bytes);
      const labels = COLOURS.map((colour, value) => ({ value, name: `segment_${value}`, colour }));
      await put(join(folder, "part.json"), JSON.stringify({ name: "part", labels }));
      const maps = await openSegmentMaps(path, { size: { height: SIDE, width: SIDE } });
      const painted = readPainting(await decodePhoto(bytes), path);
      assert.equal(painted.colours.length, 3);
      const order = painted.colours.map((colour) =>
        COLOURS.findIndex((other) =>
          [1, 3, 5].every((at) =>
            Math.abs(parseInt(other.slice(at, at + 2), 16) - parseInt(colour.slice(at, at + 2), 16)) <= 6
          )
        )
      );
      assert.deepEqual(order.toSorted(), [0, 1, 2]);
      const found = [
        [...(await maps.mapOf("")).labels.data],
        Array.from(painted.plane.labels, (label) => order[label]),
      ];
      for (const own of found) {
        const wrong = own.filter((label, p) => label !== right[p]).length;
        assert.ok(own.every((label, p) => around(right, p).has(label)), "far from a seam");
        assert.ok(what === "a hard brush" ? wrong === 0 : wrong < 0.03 * right.length, `${wrong} wrong`);
      }
      const words = maps.warnings.join();
      if (what === "a hard brush") assert.deepEqual([words, painted.snapped], ["", 0]);
      else {assert.match(
          words,
          /^\d+ pixels of the segment map ".*" \([\d.]+ %\) have no colour of its legend and are taken for/,
        );}
    });
  });
}

Deno.test("an area that the legend does not name is an error, however few colours it has", async () => {
  await withFolder(async (folder) => {
    const bytes = new Uint8Array(await draw(true).png().toBuffer());
    const path = join(folder, "part.png");
    await writeFile(path, bytes);
    const labels = COLOURS.slice(0, 2).map((colour, value) => ({ value, name: `segment_${value}`, colour }));
    await put(join(folder, "part.json"), JSON.stringify({ name: "part", labels }));
    await assert.rejects(openSegmentMaps(path), {
      name: "RangeError",
      message: /no label of the legend has the colour #1f77b4/,
    });
  });
});

Deno.test("a thin line of a colour of its own stays a segment of a hard painting", () => {
  const data = new Uint8Array(40 * 40 * 3).fill(50);
  for (let y = 0; y < 40; y++) data.set([250, 20, 20], 3 * (40 * y + 20));
  const { colours, snapped } = readPainting(photo([40, 40, 3], data), "thin.png");
  assert.deepEqual([colours, snapped], [["#323232", "#fa1414"], 0]);
});
