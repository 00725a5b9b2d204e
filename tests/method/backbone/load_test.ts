import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openBackbone } from "../../../lib/method/backbone/backbone.ts";
import { loadBackbone, toBackbone } from "../../../lib/method/backbone/load.ts";
import { buildModel } from "../../../lib/engine/graph/model.ts";
import { averagePool, cast, conv, gather, reduceMax, relu } from "../../../lib/engine/graph/ops.ts";
import { input, literal, toLiteral } from "../../../lib/engine/graph/value.ts";
import { sha256 } from "../../../lib/base/io/hash.ts";
import { openRuntime } from "../../../lib/engine/session/runtime.ts";
import { image } from "../../../lib/domain.ts";
import type { Dim } from "../../../lib/base/tensor/tensor.ts";

/** A network of two strides whose only weight adds up the colours, the second one twice. */
function network(shape: readonly Dim[] = ["N", 3, "H", "W"]): Uint8Array<ArrayBuffer> {
  const x = input("pixels", "f32", shape);
  const weight = literal(toLiteral("f32", [1, 2, 1, -1, 0, 0], [2, 3, 1, 1]));
  const sums = conv(x, weight, { name: "block1/sums" });
  const half = averagePool(sums, { kernel: [2, 2], strides: [2, 2], name: "block1/half" });
  const quarter = relu(averagePool(half, { kernel: [2, 2], strides: [2, 2] }), { name: "block2/relu" });
  const logits = reduceMax(quarter, { axes: [2, 3], name: "head/logits" });
  return buildModel({ inputs: [x], outputs: { logits }, name: "tiny" });
}
const mean = [0.5, 0.25, 0.125] as const;
const std = [0.5, 0.25, 2] as const;
const plain = { layers: ["block1/half"], mean, std };

Deno.test("a file's layers, channels and strides are found by a probe", async () => {
  const folder = await mkdtemp(join(tmpdir(), "segad-"));
  try {
    const path = join(folder, "tiny.onnx");
    await writeFile(path, network());
    const backbone = await loadBackbone(path, { layers: ["block2/relu", "block1/half"] });
    assert.deepEqual(backbone.layers, [
      { name: "block2/relu", channels: 2, stride: 4 },
      { name: "block1/half", channels: 2, stride: 2 },
    ]);
    assert.deepEqual([backbone.name, backbone.mean], ["tiny", [0.485, 0.456, 0.406]]);
    assert.equal(backbone.sha256, sha256(network()));
    await assert.rejects(loadBackbone(join(folder, "none.onnx"), plain), {
      message: /^Cannot read ".*none\.onnx" as ENOENT/,
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});

for (const shape of [["N", 3, "H", "W"], [1, 3, "H", "W"], [1, 3, 4, 8]]) {
  Deno.test(`pictures are normalised inside an input of [${shape}]`, async () => {
    const backbone = await toBackbone(network(shape), "tiny", plain);
    const features = await openBackbone(await openRuntime(), backbone);
    const pixels = Float32Array.from({ length: 2 * 3 * 32 }, (_, i) => (i * 7 % 16) / 16);
    const { "block1/half": half } = await features.extract(
      image([2, 3, 4, 8], pixels),
    );
    await features.release();
    assert.deepEqual(half.shape, [2, 2, 2, 4]);
    const expected: number[] = [];
    const grid = Array.from({ length: 8 }, (_, i) => [Math.floor(i / 4), i % 4]);
    const colour = (n: number, c: number, [y, x]: number[]) => {
      const at = (n * 3 + c) * 32 + 16 * y + 2 * x;
      const average = (pixels[at] + pixels[at + 1] + pixels[at + 8] + pixels[at + 9]) / 4;
      return (average - mean[c]) / std[c];
    };
    for (const n of [0, 1]) {
      for (const place of grid) expected.push(colour(n, 0, place) + 2 * colour(n, 1, place) + colour(n, 2, place));
      for (const place of grid) expected.push(-colour(n, 0, place));
    }
    half.data.forEach((value, i) => assert.ok(Math.abs(value - expected[i]) < 1e-5));
  });
}

Deno.test("an unknown layer is answered with the nearest names", async () => {
  await assert.rejects(toBackbone(network(), "tiny", { layers: ["block1"] }), {
    name: "RangeError",
    message: 'Cannot take layer "block1" out of "tiny" as it has no such value: the nearest of 5 are "block1/sums", ' +
      '"block1/half", "logits", "block2/relu", "AveragePool"',
  });
});

Deno.test("a model that is no backbone is refused with what it is", async () => {
  const wide = input("x", "f32", ["N", 8]);
  const other = input("other", "f32", ["N", 8]);
  const whole = input("x", "i32", ["N", 3, "H", "W"]);
  const x = input("x", "f32", ["N", 3, "H", "W"]);
  const cases: [Uint8Array, string[], RegExp][] = [
    [
      buildModel({ inputs: [wide], outputs: { y: relu(wide) } }),
      ["y"],
      /^Cannot use "odd" as a backbone as its input must be f32\[N,3,H,W\]: current is x f32\[N,8\]$/,
    ],
    [buildModel({ inputs: [whole], outputs: { y: cast(whole, "f32") } }), ["y"], /current is x i32\[N,3,H,W\]$/],
    [
      buildModel({ inputs: [x, other], outputs: { y: relu(x), z: relu(other) } }),
      ["y", "z"],
      /current is x f32\[N,3,H,W\], other f32\[N,8\]$/,
    ],
    [
      buildModel({ inputs: [x], outputs: { y: reduceMax(x, { axes: [1] }) } }),
      ["y"],
      /^Cannot use layer "y" of "odd" as it must be f32\[N,C,H,W\] .*: current value is f32\[1,256,256\]$/,
    ],
    [
      buildModel({
        inputs: [x],
        outputs: { y: gather(x, literal(toLiteral("i32", [1, 2, 5])), { axis: 2 }) },
      }),
      ["y"],
      /with H and W dividing those of the picture 256 × 256: current value is f32\[1,3,3,256\]$/,
    ],
  ];
  for (const [model, layers, message] of cases) {
    await assert.rejects(toBackbone(model, "odd", { layers }), { name: "TypeError", message });
  }
  await assert.rejects(toBackbone(new Uint8Array([1, 2, 3]), "odd", plain), SyntaxError);
  await assert.rejects(toBackbone(network(), "tiny", { layers: [] }), RangeError);
  await assert.rejects(toBackbone(network(), "tiny", { ...plain, std: [1, 0, 1] }), {
    name: "RangeError",
    message: 'Cannot use "tiny" as a backbone as each std must be above 0: current values are 1,0,1',
  });
});

Deno.test("an input that is fixed to nothing, or to more than can be tried, is refused before memory is taken", async () => {
  for (
    const shape of [[1, 3, 20_000, 20_000], [100_000, 3, 256, 256], [1, 3, 2 ** 40, 2 ** 40], [1, 3, 0, 0], [
      1,
      3,
      -5,
      -5,
    ]]
  ) {
    const x = input("x", "f32", shape);
    await assert.rejects(toBackbone(buildModel({ inputs: [x], outputs: { y: relu(x) } }), "odd", { layers: ["y"] }), {
      name: "RangeError",
      message: /^Cannot use "odd" as a backbone as its input is fixed to \d+ pictures of .* pixels can be tried$/,
    });
  }
});

Deno.test("a batch that is fixed to more than one picture is refused", async () => {
  const backbone = await toBackbone(network([2, 3, "H", "W"]), "tiny", plain);
  await assert.rejects(openBackbone(await openRuntime(), backbone), {
    name: "TypeError",
    message: 'Cannot open backbone "tiny" as its batch must be free or 1: current input is f32[2,3,H,W]',
  });
});
