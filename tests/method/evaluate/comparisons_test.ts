import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import fc from "fast-check";
import { aurocError, compareAuroc, compareMeanAuroc } from "../../../lib/method/evaluate/delong.ts";
import { holm } from "../../../lib/method/evaluate/holm.ts";
import { normalTail } from "../../../lib/method/evaluate/normal_tail.ts";

interface Fixture {
  tails: [number, number][];
  pairs: { labels: number[]; first: number[]; second: number[]; difference: number; error: number; p: number }[];
}
const { tails, pairs }: Fixture = JSON.parse(
  await readFile(new URL("./fixtures/comparisons.json", import.meta.url), "utf8"),
);

function close(found: number, expected: number, tolerance: number): void {
  assert.ok(Math.abs(found - expected) <= tolerance * Math.max(1e-300, Math.abs(expected)), `${found} for ${expected}`);
}

Deno.test("normal tails are scipy's, far out too", () => {
  for (const [z, tail] of tails) close(normalTail(z), tail, 1e-12);
  assert.throws(() => normalTail(-1), RangeError);
});

Deno.test("DeLong's difference, error and p are those of the definition over all pairs", () => {
  for (const { labels, first, second, difference, error, p } of pairs) {
    const found = compareAuroc(first, second, labels);
    close(found.difference + 1, difference + 1, 1e-12);
    close(found.error, error, 1e-10);
    close(found.p, p, 1e-8);
  }
});

Deno.test("a comparison turned round has the same p; a method does not differ from itself", () => {
  const parts = fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 9 })), {
    minLength: 4,
    maxLength: 30,
  });
  fc.assert(fc.property(parts, (scores) => {
    const labels = scores.map((_, i) => i % 2);
    const [a, b] = [scores.map(([x]) => x), scores.map(([, y]) => y)];
    const [there, back] = [compareAuroc(a, b, labels), compareAuroc(b, a, labels)];
    assert.equal(there.difference + back.difference, 0);
    close(there.p, back.p, 1e-12);
    assert.deepEqual(compareAuroc(a, a, labels), { difference: 0, error: 0, p: 1 });
  }));
  assert.throws(() => compareAuroc([1, 2, 3], [1, 2, 3], [0, 1, 1]), /two parts of each class are needed/);
});

Deno.test("Holm's values keep their order, are never smaller, and are Bonferroni's for the smallest", () => {
  assert.deepEqual(holm([0.04, 0.01, 0.03]), [0.06, 0.03, 0.06]);
  fc.assert(fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1 }), (values) => {
    const corrected = holm(values);
    const least = values.indexOf(Math.min(...values));
    assert.equal(corrected[least], Math.min(1, values.length * values[least]));
    for (let i = 0; i < values.length; i++) {
      assert.ok(corrected[i] >= values[i] && corrected[i] <= 1);
      for (let j = 0; j < values.length; j++) if (values[i] < values[j]) assert.ok(corrected[i] <= corrected[j]);
    }
  }));
  assert.throws(() => holm([2]), /value 0 is 2/);
});

Deno.test("the mean over seeds that are alike is that of one; one method's error is that against chance", () => {
  for (const { labels, first, second } of pairs) {
    const one = compareAuroc(first, second, labels);
    const two = compareMeanAuroc([first, first], [second, second, second], labels);
    close(two.error, one.error, 1e-12);
    close(two.p, one.p, 1e-10);
    // A score that is the same for all parts has no spread.
    close(aurocError([first], labels), compareAuroc(first, first.map(() => 0), labels).error, 1e-12);
  }
});
