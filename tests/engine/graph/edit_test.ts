import assert from "node:assert/strict";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { nearest } from "../../../lib/base/text/spelling.ts";
import { prependNormalisation, selectOutputs } from "../../../lib/engine/graph/file/edit.ts";
import { buildModel } from "../../../lib/engine/graph/model.ts";
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  TensorProto_DataLocation,
} from "../../../lib/engine/graph/file/onnx_pb.generated.ts";
import { add, mul, relu, sqrt } from "../../../lib/engine/graph/ops.ts";
import { readModel } from "../../../lib/engine/graph/file/parse.ts";
import { input, literal, toLiteral } from "../../../lib/engine/graph/value.ts";
import { openRuntime } from "../../../lib/engine/session/runtime.ts";
import { tensor } from "../../../lib/base/tensor/tensor.ts";
import type { AnyTensor } from "../../../lib/engine/session/port.ts";

const x = input("x", "f32", ["N", 2]);
const factor = literal(toLiteral("f32", [2, 3]), "factor");
const minus = literal(toLiteral("f32", [-1], []), "minus");
const unused = literal(toLiteral("f32", [5, 5]), "five");
const inner = mul(x, factor, { name: "inner" });
const chain = buildModel({
  inputs: [x],
  outputs: { last: sqrt(relu(add(inner, unused, { name: "far" }))), side: sqrt(inner) },
  metadata: { kept: "yes" },
});

async function run(bytes: Uint8Array, feeds: Record<string, AnyTensor>): Promise<Record<string, number[]>> {
  const session = await (await openRuntime({ threads: 1 })).open(bytes, "edited");
  const results = await session.run(feeds);
  await session.release();
  return Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, [...data]]));
}
const feeds = { x: tensor<"f32", ["N", 2], "any">("f32", [1, 2], new Float32Array([1, 10])) };

Deno.test("a value from within becomes the output, and what it does not need goes", async () => {
  const bytes = selectOutputs(chain, ["inner"], "chain");
  const { values, metadata } = readModel(bytes, "edited");
  assert.deepEqual([values, metadata], [["inner"], { kept: "yes" }]);
  assert.ok(!fromBinary(ModelProtoSchema, bytes).graph?.initializer.some(({ name }) => name === "five"));
  assert.deepEqual(await run(bytes, feeds), { inner: [2, 30] });
});

Deno.test("several values come in the wished order, outputs among them", async () => {
  const results = await run(selectOutputs(chain, ["far", "last", "inner"], "chain"), feeds);
  assert.deepEqual(Object.keys(results), ["far", "last", "inner"]);
  assert.deepEqual([results.far, results.inner], [[7, 35], [2, 30]]);
});

Deno.test("a value cannot be asked for twice", () => {
  assert.throws(() => selectOutputs(chain, ["far", "far"], "chain"), {
    name: "RangeError",
    message: 'Cannot take layer "far" out of "chain" twice',
  });
});

Deno.test("what a graph inside a node takes from around it stays", async () => {
  const model = fromBinary(ModelProtoSchema, buildModel({ inputs: [x], outputs: { y: mul(inner, minus) } }));
  const { graph } = model;
  assert.ok(graph);
  const attribute = (name: string, from: string) =>
    create(AttributeProtoSchema, {
      name,
      type: AttributeProto_AttributeType.GRAPH,
      g: {
        name,
        node: [{ opType: "Identity", input: [from], output: [`${name}.out`] }],
        output: [{ name: `${name}.out` }],
      },
    });
  graph.input.push({ ...graph.input[0], name: "whether" });
  graph.input[1].type = create(ModelProtoSchema, {
    graph: { input: [{ type: { value: { case: "tensorType", value: { elemType: 9, shape: { dim: [] } } } } }] },
  }).graph!.input[0].type;
  graph.node.push(create(NodeProtoSchema, {
    name: "choice",
    opType: "If",
    input: ["whether"],
    output: ["chosen"],
    attribute: [attribute("then_branch", "y"), attribute("else_branch", "inner")],
  }));
  const bytes = selectOutputs(toBinary(ModelProtoSchema, model), ["chosen"], "choice");
  assert.deepEqual(readModel(bytes, "choice").values, ["inner", "y", "chosen"]);
  assert.deepEqual(readModel(selectOutputs(bytes, ["y"], "choice"), "choice").inputs.map(({ name }) => name), ["x"]);
  for (const [whether, chosen] of [[1, [-2, -30]], [0, [2, 30]]] as const) {
    const flag = tensor<"u8", [], "flag">("u8", [], new Uint8Array([whether]));
    assert.deepEqual(await run(bytes, { ...feeds, whether: flag }), { chosen });
  }
});

Deno.test("mean and std go in front of whatever reads the input, under its old name", async () => {
  const image = input("image", "f32", ["N", 2, "H", "W"]);
  const model = buildModel({ inputs: [image], outputs: { y: add(image, relu(image)), same: image } });
  const bytes = prependNormalisation(model, [1, 2], [0.5, 4], "both");
  const pixels = tensor<"f32", ["N", 2, "H", "W"], "any">("f32", [1, 2, 1, 2], new Float32Array([1, 0, 10, 2]));
  const [{ name }] = readModel(bytes, "both").inputs;
  assert.deepEqual(await run(bytes, { [name]: pixels }), { y: [0, -2, 4, 0], same: [0, -2, 2, 0] });
  assert.throws(
    () => prependNormalisation(buildModel({ inputs: [x, image], outputs: { y: relu(x) } }), [0], [1], "two"),
    {
      name: "TypeError",
      message: 'Cannot normalise the input of "two" as it must be one: it has 2',
    },
  );
});

Deno.test("a file that keeps its weights in another one is refused", () => {
  const model = fromBinary(ModelProtoSchema, chain);
  model.graph!.initializer[0].dataLocation = TensorProto_DataLocation.EXTERNAL;
  assert.throws(() => readModel(toBinary(ModelProtoSchema, model), "large.onnx"), {
    name: "SyntaxError",
    message: 'Cannot read "large.onnx" as ONNX as its weight "factor" is stored in another file: save it as one file',
  });
});

Deno.test("names that hold the wanted one come first, then those that are few edits away", () => {
  const names = ["layer1", "stage/layer2/out", "layers", "relu", "layer2.relu"];
  assert.deepEqual(nearest("layer2", names, 4), ["layer2.relu", "stage/layer2/out", "layer1", "layers"]);
  assert.deepEqual(nearest("", ["a"], 3), ["a"]);
});
