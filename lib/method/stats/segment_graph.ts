/** The statistics of segments as a graph, over one segment map for all pictures. @module */
import { STATISTICS } from "../../domain.ts";
import { sumOf } from "./sum_graph.ts";
import { number } from "../../engine/graph/numbers.ts";
import {
  abs,
  add,
  concat,
  div,
  gather,
  mul,
  reduceMax,
  reshape,
  slice,
  sqrt,
  sub,
  topK,
} from "../../engine/graph/ops.ts";
import { literal, type Value } from "../../engine/graph/value.ts";
import { statisticsByMasks } from "./mask_graph.ts";
import { orderPixels, type PixelOrder } from "./order.ts";

/**
 * q99.5, skewness, kurtosis and mean of each map in each segment: f32[N,K,H,W] becomes f32[N,L,K,4]. A segment without pixels
 * gives zeros, one of equal pixels NaN for skewness and kurtosis, as `segmentStats` does.
 *
 * @param labels u8[H·W] of all pictures, 0 to L−1, or IGNORED; or a value u8[N,H,W], one map a picture
 * @param segments L
 * @throws {RangeError} where a label is none of the segments'
 */
export function segmentStatistics(
  maps: Value<"f32">,
  labels: Uint8Array | Value<"u8">,
  segments: number,
): Value<"f32"> {
  if (!(labels instanceof Uint8Array)) return statisticsByMasks(maps, labels, segments);
  const K = Number(maps.shape[1]);
  const flat = reshape(maps, ["N", K, labels.length]);
  const order = orderPixels(labels, segments);
  const each = Array.from({ length: segments }, (_, l) => {
    const pixels = pixelsOf(flat, order, l);
    const statistics = pixels ? statisticsOf(pixels) : nothing(flat);
    return reshape(statistics, ["N", 1, K, STATISTICS.length]);
  });
  return each.length === 1 ? each[0] : concat(each, { axis: 1 });
}

/** The pixels of one segment, f32[N,K,P]; undefined where there is none. */
function pixelsOf(flat: Value<"f32">, { order, starts }: PixelOrder, segment: number): Value<"f32"> | undefined {
  const places = order.subarray(starts[segment], starts[segment + 1]);
  if (places.length === 0) return undefined;
  if (places.length === order.length) return flat;
  const data = Int32Array.from(places);
  return gather(flat, literal({ dtype: "i32", shape: [data.length], data }, `segment ${segment}`), { axis: 2 });
}

/** f32[N,K,P] to f32[N,K,4]. */
function statisticsOf(pixels: Value<"f32">): Value<"f32"> {
  const axes = [2];
  // From the first pixel and in units of the largest distance from it: equal pixels give exact zeros, and no power of a small
  // distance falls below what single precision holds.
  const first = slice(pixels, { axis: 2, from: 0, to: 1 });
  const from = sub(pixels, first);
  const unit = div(from, reduceMax(abs(from), { axes, keepDims: true }));
  const centred = sub(unit, mean(unit));
  const squares = mul(centred, centred);
  const variance = mean(squares);
  const skewness = div(mean(mul(squares, centred)), mul(variance, sqrt(variance)));
  const kurtosis = sub(div(mean(mul(squares, squares)), mul(variance, variance)), number(3));
  return concat([quantile(pixels), skewness, kurtosis, add(first, mean(from))], { axis: 2 });
}

/** The mean over the last axis: f32[N,K,P] to f32[N,K,1]. */
function mean(x: Value<"f32">): Value<"f32"> {
  return mul(sumOf(x), number(1 / Number(x.shape[2])));
}

/** The 99.5 % quantile at position 0.995·(count − 1), interpolated as the kernel does: f32[N,K,1]. */
function quantile(pixels: Value<"f32">): Value<"f32"> {
  const count = Number(pixels.shape[2]);
  const position = 0.995 * (count - 1);
  const rank = Math.floor(position);
  const fraction = position - rank;
  const kept = count - rank;
  const [largest] = topK(pixels, { k: kept, axis: 2, largest: true });
  const low = slice(largest, { axis: 2, from: kept - 1, to: kept });
  if (kept === 1) return low;
  const high = slice(largest, { axis: 2, from: kept - 2, to: kept - 1 });
  return fraction < 0.5
    ? add(low, mul(sub(high, low), number(fraction)))
    : sub(high, mul(sub(high, low), number(1 - fraction)));
}

/** Zeros for a segment without pixels. */
function nothing(flat: Value<"f32">): Value<"f32"> {
  const zero = mul(slice(flat, { axis: 2, from: 0, to: 1 }), number(0));
  return concat(STATISTICS.map(() => zero), { axis: 2 });
}
