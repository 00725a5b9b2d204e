/** The operators that look at pixels around a pixel, and batch norm, as functions of values. @module */
import type { Attributes, Window } from "./operators.ts";
import { makeNode, single } from "./make_node.ts";
import type { Named } from "./make_node.ts";
import type { Element, Value } from "./value.ts";

type Part<T> = { readonly [K in keyof T]?: T[K] };
const window: Window = { strides: [1, 1], pads: [0, 0, 0, 0] };

/**
 * Correlates [N,C,H,W] with a weight [K,C/groups,kh,kw], and adds a bias [K].
 *
 * ```ts
 * import { conv } from "./ops.ts";
 * import { input } from "./value.ts";
 * const x = input("x", "f32", ["N", 3, "H", "W"]);
 * const weight = input("weight", "f32", [32, 3, 3, 3]);
 * const y = conv(x, weight, { strides: [2, 2], pads: "same" });
 * console.assert(y.shape.join() === "N,32,ceil(H/2),ceil(W/2)");
 * ```
 */
export function conv<D extends Element>(
  x: Value<D>,
  weight: Value<NoInfer<D>>,
  options: Part<Attributes["Conv"]> & Named & { readonly bias?: Value<NoInfer<D>> } = {},
): Value<D> {
  const { name, bias, ...given } = options;
  const attributes = { ...window, dilations: [1, 1] as const, groups: 1, ...given };
  return single(makeNode("Conv", bias ? [x, weight, bias] : [x, weight], attributes, name));
}
/** The mean over a window; what is padded counts as 0 where `countPads`, else not at all. */
export function averagePool<D extends Element>(
  x: Value<D>,
  options: { readonly kernel: readonly [number, number] } & Part<Attributes["AveragePool"]> & Named,
): Value<D> {
  const { name, ...given } = options;
  return single(makeNode("AveragePool", [x], { ...window, countPads: false, ...given }, name));
}
/** H and W to a size or by a scale, bilinear with pixel centres at half (PyTorch's align_corners=False). */
export function resizeBilinear<D extends Element>(
  x: Value<D>,
  to: Attributes["Resize"]["to"],
  { name, mode = "bilinear" }: Named & { readonly mode?: Attributes["Resize"]["mode"] } = {},
): Value<D> {
  return single(makeNode("Resize", [x], { to, mode }, name));
}
/** The transpose of {@linkcode conv}: [N,C,H,W] with a weight [C,K/groups,kh,kw] to a larger [N,K,…]; adds a bias [K]. */
export function convTranspose<D extends Element>(
  x: Value<D>,
  weight: Value<NoInfer<D>>,
  options: Part<Attributes["ConvTranspose"]> & Named & { readonly bias?: Value<NoInfer<D>> } = {},
): Value<D> {
  const { name, bias, ...given } = options;
  const attributes = {
    strides: [1, 1],
    pads: [0, 0, 0, 0],
    outputPads: [0, 0],
    dilations: [1, 1],
    groups: 1,
    ...given,
  } as const;
  return single(makeNode("ConvTranspose", bias ? [x, weight, bias] : [x, weight], attributes, name));
}
/** The maximum over a window; what is padded never wins. */
export function maxPool<D extends Element>(
  x: Value<D>,
  options: { readonly kernel: readonly [number, number] } & Part<Attributes["MaxPool"]> & Named,
): Value<D> {
  const { name, ...given } = options;
  return single(makeNode("MaxPool", [x], { ...window, ...given }, name));
}

/** What batch norm scales and shifts by: f32[C] each. */
export interface NormWeights {
  /** What a standardised channel is multiplied by, f32[C]. */
  readonly scale: Value<"f32">;
  /** What is added behind, f32[C]. */
  readonly bias: Value<"f32">;
  /** Running mean and variance, gathered in training. */
  readonly mean: Value<"f32">;
  /** As the mean. */
  readonly variance: Value<"f32">;
}
/** (x − mean) / √(variance + epsilon) · scale + bias by channel (Ioffe and Szegedy 2015), with running statistics. */
export function batchNorm(
  x: Value<"f32">,
  { scale, bias, mean, variance }: NormWeights,
  { epsilon = 1e-5, name }: { readonly epsilon?: number } & Named = {},
): Value<"f32"> {
  return single(makeNode("BatchNormalization", [x, scale, bias, mean, variance], { epsilon, training: false }, name));
}
