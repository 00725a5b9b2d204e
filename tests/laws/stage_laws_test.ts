import assert from "node:assert/strict";
import fc from "fast-check";
import { type Tensor, tensor } from "../../lib/base/tensor/tensor.ts";
import {
  assertBatchInvariant,
  assertPermutationInvariant,
  assertStageIsPure,
  assertStageLaws,
  type StageCase,
} from "./stage_laws.ts";

type Column = Tensor<"f32", readonly ["N", 2], "test">;
const columns = fc.array(fc.tuple(fc.integer({ min: 0, max: 99 }), fc.integer({ min: 0, max: 99 })), {
  minLength: 1,
  maxLength: 6,
}).map((rows) => tensor<"f32", ["N", 2], "test">("f32", [rows.length, 2], Float32Array.from(rows.flat())));

function mapped(input: Column, change: (value: number, i: number, all: Float32Array) => number): Column {
  return tensor("f32", input.shape, input.data.map(change)) as Column;
}
function law(stage: StageCase<Column, Column>["stage"]): StageCase<Column, Column> {
  return { stage, inputs: columns, options: { numRuns: 50 } };
}

Deno.test("a stage that treats each row alone keeps the laws, at once or later", async () => {
  await assertStageLaws(law((input) => mapped(input, (value) => 2 * value)));
  await assertStageLaws(law((input) => Promise.resolve(mapped(input, (value) => 2 * value))));
  await assertStageLaws({
    stage: (input: Column) => ({ double: mapped(input, (value) => 2 * value), same: mapped(input, (value) => value) }),
    inputs: columns,
    options: { numRuns: 20 },
  });
});

Deno.test("a stage that remembers, or changes its input or an earlier output, is not pure", async () => {
  let calls = 0;
  await assert.rejects(assertStageIsPure(law((input) => mapped(input, (value) => value + calls++))));
  await assert.rejects(assertStageIsPure(law((input) => {
    input.data[0] += 1;
    return mapped(input, () => 0);
  })));
  const reused = new Float32Array(12);
  await assert.rejects(assertStageIsPure(law((input) => {
    reused.set(input.data);
    return tensor("f32", input.shape, reused.subarray(0, input.data.length)) as Column;
  })));
});

Deno.test("a stage that looks at its neighbours is not batch invariant", async () => {
  await assert.rejects(
    assertBatchInvariant(law((input) => mapped(input, (value, _, all) => value / (1 + Math.max(...all))))),
  );
  await assert.rejects(
    assertBatchInvariant(law((input) => tensor("f32", [1, 2], input.data.slice(0, 2)) as Column)),
    (error: Error) => /one row a picture/.test(String(error.cause)),
  );
});

Deno.test("a stage that looks at positions is not order invariant", async () => {
  await assert.rejects(assertPermutationInvariant(law((input) => mapped(input, (value, i) => value * (1 + i)))));
});
