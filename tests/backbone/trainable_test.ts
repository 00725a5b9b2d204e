import assert from "node:assert/strict";
import { openBackbone } from "../../lib/backbone/backbone.ts";
import { embeddedBackbone } from "../../lib/backbone/embedded.ts";
import { toBackbone } from "../../lib/backbone/load.ts";
import { makeBackbone, readWeights } from "../../lib/backbone/make.ts";
import { resNet, RESNETS } from "../../lib/backbone/resnet.ts";
import { trainableBackbone } from "../../lib/backbone/trainable.ts";
import { importModel } from "../../lib/graph/import.ts";
import { buildModel } from "../../lib/graph/model.ts";
import { topK } from "../../lib/graph/ops.ts";
import { input } from "../../lib/graph/value.ts";
import type { Value } from "../../lib/graph/value.ts";
import { drawWeights, weightData, weightsBehind } from "../../lib/graph/weights.ts";
import { openRuntime } from "../../lib/session/runtime.ts";
import { seededRandom } from "../../lib/tensor/random.ts";
import { tensor } from "../../lib/tensor/tensor.ts";

const runtime = await openRuntime({ threads: 1 });
const random = seededRandom(1);
const image = tensor<"f32", ["N", 3, "H", "W"], "rgb01">(
  "f32",
  [2, 3, 64, 64],
  Float32Array.from({ length: 2 * 3 * 4096 }, random.uniform),
);

const resnet = await toBackbone(makeBackbone("resnet18", { seed: 1 }), "resnet18", {});

for (const backbone of [await embeddedBackbone(), resnet]) {
  Deno.test(`${backbone.name} gives the same features when it is read back as values`, async () => {
    const names = backbone.layers.map(({ name }) => name);
    const extractor = await openBackbone(runtime, backbone);
    const expected = await extractor.extract(image);
    await extractor.release();
    const { image: port, layers } = trainableBackbone(backbone, names, ["N", 3, 64, 64]);
    const outputs = Object.fromEntries(layers.map((value, i) => [names[i], value]));
    const session = await runtime.open(buildModel({ inputs: [port], outputs }), "read back");
    const found = await session.run({ image });
    await session.release();
    for (const name of names) {
      const scale = expected[name].data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      const error = expected[name].data.reduce(
        (most, value, i) => Math.max(most, Math.abs(found[name].data[i] - value)),
        0,
      );
      assert.ok(error < 1e-5 * scale, `${name}: ${error}`);
    }
  });
}

Deno.test("a backbone file says its layers and normalisation itself", () => {
  assert.deepEqual(resnet.layers, [
    { name: "layer1", channels: 64, stride: 4 },
    { name: "layer2", channels: 128, stride: 8 },
    { name: "layer3", channels: 256, stride: 16 },
  ]);
  assert.deepEqual(resnet.mean, [0.485, 0.456, 0.406]);
});

Deno.test("weights of another network, missing ones and PyTorch's own files are refused with the way out", async () => {
  const shape = RESNETS.resnet18;
  const values = weightsBehind(
    Object.values(resNet(input("image", "f32", [1, 3, 64, 64]) as Value<"f32">, drawWeights(seededRandom(0)), shape)),
  );
  const tensors = Object.fromEntries([...values].map(([name, value]) => [name, weightData(value)]));
  assert.throws(() => makeBackbone("resnet50", { tensors, name: "w.safetensors" }), {
    name: "TypeError",
    message: 'Cannot make resnet50 of "w.safetensors" as its weights are those of resnet18',
  });
  const { "bn1.bias": _, ...rest } = tensors;
  assert.throws(() => makeBackbone("resnet18", { tensors: rest, name: "w.safetensors" }), {
    name: "TypeError",
    message: /^Cannot use the weights of "w\.safetensors" as "bn1\.bias" \[64\] is not among its \d+ arrays/,
  });
  assert.equal(makeBackbone("resnet18", { tensors, name: "w" }).length, makeBackbone("resnet18", { seed: 0 }).length);
  assert.throws(() => makeBackbone("resnet18", { seed: 0 }, ["layer9"]), {
    name: "RangeError",
    message: /layer1, layer2/,
  });
  await assert.rejects(readWeights("model.pth"), { name: "SyntaxError", message: /safetensors\.torch/ });
  await assert.rejects(readWeights("missing.safetensors"), /Cannot read "missing\.safetensors"/);
});

Deno.test("a node that cannot be trained is named", () => {
  const x = input("x", "f32", ["N", 8]);
  const [values] = topK(x, { k: 2, axis: 1, largest: true, name: "pick" });
  const bytes = buildModel({ inputs: [x], outputs: { pick: values } });
  assert.throws(() => importModel(bytes, "net.onnx", { outputs: ["pick"] }), {
    name: "SyntaxError",
    message: /^Cannot import TopK "pick" of "net\.onnx" as the operators that can be trained are Identity, Relu/,
  });
});
