import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import fc from "fast-check";
import { f1Max } from "../../../lib/method/evaluate/f1_max.ts";
import { addPixels, pixelCounts, pixelFigures } from "../../../lib/method/evaluate/pixel_counts.ts";
import { pixelAupro, pixelF1 } from "../../../lib/method/evaluate/pixel_curves.ts";

interface Case {
  size: [number, number, number];
  scores: number[];
  masks: number[];
  regions: number;
  aupro: [number, number][];
  f1: number;
}
const cases: Case[] = JSON.parse(await readFile(new URL("./fixtures/pixel_curves.json", import.meta.url), "utf8"));

function near(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) < 1e-12, `${actual} for ${expected}`);
}

Deno.test("AUPRO and SegF1 are those of thresholds one by one over scipy's regions", () => {
  for (const { size: [count, height, width], scores, masks, regions, aupro, f1 } of cases) {
    const counts = pixelCounts();
    const pixels = height * width;
    for (let n = 0; n < count; n++) {
      const mask = Uint8Array.from(masks.slice(n * pixels, (n + 1) * pixels), (bad) => 3 * bad);
      // A good part has no mask.
      const own = mask.some((bad) => bad !== 0) ? mask : undefined;
      addPixels(counts, Float32Array.from(scores.slice(n * pixels, (n + 1) * pixels)), own, width);
    }
    assert.equal(counts.regions, regions);
    for (const [limit, area] of aupro) near(pixelAupro(counts, limit).value, area);
    const figures = pixelFigures(counts);
    assert.deepEqual(figures.aupro, pixelAupro(counts, 0.3));
    near(figures.f1.value, f1);
  }
});

Deno.test("whatever the floats, the figures of finer scores lie within the bounds of coarse bins", () => {
  // Scores of one bin, and the same order in bins of their own.
  const pixel = fc.tuple(fc.integer({ min: 0, max: 30 }), fc.boolean());
  const pixels = fc.array(pixel, { minLength: 4, maxLength: 40 })
    .filter((all) => all.some(([, bad]) => bad) && all.some(([, bad]) => !bad));
  fc.assert(
    fc.property(pixels, (all) => {
      const mask = Uint8Array.from(all, ([, bad]) => Number(bad));
      const figures = [(rank: number) => 1 + rank * 2 ** -14, (rank: number) => 1 + rank].map((score) => {
        const counts = pixelCounts();
        addPixels(counts, Float32Array.from(all, ([rank]) => score(rank)), mask, all.length);
        return { aupro: pixelAupro(counts), f1: pixelF1(counts) };
      });
      for (const name of ["aupro", "f1"] as const) {
        const [coarse, fine] = figures.map((each) => each[name]);
        assert.ok(coarse.low <= fine.value + 1e-12 && fine.value <= coarse.high + 1e-12, JSON.stringify(figures));
        assert.ok(fine.low <= fine.value && fine.value <= fine.high);
      }
      near(figures[1].f1.value, f1Max(all.map(([rank]) => rank), mask));
    }),
    { numRuns: 25 },
  );
});

Deno.test("without the width of pictures there are no defects to speak of; what cannot be is refused", () => {
  const counts = pixelCounts();
  addPixels(counts, new Float32Array([1, 2, 3]), new Uint8Array([0, 1, 0]));
  assert.equal(pixelFigures(counts).aupro, undefined);
  assert.throws(() => pixelAupro(counts), /there are 0 defects and 2 good pixels/);
  assert.throws(() => addPixels(counts, new Float32Array(3), new Uint8Array(3), 2), /rows of 2 must be whole/);
  addPixels(counts, new Float32Array([1, 2, 3]), new Uint8Array([0, 1, 0]), 3);
  for (const limit of [0, 1.1, NaN]) assert.throws(() => pixelAupro(counts, limit), /limit must be above 0/);
  assert.throws(() => pixelF1(pixelCounts()), /no bad pixel/);
});
