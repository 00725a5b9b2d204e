import assert from "node:assert/strict";
import { withBatchStatistics } from "../../../lib/engine/graph/batch_statistics.ts";
import { buildModel } from "../../../lib/engine/graph/model.ts";
import { batchNorm } from "../../../lib/engine/graph/ops.ts";
import { input } from "../../../lib/engine/graph/value.ts";
import type { Value } from "../../../lib/engine/graph/value.ts";
import { openRuntime } from "../../../lib/engine/session/runtime.ts";
import { tensor } from "../../../lib/base/tensor/tensor.ts";

const SHAPE = [3, 2, 2, 2];

function pictures(phase: number) {
  return tensor("f32", SHAPE, Float32Array.from({ length: 24 }, (_, i) => 2 * Math.sin(1.3 * i + phase) + phase));
}

/** Mean and unbiased variance of a channel. */
function statistics(data: ArrayLike<number>, channel: number): [number, number] {
  const some = Array.from(data).filter((_, i) => Math.floor(i / 4) % 2 === channel);
  const mean = some.reduce((sum, value) => sum + value) / some.length;
  return [mean, some.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (some.length - 1)];
}

Deno.test("running statistics that are fed follow both passes through one batch norm", async () => {
  const [x1, x2] = ["x1", "x2"].map((name) => input(name, "f32", SHAPE) as Value<"f32">);
  const vector = (name: string) => input(name, "f32", [2]) as Value<"f32">;
  const weights = { scale: vector("scale"), bias: vector("bias"), mean: vector("mean"), variance: vector("variance") };
  const { outputs: [y1, y2], updates } = withBatchStatistics(
    [batchNorm(x1, weights), batchNorm(x2, weights)] as const,
  );
  const next = { "next mean": updates.get(weights.mean)!, "next variance": updates.get(weights.variance)! };
  const runtime = await openRuntime({ threads: 1 });
  const inputs = [x1, x2, ...Object.values(weights)];
  const session = await runtime.open(buildModel({ inputs, outputs: { y1, y2, ...next } }), "batch norm");
  const fed = { x1: pictures(1), x2: pictures(4) };
  const some = (...data: number[]) => tensor("f32", [2], Float32Array.from(data));
  const state = { scale: some(1, 1), bias: some(0, 0), mean: some(-3, 5), variance: some(7, 0.5) };
  // Twice, as the runtime keeps its memory between runs.
  for (let time = 0; time < 2; time++) {
    const found = await session.run({ ...fed, ...state });
    for (const channel of [0, 1]) {
      let [mean, variance] = [state.mean.data[channel], state.variance.data[channel]];
      for (const { data } of [fed.x1, fed.x2]) {
        const [m, v] = statistics(data, channel);
        [mean, variance] = [0.9 * mean + 0.1 * m, 0.9 * variance + 0.1 * v];
      }
      assert.ok(
        Math.abs(found["next mean"].data[channel] - mean) < 1e-5,
        `mean ${found["next mean"].data[channel]}, not ${mean}`,
      );
      assert.ok(
        Math.abs(found["next variance"].data[channel] - variance) < 1e-5,
        `variance ${found["next variance"].data[channel]}`,
      );
      for (const y of [found.y1, found.y2]) assert.ok(Math.abs(statistics(y.data, channel)[0]) < 1e-6);
    }
    assert.deepEqual([...state.mean.data, ...state.variance.data], [-3, 5, 7, 0.5], "what is fed stays as it is");
  }
  await session.release();
});

Deno.test("a channel of a single pixel, or a batch of unknown size, has no statistics: the message says what to do", () => {
  const vector = (name: string) => input(name, "f32", [2]) as Value<"f32">;
  const weights = { scale: vector("scale"), bias: vector("bias"), mean: vector("mean"), variance: vector("variance") };
  for (const shape of [[1, 2, 1, 1], ["N", 2, 4, 4]]) {
    const x = input("x", "f32", shape) as Value<"f32">;
    assert.throws(() => withBatchStatistics([batchNorm(x, weights)]), {
      name: "TypeError",
      message:
        'Cannot take batch statistics of "mean" as each channel must have more than one pixel in a batch of known ' +
        `size: current shape is [${shape.join(",")}]; use a larger batch`,
    });
  }
  const pair = input("x", "f32", [2, 2, 1, 1]) as Value<"f32">;
  assert.equal(withBatchStatistics([batchNorm(pair, weights)]).updates.size, 2);
});
