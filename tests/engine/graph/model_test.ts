import assert from "node:assert/strict";
import { buildModel, OPSET } from "../../../lib/engine/graph/model.ts";
import { add, cast, concat, conv, matMul, relu, reshape, topK } from "../../../lib/engine/graph/ops.ts";
import { readModel } from "../../../lib/engine/graph/file/parse.ts";
import { input, literal, toLiteral } from "../../../lib/engine/graph/value.ts";
import { openRuntime } from "../../../lib/engine/session/runtime.ts";
import { tensor } from "../../../lib/base/tensor/tensor.ts";

const x = input("x", "f32", ["N", 3, "H", "W"]);

Deno.test("what does not fit is refused where the node is made", () => {
  const weight = literal(toLiteral("f32", Array(4 * 2 * 9).fill(1), [4, 2, 3, 3]));
  assert.throws(() => conv(x, weight, { name: "stem" }), {
    name: "TypeError",
    message: 'Cannot build Conv "stem" as the weight must be [K,3,kh,kw]: current shape is [4,2,3,3]',
  });
  assert.throws(() => matMul(input("a", "f32", [2, 3]), input("b", "f32", [2, 3])), {
    message: "Cannot build MatMul as the shapes must be [...,M,K] and [...,K,N]: current shapes are [2,3] and [2,3]",
  });
  assert.throws(() => add(input("a", "f32", ["N", 3]), input("b", "f32", ["M", 3])), {
    message: "Cannot build Add as the shapes must broadcast: current shapes are [N,3] and [M,3]",
  });
  assert.throws(() => add(input("a", "f32", [1]), input("b", "f64", [1]) as never), {
    message: "Cannot build Add as the second input must be f32: current value is f64[1]",
  });
  assert.throws(() => reshape(x, ["N", "H", "W"]), {
    message: "Cannot build Reshape as [N,3,H,W] must have as many elements as [N,H,W]",
  });
  assert.throws(() => reshape(input("a", "f32", ["N", "M", 4]), ["M", "N", 4]), TypeError);
  assert.throws(() => concat([x, input("y", "f32", ["N", 3, "H"])], { axis: 1 }), TypeError);
  assert.throws(() => topK(x, { k: 4, axis: 1, largest: true }), {
    message: "Cannot build TopK as k must be from 1 to the 3 of axis 1: current k is 4",
  });
  assert.throws(() => literal({ dtype: "f32", shape: [3], data: new Float32Array(2) }), RangeError);
  assert.throws(() => input("", "f32", []), TypeError);
});

Deno.test("values of different element types do not compile together", () => {
  // @ts-expect-error the element types differ
  assert.throws(() => add(literal(toLiteral("f32", [1])), literal(toLiteral("f64", [1]))), TypeError);
});

Deno.test("equal graphs give equal bytes, and names stay apart", () => {
  const build = () => {
    const y = add(relu(x), relu(relu(x)));
    return buildModel({ inputs: [x], outputs: { y }, metadata: { made: "here" } });
  };
  assert.deepEqual(build(), build());
  const { inputs, outputs, opset, metadata, values } = readModel(build(), "test.onnx");
  assert.deepEqual(inputs, [{ name: "x", dtype: "f32", shape: ["N", 3, "H", "W"] }]);
  assert.deepEqual(outputs, [{ name: "y", dtype: "f32", shape: ["N", 3, "H", "W"] }]);
  assert.deepEqual([opset, metadata], [OPSET, { made: "here" }]);
  assert.deepEqual(values, ["Relu", "Relu_1", "Relu_2", "y"]);
});

Deno.test("a graph may be deeper than the stack of JavaScript", () => {
  let y = relu(x);
  for (let i = 0; i < 30_000; i++) y = relu(y);
  assert.equal(readModel(buildModel({ inputs: [x], outputs: { y } }), "deep.onnx").values.length, 30_001);
});

Deno.test("an input may be an output, and one value two outputs", async () => {
  const a = input("a", "f32", ["N", 4]);
  const [most, where] = topK(a, { k: 2, axis: 1, largest: true });
  const five = literal(toLiteral("f32", [5], []));
  const bytes = buildModel({ inputs: [a], outputs: { same: a, where, again: where, most, five } });
  const session = await (await openRuntime()).open(bytes, "copies");
  const results = await session.run({ a: tensor("f32", [1, 4], new Float32Array([3, 9, 1, 9])) });
  await session.release();
  assert.deepEqual(Object.keys(results), ["same", "where", "again", "most", "five"]);
  assert.deepEqual([...results.same.data], [3, 9, 1, 9]);
  assert.deepEqual([...results.where.data], [1, 3]);
  assert.deepEqual([...results.again.data], [1, 3]);
  assert.deepEqual([...results.most.data], [9, 9]);
  assert.deepEqual([...results.five.data], [5]);
});

Deno.test("an input that is not listed and names that collide are refused", () => {
  assert.throws(() => buildModel({ inputs: [], outputs: { y: relu(x) } }), {
    name: "TypeError",
    message: 'Cannot build model "segad" as its input "x" is not listed',
  });
  assert.throws(() => buildModel({ inputs: [x], outputs: { x: relu(x) }, name: "twice" }), {
    name: "TypeError",
    message: 'Cannot build model "twice" as two values are called "x"',
  });
});

Deno.test("a file that is cut short, of another kind or of another time is refused", () => {
  const bytes = buildModel({ inputs: [x], outputs: { y: cast(relu(x), "f64") } });
  for (let length = 1; length < bytes.length; length++) {
    assert.throws(() => readModel(bytes.subarray(0, length), "cut.onnx"), {
      name: "SyntaxError",
      message: /^Cannot read "cut\.onnx" as ONNX as it/,
    });
  }
  assert.throws(() => readModel(new Uint8Array(), "a.onnx"), {
    message: 'Cannot read "a.onnx" as ONNX as it is empty',
  });
  assert.throws(() => readModel(new TextEncoder().encode("<html>not found</html>"), "a.onnx"), {
    message: /^Cannot read "a\.onnx" as ONNX as it/,
  });
  // The operator set is the last thing in the file: 0x42, two bytes, domain "", version.
  assert.equal(bytes.at(-1), OPSET);
  assert.throws(() => readModel(bytes.with(-1, 99), "new.onnx"), {
    name: "SyntaxError",
    message: 'Cannot read "new.onnx" as ONNX as its operator set must be from 7 to 26: current version is 99',
  });
  assert.throws(() => readModel(bytes.with(-1, 3), "old.onnx"), SyntaxError);
});
