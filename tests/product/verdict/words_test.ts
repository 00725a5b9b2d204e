import assert from "node:assert/strict";
import fc from "fast-check";
import { photo } from "../../../lib/domain.ts";
import type { Details } from "../../../lib/product/model/details.ts";
import { operatorReason } from "../../../lib/product/verdict/operator_reason.ts";
import { placeInWords } from "../../../lib/product/verdict/place.ts";
import { spotOf } from "../../../lib/product/verdict/spot.ts";

const SIZE = { height: 60, width: 60 };

/** A grey picture with a drawn shape, and a map that is 1 on the shape. */
function draw(ground: number, level: number, isIn: (x: number, y: number) => boolean) {
  const picture = photo([60, 60, 3], new Uint8Array(60 * 60 * 3).fill(ground));
  const map = new Float32Array(3600);
  let [left, top, right, bottom] = [60, 60, 0, 0];
  for (let y = 0; y < 60; y++) {
    for (let x = 0; x < 60; x++) {
      if (!isIn(x, y)) continue;
      picture.data.fill(level, 3 * (y * 60 + x), 3 * (y * 60 + x) + 3);
      map[y * 60 + x] = 1;
      [left, top, right, bottom] = [Math.min(left, x), Math.min(top, y), Math.max(right, x), Math.max(bottom, y)];
    }
  }
  return { picture, map, box: { x: left, y: top, width: right - left + 1, height: bottom - top + 1, value: 1 } };
}

Deno.test("a disc is a spot and a bar at any angle a line, bright or dark as they are drawn", () => {
  const shapes = fc.record({
    x: fc.integer({ min: 20, max: 40 }),
    y: fc.integer({ min: 20, max: 40 }),
    angle: fc.double({ min: 0, max: Math.PI, noNaN: true }),
    ground: fc.integer({ min: 60, max: 190 }),
    step: fc.oneof(fc.integer({ min: 20, max: 60 }), fc.integer({ min: -60, max: -20 })),
  });
  fc.assert(fc.property(shapes, ({ x, y, angle, ground, step }) => {
    const light = step > 0 ? "bright" : "dark";
    const disc = draw(ground, ground + step, (px, py) => Math.hypot(px - x, py - y) <= 5);
    assert.deepEqual(spotOf(disc.picture, disc.map, disc.box), { light, form: "spot" });
    const bar = draw(ground, ground + step, (px, py) => {
      const along = (px - x) * Math.cos(angle) + (py - y) * Math.sin(angle);
      const across = (py - y) * Math.cos(angle) - (px - x) * Math.sin(angle);
      return Math.abs(along) <= 14 && Math.abs(across) <= 1.5;
    });
    assert.deepEqual(spotOf(bar.picture, bar.map, bar.box), { light, form: "line" });
  }));
});

Deno.test("what is as light as its surroundings is unusual, and half of a picture is an area", () => {
  const even = draw(100, 102, (x, y) => Math.hypot(x - 30, y - 30) < 4);
  assert.equal(spotOf(even.picture, even.map, even.box).light, "unusual");
  const half = draw(100, 200, (x, y) => x < 25 && y < 40);
  assert.equal(spotOf(half.picture, half.map, half.box).form, "area");
});

/** Labels of 60 × 60, by a function of the place. */
function labelled(names: readonly string[], labelOf: (x: number, y: number) => number) {
  return { names, labels: Uint8Array.from({ length: 3600 }, (_, at) => labelOf(at % 60, Math.floor(at / 60))) };
}

Deno.test("places are told by segment, by which part of it, and by thirds of the picture", () => {
  const near = (x: number, y: number, cx: number, cy: number) => Math.hypot(x - cx, y - cy) < 6;
  const two = labelled(["solder_dots", "board"], (x, y) => near(x, y, 12, 30) || near(x, y, 48, 30) ? 0 : 1);
  const four = labelled(
    ["pins", "board"],
    (x, y) => [[12, 12], [48, 12], [12, 48], [48, 48]].some(([cx, cy]) => near(x, y, cx, cy)) ? 0 : 1,
  );
  const six = labelled(["glass", "board"], (x, y) => y > 26 && y < 34 && x % 10 < 6 ? 0 : 1);
  const rings = labelled(["outer", "centre"], (x, y) => near(x, y, 30, 30) ? 1 : 0);
  const whole = labelled(["whole"], () => 0);
  const at = (x: number, y: number) => ({ x: x - 1, y: y - 1, width: 3, height: 3, value: 1 });
  const cases: [number, number, typeof two, string][] = [
    [12, 30, two, "at the left solder dot"],
    [48, 33, two, "at the right solder dot"],
    [30, 5, two, "in the board, at the top"],
    [12, 12, four, "at the upper left pin"],
    [48, 48, four, "at the lower right pin"],
    [30, 30, four, "in the board"],
    [2, 30, six, "at the glass at the left"],
    [30, 30, rings, "in the centre"],
    [55, 55, rings, "in the outer part, at the lower right"],
    [30, 30, whole, "in the middle"],
    [5, 58, whole, "at the lower left"],
    [30, 58, whole, "at the bottom"],
  ];
  for (const [x, y, segments, words] of cases) assert.equal(placeInWords(at(x, y), SIZE, segments), words);
  assert.equal(placeInWords(at(20, 30), SIZE, two, "solder_dots"), "at the left solder dot");
});

Deno.test("crumbs of a drawing are no parts of a segment", () => {
  const crumbs = labelled(
    ["dots", "board"],
    (x, y) => Math.hypot(x - 12, y - 30) < 6 || Math.hypot(x - 48, y - 30) < 6 || (x === 30 && y === 2) ? 0 : 1,
  );
  assert.equal(placeInWords({ x: 11, y: 29, width: 3, height: 3, value: 1 }, SIZE, crumbs), "at the left dot");
});

function details(changes: Partial<Details>): Details {
  const { map, box } = draw(100, 180, (x, y) => Math.hypot(x - 12, y - 30) < 4);
  const dots = labelled(
    ["solder_dots", "board"],
    (x, y) => Math.hypot(x - 12, y - 30) < 6 || Math.hypot(x - 48, y - 30) < 6 ? 0 : 1,
  );
  return {
    size: SIZE,
    maps: [{ name: "padim", title: "PaDiM", values: map }],
    segments: { ...dots, outline: new Uint8Array(3600) },
    contributions: [{
      segment: "solder_dots",
      source: "padim",
      logit: 2,
      strongest: { statistic: "q995", value: 9, logit: 2, share: 0.99, side: "above" },
    }],
    goodParts: 250,
    statistics: { columns: [], values: new Float64Array() },
    worst: { ...box, detector: "padim", segment: "solder_dots" },
    ...changes,
  };
}

Deno.test("an operator reads what is where and how unusual it is", () => {
  const { picture } = draw(100, 180, (x, y) => Math.hypot(x - 12, y - 30) < 4);
  const say = (decision: "good" | "review" | "bad", changes: Partial<Details> = {}) =>
    operatorReason({ score: 1, decision, reason: "columns", details: details(changes) }, picture);
  const share = (value: number | undefined) => ({
    contributions: details({}).contributions.map((one) => ({ ...one, strongest: { ...one.strongest!, share: value } })),
  });
  const spot = "bright spot at the left solder dot";
  assert.equal(say("bad"), `${spot}, stranger than in 99 of 100 good parts`);
  assert.equal(say("review", share(1)), `${spot}, stranger than in all 250 good parts`);
  assert.equal(say("bad", share(0.997)), `${spot}, stranger than in 99 of 100 good parts`);
  assert.equal(say("bad", share(undefined)), spot);
  assert.equal(say("bad", share(0.3)), spot);
  assert.equal(say("good"), `good, though ${spot}, stranger than in 99 of 100 good parts`);
  assert.equal(say("good", share(0.9)), "looks like the good parts");
  assert.equal(say("bad", { worst: undefined }), "columns");
});
