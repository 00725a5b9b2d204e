import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { draScore, draScores } from "../../../lib/method/classify/dra_network.ts";
import { devnet } from "../../../lib/method/classify/devnet.ts";
import { dra } from "../../../lib/method/classify/dra.ts";
import { topScores } from "../../../lib/method/classify/losses.ts";
import { halved, layersAtScales, meanOf } from "../../../lib/method/classify/scales.ts";
import { gradients } from "../../../lib/engine/graph/gradients/differentiate.ts";
import { buildModel } from "../../../lib/engine/graph/model.ts";
import { conv, reduceMean, reduceSum, relu, slice } from "../../../lib/engine/graph/ops.ts";
import { input, literal } from "../../../lib/engine/graph/value.ts";
import type { Value } from "../../../lib/engine/graph/value.ts";
import { shared } from "../../../lib/engine/graph/weights.ts";
import { openRuntime } from "../../../lib/engine/session/runtime.ts";
import { tensor } from "../../../lib/base/tensor/tensor.ts";

/** Made by tools/oracles/scales.py. */
const oracle = JSON.parse(readFileSync(new URL("./fixtures/scales.json", import.meta.url), "utf8"));
const runtime = await openRuntime({ threads: 1 });
const SHAPE = [5, 3, 12, 8] as const;
const TOP = 0.2;

function wave(size: readonly number[], phase: number, scale = 1, rate = 0.7): Float32Array {
  const count = size.reduce((product, side) => product * side, 1);
  return Float32Array.from({ length: count }, (_, i) => scale * Math.sin(rate * i + phase));
}

const weights = shared((name, size) => {
  const data = /running_var/.test(name) ? new Float32Array(size[0]).fill(1) : wave(size, name.length, 0.8);
  return literal({ dtype: "f32", shape: size, data }, name);
});

Deno.test("DevNet and DRA see a picture at two scales as in PyTorch, with a gradient through both", async () => {
  const image = input("image", "f32", SHAPE) as Value<"f32">;
  const kernel = literal({ dtype: "f32", shape: [4, 3, 3, 3], data: wave([4, 3, 3, 3], 0.5, 1, 1.9) }, "kernel");
  const seen = relu(conv(image, kernel, { strides: [2, 2], pads: [1, 1, 1, 1] }));
  const scales = layersAtScales({ image, layers: [seen] }, 2).map(([layer]) => layer);
  assert.deepEqual(scales.map(({ shape }) => shape), [[5, 4, 6, 4], [5, 4, 3, 2]]);
  const devnet = meanOf(scales.map((layer) => {
    const [height, width] = layer.shape.slice(2).map(Number);
    const map = conv(layer, weights("head.weight", [1, 4, 1, 1], { kind: "constant", value: 0 }), {
      bias: weights("head.bias", [1], { kind: "constant", value: 0 }),
    });
    return topScores(map, Math.max(1, Math.floor(TOP * height * width)));
  }));
  const dra = draScore(draScores(
    scales.map((layer) => ({
      reference: reduceMean(slice(layer, { axis: 0, from: 0, to: 2 }), { axes: [0], keepDims: true }),
      features: slice(layer, { axis: 0, from: 2, to: 5 }),
    })),
    weights,
    TOP,
  ));
  const [gradient] = gradients(reduceSum(devnet, { axes: [0] }), [kernel]);
  const session = await runtime.open(buildModel({ inputs: [image], outputs: { devnet, dra, gradient } }), "scales");
  const data = wave(SHAPE, 0.3, 1, 1.3).map((value, i) => value * (1 + 0.1 * Math.floor(i / 288)));
  const results = await session.run({ image: tensor("f32", SHAPE, data) });
  await session.release();
  const near = (actual: ArrayLike<number>, expected: readonly number[], what: string) => {
    assert.equal(actual.length, expected.length);
    const scale = Math.max(...expected.map(Math.abs));
    expected.forEach((value, i) => assert.ok(Math.abs(actual[i] - value) < 1e-5 * scale, `${what} ${i}: ${actual[i]}`));
  };
  near(results.devnet.data, oracle.devnet.scores, "DevNet");
  near(results.gradient.data, oracle.devnet.gradient, "gradient");
  near(results.dra.data, oracle.dra, "DRA");
});

Deno.test("the papers' presets see two scales and the small ones one; pictures of odd sides cannot be halved", () => {
  for (const classifier of [devnet, dra]) {
    assert.deepEqual(
      [{ preset: "paper" }, {}, { scales: 2 }].map((config) => classifier.parse(config).scales),
      [2, undefined, 2],
    );
    assert.throws(() => classifier.parse({ scales: 3 }), /scales must be/);
  }
  assert.deepEqual([dra.parse({ preset: "paper" }).renewed, dra.parse({}).renewed], [true, undefined]);
  assert.throws(() => halved(input("image", "f32", [1, 3, 33, 32]) as Value<"f32">), /33 × 32 .* must be even$/);
});
