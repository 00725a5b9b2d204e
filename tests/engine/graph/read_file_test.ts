import assert from "node:assert/strict";
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildModel } from "../../../lib/engine/graph/model.ts";
import {
  ModelProtoSchema,
  StringStringEntryProtoSchema,
  TensorProto_DataLocation,
} from "../../../lib/engine/graph/file/onnx_pb.generated.ts";
import { create } from "@bufbuild/protobuf";
import { add } from "../../../lib/engine/graph/ops.ts";
import { readOnnxFile } from "../../../lib/engine/graph/file/read.ts";
import { input, literal } from "../../../lib/engine/graph/value.ts";
import { openRuntime } from "../../../lib/engine/session/runtime.ts";
import { tensor } from "../../../lib/base/tensor/tensor.ts";

const folder = await mkdtemp(join(tmpdir(), "segad-"));
const x = input("x", "f32", [3]);
const whole = buildModel({
  inputs: [x],
  outputs: { y: add(x, literal({ dtype: "f32", shape: [3], data: Float32Array.of(1, 2, 3) }, "w")) },
});

/** The model with its weight in another file, as PyTorch's exporter writes it. */
async function split(facts: Record<string, string>): Promise<string> {
  const model = fromBinary(ModelProtoSchema, whole);
  const [weight] = model.graph!.initializer;
  await writeFile(join(folder, "m.onnx.data"), new Uint8Array([...new Uint8Array(4), ...weight.rawData]));
  weight.rawData = new Uint8Array();
  weight.dataLocation = TensorProto_DataLocation.EXTERNAL;
  weight.externalData = Object.entries(facts).map(([key, value]) =>
    create(StringStringEntryProtoSchema, { key, value })
  );
  await writeFile(join(folder, "m.onnx"), toBinary(ModelProtoSchema, model));
  return join(folder, "m.onnx");
}

Deno.test("weights in a file beside become part of the model", async () => {
  const bytes = await readOnnxFile(await split({ location: "m.onnx.data", offset: "4", length: "12" }));
  const session = await (await openRuntime({ threads: 1 })).open(bytes, "joined");
  const { y } = await session.run({ x: tensor("f32", [3], Float32Array.of(10, 20, 30)) });
  await session.release();
  assert.deepEqual([...y.data], [11, 22, 33]);
});

Deno.test("a file beside that is missing, too short or outside the folder is refused", async () => {
  await assert.rejects(
    readOnnxFile(await split({ location: "m.onnx.data", offset: "4", length: "16" })),
    { name: "SyntaxError", message: /weight "w" ends at byte 20 of "m.onnx.data", which has 16/ },
  );
  await assert.rejects(readOnnxFile(await split({ location: "../secret" })), /shall lie outside its folder/);
  await assert.rejects(readOnnxFile(await split({ location: "none.data" })), /as ENOENT/);
});
