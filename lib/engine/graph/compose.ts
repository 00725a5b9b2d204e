/** What networks and losses are made of, as compositions of operators. @module */
import { number } from "./numbers.ts";
import {
  add,
  div,
  exp,
  log,
  matMul,
  max,
  mul,
  reduceMax,
  reduceMean,
  reduceSum,
  reshape,
  sqrt,
  stopGradient,
  sub,
  transpose,
} from "./ops.ts";
import type { Value } from "./value.ts";

type Axes = { readonly axes: readonly number[]; readonly keepDims?: boolean };

/** Normalises each picture over all axes but the first, with a weight an element (Ba et al. 2016; PyTorch's LayerNorm). */
export function layerNorm(
  x: Value<"f32">,
  { scale, bias, epsilon = 1e-5 }: { scale: Value<"f32">; bias: Value<"f32">; epsilon?: number },
): Value<"f32"> {
  const axes = x.shape.map((_, axis) => axis).slice(1);
  const centred = sub(x, reduceMean(x, { axes, keepDims: true }));
  const variance = reduceMean(mul(centred, centred), { axes, keepDims: true });
  return add(mul(div(centred, sqrt(add(variance, number(epsilon)))), scale), bias);
}

/** log Σ exp x over axes, without overflow. */
export function logSumExp(x: Value<"f32">, { axes, keepDims = false }: Axes): Value<"f32"> {
  const most = stopGradient(reduceMax(x, { axes, keepDims: true }));
  const sum = add(log(reduceSum(exp(sub(x, most)), { axes, keepDims: true })), most);
  return keepDims ? sum : reduceSum(sum, { axes });
}

/** The logarithm of softmax along an axis. */
export function logSoftmax(x: Value<"f32">, axis: number): Value<"f32"> {
  return sub(x, logSumExp(x, { axes: [axis], keepDims: true }));
}

/** log(1 + eˣ) = max(x, 0) + log(1 + e^−|x|), without overflow. */
export function softplus(x: Value<"f32">): Value<"f32"> {
  const most = max(x, number(0));
  const less = sub(x, mul(most, number(2)));
  return add(most, log(add(exp(less), number(1))));
}

/** x · y / (max(|x|, ε) · max(|y|, ε)) over axes, ε = 1e-8: PyTorch's cosine_similarity. */
export function cosineSimilarity(a: Value<"f32">, b: Value<"f32">, { axes, keepDims = false }: Axes): Value<"f32"> {
  const dot = reduceSum(mul(a, b), { axes, keepDims });
  const norm = (x: Value<"f32">) => sqrt(max(reduceSum(mul(x, x), { axes, keepDims }), number(1e-16)));
  return div(dot, mul(norm(a), norm(b)));
}

/** x / max(|x|, 1e-12) along an axis: PyTorch's normalize. */
export function l2Normalize(x: Value<"f32">, axis: number): Value<"f32"> {
  return div(x, sqrt(max(reduceSum(mul(x, x), { axes: [axis], keepDims: true }), number(1e-24))));
}

/** x Wᵀ + b: [N,C] with a weight [K,C] and a bias [K], as PyTorch keeps them. */
export function linear(x: Value<"f32">, weight: Value<"f32">, bias?: Value<"f32">): Value<"f32"> {
  const product = matMul(x, transpose(weight, [1, 0]));
  return bias ? add(product, bias) : product;
}

/** The mean over rows and columns: [N,C,H,W] → [N,C]. */
export function globalAverage(x: Value<"f32">): Value<"f32"> {
  return reshape(reduceMean(x, { axes: [2, 3], keepDims: true }), x.shape.slice(0, 2));
}

/** −log p of the wanted class, by logit and label (1 or 0): Σ softplus(z) − y·z, elementwise. */
export function binaryCrossEntropy(logit: Value<"f32">, label: Value<"f32">): Value<"f32"> {
  return sub(softplus(logit), mul(logit, label));
}
