import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { padim } from "../../../lib/method/detect/padim/padim.ts";
import { writeSafetensors } from "../../../lib/base/io/safetensors.ts";
import { assertStageLaws } from "../../laws/stage_laws.ts";
import { featureMaps, fitContext, layers, observed, relativeError, runtime, takeRows } from "./feature_maps.ts";

const good = featureMaps(10, 5);
const others = featureMaps(20, 2);

Deno.test("maps are numpy's Mahalanobis distances, for all channels and for some drawn by seed", async () => {
  const cases = JSON.parse(readFileSync(new URL("./fixtures/padim.json", import.meta.url), "utf8"));
  for (const { dims, map: expected } of cases) {
    const config = padim.parse(dims.length === 12 ? {} : { dims: dims.length });
    const fitted = await padim.fit(fitContext(good, 2, 5), config);
    assert.deepEqual([...fitted.dims], dims);
    const applied = await padim.apply({ runtime }, fitted);
    const { map, score } = await applied.detect(observed(others));
    assert.deepEqual(map.shape, [2, 1, 8, 8]);
    assert.ok(relativeError(map.data, expected.flat()) < 1e-5);
    assert.ok(relativeError(score.data, expected.map((one: number[]) => Math.max(...one))) < 1e-5);
    await applied.release();
  }
});

Deno.test("a picture's map and score depend on nothing but the picture", async () => {
  const applied = await padim.apply({ runtime }, await padim.fit(fitContext(good, 5), padim.parse({})));
  const inputs = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.nat()).map(([n, seed]) => featureMaps(seed, n));
  await assertStageLaws({
    stage: async (maps) => ({ ...await applied.detect(observed(maps)) }),
    inputs: inputs.map((maps) => ({ ...maps })),
    options: { numRuns: 10 },
  });
  await applied.release();
});

Deno.test("the same seed gives the same bytes, and bytes give the same detector", async () => {
  const config = padim.parse({ dims: 6 });
  const bytes = padim.pack(await padim.fit(fitContext(good, 5, 1), config));
  assert.deepEqual(padim.pack(await padim.fit(fitContext(good, 5, 1), config)), bytes);
  assert.notDeepEqual(padim.pack(await padim.fit(fitContext(good, 5, 2), config)), bytes);
  assert.deepEqual(padim.pack(padim.unpack(bytes)), bytes);
});

Deno.test("settings are checked and filled in", () => {
  assert.deepEqual(padim.parse({}), { pool: 3, epsilon: 0.01 });
  assert.deepEqual(padim.parse({ dims: 100, pool: 1 }), { pool: 1, epsilon: 0.01, dims: 100 });
  const wrong: [unknown, RegExp][] = [
    [{ dimensions: 3 }, /^Cannot configure PaDiM as dimensions must be removed/],
    [{ dims: 1.5 }, /dims must be a whole number from 1/],
    [{ epsilon: 0 }, /epsilon must be positive/],
    [{ epsilon: "0.1" }, /epsilon must be a number \(was a string\)/],
  ];
  for (const [config, message] of wrong) assert.throws(() => padim.parse(config), { name: "TypeError", message });
  assert.deepEqual(padim.layers(padim.parse({}), layers), ["stride4", "stride8", "stride16"]);
});

Deno.test("what cannot be fitted, applied or read is refused", async () => {
  for (const pictures of [0, 1]) {
    await assert.rejects(padim.fit(fitContext(takeRows(good, 0, pictures), 5), padim.parse({})), {
      name: "RangeError",
      message: `Cannot fit PaDiM to ${pictures} pictures as at least 2 are needed`,
    });
  }
  await assert.rejects(padim.fit(fitContext(good, 5), padim.parse({ dims: 13 })), {
    name: "RangeError",
    message: "Cannot fit PaDiM with 13 dims as the chosen layers have 12 channels",
  });
  const broken = featureMaps(10, 5);
  broken.stride4.data[768 * 4] = NaN;
  await assert.rejects(padim.fit(fitContext(broken, 2), padim.parse({})), {
    name: "RangeError",
    message: "Cannot use the features of picture 4 for PaDiM as they are not all finite numbers",
  });
  const fitted = await padim.fit(fitContext(good, 5), padim.parse({ layers: ["stride8"] }));
  const applied = await padim.apply({ runtime }, fitted);
  await assert.rejects(applied.detect(observed(takeRows({ stride8: others.stride4 }, 0, 1))), {
    name: "TypeError",
    message: "Cannot apply PaDiM to feature maps of 16×16 patches of 3 channels as it was fitted on " +
      "8×8 patches of 4 channels",
  });
  await applied.release();
  const bytes = padim.pack(fitted);
  assert.throws(() => padim.unpack(bytes.subarray(0, bytes.length - 4)), { name: "SyntaxError" });
  const settings = { layers: ["a"], grid: "a", pool: 3, height: 1, width: 1, channels: 2 };
  const write = (dim: number, text: object) =>
    writeSafetensors({
      mean: { dtype: "f32", shape: [1, 1], data: new Float32Array(1) },
      whitening: { dtype: "f32", shape: [1, 1], data: new Float32Array(1) },
      dims: { dtype: "i32", shape: [1], data: new Int32Array([dim]) },
    }, { detector: "padim", settings: JSON.stringify(text) });
  assert.equal(padim.unpack(write(1, settings)).channels, 2);
  assert.throws(() => padim.unpack(write(2, settings)), {
    name: "SyntaxError",
    message: "Cannot read a fitted padim as its arrays do not fit 1 of 2 channels",
  });
  assert.throws(() => padim.unpack(write(1, { ...settings, pool: 2 })), {
    name: "SyntaxError",
    message: /pool must be/,
  });
});
