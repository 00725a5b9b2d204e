import assert from "node:assert/strict";
import fc from "fast-check";
import { openBounded } from "../../../lib/method/detect/patchcore/bounded.ts";
import { kdOrder } from "../../../lib/method/detect/patchcore/kd_order.ts";
import { openNearestEntry } from "../../../lib/method/detect/patchcore/nearest_entry.ts";
import { principalAxes } from "../../../lib/method/detect/patchcore/principal_axes.ts";
import { seededRandom } from "../../../lib/base/tensor/random.ts";
import { normal, runtime } from "./feature_maps.ts";
import { squaredDistance } from "./naive_distance.ts";

function rowsOf(data: Float32Array, channels: number): Float32Array[] {
  return Array.from({ length: data.length / channels }, (_, i) => data.subarray(i * channels, (i + 1) * channels));
}

/** The first of the nearest entries of each query, and the root of its distance, by looking at all. */
function naiveNearest(bank: Float32Array, queries: Float32Array, channels: number) {
  const entries = rowsOf(bank, channels);
  const found = rowsOf(queries, channels).map((query) => {
    const squared = entries.map((entry) => squaredDistance(query, entry, 8));
    const index = squared.reduce((best, value, i) => value < squared[best] ? i : best, 0);
    return { index, distance: Math.fround(Math.sqrt(squared[index])) };
  });
  return { indices: found.map(({ index }) => index), distances: found.map(({ distance }) => distance) };
}

/** Rows around a few centres, most of what they differ in along few directions, as features have it. */
function clusters(seed: number, size: number, channels: number): Float32Array {
  const random = seededRandom(seed);
  const centres = Array.from(
    { length: 40 },
    () => Array.from({ length: channels }, (_, j) => 9 / (1 + j) * random.normal()),
  );
  return Float32Array.from({ length: size * channels }, (_, at) => {
    const [i, j] = [Math.floor(at / channels), at % channels];
    return 5 + centres[i * 7 % 40][j] + random.normal() / (1 + j / 4);
  });
}

/** Searches, and holds what is found against a loop over all entries: the same entries, distances bit for bit. */
function searchedRightly(bank: Float32Array, queries: Float32Array, channels: number, width: number) {
  const { indices, distances, found, measured } = openBounded({ rows: bank, channels }).search(queries, width);
  const expected = naiveNearest(bank, queries, channels);
  assert.deepEqual([...indices], expected.indices.slice(0, found));
  assert.deepEqual([...distances], expected.distances.slice(0, found));
  return { found, measured };
}

const drawn = fc.record({
  channels: fc.integer({ min: 1, max: 90 }),
  size: fc.integer({ min: 1, max: 60 }),
  count: fc.integer({ min: 1, max: 30 }),
  width: fc.integer({ min: 1, max: 12 }),
  seed: fc.nat(),
});

Deno.test("the nearest entry is the first of the nearest when all are looked at, and its distance bit for bit", () => {
  const cases = fc.tuple(drawn, fc.constantFrom(2, 5, 1000), fc.constantFrom(0, 1e4), fc.constantFrom(1e-18, 1, 1e15));
  fc.assert(
    fc.property(cases, ([{ channels, size, count, width, seed }, values, offset, unit]) => {
      const random = seededRandom(seed);
      // Few different values make equal distances common.
      const draw = (n: number) =>
        Float32Array.from({ length: n * channels }, () => (offset + random.below(values) / 7) * unit);
      const [bank, queries] = [draw(size), draw(count)];
      searchedRightly(bank, queries, channels, width);
    }),
    { numRuns: 60 },
  );
});

Deno.test("of entries that are all as far away but for a last digit the nearest is found", () => {
  fc.assert(
    fc.property(drawn, ({ channels, size, count, width, seed }) => {
      const random = seededRandom(seed);
      // On a sphere around the queries, which differ by less than the radii.
      const bank = new Float32Array(size * channels);
      for (const row of rowsOf(bank, channels)) {
        const direction = Float64Array.from(row, () => random.normal());
        const length = Math.hypot(...direction) || 1;
        direction.forEach((value, j) => row[j] = 3 + value / length * (1 + 3e-7 * random.below(4)));
      }
      const queries = Float32Array.from({ length: count * channels }, () => 3 + 1e-7 * random.normal());
      searchedRightly(bank, queries, channels, width);
    }),
    { numRuns: 60 },
  );
});

Deno.test("of many entries few are measured, whatever the number of channels, and far queries among near ones are found too", () => {
  for (const channels of [9, 64, 152, 300]) {
    const all = clusters(channels, 1000, channels);
    const [bank, queries] = [all.subarray(0, 900 * channels), all.slice(900 * channels)];
    // One is much longer than the longest entry, and one so long that its distances have no number.
    for (let j = 0; j < channels; j++) [queries[3 * channels + j], queries[50 * channels + j]] = [2000 + j, 1e30];
    const { found, measured } = searchedRightly(bank, queries, channels, 10);
    assert.equal(found, 100);
    assert.ok(measured < 0.1 * 900 * 100, `measured ${measured} with ${channels} channels`);
  }
});

Deno.test("what bounds say little of is compared with all entries, and depends on nothing but the queries", async () => {
  const channels = 24;
  const bank = { rows: clusters(1, 600, channels), channels };
  const near = clusters(1, 40, channels);
  // Half of them like the entries, half like nothing.
  const mixed = Float32Array.from([...near, ...normal(3, 200 * channels).map((value) => 40 * value)]);
  const bounded = openBounded(bank);
  const { found, measured } = bounded.search(mixed, 8);
  assert.ok(found >= 40 && found < 240 && found % 4 === 0, `${found}`);
  assert.ok(measured < 2 * 600 + 240 * (32 + 600 / 64) + 8 * 4, `${measured}`);

  const nearest = openNearestEntry(runtime, bank);
  const first = await nearest.search(mixed, 8);
  await nearest.search(near, 8);
  assert.deepEqual(await nearest.search(mixed, 8), first);
  const expected = naiveNearest(bank.rows, mixed, channels);
  rowsOf(mixed, channels).forEach((query, i) => {
    const entry = rowsOf(bank.rows, channels)[first.indices[i]];
    assert.equal(first.distances[i], Math.fround(Math.sqrt(squaredDistance(query, entry, 8))));
    assert.ok(first.distances[i] <= expected.distances[i] * (1 + 1e-6));
  });
  assert.deepEqual([...first.indices.subarray(0, found)], expected.indices.slice(0, found));
  await nearest.release();
});

Deno.test("a bank of one entry, of equal entries, and no queries at all", async () => {
  for (const rows of [new Float32Array([1, 2]), new Float32Array([1, 2, 1, 2, 1, 2])]) {
    const nearest = openNearestEntry(runtime, { rows, channels: 2 });
    const { indices, distances } = await nearest.search(new Float32Array([1, 2, 4, 6, 1e30, 0]), 1);
    assert.deepEqual([...indices], [0, 0, 0]);
    assert.deepEqual([...distances], [0, 5, Infinity]);
    assert.equal((await nearest.search(new Float32Array(0), 1)).indices.length, 0);
    await nearest.release();
  }
});

Deno.test("a bank that WebAssembly has no room for is refused", () => {
  assert.throws(() => openBounded({ rows: { length: 2 ** 31 } as Float32Array, channels: 128 }), {
    name: "RangeError",
    message: /^Cannot search 16777216 entries of 128 numbers as \d{5} MiB is more than the 4096 MiB/,
  });
});

Deno.test("an order of leaves has each point once, and leaves that are smaller than those of the given order", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 5 }), fc.nat(), (size, width, seed) => {
      const points = Int16Array.from(normal(seed, size * width), (value) => 5 * value);
      const order = kdOrder(points, width, 8);
      assert.deepEqual([...order].sort((a, b) => a - b), Array.from({ length: size }, (_, i) => i));
    }),
  );
  // 64 points of a line in any order: leaves are stretches of it.
  const places = Int16Array.from({ length: 64 }, (_, i) => i * 37 % 64 - 32);
  const order = kdOrder(places, 1, 8);
  for (let leaf = 0; leaf < 8; leaf++) {
    const some = [...order.subarray(8 * leaf, 8 * leaf + 8)].map((i) => places[i]);
    assert.deepEqual(some.sort((a, b) => a - b), Array.from({ length: 8 }, (_, i) => 8 * leaf + i - 32));
  }
});

Deno.test("axes are orthonormal and the same directions by either product", () => {
  const width = 60;
  // Few long rows take the products of rows, many rounds or rows the matrix.
  const rows = Float32Array.from(
    normal(5, 40 * width),
    (value, i) => value * [8, 4, 2, 1][Math.min(3, i % width)] / (i % width < 4 ? 1 : 50),
  );
  const few = principalAxes(rows, width, 3, 3).axes;
  const many = principalAxes(rows, width, 3, 40).axes;
  const product = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, j) => sum + value * b[j], 0);
  for (const axes of [few, many]) {
    axes.forEach((a, i) => axes.forEach((b, j) => assert.ok(Math.abs(product(a, b) - (i === j ? 1 : 0)) < 1e-9)));
  }
  few.forEach((axis, i) => assert.ok(Math.abs(product(axis, many[i])) > 0.98, `${product(axis, many[i])}`));
});
