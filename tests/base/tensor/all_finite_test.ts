import assert from "node:assert/strict";
import fc from "fast-check";
import { allFinite } from "../../../lib/base/tensor/all_finite.ts";

Deno.test("one number that is not finite is found at any place among any others", () => {
  const largest = 3.4028234663852886e38;
  const numbers = fc.array(fc.oneof(fc.float({ noNaN: true, noDefaultInfinity: true }), fc.constant(largest)), {
    maxLength: 20,
  });
  fc.assert(
    fc.property(numbers, fc.nat(), fc.constantFrom(NaN, Infinity, -Infinity), (values, at, odd) => {
      assert.ok(allFinite(Float32Array.from(values)));
      assert.ok(!allFinite(Float32Array.from(values.toSpliced(at % (values.length + 1), 0, odd))));
    }),
  );
});
