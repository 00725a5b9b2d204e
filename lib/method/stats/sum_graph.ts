/** Sums over many numbers that keep their digits, as a graph. @module */
import { pad, reduceSum, reshape } from "../../engine/graph/ops.ts";
import type { Value } from "../../engine/graph/value.ts";

/**
 * The sum over the last axis: f32[N,K,P] to f32[N,K,1]. Sums of about √P numbers each and then their sum lose far fewer digits
 * than one sum after the other.
 */
export function sumOf(x: Value<"f32">): Value<"f32"> {
  const [, K, P] = x.shape.map(Number);
  const columns = Math.ceil(Math.sqrt(P));
  const rows = Math.ceil(P / columns);
  const padded = rows * columns === P ? x : pad(x, { before: [0, 0, 0], after: [0, 0, rows * columns - P] });
  const sums = reduceSum(reshape(padded, ["N", K, rows, columns]), { axes: [3] });
  return reduceSum(sums, { axes: [2], keepDims: true });
}
