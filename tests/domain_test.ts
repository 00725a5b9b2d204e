import assert from "node:assert/strict";
import * as domain from "../lib/domain.ts";
import { features, photo, score, segmentStatistics } from "../lib/domain.ts";

Deno.test("a constructor gives dtype, shape and the very elements, or zeros", () => {
  const made = {
    photo: domain.photo([2, 1, 3]),
    image: domain.image([1, 3, 2, 2]),
    anomalyMap: domain.anomalyMap([1, 2, 2, 2]),
    gridMap: domain.gridMap([3, 1, 2, 2]),
    distance: domain.distance([4]),
    labels: domain.labels([1, 2, 2]),
    segmentStatistics: domain.segmentStatistics([1, 2, 3, 4]),
    features: domain.features([2, 5]),
    score: domain.score([7]),
  };
  const dtypes = Object.entries(made).map(([name, { dtype, shape, data }]) => {
    assert.ok(
      data.every((value) => value === 0) &&
        data.length === shape.reduce((a, b) => a * b, 1),
      name,
    );
    return `${name} ${dtype}`;
  });
  assert.deepEqual(dtypes, [
    ...[
      "photo u8",
      "image f32",
      "anomalyMap f32",
      "gridMap f32",
      "distance f32",
      "labels u8",
    ],
    ...["segmentStatistics f64", "features f32", "score f32"],
  ]);
  const data = Float32Array.of(1, NaN);
  assert.equal(score([2], data).data, data);
});

Deno.test("a constructor refuses another shape, another array and another number of elements", () => {
  assert.throws(() => photo([2, 2, 4]), {
    name: "TypeError",
    message: "Cannot make a tensor as the shape must be u8[H,W,3]: current shape is u8[2,2,4]",
  });
  assert.throws(() => domain.gridMap([1, 2, 2, 2]), {
    name: "TypeError",
    message: /f32\[N,1,h,w\]/,
  });
  assert.throws(() => segmentStatistics([1, 1, 1, 3]), {
    name: "TypeError",
    message: /f64\[N,L,K,4\]/,
  });
  assert.throws(() => features([2, 3], new Float32Array(5)), {
    name: "RangeError",
    message: "Cannot make a tensor f32[2,3] as the data has 5 elements",
  });
  assert.throws(() => score([1.5]), { name: "RangeError" });
  // @ts-expect-error dtype: bytes are no floats
  assert.throws(() => score([1], new Uint8Array(1)), { name: "TypeError" });
});
