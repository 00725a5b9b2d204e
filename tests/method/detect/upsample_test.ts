import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { upsampleMap } from "../../../lib/method/learn/upsample.ts";
import { type AnomalyMap, anomalyMap } from "../../../lib/domain.ts";
import { assertStageLaws } from "../../laws/stage_laws.ts";
import { normal, relativeError } from "./feature_maps.ts";

type Small = AnomalyMap<"N", "K", "h", "w">;

function mapOf(shape: [number, number, number, number], data: Float32Array): Small {
  return anomalyMap<"N", "K", "h", "w">(shape, data);
}

/** Enlarged pixel by pixel, then averaged with weights over a square window, by the definition. */
function naive({ data, shape: [N, K, h, w] }: Small, height: number, width: number, sigma: number): number[] {
  const mirror = (i: number, size: number): number =>
    size === 1 ? 0 : i < 0 ? mirror(-i, size) : i >= size ? mirror(2 * size - 2 - i, size) : i;
  const radius = sigma === 0 ? 0 : Math.floor(4 * sigma + 0.5);
  const weight = (d: number) => sigma === 0 ? 1 : Math.exp(-d * d / (2 * sigma * sigma));
  const result: number[] = [];
  for (let plane = 0; plane < N * K; plane++) {
    const enlarged = (y: number, x: number) => {
      const ys = Math.max(0, (y + 0.5) * h / height - 0.5);
      const xs = Math.max(0, (x + 0.5) * w / width - 0.5);
      const at = (i: number, j: number) => data[(plane * h + Math.min(i, h - 1)) * w + Math.min(j, w - 1)];
      const [i, j] = [Math.floor(ys), Math.floor(xs)];
      return (at(i, j) * (j + 1 - xs) + at(i, j + 1) * (xs - j)) * (i + 1 - ys) +
        (at(i + 1, j) * (j + 1 - xs) + at(i + 1, j + 1) * (xs - j)) * (ys - i);
    };
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        let sum = 0;
        let weights = 0;
        for (let dy = -radius; dy <= radius; dy++) {
          for (let dx = -radius; dx <= radius; dx++) {
            const share = weight(dy) * weight(dx);
            sum += share * enlarged(mirror(y + dy, height), mirror(x + dx, width));
            weights += share;
          }
        }
        result.push(sum / weights);
      }
    }
  }
  return result;
}

Deno.test("maps are enlarged and smoothed as PyTorch and anomalib do", () => {
  const cases = JSON.parse(readFileSync(new URL("./fixtures/upsample.json", import.meta.url), "utf8"));
  for (const { seed, from: [h, w], to: [height, width], sigma, places, values } of cases) {
    const big = upsampleMap(mapOf([2, 1, h, w], normal(seed, 2 * h * w)), { height, width }, sigma);
    assert.ok(relativeError(places.map((place: number) => big.data[place]), values) < 2e-6);
  }
});

Deno.test("maps are enlarged by the nearest place and smoothed as PyTorch and torchvision do", () => {
  // Made by tools/oracles/nearest.py.
  const cases = JSON.parse(readFileSync(new URL("./fixtures/nearest.json", import.meta.url), "utf8"));
  for (const { seed, from: [h, w], to: [height, width], sigma: deviation, places, values } of cases) {
    const map = mapOf([2, 1, h, w], normal(seed, 2 * h * w));
    const big = upsampleMap(map, { height, width }, { deviation, enlarge: "nearest" });
    assert.ok(relativeError(places.map((place: number) => big.data[place]), values) < 2e-6);
  }
});

Deno.test("maps are enlarged and smoothed as the definition says, up or down, at any size", () => {
  const sides = fc.integer({ min: 1, max: 9 });
  fc.assert(
    fc.property(sides, sides, sides, sides, fc.constantFrom(0, 0.3, 1, 2.5), fc.nat(), (h, w, H, W, sigma, seed) => {
      const map = mapOf([1, 2, h, w], normal(seed, 2 * h * w));
      const big = upsampleMap(map, { height: 2 * H, width: 2 * W }, sigma);
      assert.deepEqual(big.shape, [1, 2, 2 * H, 2 * W]);
      assert.ok(relativeError(big.data, naive(map, 2 * H, 2 * W, sigma)) < 1e-6);
    }),
    { numRuns: 40 },
  );
});

Deno.test("enlarging keeps the laws of stages", async () => {
  const inputs = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.nat()).map(([n, seed]) =>
    mapOf([n, 2, 4, 5], normal(seed, n * 40))
  );
  const stage = (map: Small) => upsampleMap(map, { height: 16, width: 20 }, 2);
  await assertStageLaws({ stage, inputs, options: { numRuns: 20 } });
});

Deno.test("sizes and sigmas that cannot be are refused", () => {
  const map = mapOf([1, 1, 2, 2], new Float32Array(4));
  assert.throws(() => upsampleMap(map, { height: 0, width: 8 }, 1), {
    name: "RangeError",
    message: "Cannot enlarge a map of 2×2 to 0×8 as all sides must be at least 1",
  });
  assert.throws(() => upsampleMap(map, { height: 8, width: 8 }, -1), {
    name: "RangeError",
    message: "Cannot smooth a map with sigma -1 as it must be a number from 0",
  });
  assert.throws(() => upsampleMap(map, { height: 8, width: 8 }, NaN), { name: "RangeError" });
});
