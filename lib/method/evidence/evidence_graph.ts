/** Evidence as a graph: the blocks of `evidence.ts`, in their order. @module */
import { denseOf } from "../../base/planes/bands.ts";
import { number } from "../../engine/graph/numbers.ts";
import {
  abs,
  add,
  concat,
  gatherElements,
  log,
  matMul,
  max,
  maxPool,
  mul,
  reduceMax,
  reduceMean,
  reshape,
  sign,
  slice,
  sub,
  topK,
  transpose,
} from "../../engine/graph/ops.ts";
import { literal, type Value } from "../../engine/graph/value.ts";
import { gridBands, type GridSize } from "../features/grid.ts";
import { LARGEST, placeScales } from "../features/residuals.ts";
import { upsampled } from "../learn/upsample_graph.ts";
import { segmentStatistics } from "../stats/segment_graph.ts";
import type { EvidenceFitted } from "./fitted.ts";
import { LEAST, logScales } from "./log_maps.ts";
import { profileSizes } from "./profile.ts";
import { PLACES } from "./strangest.ts";

/** What evidence is computed from, as values. */
export interface EvidenceValues {
  /** f32[N,C,h,w] of a layer of the backbone. */
  layer(name: string): Value<"f32">;
  /** One a detector, f32[N,1,h,w] at its own grid. */
  readonly maps: readonly Value<"f32">[];
  /** The paper's columns of the same maps, f32[N,4·K·L]. */
  readonly statistics: Value<"f32">;
  /** u8[H·W] of all pictures, or u8[N,H,W], one map a picture. */
  readonly labels: Uint8Array | Value<"u8">;
  /** Of the pictures. */
  readonly size: GridSize;
}

/** All columns of evidence, f32[N,F], in the order of `blockColumns`. */
export function evidenceValues(fitted: EvidenceFitted, values: EvidenceValues): Value<"f32"> {
  const { residuals, detectors, segments, smoothing } = fitted;
  const { height, width, channels, pool } = residuals;
  const P = height * width;
  const C = channels.reduce((sum, count) => sum + count, 0);
  const layers = residuals.layers.map((name) => values.layer(name));

  const places = joined(
    layers.map((layer, i) => reshape(onGridByArea(layer, residuals, pool), ["N", channels[i], P])),
    1,
  );
  const z = mul(
    sub(places, block("usual features", residuals.mean, [1, C, P])),
    block("feature scales", placeScales(residuals), [1, C, P]),
  );
  const sizes = abs(z);
  const [largest] = topK(sizes, { k: Math.min(LARGEST, P), axis: 2, largest: true });

  const scales = logScales(fitted);
  let from = 0;
  const compared = detectors.map((grid, k) => {
    const [begin, end] = [from, from += grid.height * grid.width];
    const shape = [1, 1, grid.height, grid.width];
    const logs = log(max(values.maps[k], number(LEAST)));
    const standard = mul(
      sub(logs, block(`usual ${grid.name}`, fitted.logs.mean.subarray(begin, end), shape)),
      block(`scales of ${grid.name}`, scales.subarray(begin, end), shape),
    );
    return { standard, logs: onCommon(logs, grid, residuals), common: onCommon(standard, grid, residuals) };
  });
  const sum = compared.map(({ common }) => common).reduce((all, one) => add(all, one));
  const mean = mul(sum, number(1 / compared.length));
  const profiles = [
    ...compared.flatMap(({ logs, common }) => [profile(logs, P), profile(common, P)]),
    profile(mean, P),
  ];

  const [, strangest] = topK(mean, { k: Math.min(PLACES, P), axis: 1, largest: true });
  const count = Number(strangest.shape[1]);
  const everyChannel = literal({ dtype: "i64", shape: [1, C, 1], data: new BigInt64Array(C) });
  const there = gatherElements(z, add(reshape(strangest, ["N", 1, count]), everyChannel), { axis: 2 });

  const standardised = joined(
    [...compared.map(({ standard }) => standard), reshape(mean, ["N", 1, height, width])]
      .map((map) => upsampled(map, values.size, smoothing)),
    1,
  );
  const statistics = segmentStatistics(standardised, values.labels, segments.length);
  return concat([
    ...layers.flatMap((layer) => [reduceMean(layer, { axes: [2, 3] }), reduceMax(layer, { axes: [2, 3] })]),
    over(z),
    signedLog(concat([over(sizes), over(largest)], { axis: 1 })),
    signedLog(concat([over(there), over(abs(there))], { axis: 1 })),
    signedLog(reshape(statistics, ["N", statistics.shape.slice(1).reduce<number>((all, dim) => all * Number(dim), 1)])),
    ...profiles,
    signedLog(values.statistics),
  ], { axis: 1 });
}

function block(name: string, numbers: Float64Array, shape: readonly number[]): Value<"f32"> {
  return literal({ dtype: "f32", shape, data: Float32Array.from(numbers) }, name);
}

function joined(parts: readonly Value<"f32">[], axis: number): Value<"f32"> {
  return parts.length === 1 ? parts[0] : concat(parts, { axis });
}

/** The mean over the last axis: f32[N,C,P] to f32[N,C]. */
function over(x: Value<"f32">): Value<"f32"> {
  return reduceMean(x, { axes: [2] });
}

/** sign(x)·log(1 + |x|). */
function signedLog(x: Value<"f32">): Value<"f32"> {
  return mul(sign(x), log(add(abs(x), number(1))));
}

/** See `toGrid`. */
function onGridByArea(map: Value<"f32">, { height, width }: GridSize, pool: number): Value<"f32"> {
  const [h, w] = map.shape.slice(2).map(Number);
  const axis = (to: number, from: number) =>
    literal({ dtype: "f32", shape: [to, from], data: denseOf(gridBands(from, to, pool), from) }, "grid");
  return matMul(axis(height, h), matMul(map, transpose(axis(width, w), [1, 0])));
}

/** See `onGrid`: f32[N,1,h,w] to f32[N,P]. */
function onCommon(map: Value<"f32">, from: GridSize, to: GridSize): Value<"f32"> {
  const [rows, columns] = [from.height / to.height, from.width / to.width];
  const found = !Number.isInteger(rows) || !Number.isInteger(columns)
    ? onGridByArea(map, to, 1)
    : rows === 1 && columns === 1
    ? map
    : maxPool(map, { kernel: [rows, columns], strides: [rows, columns] });
  return reshape(found, ["N", to.height * to.width]);
}

/** See `profileOf`: f32[N,P] to one column a size. */
function profile(map: Value<"f32">, P: number): Value<"f32"> {
  const sizes = profileSizes(P);
  const [sorted] = topK(map, { k: sizes[sizes.length - 1], axis: 1, largest: true });
  return joined(
    sizes.map((size) => reduceMean(slice(sorted, { axis: 1, from: 0, to: size }), { axes: [1], keepDims: true })),
    1,
  );
}
