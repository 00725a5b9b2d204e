import assert from "node:assert/strict";
import fc from "fast-check";
import { colourOf, LEVELS, levelsOf, MAP_PALETTE, outlineIndices } from "../../../lib/product/report/colour_map.ts";

/** Relative luminance of sRGB (WCAG 2). */
function luminance([r, g, b]: readonly [number, number, number, ...number[]]): number {
  const linear = (value: number) => value <= 10 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4;
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
}

Deno.test("a stronger anomaly is brighter and less transparent, and none is drawn as nothing", () => {
  assert.equal(MAP_PALETTE[0][3], 0);
  for (let level = 1; level < LEVELS; level++) {
    assert(luminance(MAP_PALETTE[level]) > luminance(MAP_PALETTE[level - 1]));
    assert(MAP_PALETTE[level][3] > MAP_PALETTE[level - 1][3]);
  }
  assert.deepEqual(colourOf(-1), colourOf(0));
  assert.deepEqual(colourOf(2), colourOf(1));
});

Deno.test("levels rise with the map and end at the bounds", () => {
  const values = fc.float32Array({ noNaN: true, minLength: 1, maxLength: 30 });
  const bound = fc.double({ min: -1e6, max: 1e6, noNaN: true });
  fc.assert(fc.property(values, bound, bound, (map, a, b) => {
    const [low, high] = [Math.min(a, b), Math.max(a, b)];
    const levels = levelsOf({ detector: "PaDiM", map, low, high }, "a.png");
    const order = [...map.keys()].sort((i, j) => map[i] - map[j]);
    order.forEach((i, rank) => {
      assert(rank === 0 || levels[i] >= levels[order[rank - 1]]);
      if (map[i] <= low) assert.equal(levels[i], 0);
      else if (map[i] >= high) assert.equal(levels[i], LEVELS - 1);
    });
  }));
});

Deno.test("a map that holds NaN or has no finite range is an error that names detector and picture", () => {
  assert.throws(() => levelsOf({ detector: "PaDiM", map: new Float32Array([0, NaN]), low: 0, high: 1 }, "a.png"), {
    name: "RangeError",
    message: 'Cannot colour the PaDiM map of "a.png" as it holds NaN',
  });
  assert.throws(() => levelsOf({ detector: "PaDiM", map: new Float32Array(1), low: NaN, high: 1 }, "a.png"), {
    name: "RangeError",
    message: 'Cannot colour the PaDiM map of "a.png" as its range must be finite: NaN to 1',
  });
});

Deno.test("borders of segments have a halo on the four sides that stays inside the picture", () => {
  const outline = new Uint8Array([
    ...[1, 0, 0, 0],
    ...[0, 0, 0, 0],
    ...[0, 0, 0, 1],
  ]);
  assert.deepEqual([...outlineIndices(outline, { height: 3, width: 4 })], [
    ...[2, 1, 0, 0],
    ...[1, 0, 0, 1],
    ...[0, 0, 1, 2],
  ]);
});
