/** The small networks behind a backbone: projections and predictions. @module */
import { linear } from "../../engine/graph/compose.ts";
import { batchNorm, relu, reshape } from "../../engine/graph/ops.ts";
import { literal } from "../../engine/graph/value.ts";
import type { Value } from "../../engine/graph/value.ts";
import { fanUniform, ones, zeros } from "../../engine/graph/weights.ts";
import type { Weights } from "../../engine/graph/weights.ts";

/** x Wᵀ + b with PyTorch's names and beginning: `NAME.weight` [out,in] and `NAME.bias` [out]. */
export function linearOf(
  x: Value<"f32">,
  weights: Weights,
  name: string,
  { out, bias = true }: { readonly out: number; readonly bias?: boolean },
): Value<"f32"> {
  const inputs = Number(x.shape[1]);
  const weight = weights(`${name}.weight`, [out, inputs], fanUniform(inputs));
  return linear(x, weight, bias ? weights(`${name}.bias`, [out], fanUniform(inputs)) : undefined);
}

/**
 * Batch norm of f32[N,C] with PyTorch's names.
 *
 * @param affine whether it scales and shifts; true where left out
 */
export function featureNorm(x: Value<"f32">, weights: Weights, name: string, affine = true): Value<"f32"> {
  const channels = Number(x.shape[1]);
  const fixed = (value: number) =>
    literal({ dtype: "f32", shape: [channels], data: new Float32Array(channels).fill(value) });
  const normal = batchNorm(reshape(x, [x.shape[0], channels, 1, 1]), {
    scale: affine ? weights(`${name}.weight`, [channels], ones) : fixed(1),
    bias: affine ? weights(`${name}.bias`, [channels], zeros) : fixed(0),
    mean: weights(`${name}.running_mean`, [channels], zeros),
    variance: weights(`${name}.running_var`, [channels], ones),
  }, { name });
  return reshape(normal, [x.shape[0], channels]);
}

/** A linear layer without bias, batch norm and ReLU: `NAME.weight` and `NAME.norm.…`. */
export function hiddenLayer(x: Value<"f32">, weights: Weights, name: string, out: number): Value<"f32"> {
  return relu(featureNorm(linearOf(x, weights, name, { out, bias: false }), weights, `${name}.norm`));
}
