import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { features } from "../../../lib/domain.ts";
import { tensor } from "../../../lib/base/tensor/tensor.ts";
import { parseColumn } from "../../../lib/method/features/columns.ts";
import { toGrid } from "../../../lib/method/features/grid.ts";
import { pooledFeatures } from "../../../lib/method/features/pooled.ts";
import { openResidualSums, residualFeatures } from "../../../lib/method/features/residuals.ts";
import { joinFeatures, takeFeatures } from "../../../lib/method/features/rows.ts";
import { signedLog } from "../../../lib/method/features/signed_log.ts";
import { featureMaps, layers, relativeError, takeRows } from "../detect/feature_maps.ts";
import { assertStageLaws, recordRows, tensorRows } from "../../laws/stage_laws.ts";

const { cases, pooled }: {
  cases: { grid: string; unseen: number[][]; leftOut: number[][] }[];
  pooled: number[][];
} = JSON.parse(readFileSync(new URL("./fixtures/residuals.json", import.meta.url), "utf8"));
const good = featureMaps(10, 5);
const others = featureMaps(20, 2);
const names = layers.map(({ name }) => name);

function fittedOn(grid: string, batches: readonly number[]) {
  const sums = openResidualSums({ layers: names, grid });
  for (let i = 0; i + 1 < batches.length; i++) sums.add(takeRows(good, batches[i], batches[i + 1]));
  return sums.finish();
}

Deno.test("pooled features are PyTorch's averages and maxima, in named columns", () => {
  const { columns, compute } = pooledFeatures(layers);
  assert.ok(relativeError(compute(others).data, pooled.flat()) < 1e-6);
  assert.equal(columns.length, pooled[0].length);
  assert.deepEqual(columns.slice(0, 4), [
    "stride4.average_0",
    "stride4.average_1",
    "stride4.average_2",
    "stride4.maximum_0",
  ]);
  assert.deepEqual(parseColumn(columns.at(-1)!), { source: "stride16", statistic: "maximum_4" });
  assert.deepEqual(pooledFeatures([{ name: "/a/b:0", channels: 1 }]).columns[0], "_a_b_0.average_0");
  assert.throws(() => compute({ stride4: others.stride4 }), { name: "TypeError", message: /without layer "stride8"/ });
});

Deno.test("residuals are PyTorch's, of unseen pictures and of those left out by a fit on all others", () => {
  for (const { grid, unseen, leftOut } of cases) {
    for (const batches of [[0, 5], [0, 2, 3, 5]]) {
      const features = residualFeatures(fittedOn(grid, batches));
      assert.equal(features.columns.length, 3 * 12);
      assert.equal(features.columns[12 + 3], "stride8.deviation_0");
      assert.ok(relativeError(features.compute(others).data, unseen.flat()) < 1e-6);
      assert.ok(relativeError(features.leftOut(good).data, leftOut.flat()) < 1e-6);
      // In the sample a picture looks more usual than it is.
      assert.ok(relativeError(features.compute(good).data, leftOut.flat()) > 0.1);
    }
  }
});

Deno.test("identical pictures are usual, and another one is not", () => {
  const same = takeRows(good, 0, 1);
  const sums = openResidualSums({ layers: names, grid: "stride16" });
  for (let i = 0; i < 4; i++) sums.add(same);
  const { compute, leftOut } = residualFeatures(sums.finish());
  assert.ok(compute(same).data.every((value) => value === 0) && leftOut(same).data.every((value) => value === 0));
  assert.ok(compute(others).data.every(Number.isFinite));
});

Deno.test("layer features of a picture depend on nothing but the picture", async () => {
  const residuals = residualFeatures(fittedOn("stride16", [0, 5]));
  const inputs = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.nat(50)).map(([n, seed]) => ({ ...featureMaps(seed, n) }));
  for (const compute of [pooledFeatures(layers).compute, residuals.compute, residuals.leftOut]) {
    await assertStageLaws({
      stage: compute,
      inputs,
      inputRows: recordRows as never,
      outputRows: tensorRows as never,
      options: { numRuns: 10 },
    });
  }
});

Deno.test("a coarser grid takes the mean over the area of its cells, whatever the ratio", () => {
  const data = Float32Array.from({ length: 35 }, (_, i) => i * i % 11);
  const map = tensor<"f32", ["N", "C", "H", "W"], "activation">("f32", [1, 1, 5, 7], data);
  const found = toGrid(map, { height: 2, width: 3 }, 1);
  // Each pixel as 2 × 3 of its own value, so that the cells hold whole pixels: 10 × 21 in cells of 5 × 7.
  const fine = (y: number, x: number) => data[Math.floor(y / 2) * 7 + Math.floor(x / 3)];
  for (let cell = 0; cell < 6; cell++) {
    let sum = 0;
    for (let y = 0; y < 5; y++) {
      for (let x = 0; x < 7; x++) sum += fine(5 * Math.floor(cell / 3) + y, 7 * (cell % 3) + x) / 35;
    }
    assert.ok(Math.abs(found[cell] - sum) < 1e-9, `${found[cell]} for ${sum}`);
  }
});

Deno.test("too few pictures and other sizes are refused", () => {
  const few = openResidualSums({ layers: names, grid: "stride16" });
  assert.throws(() => few.finish(), /^RangeError: Cannot take standards of 0 pictures as at least 3 are needed/);
  few.add(others);
  assert.throws(() => few.finish(), /Cannot take standards of 2 pictures/);
  assert.throws(() => few.add({ ...others, stride8: others.stride4 }), { name: "TypeError" });
});

Deno.test("the signed logarithm keeps sign, order and what is missing", () => {
  const values = new Float32Array([-100, -1, 0, NaN, 1e-7, 5]);
  const { data } = signedLog(features([1, 6], values));
  const expected = [-Math.log(101), -Math.LN2, 0, NaN, 1e-7, Math.log(6)];
  data.forEach((value, i) => assert.ok(Object.is(value, NaN) ? i === 3 : Math.abs(value - expected[i]) < 1e-6));
});

Deno.test("tables are joined side by side, and rows taken in any order", () => {
  const table = (rows: number, columns: number, from: number) =>
    features([rows, columns], Float32Array.from({ length: rows * columns }, (_, i) => from + i));
  const joined = joinFeatures([table(2, 2, 0), table(2, 1, 10)]);
  assert.deepEqual([...joined.data], [0, 1, 10, 2, 3, 11]);
  assert.deepEqual([...takeFeatures(joined, [1, 0, 1]).data], [2, 3, 11, 0, 1, 10, 2, 3, 11]);
  assert.throws(() => joinFeatures([table(2, 2, 0), table(3, 1, 0)]), { name: "TypeError" });
  assert.throws(() => joinFeatures([]), { name: "TypeError" });
});
