import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { seededRandom } from "../../../lib/base/tensor/random.ts";
import { type Image, image } from "../../../lib/domain.ts";
import { groupedFolds, kindsLeftOut } from "../../../lib/method/learn/folds.ts";
import { groupsByName, joinGroups, nearDuplicates } from "../../../lib/method/learn/groups.ts";
import { readPhoto } from "../../../lib/picture/image/decode.ts";
import { toImage } from "../../../lib/picture/image/image.ts";
import { resizePhoto } from "../../../lib/picture/image/resize.ts";
import { thumbnailsOf } from "../../../lib/picture/image/thumbnail.ts";

const dealt = fc.record({
  good: fc.integer({ min: 2, max: 60 }),
  bad: fc.integer({ min: 2, max: 30 }),
  count: fc.integer({ min: 2, max: 10 }),
  seed: fc.nat(1000),
});

function shuffled(good: number, bad: number, seed: number): Uint8Array {
  return Uint8Array.from(seededRandom(seed).permutation(good + bad), (i) => Number(i < bad));
}

Deno.test("without groups the folds have as many good and bad parts, to one, and so many in all", () => {
  fc.assert(fc.property(dealt, ({ good, bad, count, seed }) => {
    const labels = shuffled(good, bad, seed);
    const folds = groupedFolds(labels, { count, seed });
    for (const label of [0, 1]) {
      const held = Array.from(
        { length: count },
        (_, k) => folds.filter((fold, i) => fold === k && labels[i] === label),
      );
      const sizes = held.map(({ length }) => length);
      assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 1, `${label}: ${sizes}`);
    }
    assert.deepEqual(groupedFolds(labels, { count, seed }), folds);
  }));
});

Deno.test("pictures of a part come into one fold, and folds stay even to the size of the largest part", () => {
  fc.assert(fc.property(dealt, fc.integer({ min: 1, max: 5 }), ({ good, bad, count, seed }, most) => {
    const random = seededRandom(seed);
    const labels: number[] = [];
    const groups: number[] = [];
    for (let part = 0; part < good + bad; part++) {
      const size = 1 + random.below(most);
      for (let i = 0; i < size; i++) {
        labels.push(Number(part < bad));
        groups.push(part * 7);
      }
    }
    const folds = groupedFolds(labels, { count, seed, groups });
    for (const group of new Set(groups)) assert.equal(new Set(folds.filter((_, i) => groups[i] === group)).size, 1);
    for (const label of [0, 1]) {
      const sizes = Array.from(
        { length: count },
        (_, k) => folds.filter((fold, i) => fold === k && labels[i] === label).length,
      );
      assert.ok(Math.max(...sizes) - Math.min(...sizes) <= most, `${label}: ${sizes}`);
    }
  }));
});

Deno.test("another seed deals other folds; too few parts and folds are refused", () => {
  const labels = shuffled(20, 10, 1);
  assert.notDeepEqual(groupedFolds(labels, { count: 5, seed: 1 }), groupedFolds(labels, { count: 5, seed: 2 }));
  const groups = Array.from(labels, (label, i) => label ? 100 : i);
  assert.throws(() => groupedFolds(labels, { count: 5, seed: 1, groups }), {
    name: "RangeError",
    message: "Cannot deal folds as at least 2 bad parts are needed: there is 1",
  });
  assert.throws(() => groupedFolds([0, 1, 1], { count: 2, seed: 1 }), /at least 2 good parts are needed: there is 1/);
  assert.throws(() => groupedFolds(labels, { count: 1, seed: 1 }), RangeError);
  assert.throws(() => groupedFolds(labels, { count: 2, seed: 1, groups: [1] }), TypeError);
});

Deno.test("a kind that is left out is not trained on, nor is another picture of a part that is judged", () => {
  const names = ["dent", "scratch", undefined, "burr"];
  fc.assert(fc.property(dealt, ({ good, bad, count, seed }) => {
    const random = seededRandom(seed);
    const labels = shuffled(good, bad, seed);
    const kinds = Array.from(labels, (label) => label ? names[random.below(4)] : undefined);
    const groups = Array.from(labels, (_, i) => random.below(5) === 0 ? Math.max(0, i - 1) : i);
    let held;
    try {
      held = kindsLeftOut(labels, kinds, { count, seed, groups });
    } catch (error) {
      assert.match(String(error), /at least 2/);
      return;
    }
    const known = [...new Set(kinds.filter((kind) => kind !== undefined))].sort();
    assert.deepEqual(held.map(({ kind }) => kind), known.length < 2 ? [] : known);
    for (const { kind, train, test } of held) {
      for (const i of test) assert.ok(labels[i] === 0 || kinds[i] === kind);
      for (const i of labels.keys()) if (kinds[i] === kind) assert.ok(test.includes(i) && !train.includes(i));
      const judged = new Set(test.map((i) => groups[i]));
      assert.ok(train.every((i) => !judged.has(groups[i])));
      // Nothing else is lost.
      for (const i of labels.keys()) assert.ok(train.includes(i) || judged.has(groups[i]));
    }
  }));
});

Deno.test("names that capture the same text are of one part", () => {
  const names = ["p1_left.png", "p1_right.png", "p2_left.png", "odd.png", "p2_right.png", "other.png"];
  assert.deepEqual([...groupsByName(names, /^(p\d+)_/)], [0, 0, 2, 3, 2, 5]);
  assert.deepEqual([...groupsByName(["a-1", "a-2", "a-1"], /^(\w)-(\d)/g)], [0, 1, 0]);
  assert.throws(() => groupsByName(names, /^p\d+_/), { name: "TypeError", message: /must capture/ });
  assert.deepEqual([...joinGroups([[0, 0, 2, 3, 4], [9, 8, 8, 7, 9]])], [0, 0, 0, 3, 0]);
  assert.throws(() => joinGroups([[1], [1, 2]]), TypeError);
});

/** Smooth pictures that differ from each other, as aligned parts do, by the given amount. */
function pictures(count: number, seed: number, amount: number): Image {
  const random = seededRandom(seed);
  const waves = Array.from({ length: count }, () => Array.from({ length: 6 }, () => random.normal()));
  const data = new Float32Array(count * 3 * 64 * 64);
  for (let at = 0; at < data.length; at++) {
    const [n, y, x] = [Math.floor(at / 12288), Math.floor(at / 64) % 64 / 64, at % 64 / 64];
    const own = waves[n].reduce((sum, weight, k) => sum + weight * Math.cos(3 * k * x + 2 * (k % 3) * y + k), 0);
    data[at] = 0.5 + 0.2 * Math.sin(9 * x) * Math.cos(7 * y) + amount * own;
  }
  return image([count, 3, 64, 64], data);
}

/** Another photograph: a little brighter, with noise in each pixel. */
function again(image: Image, seed: number): Image {
  const random = seededRandom(seed);
  return { ...image, data: image.data.map((value) => 1.05 * value + 0.01 * random.normal()) };
}

Deno.test("photographs of one part are found, also where all parts are photographed twice; different parts are not", () => {
  for (const amount of [0.03, 0.1]) {
    const first = thumbnailsOf(pictures(30, 5, amount));
    const second = thumbnailsOf(again(pictures(30, 5, amount), 6));
    assert.deepEqual([...nearDuplicates(first)], first.map((_, i) => i));
    assert.deepEqual([...nearDuplicates([...first, ...second])], [...first, ...first].map((_, i) => i % 30));
    assert.deepEqual([...nearDuplicates([...first, second[7]])], [...first.keys(), 7]);
  }
  // Parts that all but look the same are not one part; copies among them are.
  const alike = thumbnailsOf(pictures(20, 5, 0.0005));
  assert.deepEqual([...nearDuplicates([...alike, alike[3]])], [...alike.keys(), 3]);
  // A variant of which all look the same, beside one of which they do not: only copies of the first are of one part.
  const varied = thumbnailsOf(pictures(20, 6, 1));
  const uniform = thumbnailsOf(pictures(9, 5, 0.0005));
  assert.deepEqual([...nearDuplicates([...varied, ...uniform, uniform[3]])], [
    ...varied.keys(),
    ...uniform.keys().map((i) => 20 + i),
    23,
  ]);
  const few = uniform.slice(0, 8);
  assert.deepEqual([...nearDuplicates([...varied, ...few])], [...varied.keys(), ...few.map(() => 20)]);
  assert.deepEqual([...nearDuplicates([])], []);
  assert.deepEqual([...nearDuplicates([alike[0]])], [0]);
});

const root = "../shared/data/elpv";
Deno.test({
  name: "of photographs of solar cells few are near-duplicates (skipped where the photographs are not)",
  ignore: !existsSync(root),
  async fn() {
    const files = readFileSync(join(root, "labels.csv"), "utf8").trim().split("\n").slice(1, 121)
      .map((row) => join(root, row.split(",")[0]));
    const photos = await Promise.all(
      files.map(async (file) => resizePhoto(await readPhoto(file), { height: 128, width: 128 })),
    );
    const thumbnails = thumbnailsOf(toImage(photos));
    const groups = nearDuplicates([...thumbnails, ...thumbnailsOf(again(toImage(photos.slice(0, 20)), 1))]);
    for (let i = 0; i < 20; i++) assert.equal(groups[120 + i], groups[i]);
    assert.ok(new Set(groups).size >= 115, `${new Set(groups).size} of 120`);
  },
});
