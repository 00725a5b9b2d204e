import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { detectorNamed } from "../../../lib/method/detect/table.ts";
import { patchCore } from "../../../lib/method/detect/patchcore/patchcore.ts";
import type { PatchCoreFitted } from "../../../lib/method/detect/patchcore/fitted.ts";
import { weightOf } from "../../../lib/method/detect/patchcore/apply.ts";
import { writeSafetensors } from "../../../lib/base/io/safetensors.ts";
import { seededRandom } from "../../../lib/base/tensor/random.ts";
import { assertStageLaws } from "../../laws/stage_laws.ts";
import {
  featureMaps,
  fitContext,
  layers,
  naivePatches,
  observed,
  relativeError,
  runtime,
  takeRows,
} from "./feature_maps.ts";
import { naiveCoreset } from "./naive_coreset.ts";

const names = ["stride8", "stride16"];
const good = featureMaps(10, 5);
const others = featureMaps(20, 2);

function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Math.sqrt(Array.from(a).reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0));
}

/** A fitted detector over some patches of the good pictures, its neighbours sorted by hand. */
function fittedBy(chosen: readonly number[], neighbours: number): PatchCoreFitted {
  const patches = naivePatches(good, names, 3).flat();
  const bank = chosen.map((i) => patches[i]);
  const support = bank.flatMap((row) =>
    bank.map((other, i) => ({ i, d: distance(row, other) })).sort((a, b) => a.d - b.d).slice(0, neighbours)
      .map(({ i }) => i)
  );
  return {
    layers: names,
    grid: "stride8",
    pool: 3,
    height: 8,
    width: 8,
    channels: 9,
    neighbours,
    bank: Float32Array.from(bank.flat()),
    support: Int32Array.from(support),
  };
}

Deno.test("maps and scores are anomalib's for the same features and bank", async () => {
  const { bank, results } = JSON.parse(readFileSync(new URL("./fixtures/patchcore.json", import.meta.url), "utf8"));
  for (const neighbours of [1, 9]) {
    const applied = await patchCore.apply({ runtime }, fittedBy(bank, neighbours));
    const { map, score } = await applied.detect(observed(others));
    assert.deepEqual(map.shape, [2, 1, 8, 8]);
    assert.ok(relativeError(map.data, results[neighbours].map.flat()) < 1e-5);
    assert.ok(relativeError(score.data, results[neighbours].score) < 1e-5);
    await applied.release();
  }
});

Deno.test("the bank is the naive coreset of the patches, with each entry's nearest entries", async () => {
  const config = patchCore.parse({ coreset: 0.1, neighbours: 4 });
  for (const batch of [1, 2, 5]) {
    const fitted = await patchCore.fit(fitContext(good, batch, 3), config);
    assert.equal(fitted.bank.length, 32 * 9);
    const patches = naivePatches(good, names, 3).flat();
    const rows = Float32Array.from(patches.flat());
    const start = seededRandom(3).below(320);
    const expected = naiveCoreset(rows, 9, 32, start).map((i) => patches[i]);
    assert.ok(relativeError(fitted.bank, expected.flat()) < 1e-6);
    for (let i = 0; i < 32; i++) {
      const sorted = expected.map((row) => distance(row, expected[i])).sort((a, b) => a - b);
      const found = Array.from(fitted.support.subarray(4 * i, 4 * i + 4));
      assert.equal(found[0], i);
      assert.ok(relativeError(found.map((j) => distance(expected[j], expected[i])), sorted.slice(0, 4)) < 1e-5);
    }
  }
});

Deno.test("a patch that is in the bank has distance 0, however far all patches are from zero", async () => {
  for (const offset of [0, 1000]) {
    const shifted = featureMaps(10, 5);
    for (const name of names) shifted[name].data.forEach((value, i, all) => all[i] = value + offset);
    // Pooling pads with zeros, which would spread the edge; without it the values stay as they are.
    const config = patchCore.parse({ coreset: 320, pool: 1, neighbours: 1 });
    const applied = await patchCore.apply({ runtime }, await patchCore.fit(fitContext(shifted, 5), config));
    const { map } = await applied.detect(observed(shifted));
    assert.deepEqual(new Set(map.data), new Set([0]));
    await applied.release();
  }
});

Deno.test("a picture's map and score depend on nothing but the picture", async () => {
  const applied = await patchCore.apply({ runtime }, await patchCore.fit(fitContext(good, 5), patchCore.parse({})));
  const inputs = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.nat()).map(([n, seed]) => featureMaps(seed, n));
  await assertStageLaws({
    stage: async (maps) => ({ ...await applied.detect(observed(maps)) }),
    inputs: inputs.map((maps) => ({ ...maps })),
    options: { numRuns: 10 },
  });
  await applied.release();
});

Deno.test("the same seed gives the same bytes, and bytes give the same detector", async () => {
  const config = patchCore.parse({ coreset: 20, neighbours: 3 });
  const bytes = patchCore.pack(await patchCore.fit(fitContext(good, 2, 5), config));
  assert.deepEqual(patchCore.pack(await patchCore.fit(fitContext(good, 3, 5), config)), bytes);
  assert.notDeepEqual(patchCore.pack(await patchCore.fit(fitContext(good, 2, 6), config)), bytes);
  assert.deepEqual(patchCore.pack(patchCore.unpack(bytes)), bytes);
  // A file says how layers were brought to the grid where it was not bilinearly.
  const nearest = await patchCore.fit(fitContext(good, 2, 5), { ...config, enlarge: "nearest" });
  assert.equal(patchCore.unpack(patchCore.pack(nearest)).enlarge, "nearest");
  assert.notDeepEqual(nearest.bank, patchCore.unpack(bytes).bank);
});

Deno.test("a bank is bounded by entries, and chosen among patches that are drawn, as many of each picture", async () => {
  const patches = naivePatches(good, names, 3);
  const all = patchCore.parse({ coreset: 20, projection: "never" });
  const whole = await patchCore.fit(fitContext(good, 2, 7), all);
  const bounded = await patchCore.fit(fitContext(good, 2, 7), { ...all, coreset: 0.5, entries: 20, candidates: 320 });
  assert.deepEqual(bounded.bank, whole.bank);

  const few = { ...all, coreset: 30, candidates: 39 };
  const fitted = await patchCore.fit(fitContext(good, 2, 7), { ...few, entries: 35 });
  assert.deepEqual(fitted, await patchCore.fit(fitContext(good, 3, 7), few));
  assert.notDeepEqual(fitted.bank, (await patchCore.fit(fitContext(good, 3, 8), few)).bank);
  const places = Array.from(fitted.pictures!, (owner, i) => {
    const row = fitted.bank.subarray(9 * i, 9 * i + 9);
    const place = patches[owner].findIndex((patch) => relativeError(row, patch) < 1e-6);
    assert.ok(place >= 0, `entry ${i} is no patch of picture ${owner}`);
    return `${owner} ${place}`;
  });
  assert.equal(new Set(places).size, 30);
  // 7 of each of the 5 pictures are looked at, so that 30 entries are nearly all of them.
  const counts = Object.values(Object.groupBy([...fitted.pictures!], String)).map((some) => some!.length);
  assert.ok(counts.length === 5 && counts.every((count) => count >= 2 && count <= 7), `${counts}`);
  await assert.rejects(patchCore.fit(fitContext(good, 2, 7), { ...all, coreset: 36, candidates: 39 }), RangeError);
  // What is not bounded is the bank of all patches, whether that is said or not.
  const exact = patchCore.parse({ coreset: 0.5, entries: "all", candidates: "all" });
  assert.deepEqual(
    (await patchCore.fit(fitContext(good, 2, 7), exact)).bank,
    (await patchCore.fit(fitContext(good, 2, 7), patchCore.parse({ coreset: 0.5 }))).bank,
  );
});

Deno.test("with a random projection the bank differs, and is still of whole patches", async () => {
  const rows = naivePatches(good, names, 3).flat().map((row) => row.map(Math.fround).join());
  const always = await patchCore.fit(fitContext(good, 5), patchCore.parse({ coreset: 20, projection: "always" }));
  const never = await patchCore.fit(fitContext(good, 5), patchCore.parse({ coreset: 20, projection: "never" }));
  assert.notDeepEqual(always.bank, never.bank);
  for (let i = 0; i < 20; i++) {
    const row = always.bank.subarray(9 * i, 9 * i + 9);
    assert.ok(rows.some((other) => relativeError(row, other.split(",").map(Number)) < 1e-6));
  }
});

Deno.test("the weight is the paper's, also for distances whose exponentials overflow", () => {
  const bank = { rows: new Float32Array([0, 3, 4]), channels: 1 };
  const [a, b, c] = [2, 1, 2].map(Math.exp);
  assert.ok(Math.abs(weightOf(bank, new Float32Array([2]), new Int32Array([1, 2, 0])) - (1 - b / (a + b + c))) < 1e-12);
  const far = weightOf(
    { rows: new Float32Array([0, 1]), channels: 1 },
    new Float32Array([5000]),
    new Int32Array([1, 0]),
  );
  assert.ok(Math.abs(far - (1 - 1 / (1 + Math.E))) < 1e-6);
  assert.equal(weightOf(bank, new Float32Array([2]), new Int32Array([1])), 1);
});

Deno.test("settings are checked and filled in", () => {
  const defaults = { pool: 3, coreset: 0.01, neighbours: 9, projection: "auto" };
  assert.deepEqual(patchCore.parse({}), defaults);
  assert.deepEqual(patchCore.parse({ coreset: 2560, layers: ["a"] }), { ...defaults, coreset: 2560, layers: ["a"] });
  const available = [4, 8, 16, 32].map((stride, i) => ({ name: `layer${i + 1}`, channels: 8, stride }));
  const chosen = (config: object) => patchCore.layers(patchCore.parse(config), available).join();
  assert.equal(chosen({}), "layer2,layer3");
  assert.equal(chosen({ strides: [4, 8, 16] }), "layer1,layer2,layer3");
  assert.equal(chosen({ strides: [4], layers: ["layer3"] }), "layer3");
  const wrong: [unknown, RegExp][] = [
    [{ corset: 0.1 }, /^Cannot configure PatchCore as corset must be removed \(did you mean "coreset"\?\)/],
    [{ coreset: 0 }, /coreset must be positive/],
    [{ coreset: 2.5 }, /coreset must be a share below 1 or a whole number/],
    [{ neighbours: "9" }, /neighbours must be a whole number from 1 \(was a string\)/],
    [{ pool: 2 }, /pool must be an odd number/],
    [{ layers: [] }, /layers must be non-empty/],
    [{ layers: ["a", 1] }, /layers\[1\] must be a string \(was a number\)/],
    [{ layers: ["a", "a"] }, /layers must be names that differ/],
    [{ projection: "some" }, /projection must be "always", "auto" or "never"/],
    [null, /must be an object/],
  ];
  for (const [config, message] of wrong) {
    assert.throws(() => patchCore.parse(config), { name: "TypeError", message });
  }
  assert.deepEqual(patchCore.layers(patchCore.parse({}), layers), names);
});

Deno.test("what cannot be fitted, applied or read is refused", async () => {
  await assert.rejects(patchCore.fit(fitContext(good, 5), patchCore.parse({ coreset: 321 })), {
    name: "RangeError",
    message: "Cannot fit PatchCore with a coreset of 321 as there are only 320 patches",
  });
  await assert.rejects(patchCore.fit(fitContext(takeRows(good, 0, 0), 5), patchCore.parse({})), {
    name: "RangeError",
    message: "Cannot fit PatchCore without a picture",
  });
  const broken = featureMaps(10, 5);
  broken.stride8.data[3 * 256] = Infinity;
  await assert.rejects(patchCore.fit(fitContext(broken, 2), patchCore.parse({})), {
    name: "RangeError",
    message: "Cannot use the features of picture 3 for PatchCore as they are not all finite numbers",
  });
  const stop = AbortSignal.abort(new Error("stopped"));
  await assert.rejects(patchCore.fit({ ...fitContext(good, 5), signal: stop }, patchCore.parse({})), /stopped/);

  const fitted = await patchCore.fit(fitContext(good, 5), patchCore.parse({ coreset: 10, neighbours: 2 }));
  const applied = await patchCore.apply({ runtime }, { ...fitted, height: 4, width: 4 });
  await assert.rejects(applied.detect(observed(others)), {
    name: "TypeError",
    message: "Cannot apply PatchCore to feature maps of 8×8 patches of 9 channels as it was fitted on " +
      "4×4 patches of 9 channels",
  });
  await applied.release();

  const bytes = patchCore.pack(fitted);
  assert.throws(() => patchCore.unpack(bytes.subarray(0, 100)), { name: "SyntaxError", message: /fitted patchcore/ });
  assert.throws(() => detectorNamed("padim").unpack(bytes), {
    name: "SyntaxError",
    message: 'Cannot read a fitted padim as it is one of "patchcore"',
  });
  const settings = JSON.stringify({ layers: names, grid: "stride8", pool: 3, height: 8, width: 8, neighbours: 2 });
  const bank = { dtype: "f32" as const, shape: [1, 1], data: new Float32Array(1) };
  const support = { dtype: "i32" as const, shape: [1, 2], data: new Int32Array([0, 1]) };
  const write = (tensors: object, text: string) =>
    writeSafetensors(tensors as Record<string, typeof bank>, { detector: "patchcore", settings: text });
  assert.throws(() => patchCore.unpack(write({ bank }, settings)), {
    name: "SyntaxError",
    message: 'Cannot read a fitted patchcore as its "support" must be i32 of rank 2: current value is missing',
  });
  assert.throws(() => patchCore.unpack(write({ bank, support }, settings)), /neighbours do not fit its bank of 1/);
  assert.throws(() => patchCore.unpack(write({ bank, support }, "{}")), /layers must be an array/);
  assert.throws(() => patchCore.unpack(write({ bank, support }, "{")), /settings are not JSON/);
});

Deno.test("detectors are found by name", () => {
  assert.equal(detectorNamed("patchcore").title, "PatchCore");
  assert.throws(() => detectorNamed("patchcor"), {
    name: "RangeError",
    message: /^Cannot use detector "patchcor" as the detectors are "patchcore", "padim"/,
  });
});
