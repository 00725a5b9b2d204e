/** The statistics of segments as a graph, over a segment map of each picture that the graph is given. @module */
import { number } from "../../engine/graph/numbers.ts";
import {
  abs,
  add,
  cast,
  concat,
  div,
  equal,
  gatherElements,
  greater,
  less,
  max,
  mul,
  reduceMax,
  reduceSum,
  reshape,
  sqrt,
  sub,
  topK,
  where,
} from "../../engine/graph/ops.ts";
import { literal, type Value } from "../../engine/graph/value.ts";
import { sumOf } from "./sum_graph.ts";

/** Below every number of a map. */
const LOWEST = number(-3.4028234663852886e38);

/** See `segmentStatistics`, whose numbers these are: f32[N,K,H,W] and u8[N,H,W] become f32[N,L,K,4]. */
export function statisticsByMasks(maps: Value<"f32">, labels: Value<"u8">, segments: number): Value<"f32"> {
  const [, K, height, width] = maps.shape.map(Number);
  const P = height * width;
  const flat = reshape(maps, ["N", K, P]);
  const own = reshape(cast(labels, "f32"), ["N", 1, P]);
  const each = Array.from(
    { length: segments },
    (_, l) => reshape(statisticsOf(flat, equal(own, number(l))), ["N", 1, K, 4]),
  );
  return each.length === 1 ? each[0] : concat(each, { axis: 1 });
}

/** f32[N,K,P] and bool[N,1,P] to f32[N,K,4]; zeros where no pixel is in the segment. */
function statisticsOf(pixels: Value<"f32">, inside: Value<"bool">): Value<"f32"> {
  const none = number(0);
  const count = reduceSum(cast(inside, "f32"), { axes: [2], keepDims: true });
  const mean = (x: Value<"f32">) => div(sumOf(x), count);
  const kept = where(inside, pixels, LOWEST);
  // From the largest pixel and in units of the largest distance from it, as from the first one elsewhere.
  const first = reduceMax(kept, { axes: [2], keepDims: true });
  const from = where(inside, sub(pixels, first), none);
  const unit = div(from, reduceMax(abs(from), { axes: [2], keepDims: true }));
  const centred = where(inside, sub(unit, mean(unit)), none);
  const squares = mul(centred, centred);
  const variance = mean(squares);
  const skewness = div(mean(mul(squares, centred)), mul(variance, sqrt(variance)));
  const kurtosis = sub(div(mean(mul(squares, squares)), mul(variance, variance)), number(3));
  const all = concat([quantile(kept, count), skewness, kurtosis, add(first, mean(from))], { axis: 2 });
  return where(greater(count, none), all, none);
}

/**
 * The 99.5 % quantile at position 0.995·(count − 1) of the numbers that are not the lowest: f32[N,K,1].
 *
 * @param count f32[N,1,1], how many there are
 */
function quantile(kept: Value<"f32">, count: Value<"f32">): Value<"f32"> {
  const [, K, P] = kept.shape.map(Number);
  const whole = (x: Value<"f32">) => cast(cast(x, "i32"), "f32");
  // 0.995·c = 199·a + 0.995·b of c = 200·a + b, which single precision holds however many pixels there are.
  const last = max(sub(count, number(1)), number(0));
  const rounds = whole(div(last, number(200)));
  const rest = mul(sub(last, mul(rounds, number(200))), number(0.995));
  const fraction = sub(rest, whole(rest));
  const low = sub(last, add(mul(rounds, number(199)), whole(rest)));
  const [largest] = topK(kept, { k: P - Math.floor(0.995 * (P - 1)), axis: 2, largest: true });
  const everyMap = literal({ dtype: "i64", shape: [1, K, 1], data: new BigInt64Array(K) });
  const at = (place: Value<"f32">) => gatherElements(largest, add(cast(place, "i64"), everyMap), { axis: 2 });
  const [below, above] = [at(low), at(max(sub(low, number(1)), number(0)))];
  const step = sub(above, below);
  return where(
    less(fraction, number(0.5)),
    add(below, mul(step, fraction)),
    sub(above, mul(step, sub(number(1), fraction))),
  );
}
