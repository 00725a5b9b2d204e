/**
 * Pictures at the scales that DevNet's and DRA's authors look at: whole, and at half the size by the nearest pixel (PyTorch's
 * `nearest`). Scores of the scales are averaged.
 * @module
 */
import { add, mul, reshape, slice } from "../../engine/graph/ops.ts";
import { number } from "../../engine/graph/numbers.ts";
import { substitute } from "../../engine/graph/substitute.ts";
import type { Value } from "../../engine/graph/value.ts";
import type { TrainableBackbone } from "../backbone/trainable.ts";

/** At how many scales a picture is seen. */
export type Scales = 1 | 2;

/**
 * The layers of a backbone at each scale, the whole picture first; its weights are shared.
 *
 * @throws {RangeError} where a picture of odd sides is to be halved
 */
export function layersAtScales(
  { image, layers }: TrainableBackbone,
  scales: Scales,
): readonly (readonly Value<"f32">[])[] {
  if (scales === 1) return [layers];
  return [layers, substitute(layers, new Map([[image, halved(image)]])) as Value<"f32">[]];
}

/** Every other row and column: f32[N,C,H,W] becomes f32[N,C,H/2,W/2]. */
export function halved(image: Value<"f32">): Value<"f32"> {
  const [N, C] = image.shape;
  const [H, W] = image.shape.slice(2).map(Number);
  if (H % 2 !== 0 || W % 2 !== 0) {
    throw new RangeError(`Cannot see pictures of ${H} × ${W} at half their size as both sides must be even`);
  }
  const first = (x: Value<"f32">, axis: number) => slice(x, { axis, from: 0, to: 1 });
  const pairs = reshape(image, [N, C, H / 2, 2, W / 2, 2]);
  return reshape(first(first(pairs, 3), 5), [N, C, H / 2, W / 2]);
}

/** The mean over scales. */
export function meanOf([first, ...others]: readonly Value<"f32">[]): Value<"f32"> {
  if (others.length === 0) return first;
  return mul(others.reduce((sum, each) => add(sum, each), first), number(1 / (1 + others.length)));
}
