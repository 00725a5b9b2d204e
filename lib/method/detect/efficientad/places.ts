/**
 * A map measured by what good pictures have at the same place. A student knows patches and not where they lie, and errs more
 * on some places of a good part, at its edges, than on a defect elsewhere.
 *
 *     z_p = G₁ ∗ ((G₁ ∗ M)_p − μ_p) / √((G₂ ∗ σ²)_p)
 *
 * μ and σ² are mean and variance over good pictures that the student was not trained on, G₁ and G₂ Gaussians of 1 and 2 places:
 * so few pictures tell a variance only together with those beside it. None of the paper's.
 * @module
 */
import { buildModel } from "../../../engine/graph/model.ts";
import { blurred } from "../../../engine/graph/gaussian_blur.ts";
import { add, mul } from "../../../engine/graph/ops.ts";
import { input } from "../../../engine/graph/value.ts";
import type { Value } from "../../../engine/graph/value.ts";
import { zeros } from "../../../engine/graph/weights.ts";
import type { Weights } from "../../../engine/graph/weights.ts";
import { tensor } from "../../../base/tensor/tensor.ts";
import type { FitContext } from "../../learn/contract.ts";
import type { TrainedWeights } from "../../learn/fitted_file.ts";

/** Fewer good pictures say nothing of their spread. */
export const LEAST_PICTURES = 4;

const MAP = 1;
const VARIANCE = 2;

/** The smoothed map, f32[N,1,h,w], whose places are measured. */
export function smoothed(map: Value<"f32">): Value<"f32"> {
  return blurred(map, gridOf(map), MAP);
}

/** The map by its places: `places.offset` and `places.scale`, f32[1,1,h,w] each, as {@linkcode placeStandards} gives them. */
export function byPlace(map: Value<"f32">, weights: Weights): Value<"f32"> {
  const own = (kind: string) => weights(`places.${kind}`, [1, 1, ...map.shape.slice(2)].map(Number), zeros);
  return blurred(mul(add(smoothed(map), own("offset")), own("scale")), gridOf(map), MAP);
}

/**
 * −μ and 1 / deviation of each place.
 *
 * @param maps smoothed maps of good pictures, one by one, f32[h·w]
 * @throws {RangeError} where the maps are the same everywhere
 */
export async function placeStandards(
  { runtime }: Pick<FitContext, "runtime">,
  maps: AsyncIterable<ArrayLike<number>>,
  [height, width]: readonly [number, number],
): Promise<TrainedWeights> {
  const area = height * width;
  const [sum, square] = [new Float64Array(area), new Float64Array(area)];
  let count = 0;
  for await (const map of maps) {
    for (let p = 0; p < area; p++) {
      sum[p] += map[p];
      square[p] += map[p] ** 2;
    }
    count++;
  }
  const variance = Float32Array.from(square, (total, p) => Math.max(0, total / count - (sum[p] / count) ** 2));
  const plane = input("variance", "f32", [1, 1, height, width]);
  const outputs = { smooth: blurred(plane, { height, width }, VARIANCE) };
  const session = await runtime.open(buildModel({ inputs: [plane], outputs, name: "places" }), "places of a map");
  const smooth = (await session.run({ variance: tensor("f32", [1, 1, height, width], variance) }))
    .smooth.data as Float32Array;
  await session.release();
  const mean = smooth.reduce((total, value) => total + value, 0) / area;
  if (!(mean > 0)) {
    throw new RangeError("Cannot measure a map by its places as good pictures are the same at all of them");
  }
  // A place where no good picture differs, such as a masked border, must not make much of the last digits.
  const least = 1e-4 * mean;
  const of = (data: Float32Array<ArrayBuffer>): TrainedWeights[string] => ({
    dtype: "f32",
    shape: [1, 1, height, width],
    data,
  });
  return {
    "places.offset": of(Float32Array.from(sum, (total) => -total / count)),
    "places.scale": of(Float32Array.from(smooth, (value) => 1 / Math.sqrt(Math.max(least, value)))),
  };
}

function gridOf(map: Value<"f32">): { height: number; width: number } {
  const [height, width] = map.shape.slice(2).map(Number);
  return { height, width };
}
