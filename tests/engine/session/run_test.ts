import assert from "node:assert/strict";
import { buildModel } from "../../../lib/engine/graph/model.ts";
import { add, cast, conv, matMul, mul, reduceSum, relu, topK } from "../../../lib/engine/graph/ops.ts";
import { input, literal, toLiteral } from "../../../lib/engine/graph/value.ts";
import type { Element, Value } from "../../../lib/engine/graph/value.ts";
import { openRuntime } from "../../../lib/engine/session/runtime.ts";
import type { AnyTensor } from "../../../lib/engine/session/port.ts";
import type { Session } from "../../../lib/engine/session/session.ts";
import { seededRandom } from "../../../lib/base/tensor/random.ts";
import { rows, tensor } from "../../../lib/base/tensor/tensor.ts";

async function withModel(
  inputs: readonly Value[],
  outputs: Record<string, Value>,
  use: (session: Session) => Promise<void>,
): Promise<void> {
  const session = await (await openRuntime({ threads: 1 })).open(buildModel({ inputs, outputs }), "test");
  try {
    await use(session);
  } finally {
    await session.release();
  }
}
const x = input("x", "f32", ["N", 3]);
const y = input("y", "f32", ["N", 3]);
const values = tensor<"f32", ["N", 3], "any">("f32", [2, 3], new Float32Array([1, 2, 3, 4, 5, 6]));

Deno.test("a model says what it takes and gives", () =>
  withModel([x, y], { sum: add(x, y), most: topK(x, { k: 1, axis: 1, largest: true })[1] }, (session) => {
    assert.deepEqual(session.inputs, [
      { name: "x", dtype: "f32", shape: ["N", 3] },
      { name: "y", dtype: "f32", shape: ["N", 3] },
    ]);
    assert.deepEqual(session.outputs, [
      { name: "sum", dtype: "f32", shape: ["N", 3] },
      { name: "most", dtype: "i64", shape: ["N", 1] },
    ]);
    return Promise.resolve();
  }));

Deno.test("every element type goes in and comes out", async () => {
  const cases: [Element, AnyTensor][] = [
    ["f32", tensor("f32", [3], new Float32Array([-1.5, NaN, Infinity]))],
    ["f64", tensor("f64", [3], new Float64Array([1e300, -0, 0.1]))],
    ["u8", tensor("u8", [3], new Uint8Array([0, 7, 255]))],
    ["i32", tensor("i32", [3], new Int32Array([-2147483648, 0, 2147483647]))],
    ["i64", tensor("i32", [3], new Int32Array([-2147483648, 0, 2147483647]))],
    ["bool", tensor("u8", [3], new Uint8Array([0, 1, 1]))],
  ];
  for (const [dtype, value] of cases) {
    const a = input("a", dtype, [3]);
    await withModel([a], { b: a }, async (session) => {
      assert.equal(session.inputs[0].dtype, dtype);
      assert.deepEqual((await session.run({ a: value })).b, value);
    });
  }
});

Deno.test("a row of a larger tensor goes in as it is", () =>
  withModel([x], { y: mul(x, literal(toLiteral("f32", [2], []))) }, async (session) => {
    const { y } = await session.run({ x: rows(values, 1, 2) });
    assert.deepEqual([y.shape, [...y.data]], [[1, 3], [8, 10, 12]]);
  }));

Deno.test("outputs stay as they are when the model runs again", () =>
  withModel([x], { y: relu(x) }, async (session) => {
    const first = await session.run({ x: values });
    await session.run({ x: tensor("f32", [2, 3], new Float32Array(6)) });
    assert.deepEqual(first.y.data, values.data);
  }));

Deno.test("a 64-bit number that does not fit into 32 bits is an error", () => {
  const a = input("a", "f64", [1]);
  return withModel([a], { b: cast(a, "i64") }, async (session) => {
    await assert.rejects(session.run({ a: tensor("f64", [1], new Float64Array([2 ** 31])) }), {
      name: "RangeError",
      message: 'Cannot read output "b" of model "test" as 2147483648 does not fit into 32 bits',
    });
  });
});

Deno.test("feeds that do not fit are refused before the model runs", () =>
  withModel([x, y], { sum: add(x, y) }, async (session) => {
    const cases: [Record<string, AnyTensor>, string][] = [
      [{ x: values }, 'Cannot run model "test" as its input "y" is missing'],
      [{ x: values, y: values, z: values }, 'Cannot run model "test" as it has no input "z": its inputs are "x", "y"'],
      [
        { x: values, y: tensor("f64", [2, 3], new Float64Array(6)) },
        'Cannot run model "test" as its input "y" must be f32[N,3]: current value is f64[2,3]',
      ],
      [
        { x: values, y: tensor("f32", [1, 3], new Float32Array(3)) },
        'Cannot run model "test" on input "y" as the shape must be f32[N=2,3]: current shape is f32[1,3]',
      ],
    ];
    for (const [feeds, message] of cases) await assert.rejects(session.run(feeds), { name: "TypeError", message });
    await assert.rejects(session.run({ x: values, y: values }, ["total"]), {
      name: "TypeError",
      message: 'Cannot run model "test" as it has no output "total": its outputs are "sum"',
    });
  }));

Deno.test("a failure of the runtime names the model and the node", () => {
  const image = input("image", "f32", ["N", 1, "H", "W"]);
  const weight = literal(toLiteral("f32", Array(25).fill(1), [1, 1, 5, 5]));
  return withModel([image], { wide: conv(image, weight) }, async (session) => {
    await assert.rejects(session.run({ image: tensor("f32", [1, 1, 3, 3], new Float32Array(9)) }), {
      name: "Error",
      message: /^Cannot run model "test" as .* Name:'wide/,
    });
  });
});

Deno.test("a released model runs no more, and may be released twice", () =>
  withModel([x], { y: relu(x) }, async (session) => {
    await session.release();
    await session.release();
    await assert.rejects(session.run({ x: values }), { message: 'Cannot run model "test" as it was released' });
  }));

Deno.test("bytes that are no model are refused with its name", async () => {
  const runtime = await openRuntime();
  await assert.rejects(runtime.open(new Uint8Array(), "empty.onnx"), {
    name: "SyntaxError",
    message: 'Cannot open model "empty.onnx" as it is empty',
  });
  await assert.rejects(runtime.open(new TextEncoder().encode("no model"), "text.onnx"), {
    message: /^Cannot open model "text\.onnx" as .*[^.]$/,
  });
});

Deno.test("an element type that tensors do not know is refused", async () => {
  const bytes = buildModel({ inputs: [x], outputs: { y: relu(x) } });
  // 08 01 is "element type 1" (float32) in both ports; 10 is float16.
  const half = bytes.slice();
  for (let i = 0; i + 3 < half.length; i++) {
    if (half[i] === 0x08 && half[i + 1] === 1 && half[i + 2] === 0x12) half[i + 1] = 10;
  }
  await assert.rejects((await openRuntime()).open(half, "half.onnx"), {
    name: "TypeError",
    message: 'Cannot open model "half.onnx" as "x" must be one of float32, float64, uint8, int32, int64, bool: ' +
      "current type is float16",
  });
});

Deno.test("the number of threads changes no bit", async () => {
  const random = seededRandom(5);
  const noise = (...shape: number[]) => {
    const count = shape.reduce((product, size) => product * size, 1);
    return tensor("f32", shape, Float32Array.from({ length: count }, random.normal));
  };
  const feeds = { a: noise(300, 176), b: noise(176, 65), image: noise(2, 40, 33, 31), weight: noise(24, 40, 3, 3) };
  const at = (name: keyof typeof feeds) => input(name, "f32", feeds[name].shape);
  const [a, b, image, weight] = [at("a"), at("b"), at("image"), at("weight")];
  const outputs = {
    product: matMul(a, b),
    total: reduceSum(a, { axes: [0, 1] }),
    rows: reduceSum(a, { axes: [1] }),
    filtered: conv(image, weight),
  };
  const results = [];
  for (const threads of [1, 2, 5]) {
    const session = await (await openRuntime({ threads })).open(
      buildModel({ inputs: [a, b, image, weight], outputs }),
      "threads",
    );
    results.push(await session.run(feeds));
    await session.release();
  }
  assert.deepEqual(results[1], results[0]);
  assert.deepEqual(results[2], results[0]);
});
