import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { cutMix } from "../../../lib/picture/change/cut_mix.ts";
import { dra, draBatch, loweredAt, pseudoAnomaly } from "../../../lib/method/classify/dra.ts";
import { draLoss, draScore, draScores } from "../../../lib/method/classify/dra_network.ts";
import { withBatchStatistics } from "../../../lib/engine/graph/batch_statistics.ts";
import { gradients } from "../../../lib/engine/graph/gradients/differentiate.ts";
import { buildModel } from "../../../lib/engine/graph/model.ts";
import { number } from "../../../lib/engine/graph/numbers.ts";
import { reduceMean, slice } from "../../../lib/engine/graph/ops.ts";
import { input, literal } from "../../../lib/engine/graph/value.ts";
import type { Value } from "../../../lib/engine/graph/value.ts";
import { shared, weightsBehind } from "../../../lib/engine/graph/weights.ts";
import type { Weights } from "../../../lib/engine/graph/weights.ts";
import { openRuntime } from "../../../lib/engine/session/runtime.ts";
import { seededRandom } from "../../../lib/base/tensor/random.ts";
import { tensor } from "../../../lib/base/tensor/tensor.ts";

/** Made by tools/oracles/dra.py. */
const oracle = JSON.parse(readFileSync(new URL("./fixtures/dra.json", import.meta.url), "utf8"));
const batch = { references: 2, good: 4, bad: 3, pseudo: 2 };
const shape = [11, 6, 5, 5] as const;

const formula: Weights = (name, size) => {
  const count = size.reduce((product, side) => product * side, 1);
  const data = /running_var/.test(name)
    ? new Float32Array(count).fill(1)
    : Float32Array.from({ length: count }, (_, i) => 0.8 * Math.sin(0.7 * i + name.length));
  return literal({ dtype: "f32", shape: size, data }, name);
};

Deno.test("scores, loss and gradients are those of the paper's equations with the same weights", async () => {
  const features = input("features", "f32", shape) as Value<"f32">;
  const weights = shared(formula);
  const options = { top: 0.2, mean: number(0.01), inverse: number(1 / 0.98) };
  const reference = reduceMean(slice(features, { axis: 0, from: 0, to: 2 }), { axes: [0], keepDims: true });
  const seen = { features: slice(features, { axis: 0, from: 2, to: 11 }), reference };
  const score = draScore(draScores([seen], weights, 0.2));
  const { outputs: [loss, scores], updates } = withBatchStatistics(
    [draLoss([features], weights, batch, options), score] as const,
  );
  const trained = [...weightsBehind([loss])].filter(([, weight]) => !updates.has(weight));
  assert.deepEqual(trained.map(([name]) => name).sort(), Object.keys(oracle.gradients).sort());
  const by = gradients(loss, trained.map(([, weight]) => weight));
  const runtime = await openRuntime({ threads: 1 });
  const outputs = { loss, scores, ...Object.fromEntries(by.map((each, i) => [trained[i][0], each])) };
  const session = await runtime.open(buildModel({ inputs: [features], outputs }), "DRA");
  const data = Float32Array.from(
    { length: 11 * 150 },
    (_, i) => 2 * Math.sin(0.7 * i + 1) * (1 + 0.1 * Math.floor(i / 150)),
  );
  const results = await session.run({ features: tensor("f32", shape, data) });
  await session.release();
  assert.ok(Math.abs(results.loss.data[0] / oracle.loss - 1) < 1e-5);
  oracle.scores.forEach((wanted: number, i: number) =>
    assert.ok(Math.abs(results.scores.data[i] - wanted) < 1e-4, `score ${i}`)
  );
  for (const [name, { norm, first }] of Object.entries<{ norm: number; first: number[] }>(oracle.gradients)) {
    const found = results[name].data as Float32Array;
    // What batch norm takes away has no gradient but rounding.
    const scale = Math.max(norm, 1e-2);
    const length = Math.sqrt(found.reduce((sum, value) => sum + value * value, 0));
    assert.ok(Math.abs(length - norm) < 1e-4 * scale, `${name}: ${length} for ${norm}`);
    first.forEach((value, i) => assert.ok(Math.abs(found[i] - value) < 1e-4 * scale, `${name}[${i}]`));
  }
});

Deno.test("the paper's batches are a quarter good, a quarter pseudo and half bad, and its rate falls behind epochs 9, 19 and 29", () => {
  const paper = dra.parse({ preset: "paper" });
  assert.deepEqual(draBatch(paper, 2000), { references: 5, good: 12, bad: 24, pseudo: 12 });
  assert.deepEqual(loweredAt(paper), [9 * 20, 19 * 20, 29 * 20]);
  assert.deepEqual([paper.pseudo, dra.parse({}).pseudo], ["own", undefined]);
  const small = dra.parse({});
  assert.deepEqual(draBatch(small, 2), { references: 2, good: 4, bad: 2, pseudo: 2 });
  assert.deepEqual(loweredAt(small), [10 * 20]);
  assert.throws(() => draBatch({ ...small, batch: 4, bad: 0.2 }, 2), /there are 3 and 0/);
});

Deno.test("as the authors have it, a pseudo anomaly is of the picture itself: one rectangle, its colours within a tenth", () => {
  const size = { height: 32, width: 48 };
  const area = size.height * size.width;
  // A grey picture of two halves: what is pasted is one of both greys, or lies across.
  const own = Float32Array.from({ length: 3 * area }, (_, i) => i % 48 < 24 ? 0.4 : 0.6);
  const none = new Float32Array(3 * area).fill(NaN);
  const shares = Array.from({ length: 40 }, (_, seed) => {
    const made = pseudoAnomaly({ pseudo: "own" }, own, none, size, seededRandom(seed));
    const changed = Array.from(made.subarray(0, area), (value, p) => value !== own[p] ? p : -1).filter((p) => p >= 0);
    // Brightness by 0.9 to 1.1, contrast likewise about the patch's mean: nothing leaves 0.3 to 0.72 (0.6 · 1.1 and a tenth of 0.2).
    assert.ok(made.every((value) => value > 0.3 && value < 0.72));
    return changed.length / area;
  });
  assert.ok(
    shares.every((share) => share <= 0.18) && shares.filter((share) => share >= 0.01).length > 30,
    shares.join(),
  );
  const other = none.fill(0.9);
  const drawn = pseudoAnomaly({}, own, other, size, seededRandom(1));
  assert.deepEqual(drawn, cutMix(own, other, size, seededRandom(1)));
});

Deno.test("a pseudo anomaly changes one rectangle of 2 to 15 %, to what the other picture has somewhere", () => {
  const size = { height: 32, width: 48 };
  fc.assert(fc.property(fc.integer({ min: 0, max: 0xffffffff }), (seed) => {
    const area = size.height * size.width;
    const picture = new Float32Array(3 * area);
    const other = Float32Array.from({ length: 3 * area }, (_, i) => 1 + i);
    const made = cutMix(picture, other, size, seededRandom(seed));
    assert.deepEqual(made, cutMix(picture, other, size, seededRandom(seed)));
    assert.ok(picture.every((value) => value === 0));
    const changed = Array.from(made.subarray(0, area), (value, p) => value > 0 ? p : -1).filter((p) => p >= 0);
    const [rows, columns] = [changed.map((p) => Math.floor(p / 48)), changed.map((p) => p % 48)];
    const height = Math.max(...rows) - Math.min(...rows) + 1;
    const width = Math.max(...columns) - Math.min(...columns) + 1;
    assert.equal(changed.length, height * width);
    // Sides are whole numbers.
    assert.ok(changed.length >= 0.01 * area && changed.length <= 0.18 * area, `${changed.length} of ${area}`);
    // All of it was moved by the same way, in all colours.
    const moved = new Set(changed.flatMap((p) => [0, 1, 2].map((c) => made[c * area + p] - 1 - c * area - p)));
    assert.equal(moved.size, 1);
  }));
});
