/** `upsampleMap` as a graph. @module */
import { denseOf } from "../../base/planes/bands.ts";
import { matMul, transpose } from "../../engine/graph/ops.ts";
import { literal, type Value } from "../../engine/graph/value.ts";
import { type MapSmoothing, stretching } from "./upsample.ts";

/**
 * Enlarges f32[N,K,h,w] and smooths it: f32[N,K,height,width].
 *
 * @param smoothing see `upsampleMap`
 */
export function upsampled(
  map: Value<"f32">,
  { height, width }: { readonly height: number; readonly width: number },
  smoothing: MapSmoothing,
): Value<"f32"> {
  const [h, w] = map.shape.slice(2).map(Number);
  const axis = (to: number, from: number, name: string) =>
    literal({ dtype: "f32", shape: [to, from], data: denseOf(stretching(from, to, smoothing), from) }, name);
  return matMul(axis(height, h, "down"), matMul(map, transpose(axis(width, w, "across"), [1, 0])));
}
