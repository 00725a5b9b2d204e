/**
 * The normalizing flow of FastFlow (Yu et al., "FastFlow: Unsupervised Anomaly Detection and Localization via 2D
 * Normalizing Flows", 2021): an invertible network from features to a standard normal distribution.
 * @module
 */
import { layerNorm } from "../../../engine/graph/compose.ts";
import {
  add,
  concat,
  conv,
  exp,
  gather,
  log,
  mul,
  reduceMean,
  reduceSum,
  relu,
  slice,
  tanh,
} from "../../../engine/graph/ops.ts";
import { literal, toLiteral } from "../../../engine/graph/value.ts";
import type { Value } from "../../../engine/graph/value.ts";
import { fanUniform, ones, scoped, zeros } from "../../../engine/graph/weights.ts";
import type { Weights } from "../../../engine/graph/weights.ts";

/** The shape of a flow; the same for all layers of the backbone. */
export interface FlowSettings {
  /** Coupling blocks, one behind the other; those at odd places have 1 × 1 kernels where not `only3x3`. */
  readonly blocks: number;
  readonly only3x3: boolean;
  /** Hidden channels of a block's subnet, as a share of its input channels. */
  readonly hidden: number;
}

/** The logarithm of a block's scale is kept within ± this. */
const CLAMP = 2;
/** Softplus with β = ½ of this, times 0.1, is 1: blocks begin without scaling. */
const UNIT_SCALE = 2 * Math.log(Math.exp(5) - 1);

/** What a flow makes of features f32[N,C,H,W]. */
export interface Flowed {
  /** The hidden variable, f32[N,C,H,W]. */
  readonly hidden: Value<"f32">;
  /** Logarithm of the Jacobian's determinant, f32[N]. */
  readonly logDet: Value<"f32">;
}

/**
 * A layer's flow: features normalised over a picture (LayerNorm, with a weight an element), then `blocks` coupling
 * blocks (the paper's Eqs. 3 and 4).
 *
 * @param x features f32[N,C,H,W] with literal C, H, W; C at least 2
 * @param permutation of a block's channels, i32[C] by the name of the block
 */
export function flow(
  x: Value<"f32">,
  weights: Weights,
  settings: FlowSettings,
  permutation: (block: string, channels: number) => Int32Array,
): Flowed {
  const shape = x.shape.slice(1).map(Number);
  let hidden = layerNorm(x, { scale: weights("norm.weight", shape, ones), bias: weights("norm.bias", shape, zeros) });
  let logDet: Value<"f32"> | undefined;
  for (let i = 0; i < settings.blocks; i++) {
    const name = `blocks.${i}`;
    const kernel = i % 2 === 1 && !settings.only3x3 ? 1 : 3;
    const options = { kernel, hidden: settings.hidden, permutation: permutation(name, shape[0]) };
    const next = coupling(hidden, scoped(weights, name), options);
    hidden = next.hidden;
    logDet = logDet ? add(logDet, next.logDet) : next.logDet;
  }
  if (!logDet) throw new RangeError("Cannot build a flow without blocks");
  return { hidden, logDet };
}

interface Coupling {
  readonly kernel: number;
  readonly hidden: number;
  readonly permutation: Int32Array;
}

/**
 * An affine coupling block: with x = (x₁, x₂) and (s, t) = 0.1 · subnet(x₁),
 * y = (x₁, x₂ · exp(2 · tanh s) + t); then a scale and an offset for each channel, and a fixed permutation of channels.
 * Its log-determinant is Σ 2 · tanh s + H · W · Σ log scale.
 */
function coupling(x: Value<"f32">, weights: Weights, { kernel, hidden, permutation }: Coupling): Flowed {
  const [channels, height, width] = x.shape.slice(1).map(Number);
  const moved = Math.floor(channels / 2);
  const kept = channels - moved;
  const first = slice(x, { axis: 1, from: 0, to: kept });
  const second = slice(x, { axis: 1, from: kept, to: channels });
  const wide = Math.floor(kept * hidden);
  const inner = relu(subnetConv(first, scoped(weights, "subnet.0"), wide, kernel));
  const both = mul(subnetConv(inner, scoped(weights, "subnet.2"), 2 * moved, kernel), number(0.1));
  const logScale = mul(tanh(slice(both, { axis: 1, from: 0, to: moved })), number(CLAMP));
  const shift = slice(both, { axis: 1, from: moved, to: 2 * moved });
  const changed = add(mul(second, exp(logScale)), shift);

  const raw = weights("global_scale", [1, channels, 1, 1], { kind: "constant", value: UNIT_SCALE });
  // 0.1 · softplus with β = ½
  const scale = mul(log(add(exp(mul(raw, number(0.5))), number(1))), number(0.2));
  const offset = weights("global_offset", [1, channels, 1, 1], zeros);
  const scaled = add(mul(concat([first, changed], { axis: 1 }), scale), offset);
  const order = literal({ dtype: "i64", shape: [channels], data: BigInt64Array.from(permutation, BigInt) });
  const scaleLogDet = mul(reduceSum(log(scale), { axes: [0, 1, 2, 3] }), number(height * width));
  return {
    hidden: gather(scaled, order, { axis: 1 }),
    logDet: add(reduceSum(logScale, { axes: [1, 2, 3] }), scaleLogDet),
  };
}

function subnetConv(x: Value<"f32">, weights: Weights, channels: number, kernel: number): Value<"f32"> {
  const fan = Number(x.shape[1]) * kernel * kernel;
  const pad = (kernel - 1) / 2;
  return conv(x, weights("weight", [channels, Number(x.shape[1]), kernel, kernel], fanUniform(fan)), {
    bias: weights("bias", [channels], fanUniform(fan)),
    pads: [pad, pad, pad, pad],
  });
}

/**
 * The loss: the negative log-likelihood up to a constant, Σ over layers of the mean over pictures of
 * ½ Σ z² − log|det J| (the paper's Eq. 2 with a standard normal distribution).
 */
export function flowLoss(flows: readonly Flowed[]): Value<"f32"> {
  return flows.map(({ hidden, logDet }) => {
    const energy = mul(reduceSum(mul(hidden, hidden), { axes: [1, 2, 3] }), number(0.5));
    return reduceMean(add(energy, mul(logDet, number(-1))), { axes: [0] });
  }).reduce((sum, loss) => add(sum, loss));
}

/** The map of one layer: −exp(−½ · mean over channels of z²), from −1 (likely) to 0 (strange); f32[N,1,H,W]. */
export function likelihoodMap({ hidden }: Flowed): Value<"f32"> {
  const energy = reduceMean(mul(hidden, hidden), { axes: [1], keepDims: true });
  return mul(exp(mul(energy, number(-0.5))), number(-1));
}

function number(value: number): Value<"f32"> {
  return literal(toLiteral("f32", [value], []));
}
