import assert from "node:assert/strict";
import fc from "fast-check";
import { reduceDepth } from "../../../lib/picture/image/depth.ts";

Deno.test("the full range is divided by 257 and rounded, for every sample", () => {
  const all = Uint16Array.from({ length: 65536 }, (_, value) => value);
  assert.deepEqual([...reduceDepth(all, { kind: "scale" })], Array.from(all, (value) => Math.round(value / 257)));
});

Deno.test("a window is linear, from 0 at its low to 255 at its high end", () => {
  const window = fc.tuple(fc.nat(65535), fc.nat(65535)).filter(([a, b]) => a !== b).map((
    [a, b],
  ) => [Math.min(a, b), Math.max(a, b)]);
  fc.assert(fc.property(window, fc.array(fc.nat(65535)), ([low, high], values) => {
    const inside = Uint16Array.from([low, high, ...values.map((value) => low + value % (high - low + 1))]);
    const eight = reduceDepth(inside, { kind: "window", low, high });
    assert.deepEqual([eight[0], eight[1]], [0, 255]);
    inside.forEach((value, i) => assert.ok(Math.abs(eight[i] - (value - low) / (high - low) * 255) <= 0.5 + 1e-9));
  }));
});

Deno.test("samples outside a window are counted, and an error unless their share is allowed", () => {
  const samples = new Uint16Array([5, 10, 100, 200, 201]);
  assert.throws(() => reduceDepth(samples, { kind: "window", low: 10, high: 200 }), {
    name: "RangeError",
    message: "2 of 5 samples lie outside the depth window 10 to 200, more than the share 0 that may be clipped: " +
      "samples here are 5 to 201",
  });
  assert.throws(() => reduceDepth(samples, { kind: "window", low: 10, high: 200, clip: 0.39 }), RangeError);
  const clipped = reduceDepth(samples, { kind: "window", low: 10, high: 200, clip: 0.4 });
  assert.deepEqual([...clipped], [0, 0, 121, 255, 255]);
});

Deno.test("windows that are none are refused", () => {
  const samples = new Uint16Array([1]);
  for (const [low, high] of [[5, 5], [6, 5], [NaN, 5], [0, Infinity]]) {
    assert.throws(() => reduceDepth(samples, { kind: "window", low, high }), {
      name: "RangeError",
      message: `the depth window is ${low} to ${high} and must go from a lower to a higher finite number`,
    });
  }
  for (const clip of [-0.1, 1.1, NaN]) {
    assert.throws(() => reduceDepth(samples, { kind: "window", low: 0, high: 5, clip }), {
      name: "RangeError",
      message: `the share of samples that may be clipped is ${clip} and must be from 0 to 1`,
    });
  }
});
