/** Feature maps of random numbers, the same as in tools/oracles/detect.py. */
import type { BackboneLayer, FeatureMaps } from "../../../lib/method/backbone/backbone.ts";
import type { FitContext, Observation } from "../../../lib/method/learn/contract.ts";
import { fitContext as makeFitContext, picturesInMemory } from "../../../lib/method/learn/fit_context.ts";
import { openRuntime } from "../../../lib/engine/session/runtime.ts";
import { seededRandom } from "../../../lib/base/tensor/random.ts";
import { image } from "../../../lib/domain.ts";
import { rows, tensor } from "../../../lib/base/tensor/tensor.ts";

const shapes = { stride4: [3, 16, 16], stride8: [4, 8, 8], stride16: [5, 4, 4] } as const;

export const layers: readonly BackboneLayer[] = Object.entries(shapes).map(([name, [channels]], i) => ({
  name,
  channels,
  stride: 4 << i,
}));

export const runtime = await openRuntime({ threads: 1 });

export function normal(seed: number, length: number): Float32Array<ArrayBuffer> {
  const random = seededRandom(seed);
  return Float32Array.from({ length }, () => random.normal());
}

export function featureMaps(seed: number, pictures: number): FeatureMaps {
  return Object.fromEntries(
    Object.entries(shapes).map(([name, shape], i) => [
      name,
      tensor<"f32", ["N", "C", "H", "W"], "activation">(
        "f32",
        [pictures, ...shape],
        normal(seed + i, pictures * shape[0] * shape[1] * shape[2]),
      ),
    ]),
  );
}

/** Some pictures of a batch. */
export function takeRows(maps: FeatureMaps, from: number, to: number): FeatureMaps {
  return Object.fromEntries(Object.entries(maps).map(([name, map]) => [name, rows(map, from, to)]));
}

/** Feature maps of black pictures. */
export function observed(features: FeatureMaps): Observation {
  const count = Object.values(features)[0].shape[0];
  return { image: image([count, 3, 1, 1]), features };
}

/** What fitting on some good pictures is given, in batches of a size. */
export function fitContext(maps: FeatureMaps, batch: number, seed = 0): FitContext {
  // Without names, so that errors tell numbers.
  const { ids: _, ...context } = makeFitContext({
    runtime,
    layers,
    ids: Array.from({ length: maps.stride4.shape[0] }, (_, i) => `${i}`),
    seed,
    backbone: { name: "random", model: new Uint8Array(), mean: [0, 0, 0], std: [1, 1, 1], layers, sha256: "" },
    size: { height: 64, width: 64 },
    source: picturesInMemory(observed(maps), batch),
  });
  return context;
}

/** Largest difference of two lists relative to the largest number of the second. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let error = 0;
  let scale = 0;
  for (let i = 0; i < expected.length; i++) {
    error = Math.max(error, Math.abs(actual[i] - expected[i]));
    scale = Math.max(scale, Math.abs(expected[i]));
  }
  return actual.length === expected.length ? error / scale : Infinity;
}

/** Pooling, resizing and joining as loops: f64[N, P, C] on the grid of 8 × 8. */
export function naivePatches(maps: FeatureMaps, names: readonly string[], pool: number): number[][][] {
  const count = maps[names[0]].shape[0];
  const edge = (pool - 1) / 2;
  return Array.from({ length: count }, (_, n) =>
    Array.from({ length: 64 }, (_, p) =>
      names.flatMap((name) => {
        const { data, shape: [, C, H, W] } = maps[name];
        return Array.from({ length: C }, (_, c) => {
          const at = (y: number, x: number) =>
            y < 0 || x < 0 || y >= H || x >= W ? 0 : data[((n * C + c) * H + y) * W + x];
          const pooled = (y: number, x: number) => {
            let sum = 0;
            for (let dy = -edge; dy <= edge; dy++) for (let dx = -edge; dx <= edge; dx++) sum += at(y + dy, x + dx);
            return sum / (pool * pool);
          };
          const place = (i: number, size: number) => {
            const exact = Math.max(0, (i + 0.5) * size / 8 - 0.5);
            const low = Math.floor(exact);
            return { low, high: Math.min(low + 1, size - 1), share: exact - low };
          };
          const y = place(Math.floor(p / 8), H);
          const x = place(p % 8, W);
          const across = (row: number) => pooled(row, x.low) * (1 - x.share) + pooled(row, x.high) * x.share;
          return across(y.low) * (1 - y.share) + across(y.high) * y.share;
        });
      })));
}
