import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { powf } from "../../../lib/product/published/powf.ts";
import { fourStatistics, pairwiseSum } from "../../../lib/product/published/arithmetic.ts";
import { seededRandom } from "../../../lib/base/tensor/random.ts";

interface Fixture {
  cases: { seed: number; n: number; dtype: "float32" | "float64"; sum: number; four: (number | null)[] }[];
  powers: [x: number, y: number, power: number][];
}
const { cases, powers }: Fixture = JSON.parse(
  await readFile(new URL("./fixtures/reference_arithmetic.json", import.meta.url), "utf8"),
);

Deno.test("sums and statistics are numpy's and scipy's, bit for bit in single precision", () => {
  for (const { seed, n, dtype, sum, four } of cases) {
    const random = seededRandom(seed);
    const values = Array.from({ length: n }, () => random.uniform()).map((x) => x * x * x - 0.1);
    const make = () => dtype === "float32" ? Float32Array.from(values) : Float64Array.from(values);
    assert.equal(pairwiseSum(make()), sum, `sum of ${n} in ${dtype}`);
    const found = fourStatistics(make()).map((value) => Number.isNaN(value) ? null : value);
    const place = `statistics of ${n} in ${dtype}`;
    if (dtype === "float32") assert.deepEqual(found, four, place);
    // In double precision the power may be off by an ulp; features are rounded to single precision.
    else assert.deepEqual(found.map((x) => x && Math.fround(x)), four.map((x) => x && Math.fround(x)), place);
  }
});

Deno.test("powers are those of glibc, also where they are not the nearest", () => {
  for (const [x, y, power] of powers) assert.equal(powf(x, y), power, `${x} to the ${y}`);
  assert.ok(powers.filter(([x, y, power]) => Math.fround(x ** y) !== power).length > 50);
});

Deno.test("an empty segment has zeros, an even one no shape", () => {
  assert.deepEqual(fourStatistics(new Float32Array(0)), [0, 0, 0, 0]);
  assert.deepEqual(fourStatistics(Float64Array.of(2, 2, 2)), [2, NaN, NaN, 2]);
});
