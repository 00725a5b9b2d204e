import assert from "node:assert/strict";
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildModel } from "../../../lib/engine/graph/model.ts";
import {
  AttributeProtoSchema,
  FunctionProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  SparseTensorProtoSchema,
  StringStringEntryProtoSchema,
  TensorProto_DataLocation,
  TensorProtoSchema,
  TrainingInfoProtoSchema,
} from "../../../lib/engine/graph/file/onnx_pb.generated.ts";
import type { ModelProto, TensorProto } from "../../../lib/engine/graph/file/onnx_pb.generated.ts";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { readModel } from "../../../lib/engine/graph/file/parse.ts";
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
  await assert.rejects(readOnnxFile(await split({ location: "../secret" })), /would lie outside its folder/);
  await assert.rejects(readOnnxFile(await split({ location: "none.data" })), /as ENOENT/);
  await assert.rejects(readOnnxFile(await split({ location: "/etc/passwd" })), /would lie outside its folder/);
  await assert.rejects(readOnnxFile(await split({ location: "." })), /as it is a folder and no file/);
  await assert.rejects(readOnnxFile(await split({ location: "m.onnx.data", offset: "-4" })), /begins at byte -4/);
  await assert.rejects(readOnnxFile(await split({ location: "m.onnx.data", length: "-1" })), /ends at byte -1/);
  await assert.rejects(readOnnxFile(await split({ location: "m.onnx.data", length: "x" })), /ends at byte NaN/);
});

Deno.test("a link beside that leads out of the folder is refused; one within is read", async () => {
  await writeFile(join(folder, "secret"), new Uint8Array(16));
  const [model, beside] = [join(folder, "models/m.onnx"), join(folder, "models/beside")];
  await mkdir(join(folder, "models"));
  const bytes = await readFile(await split({ location: "beside", offset: "4", length: "12" }));
  await writeFile(model, bytes);
  await symlink(join(folder, "secret"), beside);
  await assert.rejects(readOnnxFile(model), {
    name: "SyntaxError",
    message: /would lie outside its folder, in "beside"/,
  });
  await rename(join(folder, "m.onnx.data"), join(folder, "models/data"));
  await rm(beside);
  await symlink("data", beside);
  assert.ok((await readOnnxFile(model)).length > 0);
});

/** A model with an `If` in it, a constant, a sparse weight or a function, whose tensor lies in another file. */
function hidden(place: (model: ModelProto, tensor: TensorProto) => void): Uint8Array {
  const model = fromBinary(ModelProtoSchema, whole);
  const tensor = create(TensorProtoSchema, {
    ...{ name: "far", dataType: 1, dims: [3n], dataLocation: TensorProto_DataLocation.EXTERNAL },
    externalData: [create(StringStringEntryProtoSchema, { key: "location", value: "deno.json" })],
  });
  place(model, tensor);
  return toBinary(ModelProtoSchema, model);
}
const constant = (t: TensorProto) =>
  create(NodeProtoSchema, {
    opType: "Constant",
    output: ["c"],
    attribute: [create(AttributeProtoSchema, { name: "value", type: 4, t })],
  });

Deno.test("a tensor in another file is found wherever it stands, and no model that has one is opened", async () => {
  const runtime = await openRuntime({ threads: 1 });
  const graphOf = (t: TensorProto) => create(GraphProtoSchema, { name: "inner", node: [constant(t)] });
  const attribute = (held: MessageInitShape<typeof AttributeProtoSchema>) =>
    create(NodeProtoSchema, {
      opType: "If",
      output: ["i"],
      attribute: [create(AttributeProtoSchema, held)],
    });
  const sparse = (values: TensorProto) => create(SparseTensorProtoSchema, { values, dims: [3n] });
  const places: Record<string, (model: ModelProto, t: TensorProto) => unknown> = {
    weight: (model, t) => model.graph!.initializer.push(t),
    sparse: (model, t) => model.graph!.sparseInitializer.push(sparse(t)),
    constant: (model, t) => model.graph!.node.push(constant(t)),
    list: (model, t) => model.graph!.node.push(attribute({ tensors: [t] })),
    sparseConstant: (model, t) => model.graph!.node.push(attribute({ sparseTensor: sparse(t) })),
    branch: (model, t) => model.graph!.node.push(attribute({ g: graphOf(t) })),
    branches: (model, t) => model.graph!.node.push(attribute({ graphs: [graphOf(t)] })),
    deeper: (model, t) => {
      let inner = graphOf(t);
      for (let i = 0; i < 20; i++) inner = create(GraphProtoSchema, { node: [attribute({ g: inner })] });
      model.graph!.node.push(attribute({ g: inner }));
    },
    function: (model, t) => model.functions.push(create(FunctionProtoSchema, { name: "f", node: [constant(t)] })),
    training: (model, t) => model.trainingInfo.push(create(TrainingInfoProtoSchema, { algorithm: graphOf(t) })),
    beside: (model, t) => {
      t.dataLocation = TensorProto_DataLocation.DEFAULT;
      model.graph!.initializer.push(t);
    },
  };
  for (const [where, place] of Object.entries(places)) {
    const bytes = hidden(place);
    const refusal = { name: "SyntaxError", message: /as its weight ".+" is stored in another file/ };
    assert.throws(() => readModel(bytes, where), refusal, where);
    await assert.rejects(runtime.open(bytes, where), refusal, where);
  }
});
