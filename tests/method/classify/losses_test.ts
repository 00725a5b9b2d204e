import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { deviationLoss, focalLoss, maskLoss, topScores } from "../../../lib/method/classify/losses.ts";
import { gradients } from "../../../lib/engine/graph/gradients/differentiate.ts";
import { buildModel } from "../../../lib/engine/graph/model.ts";
import { number } from "../../../lib/engine/graph/numbers.ts";
import { input } from "../../../lib/engine/graph/value.ts";
import type { Value } from "../../../lib/engine/graph/value.ts";
import { openRuntime } from "../../../lib/engine/session/runtime.ts";
import { tensor } from "../../../lib/base/tensor/tensor.ts";

/** Made by tools/oracles/classify.py. */
const oracle = JSON.parse(readFileSync(new URL("./fixtures/losses.json", import.meta.url), "utf8"));
const runtime = await openRuntime({ threads: 1 });
const labels = tensor("f32", [6], Float32Array.from(oracle.labels));

function near(actual: ArrayLike<number>, expected: readonly number[], what: string): void {
  assert.equal(actual.length, expected.length);
  const scale = Math.max(...expected.map(Math.abs));
  expected.forEach((wanted, i) =>
    assert.ok(Math.abs(actual[i] - wanted) <= 1e-5 * scale, `${what} ${i}: ${actual[i]}, not ${wanted}`)
  );
}

for (const alpha of [0.25, 0.5]) {
  Deno.test(`the focal loss with α ${alpha} and its gradient are torchvision's`, async () => {
    const z = input("z", "f32", [6]) as Value<"f32">;
    const y = input("y", "f32", [6]) as Value<"f32">;
    const loss = focalLoss(z, y, { alpha });
    const [dz] = gradients(loss, [z]);
    const session = await runtime.open(buildModel({ inputs: [z, y], outputs: { loss, dz } }), "focal loss");
    const results = await session.run({ z: tensor("f32", [6], Float32Array.from(oracle.logits)), y: labels });
    await session.release();
    near(results.loss.data, [oracle.focal[alpha].loss], "loss");
    near(results.dz.data, oracle.focal[alpha].gradient, "gradient");
  });
}

Deno.test("top scores, the deviation loss and the gradient by the map are those of the paper's equations", async () => {
  const { mean, std, scores, loss: wanted, gradient } = oracle.deviation;
  const map = input("map", "f32", [6, 1, 4, 4]) as Value<"f32">;
  const y = input("y", "f32", [6]) as Value<"f32">;
  const top = topScores(map, 3);
  const loss = deviationLoss(top, y, number(mean), number(1 / std));
  const [dmap] = gradients(loss, [map]);
  const session = await runtime.open(buildModel({ inputs: [map, y], outputs: { top, loss, dmap } }), "deviation");
  const data = Float32Array.from({ length: 96 }, (_, i) => 4 * Math.sin(0.7 * i));
  const results = await session.run({ map: tensor("f32", [6, 1, 4, 4], data), y: labels });
  await session.release();
  near(results.top.data, scores, "score");
  near(results.loss.data, [wanted], "loss");
  near(results.dmap.data, gradient, "gradient");
});

Deno.test("the loss of masks and its gradient are PyTorch's", async () => {
  const map = input("map", "f32", [2, 1, 3, 4]) as Value<"f32">;
  const mask = input("mask", "f32", [2, 1, 3, 4]) as Value<"f32">;
  const loss = maskLoss(map, mask);
  const [dmap] = gradients(loss, [map]);
  const session = await runtime.open(buildModel({ inputs: [map, mask], outputs: { loss, dmap } }), "mask");
  const of = (value: (i: number) => number) =>
    tensor("f32", [2, 1, 3, 4], Float32Array.from({ length: 24 }, (_, i) => value(i)));
  const results = await session.run({ map: of((i) => 6 * Math.sin(0.9 * i)), mask: of((i) => i % 5 === 0 ? 1 : 0) });
  await session.release();
  near(results.loss.data, [oracle.mask.loss], "loss");
  near(results.dmap.data, oracle.mask.gradient, "gradient");
});
