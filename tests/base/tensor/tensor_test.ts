import assert from "node:assert/strict";
import fc from "fast-check";
import { features } from "../../../lib/domain.ts";
import { bindAxes, concat, expectTensor, rows, tensor, zeros } from "../../../lib/base/tensor/tensor.ts";

const matrices = fc.tuple(fc.nat(6), fc.nat(5)).chain(([n, width]) =>
  fc.array(fc.float({ noNaN: true }), { minLength: n * width, maxLength: n * width })
    .map((values) => features([n, width], Float32Array.from(values)))
);

Deno.test("joining the rows of a tensor gives it back", () => {
  fc.assert(fc.property(matrices, (value) => {
    const parts = Array.from({ length: value.shape[0] }, (_, i) => rows(value, i, i + 1));
    if (parts.length === 0) return;
    assert.deepEqual(concat(parts), value);
  }));
});

Deno.test("a tensor whose data does not fit is refused", () => {
  assert.throws(() => tensor("f32", [2, 2], new Float32Array(3)), {
    name: "RangeError",
    message: "Cannot make a tensor f32[2,2] as the data has 3 elements",
  });
  assert.throws(() => tensor("f32", [3], new Uint8Array(3) as never), TypeError);
  assert.throws(() => tensor("f32", [1.5], new Float32Array(1)), RangeError);
});

Deno.test("axes bind once and must then fit", () => {
  assert.deepEqual(bindAxes(zeros("f32", [2, 3, 2]), ["N", 3, "N"], "test"), { N: 2 });
  assert.throws(
    () => bindAxes(zeros("f32", [1, 2, 224, 224]), ["N", "K", 256, 256], 'pool map "pcb1/0004"', { K: 2 }),
    {
      name: "TypeError",
      message: 'Cannot pool map "pcb1/0004" as the shape must be f32[N,K=2,256,256]: current shape is f32[1,2,224,224]',
    },
  );
});

Deno.test("rows outside a tensor are refused", () => {
  assert.throws(() => rows(features<"N", 1>([2, 1]), 1, 3), RangeError);
  assert.throws(() => concat([]), TypeError);
});

Deno.test("a tensor of a lost type is taken as what it is, and as nothing else", () => {
  const output = zeros("f32", [2, 1, 3, 4]);
  const expected = ["N", 1, "h", "w"] as const;
  const map = expectTensor<"f32", readonly ["N", 1, "h", "w"], "distance">(output, "f32", expected, "show the map");
  assert.equal(map.data, output.data, "nothing is copied");
  assert.throws(() => expectTensor(zeros("i32", [2, 1, 3, 4]), "f32", expected, "show the map"), {
    name: "TypeError",
    message: "Cannot show the map as it must be f32[N,1,h,w]: current tensor is i32[2,1,3,4]",
  });
  for (const shape of [[2, 3, 4], [2, 2, 3, 4], []]) {
    assert.throws(() => expectTensor(zeros("f32", shape), "f32", expected, "show the map"), {
      name: "TypeError",
      message: /^Cannot show the map as the shape must be f32\[N,1,h,w\]/,
    });
  }
});
