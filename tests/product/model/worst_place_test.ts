import assert from "node:assert/strict";
import fc from "fast-check";
import { worstPlace } from "../../../lib/product/model/worst_place.ts";
import { connectedComponents } from "../../../lib/picture/segment/components.ts";

/** The same by sorting all values and finding all connected parts. */
function slowly(map: Float32Array, { height, width }: { height: number; width: number }, inside?: Uint8Array) {
  const counts = (at: number) => !inside || inside[at] === 1;
  const sorted = map.filter((_, at) => counts(at)).sort();
  const [median, most] = [sorted[sorted.length >> 1], sorted[sorted.length - 1]];
  if (!(most > median)) return undefined;
  const labels = Uint8Array.from(map, (value, at) => counts(at) && value >= (most + median) / 2 ? 1 : 0);
  const { ids } = connectedComponents({ height, width, labels });
  const peak = ids[map.findIndex((value, at) => counts(at) && value === most)];
  const own = Array.from(ids.keys()).filter((at) => ids[at] === peak);
  const [xs, ys] = [own.map((at) => at % width), own.map((at) => Math.floor(at / width))];
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return { x, y, width: Math.max(...xs) - x + 1, height: Math.max(...ys) - y + 1, value: most };
}

Deno.test("the box is the one that sorting and all connected parts give, with ties and what does not count", () => {
  const size = { height: 9, width: 11 };
  const maps = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 99, maxLength: 99 });
  const masks = fc.option(fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 99, maxLength: 99 }));
  fc.assert(
    fc.property(maps, masks, (values, mask) => {
      const [map, inside] = [Float32Array.from(values), mask ? Uint8Array.from(mask) : undefined];
      const before = map.slice();
      assert.deepEqual(worstPlace(map, size, inside), slowly(map, size, inside));
      assert.deepEqual(map, before);
    }),
    { numRuns: 500 },
  );
});

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
