import assert from "node:assert/strict";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onnx } from "../../lib/detect/onnx.ts";
import { buildModel } from "../../lib/graph/model.ts";
import { averagePool, reduceMax, reduceMean, reshape } from "../../lib/graph/ops.ts";
import { input } from "../../lib/graph/value.ts";
import type { Value } from "../../lib/graph/value.ts";
import type { Dim } from "../../lib/tensor/tensor.ts";
import { tensor } from "../../lib/tensor/tensor.ts";
import { featureMaps, fitContext, normal, relativeError, runtime } from "./feature_maps.ts";

const folder = await mkdtemp(join(tmpdir(), "segad-"));
const context = { ...fitContext(featureMaps(1, 2), 1), size: { height: 8, width: 8 } };
const images = tensor<"f32", ["N", 3, "H", "W"], "rgb01">("f32", [3, 3, 8, 8], normal(3, 576));

/** A model with outputs as anomalib's exports have them: the map is the mean colour. */
async function file(name: string, count: Dim, outputs: (map: Value<"f32">) => Record<string, Value>): Promise<string> {
  const image = input("input", "f32", [count, 3, 8, 8]);
  const map = reduceMean(image, { axes: [1], keepDims: true });
  const path = join(folder, name);
  await writeFile(path, buildModel({ inputs: [image], outputs: outputs(map) }));
  return path;
}

const scoreOf = (map: Value<"f32">) => reshape(reduceMean(map, { axes: [1, 2, 3] }), [map.shape[0], 1]);
const anomalib = await file("anomalib.onnx", "N", (map) => ({ pred_score: scoreOf(map), anomaly_map: map }));

Deno.test("a file with anomalib's outputs is a detector with no more settings than its name", async () => {
  const fitted = await onnx.fit(context, onnx.parse({ file: anomalib }));
  const applied = await onnx.apply({ runtime }, onnx.unpack(onnx.pack(fitted)));
  const { map, score } = await applied.detect({ image: images, features: {} });
  await applied.release();
  const mean = Float32Array.from({ length: 192 }, (_, i) => {
    const at = Math.floor(i / 64) * 192 + i % 64;
    return (images.data[at] + images.data[at + 64] + images.data[at + 128]) / 3;
  });
  assert.deepEqual(map.shape, [3, 1, 8, 8]);
  assert.ok(relativeError(map.data, mean) < 1e-5);
  assert.ok(Math.abs(score.data[1] - mean.subarray(64, 128).reduce((sum, value) => sum + value, 0) / 64) < 1e-5);
});

Deno.test("a file for one picture at a time takes batches, without a score the maximum is it, and colours are normalised", async () => {
  const path = await file("single.onnx", 1, (map) => ({ heat: averagePool(map, { kernel: [2, 2], strides: [2, 2] }) }));
  const settings = { file: path, mean: [0.5, 0.5, 0.5], std: [2, 2, 2] };
  const applied = await onnx.apply({ runtime }, await onnx.fit(context, onnx.parse(settings)));
  const plain = await onnx.apply({ runtime }, await onnx.fit(context, onnx.parse({ file: path })));
  const [a, b] = [applied, plain].map((each) => each.detect({ image: images, features: {} }));
  const [normalised, raw] = [await a, await b];
  await applied.release();
  await plain.release();
  assert.deepEqual(normalised.map.shape, [3, 1, 4, 4]);
  assert.ok(relativeError(normalised.map.data, raw.map.data.map((value) => (value - 0.5) / 2)) < 1e-5);
  assert.ok(Math.abs(raw.score.data[2] - Math.max(...raw.map.data.subarray(32))) < 1e-6);
});

Deno.test("files that are not there, of another size or with other outputs are refused", async () => {
  const fit = async (settings: object, size = context.size) => {
    await onnx.fit({ ...context, size }, onnx.parse(settings));
  };
  await assert.rejects(fit({ file: join(folder, "none.onnx") }), /^Error: Cannot read ".*none.onnx"/);
  await assert.rejects(fit({ file: anomalib }, { height: 16, width: 8 }), {
    name: "TypeError",
    message: /must have one input f32\[N,3,16,8\], the size of the pictures: its inputs are "input" f32\[N,3,8,8\]/,
  });
  await assert.rejects(fit({ file: anomalib, map: "heat" }), /has no f32 output "heat" that can be the map/);
  await assert.rejects(
    fit({ file: anomalib, map: "pred_score" }),
    /has no f32 output "pred_score" that can be the map/,
  );
  const numbers = await file("numbers.onnx", "N", (map) => ({ score: reduceMax(map, { axes: [1, 2, 3] }) }));
  await assert.rejects(fit({ file: numbers }), /none of its outputs, or several, can be the map/);
  assert.throws(() => onnx.parse({}), { name: "TypeError", message: /file must be/ });
});
