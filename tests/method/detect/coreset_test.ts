import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { selectCoreset } from "../../../lib/method/detect/patchcore/coreset.ts";
import { openPointSet } from "../../../lib/method/detect/patchcore/point_set.ts";
import { seededRandom } from "../../../lib/base/tensor/random.ts";
import { naiveCoreset } from "./naive_coreset.ts";

async function lazy(rows: Float32Array, width: number, count: number, start: number): Promise<number[]> {
  const points = openPointSet(width);
  points.append(rows);
  return [...(await selectCoreset(points, { count, start })).indices];
}

/** Points around a few centres: few directions, as features have. */
function clusters(seed: number, size: number, width: number): Float32Array {
  const random = seededRandom(seed);
  const centres = Array.from({ length: 8 }, () => Array.from({ length: width }, () => 3 * random.normal()));
  return Float32Array.from({ length: size * width }, (_, i) => {
    const centre = centres[Math.floor(i / width) % 8];
    return centre[i % width] + random.normal() * (i % width < 5 ? 1 : 0.1);
  });
}

Deno.test("the lazy choice is the naive one, ties and duplicates included", async () => {
  const cases = fc.record({
    width: fc.integer({ min: 1, max: 70 }),
    size: fc.integer({ min: 1, max: 60 }),
    values: fc.constantFrom(2, 5, 1000),
    offset: fc.constantFrom(0, 1e4),
    seed: fc.nat(),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  await fc.assert(
    fc.asyncProperty(cases, async ({ width, size, values, offset, seed, share }) => {
      const random = seededRandom(seed);
      // Few different values make equal distances common.
      const rows = Float32Array.from({ length: width * size }, () => offset + random.below(values) / 7);
      const count = Math.max(1, Math.round(share * size));
      const start = random.below(size);
      assert.deepEqual(await lazy(rows, width, count, start), naiveCoreset(rows, width, count, start));
    }),
    { numRuns: 150 },
  );
});

Deno.test("the lazy choice is the naive one for points that lie in clusters, and compares fewer", async () => {
  for (const width of [15, 16, 17, 152, 302]) {
    const rows = clusters(width, 1000, width);
    const points = openPointSet(width);
    points.append(rows);
    const { indices, work } = await selectCoreset(points, { count: 100, start: 7 });
    assert.deepEqual([...indices], naiveCoreset(rows, width, 100, 7));
    assert.ok(work.compared < 0.5 * 1000 * 100, `compared ${work.compared}`);
    assert.ok(work.measured < 0.2 * 1000 * 100, `measured ${work.measured}`);
  }
});

Deno.test("the choice is that of anomalib's KCenterGreedy on the same projected points", async () => {
  const path = new URL("./fixtures/coreset.json", import.meta.url);
  const { seed, size, width, start, indices } = JSON.parse(readFileSync(path, "utf8"));
  const random = seededRandom(seed);
  const rows = Float32Array.from({ length: size * width }, () => random.normal());
  assert.deepEqual(await lazy(rows, width, indices.length, start), indices);
});

Deno.test("points that all lie in one place are chosen by index", async () => {
  assert.deepEqual(await lazy(new Float32Array(6).fill(3), 1, 6, 2), [2, 0, 1, 3, 4, 5]);
});

Deno.test("progress is told up to the end, and an abort ends the choice", async () => {
  const points = openPointSet(4);
  points.append(clusters(1, 400, 4));
  const told: [number, number][] = [];
  await selectCoreset(points, { count: 130, start: 0, onProgress: (...step) => told.push(step) });
  assert.deepEqual(told, [[65, 130], [129, 130], [130, 130]]);
  const abort = new AbortController();
  const stopped = selectCoreset(points, {
    count: 200,
    start: 0,
    onProgress: () => abort.abort(new Error("enough")),
    signal: abort.signal,
  });
  await assert.rejects(stopped, /enough/);
});

Deno.test("a set keeps what was appended in pieces, at any width", () => {
  for (const width of [1, 3, 4, 152]) {
    const rows = clusters(2, 100, width);
    const points = openPointSet(width, 10);
    points.append(rows.subarray(0, 13 * width));
    points.append(rows.subarray(13 * width));
    assert.equal(points.count(), 100);
    assert.deepEqual(points.take(Array.from({ length: 100 }, (_, i) => i)), rows);
    assert.deepEqual(points.take([99, 5]).subarray(width), rows.subarray(5 * width, 6 * width));
  }
});

Deno.test("points and numbers that cannot be are refused", async () => {
  const points = openPointSet(2);
  points.append(new Float32Array(6));
  assert.throws(() => openPointSet(0), { name: "RangeError", message: /Cannot hold points of 0 numbers/ });
  assert.throws(() => openPointSet(1000, 2e6), { name: "RangeError", message: /more than the 4096 MiB/ });
  assert.throws(() => points.append(new Float32Array(3)), { name: "RangeError", message: /Cannot append 3 numbers/ });
  assert.throws(() => points.append(new Float32Array([1, 2, NaN, 4])), {
    name: "RangeError",
    message: "Cannot append point 1 as it must be finite: it has NaN",
  });
  await assert.rejects(selectCoreset(points, { count: 4, start: 0 }), {
    name: "RangeError",
    message: "Cannot choose 4 of 3 points as the number must be from 1 to 3",
  });
  await assert.rejects(selectCoreset(points, { count: 0, start: 0 }), { name: "RangeError" });
  await assert.rejects(selectCoreset(points, { count: 2, start: 3 }), {
    name: "RangeError",
    message: "Cannot choose points from 3 on as the start must be from 0 to 2",
  });
});
