import assert from "node:assert/strict";
import fc from "fast-check";
import { buildModel } from "../../../lib/engine/graph/model.ts";
import { input, show } from "../../../lib/engine/graph/value.ts";
import { openRuntime } from "../../../lib/engine/session/runtime.ts";
import { eighths, evaluate, whole } from "./case.ts";
import type { Case } from "./case.ts";
import { toTensor } from "./carrier.ts";
import { CASES } from "./cases.ts";
import { COMPOSED } from "./cases_compose.ts";
import type { Nd } from "./naive.ts";

const runtime = await openRuntime({ threads: 1 });

async function check(given: Case, arrays: readonly Nd[], named: boolean): Promise<void> {
  const values = given.inputs.map(({ dtype, dims }, i) =>
    input(`x${i}`, dtype, named ? dims : dims.map((dim) => evaluate(dim, given.axes)))
  );
  const outputs = given.build(values);
  const names = outputs.map((_, i) => `y${i}`);
  const bytes = buildModel({
    inputs: values,
    outputs: Object.fromEntries(outputs.map((value, i) => [names[i], value])),
  });
  const session = await runtime.open(bytes, "graph under test");
  try {
    assert.deepEqual(session.outputs.map((port) => port.dtype), outputs.map((value) => value.dtype));
    const feeds = Object.fromEntries(arrays.map((array, i) => [`x${i}`, toTensor(given.inputs[i].dtype, array)]));
    const results = await session.run(feeds);
    const expected = given.naive(arrays);
    outputs.forEach((value, i) => {
      const result = results[names[i]];
      assert.deepEqual([...result.shape], value.shape.map((dim) => evaluate(dim, given.axes)), `rule: ${show(value)}`);
      assert.deepEqual([...result.shape], [...expected[i].shape]);
      expected[i].data.forEach((wanted, j) => {
        const got = result.data[j];
        const near = Math.abs(got - wanted) <= 2e-5 * Math.max(1, Math.abs(wanted)) || Object.is(got, wanted);
        assert.ok(near, `entry ${j} is ${got} instead of ${wanted}`);
      });
    });
  } finally {
    await session.release();
  }
}

for (const [op, cases] of Object.entries({ ...CASES, ...COMPOSED })) {
  Deno.test(`${op} computes what loops compute, in the shape that its rule says`, async () => {
    const withData = cases.chain((given) =>
      fc.tuple(
        fc.constant(given),
        fc.tuple(...given.inputs.map(({ dtype, dims, values }) => {
          const shape = dims.map((dim) => evaluate(dim, given.axes));
          const count = shape.reduce((product, size) => product * size, 1);
          const entries = values ?? (dtype === "f32" || dtype === "f64" ? eighths : whole);
          return fc.array(entries, { minLength: count, maxLength: count }).map((data): Nd => ({ shape, data }));
        })),
        fc.boolean(),
      )
    );
    await fc.assert(fc.asyncProperty(withData, ([given, arrays, named]) => check(given, arrays, named)), {
      numRuns: 120,
    });
  });
}
