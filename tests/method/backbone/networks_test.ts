import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { lite0 } from "../../../lib/method/backbone/lite0.ts";
import { makeBackbone } from "../../../lib/method/backbone/make_file.ts";
import { toBackbone } from "../../../lib/method/backbone/load.ts";
import { readPdn } from "../../../lib/method/backbone/pdn_file.ts";
import type { StoredWeights } from "../../../lib/engine/graph/weights.ts";
import { resNet, RESNETS } from "../../../lib/method/backbone/resnet.ts";
import { withBatchStatistics } from "../../../lib/engine/graph/batch_statistics.ts";
import { globalAverage, linear, logSoftmax } from "../../../lib/engine/graph/compose.ts";
import { gradients } from "../../../lib/engine/graph/gradients/differentiate.ts";
import { buildModel } from "../../../lib/engine/graph/model.ts";
import { number } from "../../../lib/engine/graph/numbers.ts";
import { mul, reduceSum } from "../../../lib/engine/graph/ops.ts";
import { input, literal } from "../../../lib/engine/graph/value.ts";
import type { Value } from "../../../lib/engine/graph/value.ts";
import { weightsBehind, zeros } from "../../../lib/engine/graph/weights.ts";
import type { Weights } from "../../../lib/engine/graph/weights.ts";
import { openRuntime } from "../../../lib/engine/session/runtime.ts";
import { tensor } from "../../../lib/base/tensor/tensor.ts";

/** Made by tools/oracles/networks.py. */
const oracle = JSON.parse(readFileSync(new URL("./fixtures/networks.json", import.meta.url), "utf8"));
const runtime = await openRuntime();
const SHAPE = [2, 3, 64, 64];

function wave(
  shape: readonly number[],
  phase: number,
  { scale = 1, offset = 0, mixed = false } = {},
): Float32Array<ArrayBuffer> {
  const data = new Float32Array(shape.reduce((product, size) => product * size, 1));
  for (let i = 0; i < data.length; i++) {
    data[i] = scale * Math.sin(0.7 * (mixed ? i * i % 9973 : i) + phase) + offset;
  }
  return data;
}

const formulaOf = (mixed: boolean): Weights => (name, shape) => {
  const fan = shape.slice(1).reduce((product, size) => product * size, 1);
  const data = shape.length >= 2
    ? wave(shape, name.length, { scale: Math.sqrt(4 / fan), mixed })
    : wave(shape, name.length, { scale: 0.1, offset: /running_var|weight$/.test(name) ? 1 : 0 });
  return literal({ dtype: "f32", shape, data }, name);
};
const formula = formulaOf(false);

const networks: Record<string, (image: Value<"f32">) => object> = {
  resnet18: (image) => resNet(image, formula, RESNETS.resnet18),
  resnet50: (image) => resNet(image, formula, RESNETS.resnet50),
  wide_resnet50_2: (image) => resNet(image, formulaOf(true), RESNETS.wide_resnet50_2),
  efficientnet_lite0: (image) => lite0(image, formula),
};

for (
  const [name, layers] of Object.entries<Record<string, { shape: number[]; norm: number; some: number[] }>>(
    oracle.features,
  )
) {
  Deno.test(`${name} gives the features of its peer with the same weights`, async () => {
    const image = input("image", "f32", SHAPE);
    const made = networks[name](image) as Record<string, Value>;
    const outputs = Object.fromEntries(Object.keys(layers).map((layer) => [layer, made[layer]]));
    const session = await runtime.open(buildModel({ inputs: [image], outputs }), name);
    const found = await session.run({ image: tensor("f32", SHAPE, wave(SHAPE, 0)) });
    await session.release();
    for (const [layer, { shape, norm, some }] of Object.entries(layers)) {
      const data = found[layer].data as Float32Array;
      assert.deepEqual(found[layer].shape, shape);
      const length = Math.sqrt(data.reduce((sum, value) => sum + value * value, 0));
      assert.ok(Math.abs(length / norm - 1) < 1e-4, `${layer}: ${length} for ${norm}`);
      const scale = Math.max(...some.map(Math.abs));
      some.forEach((value, i) => assert.ok(Math.abs(data[37 * i] - value) < 1e-4 * scale, `${layer}[${37 * i}]`));
    }
  });
}

Deno.test("a training step of ResNet-18 has PyTorch's loss, gradients and running statistics", async () => {
  const { loss: wanted, gradients: peers, running } = oracle.training;
  const image = input("image", "f32", SHAPE);
  const labels = input("labels", "f32", [2, 1000]) as Value<"f32">;
  const { layer4 } = resNet(image, formula, RESNETS.resnet18);
  const logits = linear(
    globalAverage(layer4),
    formula("fc.weight", [1000, 512], zeros),
    formula("fc.bias", [1000], zeros),
  );
  const entropy = mul(reduceSum(mul(logSoftmax(logits, 1), labels), { axes: [0, 1] }), number(-1 / 2));
  const { outputs: [loss], updates } = withBatchStatistics([entropy] as const);
  const trained = [...weightsBehind([loss])].filter(([, weight]) => !updates.has(weight));
  assert.deepEqual(trained.map(([name]) => name).sort(), Object.keys(peers).sort());
  const by = gradients(loss, trained.map(([, weight]) => weight));
  const variance = [...updates].find(([weight]) => weight.name === "bn1.running_var")![1];
  const session = await runtime.open(
    buildModel({
      inputs: [image, labels],
      outputs: { loss, variance, ...Object.fromEntries(by.map((each, i) => [trained[i][0], each])) },
    }),
    "ResNet-18",
    { training: true },
  );
  const target = new Float32Array(2000);
  target[3] = target[1700] = 1;
  const found = await session.run({
    image: tensor("f32", SHAPE, wave(SHAPE, 0)),
    labels: tensor("f32", [2, 1000], target),
  });
  await session.release();
  assert.ok(Math.abs(found.loss.data[0] / wanted - 1) < 1e-4, `${found.loss.data[0]}`);
  running.forEach((value: number, i: number) => assert.ok(Math.abs(found.variance.data[i] / value - 1) < 1e-4));
  const errors = Object.entries<{ norm: number; first: number[] }>(peers).map(([name, { norm, first }]) => {
    const data = found[name].data as Float32Array;
    const length = Math.sqrt(data.reduce((sum, value) => sum + value * value, 0));
    const apart = first.map((value, i) => Math.abs(data[i] - value) / norm);
    return { name, error: Math.max(Math.abs(length / norm - 1), ...apart) };
  }).sort((a, b) => a.error - b.error);
  // Batch norm over eight values, in the last stage, makes float32 noisy on either side.
  assert.ok(errors[errors.length >> 1].error < 1e-4, `median ${errors[errors.length >> 1].error}`);
  assert.ok(errors.at(-1)!.error < 5e-3, `${errors.at(-1)!.name} ${errors.at(-1)!.error}`);
});

Deno.test("files of Lite0 and of description networks are backbones; weights of one are refused for the other", async () => {
  const lite = await toBackbone(makeBackbone("efficientnet_lite0", { seed: 1 }), "lite0", { runtime });
  assert.deepEqual(lite.layers.map(({ name, channels, stride }) => [name, channels, stride]), [
    ["stride4", 24, 4],
    ["stride8", 40, 8],
    ["stride16", 112, 16],
  ]);
  assert.deepEqual(lite.mean, [0.5, 0.5, 0.5]);
  const bytes = makeBackbone("pdn_small", { seed: 1 });
  const described = await toBackbone(bytes, "pdn", { runtime });
  assert.deepEqual(described.layers, [{ name: "features", channels: 384, stride: 4 }]);
  const tensors = readPdn(bytes, "pdn.onnx").weights;
  assert.throws(() => makeBackbone("pdn_medium", { tensors, name: "w.safetensors" }), {
    name: "TypeError",
    message: 'Cannot make pdn_medium of "w.safetensors" as its weights are those of pdn_small',
  });
  assert.equal(makeBackbone("pdn_small", { tensors, name: "w" }).length, bytes.length);
  assert.throws(() => makeBackbone("pdn_small", { seed: 0 }, ["layer1"]), /as its one is "features"/);
});

Deno.test("the published teachers of EfficientAD load by their names, small and medium", () => {
  // As PyTorch numbers the layers of nn.Sequential: convolution, ReLU, pool, convolution, ReLU, pool, …
  const rows = { pdn_small: [0, 3, 6, 8], pdn_medium: [0, 3, 6, 8, 10, 12] } as const;
  const called = (places: readonly number[], weights: StoredWeights) =>
    Object.fromEntries(
      Object.entries(weights).map(([name, weight]) => {
        const [, place, kind] = /^conv(\d)\.(weight|bias)$/.exec(name)!;
        return [`${places[Number(place) - 1]}.${kind}`, weight];
      }),
    );
  const files = Object.entries(rows).map(([architecture, places]) => {
    const name = architecture as keyof typeof rows;
    const anomalib = readPdn(makeBackbone(name, { seed: 2 }), "pdn.onnx").weights;
    assert.equal(Object.keys(anomalib).length, 2 * places.length);
    const row = called(places, anomalib);
    assert.deepEqual(readPdn(makeBackbone(name, { tensors: row, name: "t" }), "pdn.onnx").weights, anomalib);
    return row;
  });
  const [small, medium] = files;
  const make = (name: keyof typeof rows, tensors: StoredWeights) => () =>
    makeBackbone(name, { tensors, name: "t.safetensors" });
  assert.throws(make("pdn_medium", small), { message: /^Cannot make pdn_medium of .* are those of pdn_small$/ });
  assert.throws(make("pdn_small", medium), { message: /^Cannot make pdn_small of .* are those of pdn_medium$/ });
  // What is left out or beyond is told by the name that stands in the error, not computed without.
  const { "8.bias": _, ...less } = small;
  assert.throws(make("pdn_small", less), { name: "TypeError", message: /"conv4.bias"/ });
  assert.throws(make("pdn_small", { ...small, "9.weight": small["8.weight"] }), { message: /also holds "9.weight"/ });
});
