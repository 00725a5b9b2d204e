/** Maps at the size of the picture inside a network, for scores that are taken there. @module */
import { matMul } from "../../engine/graph/ops.ts";
import { literal } from "../../engine/graph/value.ts";
import type { Value } from "../../engine/graph/value.ts";
import { gaussian, mirror } from "../learn/upsample.ts";

/** Rows and columns. */
interface Sides {
  readonly height: number;
  readonly width: number;
}

/**
 * Enlarges a map bilinearly with its corners in place (PyTorch's `align_corners=True`) and blurs it by a Gaussian whose window
 * reaches 4 deviations, edges mirrored without repeating the edge pixel: anomalib's order for RD4AD.
 *
 * @param map f32[N,1,h,w]
 * @param from its grid
 * @param size of the picture
 * @param sigma deviation in pixels of the picture
 * @returns f32[N,1,height,width]
 */
export function blurredAtPicture(map: Value<"f32">, from: Sides, size: Sides, sigma: number): Value<"f32"> {
  const down = enlargement(from.height, size.height, sigma);
  const across = enlargement(from.width, size.width, sigma);
  const turned = Float32Array.from(
    { length: across.length },
    (_, i) => across[(i % size.width) * from.width + Math.floor(i / size.width)],
  );
  return matMul(
    literal({ dtype: "f32", shape: [size.height, from.height], data: down }),
    matMul(map, literal({ dtype: "f32", shape: [from.width, size.width], data: turned })),
  );
}

/** The matrix of one axis, f32[to,from]. */
function enlargement(from: number, to: number, sigma: number): Float32Array<ArrayBuffer> {
  const kernel = gaussian(sigma);
  const radius = (kernel.length - 1) / 2;
  const sums = new Float64Array(to * from);
  for (let pixel = 0; pixel < to; pixel++) {
    kernel.forEach((weight, i) => {
      const place = to === 1 ? 0 : mirror(pixel + i - radius, to) * (from - 1) / (to - 1);
      const low = Math.min(Math.floor(place), from - 1);
      const high = Math.min(low + 1, from - 1);
      sums[pixel * from + low] += weight * (1 - (place - low));
      sums[pixel * from + high] += weight * (place - low);
    });
  }
  return Float32Array.from(sums);
}
