import assert from "node:assert/strict";
import fc from "fast-check";
import { gradients } from "../../../lib/engine/graph/gradients/differentiate.ts";
import { buildModel } from "../../../lib/engine/graph/model.ts";
import { add, mul, reduceSum, relu, sqrt, stopGradient } from "../../../lib/engine/graph/ops.ts";
import { number } from "../../../lib/engine/graph/numbers.ts";
import { substitute } from "../../../lib/engine/graph/substitute.ts";
import { input, literal } from "../../../lib/engine/graph/value.ts";
import type { Value } from "../../../lib/engine/graph/value.ts";
import { openRuntime } from "../../../lib/engine/session/runtime.ts";
import { tensor } from "../../../lib/base/tensor/tensor.ts";
import { CASES } from "./cases.ts";
import { COMPOSED } from "./cases_compose.ts";
import { eighths, evaluate, whole } from "./case.ts";
import type { Case } from "./case.ts";
import { toTensor } from "./carrier.ts";
import type { Nd } from "./naive.ts";

const runtime = await openRuntime({ threads: 1 });
const isFloat = ({ dtype }: { dtype: string }) => dtype === "f32" || dtype === "f64";

/** Σ w · y over the float outputs, with weights that differ from entry to entry. */
const weightOf = (output: number, entry: number): number =>
  Math.round(8 * Math.sin(entry * 1.7 + output + 1)) / 8 + 0.0625;

function weighted(outputs: readonly Nd[], which: readonly number[]): number {
  let total = 0;
  for (const i of which) outputs[i].data.forEach((value, entry) => total += value * weightOf(i, entry));
  return total;
}

const EPS = 1e-6;
/** Of each input of a case: a naive operator is run three times for each. */
const ENTRIES = 12;
let inputsSeen = 0;

/** Central difference, or undefined where both sides differ: a kink. */
function difference(of: (array: Nd) => number, array: Nd, entry: number): number | undefined {
  const moved = (by: number) => of({ ...array, data: array.data.with(entry, array.data[entry] + by) });
  const [low, middle, high] = [moved(-EPS), moved(0), moved(EPS)];
  const [left, right] = [(middle - low) / EPS, (high - middle) / EPS];
  return Math.abs(left - right) > 1e-3 * Math.max(1, Math.abs(left)) ? undefined : (high - low) / (2 * EPS);
}

async function check(given: Case, arrays: readonly Nd[]): Promise<number> {
  const values = given.inputs.map(({ dtype, dims }, i) =>
    input(`x${i}`, dtype, dims.map((dim) => evaluate(dim, given.axes)))
  );
  const outputs = given.build(values);
  const floats = outputs.map((_, i) => i).filter((i) => isFloat(outputs[i]) && !(i > 0 && outputs.length === 3));
  const by = values.filter((value, i) => isFloat(value) && !given.inputs[i].constant);
  if (by.length === 0 || floats.length === 0) return 0;
  const parts = floats.map((i) => {
    const y = outputs[i] as Value<"f32">;
    const shape = y.shape.map(Number);
    const count = shape.reduce((product, size) => product * size, 1);
    const weights = Array.from({ length: count }, (_, entry) => weightOf(i, entry));
    const data = y.dtype as string === "f64" ? Float64Array.from(weights) : Float32Array.from(weights);
    const product = mul(y, literal({ dtype: y.dtype, shape, data: data as Float32Array }));
    return shape.length === 0 ? product : reduceSum(product, { axes: shape.map((_, axis) => axis) });
  });
  const loss = parts.reduce((sum, part) => add(sum, part));
  const grads = gradients(loss, by);
  const model = buildModel({
    inputs: values,
    outputs: Object.fromEntries(grads.map((grad, i) => [`g${i}`, grad])),
  });
  const session = await runtime.open(model, "gradient under test");
  try {
    const feeds = Object.fromEntries(arrays.map((array, i) => [`x${i}`, toTensor(given.inputs[i].dtype, array)]));
    const results = await session.run(feeds);
    let checked = 0;
    by.forEach((value, g) => {
      const place = values.indexOf(value);
      const of = (array: Nd) => weighted(given.naive(arrays.with(place, array)), floats);
      const scale = Math.max(1, ...Array.from(results[`g${g}`].data as Float32Array, Math.abs));
      // Every so many from one that differs from input to input, so that all places are seen over the cases.
      const stride = Math.ceil(arrays[place].data.length / ENTRIES);
      const first = inputsSeen++ % stride;
      arrays[place].data.forEach((_, entry) => {
        if (entry % stride !== first) return;
        const wanted = difference(of, arrays[place], entry);
        if (wanted === undefined) return;
        checked++;
        const got = Number(results[`g${g}`].data[entry]);
        assert.ok(Math.abs(got - wanted) <= 1e-4 * scale, `d/dx${place}[${entry}] is ${got} instead of ${wanted}`);
      });
    });
    return checked;
  } finally {
    await session.release();
  }
}

/** Nothing flows through these. */
const WITHOUT = ["Greater", "GreaterOrEqual", "Less", "LessOrEqual", "Equal", "ArgMin"];

for (const [op, cases] of Object.entries({ ...CASES, ...COMPOSED })) {
  // Nothing flows through these.
  if (op === "Identity" || op === "Sign") continue;
  Deno.test(`the gradient of ${op} is that of finite differences`, async () => {
    const withData = cases.chain((given) =>
      fc.tuple(
        fc.constant(given),
        fc.tuple(...given.inputs.map(({ dtype, dims, values }) => {
          const shape = dims.map((dim) => evaluate(dim, given.axes));
          const count = shape.reduce((product, size) => product * size, 1);
          const entries = values ?? (dtype === "f32" || dtype === "f64" ? eighths : whole);
          return fc.array(entries, { minLength: count, maxLength: count }).map((data): Nd => ({
            shape,
            // Apart from each other, as entries that tie have no derivative.
            data: isFloat({ dtype }) ? data.map((value, entry) => value + (entry * 37 % 64) / 4096) : data,
          }));
        })),
      )
    ).filter(([given]) => given.inputs.some(isFloat) && !given.inputs.some(({ dtype }) => dtype === "i32"));
    let checked = 0;
    // Few entries may be drawn at once: then more are drawn.
    for (let round = 0; round === 0 || round < 5 && checked <= 25 && !WITHOUT.includes(op); round++) {
      await fc.assert(
        fc.asyncProperty(withData, async ([given, arrays]) => {
          checked += await check(given, arrays);
        }),
        { numRuns: 25 },
      );
    }
    assert.ok(WITHOUT.includes(op) || checked > 25, `${checked} entries`);
  });
}

async function run(outputs: Record<string, Value>, inputs: readonly Value[], feeds: Record<string, number[]>) {
  const session = await runtime.open(buildModel({ inputs, outputs }), "graph under test");
  const results = await session.run(
    Object.fromEntries(
      Object.entries(feeds).map(([name, data]) => [name, tensor("f32", [data.length], Float32Array.from(data))]),
    ),
  );
  await session.release();
  return Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, [...data]]));
}

Deno.test("a value that is used twice gets the sum of both gradients, one behind a stop none", async () => {
  const x = input("x", "f32", [2]);
  const square = mul(x, x);
  const loss = reduceSum(add(mul(square, x), mul(stopGradient(square), x)), { axes: [0] });
  const [dx] = gradients(loss, [x]);
  // d(x³)/dx + the stopped x² as a factor
  assert.deepEqual(await run({ dx }, [x], { x: [2, -3] }), { dx: [16, 36] });
});

Deno.test("what the loss does not depend on has a gradient of zeros", async () => {
  const [x, z] = [input("x", "f32", [2]), input("z", "f32", [2])];
  const [dz] = gradients(reduceSum(mul(x, x), { axes: [0] }), [z]);
  assert.deepEqual(await run({ dz, sum: add(x, z) }, [x, z], { x: [1, 2], z: [3, 4] }), { dz: [0, 0], sum: [4, 6] });
});

Deno.test("gradients by values on the way, and by graphs with other leaves", async () => {
  const x = input("x", "f32", [2]);
  const middle = relu(x);
  const loss = reduceSum(mul(middle, middle), { axes: [0] });
  const [dm] = gradients(loss, [middle]);
  assert.deepEqual(await run({ dm }, [x], { x: [3, -1] }), { dm: [6, 0] });
  const [other] = substitute([loss], new Map([[x, mul(x, number(2))]]));
  const [dx] = gradients(other, [x]);
  assert.deepEqual(await run({ dx }, [x], { x: [3, -1] }), { dx: [24, 0] });
  assert.equal(substitute([loss], new Map())[0], loss);
});

Deno.test("a loss that is no single float is refused, and so is a shape that is not known", () => {
  const x = input("x", "f32", [2]);
  assert.throws(() => gradients(sqrt(x), [x]), {
    name: "TypeError",
    message: "Cannot differentiate as the loss must be one float: current value is f32[2]",
  });
  const free = input("free", "f32", ["N"]);
  assert.throws(() => gradients(reduceSum(free, { axes: [0] }), [free]), {
    name: "TypeError",
    message: /^Cannot differentiate ReduceSum as its shape must be of numbers: current shape is \[N\]$/,
  });
});
