import assert from "node:assert/strict";
import fc from "fast-check";
import { worstPlace } from "../../../lib/product/model/worst_place.ts";

Deno.test("the box of a blot is the blot's, wherever it lies", () => {
  const blots = fc.record({
    ...{
      x: fc.integer({ min: 0, max: 20 }),
      y: fc.integer({ min: 0, max: 12 }),
    },
    ...{
      width: fc.integer({ min: 1, max: 8 }),
      height: fc.integer({ min: 1, max: 6 }),
    },
    ground: fc.integer({ min: -5, max: 5 }),
    above: fc.integer({ min: 1, max: 9 }),
  });
  fc.assert(fc.property(blots, ({ x, y, width, height, ground, above }) => {
    const size = { height: 20, width: 30 };
    const map = new Float32Array(600).fill(ground);
    for (let row = y; row < y + height; row++) {
      map.fill(ground + above, row * 30 + x, row * 30 + x + width);
    }
    assert.deepEqual(worstPlace(map, size), {
      x,
      y,
      width,
      height,
      value: ground + above,
    });
  }));
});

Deno.test("another blot that is not connected, or lies outside of what counts, is not in the box", () => {
  const size = { height: 4, width: 8 };
  const map = new Float32Array(32);
  map.set([5, 5], 0);
  map.set([9, 8], 20);
  assert.deepEqual(worstPlace(map, size), {
    x: 4,
    y: 2,
    width: 2,
    height: 1,
    value: 9,
  });
  const inside = new Uint8Array(32).fill(1, 0, 16);
  assert.deepEqual(worstPlace(map, size, inside), {
    x: 0,
    y: 0,
    width: 2,
    height: 1,
    value: 5,
  });
});

Deno.test("where nothing stands out, or nothing counts, there is no box", () => {
  const size = { height: 2, width: 2 };
  assert.equal(worstPlace(new Float32Array(4).fill(3), size), undefined);
  assert.equal(
    worstPlace(Float32Array.of(1, 2, 3, 4), size, new Uint8Array(4)),
    undefined,
  );
});
