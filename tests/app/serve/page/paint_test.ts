import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import sharp from "sharp";
import { colourPixels } from "../../../../lib/app/serve/page/browser/paint/draw.ts";
import { findEdges, followEdges } from "../../../../lib/app/serve/page/browser/paint/edges.ts";
import { NO_HISTORY, recordStep, redo, undo } from "../../../../lib/app/serve/page/browser/paint/history.ts";
import {
  addSegment,
  fromLegend,
  problemOf,
  readPainting,
  type Segment,
  toLegend,
  UNPAINTED,
} from "../../../../lib/app/serve/page/browser/paint/legend.ts";
import { encodePng } from "../../../../lib/app/serve/page/browser/paint/png.ts";
import {
  fillAlike,
  fillArea,
  paintPolygon,
  paintStroke,
  type Point,
  type Raster,
} from "../../../../lib/app/serve/page/browser/paint/raster.ts";
import { readSegmentMap } from "../../../../lib/picture/segment/read.ts";

const rasterOf = (rows: readonly string[]): Raster => ({
  height: rows.length,
  width: rows[0].length,
  labels: Uint8Array.from(rows.join(""), Number),
});
const rowsOf = ({ height, width, labels }: Raster) =>
  Array.from({ length: height }, (_, y) => labels.slice(y * width, (y + 1) * width).join(""));
const blank = (height: number, width: number) =>
  ({ height, width, labels: new Uint8Array(height * width) }) satisfies Raster;
const coordinate = fc.double({ min: -3, max: 15, noNaN: true });
const place = fc.record({ x: coordinate, y: coordinate });

Deno.test("a stroke paints the pixels whose middle is within the radius of the line, by walking along it", () => {
  fc.assert(
    fc.property(place, place, fc.double({ min: 0.8, max: 4, noNaN: true }), (from, to, radius) => {
      const raster = blank(12, 12);
      paintStroke(raster, from, to, radius, 1);
      for (let p = 0; p < 144; p++) {
        const [x, y] = [p % 12 + 0.5, Math.floor(p / 12) + 0.5];
        let nearest = Infinity;
        for (let step = 0; step <= 500; step++) {
          const along = step / 500;
          nearest = Math.min(
            nearest,
            Math.hypot(from.x + along * (to.x - from.x) - x, from.y + along * (to.y - from.y) - y),
          );
        }
        // Walking in steps comes as near as half a step.
        if (Math.abs(nearest - radius) > 0.03) assert.equal(raster.labels[p], nearest < radius ? 1 : 0);
      }
    }),
    { numRuns: 40 },
  );
});

Deno.test("the smallest brush paints the pixel that it is on", () => {
  const raster = blank(4, 4);
  paintStroke(raster, { x: 2.1, y: 1.9 }, { x: 2.1, y: 1.9 }, 0.1, 1);
  assert.equal(raster.labels[1 * 4 + 2], 1);
});

Deno.test("a polygon holds the pixels around whose middle it winds, by a ray to the right", () => {
  fc.assert(fc.property(fc.array(place, { minLength: 3, maxLength: 7 }), (points) => {
    const raster = blank(12, 12);
    paintPolygon(raster, points, 1);
    for (let p = 0; p < 144; p++) {
      const inside = windsAround(points, p % 12, Math.floor(p / 12));
      if (inside !== undefined) assert.equal(raster.labels[p], inside);
    }
  }));
});

/** 1 inside, 0 outside; undefined on the edge, where rounding decides. */
function windsAround(points: readonly Point[], column: number, row: number): number | undefined {
  const [x, y] = [column + 0.5, row + 0.5];
  let inside = 0;
  for (let i = 0, j = points.length - 1; i < points.length; j = i++) {
    const [a, b] = [points[j], points[i]];
    if (a.y > y === b.y > y) continue;
    const crossing = a.x + (b.x - a.x) * (y - a.y) / (b.y - a.y);
    if (Math.abs(x - crossing) < 1e-9) return undefined;
    if (x > crossing) inside = 1 - inside;
  }
  return inside;
}

Deno.test("a fill takes the area of one label, side by side and not over corners", () => {
  const raster = rasterOf(["0010", "0100", "1000"]);
  fillArea(raster, { x: 0.5, y: 0.5 }, 2);
  assert.deepEqual(rowsOf(raster), ["2210", "2100", "1000"]);
  fillArea(raster, { x: -1, y: 0 }, 3);
  assert.deepEqual(rowsOf(raster), ["2210", "2100", "1000"]);
});

Deno.test("a fill of what looks alike goes by the picture and over labels", () => {
  const raster = rasterOf(["010", "010"]);
  fillAlike(raster, Uint8Array.of(100, 110, 140, 95, 90, 88), { x: 0.5, y: 0.5 }, 10, 2);
  assert.deepEqual(rowsOf(raster), ["220", "220"]);
});

Deno.test("steps are taken back and done again in any order, and a new one forgets those taken back", () => {
  const step = fc.array(fc.nat(3), { minLength: 6, maxLength: 6 }).map((values) => Uint8Array.from(values));
  const act = fc.oneof(step, fc.constant("undo" as const), fc.constant("redo" as const));
  fc.assert(fc.property(fc.array(act, { maxLength: 30 }), (acts) => {
    const labels = new Uint8Array(6);
    let history = NO_HISTORY;
    const states = [labels.slice()];
    let at = 0;
    for (const one of acts) {
      if (one === "undo") {
        history = undo(history, labels);
        at = Math.max(0, at - 1);
      } else if (one === "redo") {
        history = redo(history, labels);
        at = Math.min(states.length - 1, at + 1);
      } else {
        const before = labels.slice();
        labels.set(one);
        history = recordStep(history, before, labels);
        if (before.join() !== one.join()) states.splice(++at, Infinity, labels.slice());
      }
      assert.deepEqual(labels, states[at]);
    }
  }));
});

Deno.test("a line along edges goes along the edge of a disc, not through it", () => {
  const size = 60;
  const disc = Uint8Array.from(
    { length: size * size },
    (_, p) => Math.hypot(p % size - 29.5, Math.floor(p / size) - 29.5) < 20 ? 200 : 60,
  );
  const edges = findEdges(disc, size, size);
  const way = followEdges(edges, { x: 10.5, y: 30 }, { x: 50, y: 30 });
  assert.deepEqual([way[0], way.at(-1)], [{ x: 10.5, y: 30.5 }, { x: 50.5, y: 30.5 }]);
  for (const [i, point] of way.entries()) {
    assert(Math.abs(Math.hypot(point.x - 30, point.y - 30) - 20) < 2.5, JSON.stringify(point));
    if (i > 0) assert(Math.max(Math.abs(point.x - way[i - 1].x), Math.abs(point.y - way[i - 1].y)) === 1);
  }
});

Deno.test("where there is no edge the line is a straight one", () => {
  const edges = findEdges(new Uint8Array(40 * 40).fill(7), 40, 40);
  const way = followEdges(edges, { x: 2, y: 20 }, { x: 30, y: 20 });
  assert.equal(way.length, 29);
  assert(way.every(({ y }) => y === 20.5));
});

const SEGMENTS: readonly Segment[] = [
  { value: 0, name: "ground", colour: "#7f7f7f", ignored: false },
  { value: 3, name: "wire", colour: "#d62728", ignored: false },
  { value: 9, name: "date_code", colour: "#000000", ignored: true },
];

Deno.test("a kept map is read by the product as it was painted", async () => {
  const folder = await mkdtemp(join(tmpdir(), "painted-"));
  try {
    const values = [0, 3, 9, UNPAINTED];
    const raster = {
      height: 20,
      width: 30,
      labels: Uint8Array.from({ length: 600 }, (_, p) => values[(p % 30 >> 3) + (p > 400 ? 1 : 0) & 3]),
    };
    const png = new Uint8Array(await (await encodePng(raster.labels, 20, 30)).arrayBuffer());
    await writeFile(join(folder, "part.png"), png);
    await writeFile(join(folder, "part.json"), JSON.stringify(toLegend("part", SEGMENTS, raster)));
    const map = await readSegmentMap(join(folder, "part.png"), { size: { height: 20, width: 30 } });
    assert.deepEqual(map.names, ["ground", "wire"]);
    const expected = Uint8Array.from(raster.labels, (value) => value === 0 ? 0 : value === 3 ? 1 : 255);
    assert.deepEqual(new Uint8Array(map.labels.data), expected);
  } finally {
    await rm(folder, { recursive: true });
  }
});

Deno.test("the maps that ship are read with their legends, pixel by pixel as sharp reads them", async () => {
  for (const name of ["elpv_busbars", "vad"]) {
    const path = (kind: string) => fileURLToPath(new URL(`../../../../segmaps/${name}.${kind}`, import.meta.url));
    const { data, info } = await sharp(path("png")).ensureAlpha().toColourspace("srgb").raw()
      .toBuffer({ resolveWithObject: true });
    const legend = JSON.parse(await Deno.readTextFile(path("json")));
    const { raster, segments } = readPainting(
      { height: info.height, width: info.width, data: Uint8ClampedArray.from(data) },
      fromLegend(legend),
      info,
    );
    const map = await readSegmentMap(path("png"), { size: info });
    const nameAt = (p: number) => segments.find(({ value }) => value === raster.labels[p])?.name;
    for (let p = 0; p < raster.labels.length; p += 7) assert.equal(nameAt(p), map.names[map.labels.data[p]]);
  }
});

Deno.test("a map in colours is brought to the size by the nearest pixel; without a legend each colour is a segment", () => {
  const colours = colourPixels({ height: 2, width: 2, labels: Uint8Array.of(0, 3, 3, 9) }, SEGMENTS, 1);
  const { raster } = readPainting({ height: 2, width: 2, data: colours }, SEGMENTS, { height: 4, width: 4 });
  assert.deepEqual(rowsOf(raster), ["0033", "0033", "3399", "3399"]);
  const free = readPainting({ height: 2, width: 2, data: colours }, undefined, { height: 2, width: 2 });
  assert.deepEqual(free.segments.map(({ colour }) => colour), ["#d62728", "#7f7f7f"]);
  assert.deepEqual([...free.raster.labels], [1, 0, 0, UNPAINTED]);
});

Deno.test("a picture that is no map is refused", () => {
  const data = Uint8ClampedArray.from({ length: 64 * 4 }, (_, i) => i * 37 % 251);
  assert.throws(() => readPainting({ height: 8, width: 8, data }, SEGMENTS, { height: 8, width: 8 }), SyntaxError);
  assert.throws(() => readPainting({ height: 8, width: 8, data }, undefined, { height: 8, width: 8 }), SyntaxError);
});

Deno.test("segments get values, names and colours of their own, and what stands in the way is said", () => {
  let segments: readonly Segment[] = [];
  for (let i = 0; i < 254; i++) segments = addSegment(segments)!.segments;
  assert.equal(addSegment(segments), undefined);
  for (const key of ["value", "name", "colour"] as const) {
    assert.equal(new Set(segments.map((segment) => segment[key])).size, 254);
  }
  assert.equal(problemOf(segments), undefined);
  assert.match(problemOf([])!, /Add a segment/);
  assert.match(problemOf([{ ...SEGMENTS[0], name: "a b" }])!, /"a b"/);
  assert.match(problemOf([SEGMENTS[0], { ...SEGMENTS[1], name: "ground" }])!, /the name "ground"/);
});
