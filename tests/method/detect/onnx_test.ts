import assert from "node:assert/strict";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { onnx } from "../../../lib/method/detect/onnx/onnx.ts";
import { buildModel } from "../../../lib/engine/graph/model.ts";
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
} from "../../../lib/engine/graph/file/onnx_pb.generated.ts";
import type { ModelProto, TypeProto_Tensor } from "../../../lib/engine/graph/file/onnx_pb.generated.ts";
import { averagePool, reduceMax, reduceMean, reshape } from "../../../lib/engine/graph/ops.ts";
import { readOnnxFile } from "../../../lib/engine/graph/file/read.ts";
import { input } from "../../../lib/engine/graph/value.ts";
import type { Value } from "../../../lib/engine/graph/value.ts";
import { image } from "../../../lib/domain.ts";
import type { Dim } from "../../../lib/base/tensor/tensor.ts";
import { featureMaps, fitContext, normal, relativeError, runtime } from "./feature_maps.ts";

const folder = await mkdtemp(join(tmpdir(), "segad-"));
const context = { ...fitContext(featureMaps(1, 2), 1), size: { height: 8, width: 8 } };
const images = image([3, 3, 8, 8], normal(3, 576));

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

/** A real export with its weights in a file beside it, made by tools/oracles/anomalib_export.py. */
const EXPORT = new URL("./fixtures/anomalib/", import.meta.url);
const exported = fileURLToPath(new URL("model.onnx", EXPORT));
const said = JSON.parse(await readFile(new URL("outputs.json", EXPORT), "utf8"));
const square = { height: said.side, width: said.side };
const seen = (() => {
  const length = 3 * said.side ** 2;
  const data = normal(said.seed, 3 * length).map((value) => Math.min(1, Math.max(0, 0.5 + Math.fround(0.2 * value))));
  for (let i = length; i < 2 * length; i++) {
    const [row, column] = [Math.floor(i / said.side) % said.side, i % said.side];
    if (row >= 20 && row < 40 && column >= 20 && column < 40) data[i] = 1;
  }
  return image([3, 3, said.side, said.side], data);
})();

/** The export as one file, with something changed. */
async function changed(name: string, change: (model: ModelProto) => void): Promise<string> {
  const model = fromBinary(ModelProtoSchema, await readOnnxFile(exported));
  change(model);
  const path = join(folder, name);
  await writeFile(path, toBinary(ModelProtoSchema, model));
  return path;
}

for (
  const [how, path] of [
    ["as it is", exported],
    // As anomalib names it for models whose map it cannot derive the size of.
    [
      "with an axis that has a name for a size",
      await changed("named.onnx", ({ graph }) => {
        const map = graph!.output.find(({ name }) => name === "anomaly_map")!;
        const held = map.type!.value as { case: "tensorType"; value: TypeProto_Tensor };
        held.value.shape!.dim[1].value = { case: "dimParam", value: "Wherepred_score_dim_1" };
      }),
    ],
  ]
) {
  Deno.test(`a model that anomalib exported, ${how}, says what it says in anomalib`, async () => {
    const fitted = await onnx.fit({ ...context, size: square }, onnx.parse({ file: path }));
    const applied = await onnx.apply({ runtime }, onnx.unpack(onnx.pack(fitted)));
    const { map, score } = await applied.detect({ image: seen, features: {} });
    await applied.release();
    assert.deepEqual(map.shape, [3, 1, said.side, said.side]);
    assert.ok(relativeError(score.data, said.score) < 1e-4, `${score.data}`);
    assert.ok(relativeError(map.data.filter((_, i) => i % 37 === 0), said.map) < 1e-4);
  });
}

Deno.test("what the runtime cannot run is refused by the fit, with the file's name", async () => {
  const fit = async (file: string) => {
    await onnx.fit({ ...context, size: square }, onnx.parse({ file }));
  };
  const unknown = await changed("unknown.onnx", ({ graph }) => {
    graph!.node.find(({ opType }) => opType === "Sqrt")!.opType = "SquareTheCircle";
  });
  await assert.rejects(fit(unknown), /^Error: Cannot open model "unknown\.onnx" as .*SquareTheCircle/);
  const newer = await changed("newer.onnx", ({ opsetImport: [own] }) => own.version = 99n);
  await assert.rejects(fit(newer), {
    name: "SyntaxError",
    message: /^Cannot read ".*newer\.onnx" as ONNX as its operator set must be from 7 to 26: current version is 99$/,
  });
  // Two channels, which the file hides behind a name.
  const two = await changed("two.onnx", ({ graph }) => {
    const map = graph!.output.find(({ name }) => name === "anomaly_map")!;
    map.name = "both";
    const held = map.type!.value as { case: "tensorType"; value: TypeProto_Tensor };
    held.value.shape!.dim[1].value = { case: "dimParam", value: "C" };
    graph!.node.push(
      create(NodeProtoSchema, {
        opType: "Concat",
        input: ["anomaly_map", "anomaly_map"],
        output: ["both"],
        attribute: [create(AttributeProtoSchema, { name: "axis", i: 1n, type: AttributeProto_AttributeType.INT })],
      }),
    );
  });
  await assert.rejects(fit(two), {
    name: "TypeError",
    message: /^Cannot use the outputs of "two\.onnx" as there must be one map and one score a picture: .*\[1,2,64,64\]/,
  });
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
    message:
      /must have one input f32\[N,3,16,8\], the size of the pictures, N free or 1: its inputs are "input" f32\[N,3,8,8\]/,
  });
  const several = await file("several.onnx", 4, (map) => ({ anomaly_map: map }));
  await assert.rejects(fit({ file: several }), /N free or 1: its inputs are "input" f32\[4,3,8,8\]/);
  await assert.rejects(fit({ file: anomalib, map: "heat" }), /has no f32 output "heat" that can be the map/);
  await assert.rejects(
    fit({ file: anomalib, map: "pred_score" }),
    /has no f32 output "pred_score" that can be the map/,
  );
  const numbers = await file("numbers.onnx", "N", (map) => ({ score: reduceMax(map, { axes: [1, 2, 3] }) }));
  await assert.rejects(fit({ file: numbers }), /none of its outputs, or several, can be the map/);
  assert.throws(() => onnx.parse({}), { name: "TypeError", message: /file must be/ });
});
