/**
 * What a teacher learns to give: layers of a backbone on the teacher's grid, joined, neighbouring channels averaged, at mean 0
 * and deviation 1.
 * @module
 */
import { trainableBackbone } from "../../backbone/trainable.ts";
import { matMul, mul, reduceMean, reshape, sub } from "../../../engine/graph/ops.ts";
import { buildModel } from "../../../engine/graph/model.ts";
import { literal } from "../../../engine/graph/value.ts";
import type { Value } from "../../../engine/graph/value.ts";
import type { Dim } from "../../../base/tensor/tensor.ts";
import { storedWeights } from "../../../engine/graph/weights.ts";
import { standardsOf } from "../channel_standards.ts";
import type { Grid } from "../contract.ts";
import { joinedLayers, standardised } from "../layer_grids.ts";
import type { FitContext } from "../../learn/contract.ts";

/** The most channels of a teacher; more features than these are averaged in neighbouring groups (Sec. 3.1). */
const MOST_CHANNELS = 384;

/** A target for some number of pictures. */
export interface Target {
  /** The pictures, f32[N,3,H,W]. */
  readonly image: Value<"f32">;
  /** As the teacher sees them: the same, or at half the size. */
  readonly seen: Value<"f32">;
  /** f32[N,C,h,w]. */
  readonly wanted: Value<"f32">;
}

/** How targets are made. */
export interface Targets {
  /** C. */
  readonly channels: number;
  of(count: Dim): Target;
}

/**
 * The targets of a fit. Each layer's channels are standardised before they are joined; as the authors have it what is joined is,
 * and the backbone sees pictures at twice the size that the teacher sees them at.
 *
 * @param grid of the teacher, rows and columns
 */
export async function openTargets(
  context: FitContext,
  layers: readonly Grid[],
  grid: readonly [number, number],
  authors: boolean,
): Promise<Targets> {
  const all = layers.reduce((sum, { channels }) => sum + channels, 0);
  const groups = Math.ceil(all / MOST_CHANNELS);
  const channels = Math.floor(all / groups);
  const standards = await standardsOf(context, layers, !authors);
  const { size } = context;
  function raw(count: Dim): Target {
    const shape = [count, 3, size.height, size.width] as const;
    const { image, layers: features } = trainableBackbone(context.backbone, layers.map(({ name }) => name), shape);
    const even = authors ? features : standardised(features, storedWeights(standards, "standards of a teacher"));
    return {
      image,
      seen: authors ? halved(image) : image,
      wanted: averaged(joinedLayers(even, grid), channels, groups),
    };
  }
  if (!authors) return { channels, of: raw };
  const { mean, scale } = await standardsOfTarget(context, raw("N"), channels);
  return {
    channels,
    of(count) {
      const made = raw(count);
      return { ...made, wanted: mul(sub(made.wanted, mean), scale) };
    },
  };
}

/** Mean and 1 / deviation of each channel of the target over all pictures of a fit. */
async function standardsOfTarget(
  context: FitContext,
  { image, wanted }: Target,
  channels: number,
): Promise<{ mean: Value<"f32">; scale: Value<"f32"> }> {
  const over = { axes: [0, 2, 3] };
  const outputs = { mean: reduceMean(wanted, over), square: reduceMean(mul(wanted, wanted), over) };
  const model = buildModel({ inputs: [image], outputs, name: "target" });
  const session = await context.runtime.open(model, "the target of a teacher");
  const [sum, square] = [new Float64Array(channels), new Float64Array(channels)];
  let count = 0;
  try {
    for await (const seen of context.batches()) {
      context.signal?.throwIfAborted();
      const found = await session.run({ image: seen.image });
      const pictures = seen.image.shape[0];
      for (let c = 0; c < channels; c++) {
        sum[c] += found.mean.data[c] as number * pictures;
        square[c] += found.square.data[c] as number * pictures;
      }
      count += pictures;
    }
  } finally {
    await session.release();
  }
  const of = (value: (c: number) => number) =>
    literal({ dtype: "f32", shape: [1, channels, 1, 1], data: Float32Array.from(sum, (_, c) => value(c)) });
  return {
    mean: of((c) => sum[c] / count),
    scale: of((c) => 1 / Math.sqrt(Math.max(1e-12, square[c] / count - (sum[c] / count) ** 2))),
  };
}

/** Means of neighbouring channels, `groups` each; what is left over at the end is not used. */
function averaged(x: Value<"f32">, channels: number, groups: number): Value<"f32"> {
  if (groups === 1) return x;
  const [N, all, H, W] = x.shape;
  const data = new Float32Array(channels * Number(all));
  for (let c = 0; c < channels; c++) {
    data.fill(1 / groups, c * Number(all) + c * groups, c * Number(all) + (c + 1) * groups);
  }
  const area = Number(H) * Number(W);
  const mean = matMul(literal({ dtype: "f32", shape: [channels, Number(all)], data }), reshape(x, [N, all, area]));
  return reshape(mean, [N, channels, H, W]);
}

/** Pictures at half the size, as PIL's bilinear filter makes them: 1, 3, 3 and 1 eighth of four pixels, fewer at the edge. */
export function halved(image: Value<"f32">): Value<"f32"> {
  const [height, width] = image.shape.slice(2).map(Number);
  const across = matMul(image, halving(width, true));
  return matMul(halving(height, false), across);
}

/** The matrix that halves an axis, f32[to,from], or turned. */
function halving(from: number, turned: boolean): Value<"f32"> {
  const to = from / 2;
  const data = new Float32Array(to * from);
  for (let i = 0; i < to; i++) {
    const taps = [1, 3, 3, 1].map((weight, k) => [2 * i - 1 + k, weight] as const)
      .filter(([place]) => place >= 0 && place < from);
    const sum = taps.reduce((total, [, weight]) => total + weight, 0);
    for (const [place, weight] of taps) data[turned ? place * to + i : i * from + place] = weight / sum;
  }
  return literal({ dtype: "f32", shape: turned ? [from, to] : [to, from], data });
}
