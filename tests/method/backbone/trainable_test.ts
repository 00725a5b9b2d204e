import assert from "node:assert/strict";
import { openBackbone } from "../../../lib/method/backbone/backbone.ts";
import { embeddedBackbone } from "../../../lib/method/backbone/embedded.ts";
import { toBackbone } from "../../../lib/method/backbone/load.ts";
import { makeBackbone, readWeights } from "../../../lib/method/backbone/make_file.ts";
import { lite0 } from "../../../lib/method/backbone/lite0.ts";
import { resNet, RESNETS } from "../../../lib/method/backbone/resnet.ts";
import type { ResNetShape } from "../../../lib/method/backbone/resnet.ts";
import { trainableBackbone } from "../../../lib/method/backbone/trainable.ts";
import { importModel } from "../../../lib/engine/graph/file/import.ts";
import { buildModel } from "../../../lib/engine/graph/model.ts";
import { topK } from "../../../lib/engine/graph/ops.ts";
import { input, literal } from "../../../lib/engine/graph/value.ts";
import type { Value } from "../../../lib/engine/graph/value.ts";
import { drawWeights, weightData, weightsBehind } from "../../../lib/engine/graph/weights.ts";
import type { StoredWeights, Weights } from "../../../lib/engine/graph/weights.ts";
import { openRuntime } from "../../../lib/engine/session/runtime.ts";
import { seededRandom } from "../../../lib/base/tensor/random.ts";
import { image as imageOf } from "../../../lib/domain.ts";
import { sizeOf } from "../../../lib/base/tensor/tensor.ts";

const runtime = await openRuntime({ threads: 1 });
const random = seededRandom(1);
const image = imageOf([2, 3, 64, 64], Float32Array.from({ length: 2 * 3 * 4096 }, random.uniform));

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
    { name: "layer4", channels: 512, stride: 32 },
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

/** Zeros by the names of a residual network, as deep as is wished. */
function residual(shape: ResNetShape): Record<string, StoredWeights[string]> {
  const zeros: Weights = (name, size) =>
    literal({ dtype: "f32", shape: size, data: new Float32Array(sizeOf(size)) }, name);
  const values = Object.values(resNet(input("image", "f32", [1, 3, 64, 64]) as Value<"f32">, zeros, shape));
  return Object.fromEntries([...weightsBehind(values)].map(([name, value]) => [name, weightData(value)]));
}
const nothing = { dtype: "f32", shape: [1], data: new Float32Array(1) };

Deno.test("a deeper network of the same family is refused, not cut; classifiers and counters may be left over", () => {
  const name = "w.safetensors";
  const resnet34 = residual({ blocks: [3, 4, 6, 3], bottleneck: false, width: 1 });
  assert.throws(() => makeBackbone("resnet18", { tensors: resnet34, name }), {
    name: "TypeError",
    message:
      'Cannot make resnet18 of "w.safetensors" as it also holds "layer1.2.conv1.weight" and 79 more arrays that ' +
      "resnet18 does not have: is it of this architecture?",
  });
  // It is not said to be resnet18's either, whose names it has as well.
  assert.throws(
    () => makeBackbone("wide_resnet50_2", { tensors: resnet34, name }),
    /"layer1\.0\.conv1\.weight" must be f32\[128,64,1,1\]: current value is f32\[64,64,3,3\]$/,
  );
  const resnet101 = residual({ blocks: [3, 4, 23, 3], bottleneck: true, width: 1 });
  assert.throws(
    () => makeBackbone("resnet50", { tensors: resnet101, name }),
    /also holds "layer3\.6\.conv1\.weight" and \d+ more/,
  );
  const resnet18 = residual(RESNETS.resnet18);
  const whole = { ...resnet18, "fc.weight": nothing, "fc.bias": nothing, "bn1.num_batches_tracked": nothing };
  assert.equal(makeBackbone("resnet18", { tensors: whole, name }).length > 0, true);
  assert.throws(
    () => makeBackbone("resnet18", { tensors: { ...resnet18, "head.weight": nothing }, name }),
    /it also holds "head\.weight" that resnet18 does not have/,
  );
});

Deno.test("relatives of EfficientNet-Lite0 with the same names are refused", () => {
  const name = "w.safetensors";
  const held = weightsBehind(
    Object.values(lite0(input("image", "f32", [1, 3, 64, 64]) as Value<"f32">, drawWeights(seededRandom(0)))),
  );
  const used = Object.fromEntries([...held].map(([each, value]) => [each, weightData(value)]));
  // timm's file has the blocks behind stride 16 and the head as well.
  const beyond = [
    "blocks.5.0.conv_pw.weight",
    "blocks.6.0.bn1.bias",
    "conv_head.weight",
    "bn2.bias",
    "classifier.bias",
  ];
  const whole = { ...used, ...Object.fromEntries(beyond.map((each) => [each, nothing])) };
  assert.ok(makeBackbone("efficientnet_lite0", { tensors: whole, name }).length > 0);
  for (
    const [network, more] of [["lite1", "blocks.1.2.conv_pw.weight"], ["b0", "blocks.0.0.se.conv_reduce.weight"]]
  ) {
    assert.throws(
      () => makeBackbone("efficientnet_lite0", { tensors: { ...whole, [more]: nothing }, name }),
      { name: "TypeError", message: new RegExp(`also holds "${more.replaceAll(".", "\\.")}"`) },
      network,
    );
  }
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
