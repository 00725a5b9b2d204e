import assert from "node:assert/strict";
import { seededRandom } from "../../../lib/base/tensor/random.ts";
import oracle from "./fixtures/numpy_random.json" with { type: "json" };

for (const { seed, words, uniform, normal, permutations } of oracle) {
  Deno.test(`random numbers equal numpy's RandomState(${seed})`, () => {
    const of = seededRandom(seed);
    assert.deepEqual(words.map(() => of.u32()), words);
    const u = seededRandom(seed);
    assert.deepEqual(uniform.map(() => u.uniform()), uniform);
    const g = seededRandom(seed);
    for (const expected of normal) assert.ok(Math.abs(g.normal() - expected) <= 1e-15 * Math.abs(expected));
    for (const expected of permutations) {
      assert.deepEqual([...seededRandom(seed).permutation(expected.length)], expected);
    }
  });
}

Deno.test("a seed that is not a 32-bit number is refused", () => {
  for (const seed of [-1, 1.5, 2 ** 32, NaN]) assert.throws(() => seededRandom(seed), RangeError);
});
