/**
 * How far each channel of the backbone is from its mean at the same place of good pictures, in deviations there: pooled over
 * the picture, three columns a channel. Where parts are aligned this sees what pooled features alone cannot: something usual at
 * an unusual place.
 * @module
 */
import type { FeatureMaps } from "../backbone/backbone.ts";
import { bindAxes, rows } from "../../base/tensor/tensor.ts";
import type { Stage } from "../../stage.ts";
import { type Features, features as featuresOf } from "../../domain.ts";
import { type GridSize, toGrid } from "./grid.ts";
import { columnWord } from "./layer_features.ts";
import { openPlaceSums, type PlaceStandards, standardiser } from "./place_standards.ts";

/** Settings of position residuals. */
export interface ResidualConfig {
  /** Names of the backbone's layers. */
  readonly layers: readonly string[];
  /** The layer on whose grid all are compared. */
  readonly grid: string;
  /** Side of the window that features are averaged over; 3 where left out. */
  readonly pool?: number;
}

/** Fitted position residuals: plain data. Places are channel by channel, each row by row. */
export interface ResidualFitted extends GridSize, PlaceStandards {
  readonly layers: readonly string[];
  /** Of each layer. */
  readonly channels: readonly number[];
  readonly pool: number;
}

/** Added to each variance: this share of the channel's mean variance over all places, and a little for constant channels. */
const SHARE = 0.05;
const FLOOR = 1e-4;
/** How many of a channel's places, those of the largest |z|, make its third column. */
export const LARGEST = 8;

/** Sums over the good pictures, batch by batch. */
export interface ResidualSums {
  add(maps: FeatureMaps): void;
  /** @throws {RangeError} where there are fewer than 3 pictures */
  finish(): ResidualFitted;
}

/**
 * Opens a fit.
 *
 * @throws {TypeError} when used: where a layer is missing or has another size than before
 *
 * ```ts
 * import { featureMap } from "../backbone/backbone.ts";
 * import { openResidualSums, residualFeatures } from "./residuals.ts";
 * const map = featureMap([3, 1, 1, 1], new Float32Array([1, 2, 3]));
 * const sums = openResidualSums({ layers: ["stride16"], grid: "stride16", pool: 1 });
 * sums.add({ stride16: map });
 * const z = residualFeatures(sums.finish()).compute({ stride16: map }).data[0];
 * console.assert(Math.abs(z + 1 / Math.sqrt(1 + 0.05 + 1e-4)) < 1e-6);
 * ```
 */
export function openResidualSums({ layers, grid, pool = 3 }: ResidualConfig): ResidualSums {
  let known: (GridSize & { readonly channels: readonly number[] }) | undefined;
  let sums: ReturnType<typeof openPlaceSums> | undefined;
  return {
    add(maps) {
      if (!known || !sums) {
        const chosen = layers.map((layer) => layerOf(maps, layer));
        const [, , height, width] = layerOf(maps, grid).shape;
        known = { height, width, channels: chosen.map(({ shape }) => shape[1]) };
        sums = openPlaceSums(known.channels.reduce((sum, count) => sum + count, 0) * height * width);
      }
      for (const values of placesOf(maps, { layers, pool, ...known })) sums.add(values);
    },
    finish() {
      if (!known || !sums) throw new RangeError("Cannot take standards of 0 pictures as at least 3 are needed");
      return { layers, pool, ...known, ...sums.finish() };
    },
  };
}

/**
 * Fitted residuals as columns: for each channel the mean of z over all places (`stride16.residual_7`), the mean of |z|
 * (`stride16.deviation_7`) and the mean of the 8 largest |z| (`stride16.largest_7`). z is the difference to the mean there over
 * the root of the variance there, regularised by 5 % of the channel's mean variance and 0.0001.
 *
 * @returns `compute` for pictures that the fit has not seen, `leftOut` for those that it has: each as if fitted on all others
 */
export function residualFeatures(fitted: ResidualFitted): {
  readonly columns: readonly string[];
  readonly compute: Stage<FeatureMaps, Features>;
  readonly leftOut: Stage<FeatureMaps, Features>;
} {
  const channels = fitted.layers.flatMap((layer, i) =>
    Array.from({ length: fitted.channels[i] }, (_, c) => ({ layer, c }))
  );
  const columns = ["residual", "deviation", "largest"].flatMap((what) =>
    channels.map(({ layer, c }) => columnWord(layer, what, c))
  );
  function compute(maps: FeatureMaps, own: boolean): Features {
    const pictures = placesOf(maps, fitted);
    const features = featuresOf([pictures.length, columns.length]);
    pictures.forEach((values, n) => {
      const z = standardResiduals(fitted, values, own);
      features.data.set(pooledResiduals(z, fitted.height * fitted.width), n * columns.length);
    });
    return features;
  }
  return {
    columns,
    compute: function residuals(maps) {
      return compute(maps, false);
    },
    leftOut: function residualsLeftOut(maps) {
      return compute(maps, true);
    },
  };
}

/**
 * z of one picture, f64[C·P] channel by channel.
 *
 * @param values as {@linkcode placesOf} gives them
 * @param own whether the picture is one of the fit, which is then left out
 */
export function standardResiduals(fitted: ResidualFitted, values: Float64Array, own: boolean): Float64Array {
  return standards.deviationsOf(fitted, values, own);
}

/** What the deviations of a picture that the fit has not seen are multiplied by, f64[C·P]. */
export function placeScales(fitted: ResidualFitted): Float64Array {
  return standards.scalesOf(fitted);
}

const standards = standardiser<ResidualFitted>(
  (fitted) => fitted,
  (variances, { height, width }) => rootsOf(variances, height * width),
);

/** The roots of variances that are regularised channel by channel. */
function rootsOf(variances: Float64Array, P: number): Float64Array {
  const roots = new Float64Array(variances.length);
  for (let from = 0; from < variances.length; from += P) {
    let total = 0;
    for (let p = from; p < from + P; p++) total += variances[p];
    const floor = SHARE * total / P + FLOOR;
    for (let p = from; p < from + P; p++) roots[p] = Math.sqrt(variances[p] + floor);
  }
  return roots;
}

/** The columns of one picture, f64[3·C], from its z: f64[C·P]. */
export function pooledResiduals(z: Float64Array, P: number): Float64Array {
  const C = z.length / P;
  const columns = new Float64Array(3 * C);
  // In ascending order.
  const largest = new Float64Array(Math.min(LARGEST, P));
  for (let c = 0; c < C; c++) {
    let [sum, absolute] = [0, 0];
    largest.fill(-1);
    for (let p = c * P; p < (c + 1) * P; p++) {
      const size = Math.abs(z[p]);
      sum += z[p];
      absolute += size;
      if (!(size > largest[0])) continue;
      let at = 1;
      for (; at < largest.length && largest[at] < size; at++) largest[at - 1] = largest[at];
      largest[at - 1] = size;
    }
    columns[c] = sum / P;
    columns[C + c] = absolute / P;
    const mean = largest.reduce((all, size) => all + size, 0) / largest.length;
    columns[2 * C + c] = Number.isNaN(absolute) ? NaN : mean;
  }
  return columns;
}

/**
 * The values of each picture on the grid, channel by channel: f64[C·P].
 *
 * @throws {TypeError} where a layer is missing or has another number of channels
 */
export function placesOf(
  maps: FeatureMaps,
  { layers, channels, pool, height, width }: Pick<ResidualFitted, "layers" | "channels" | "pool" | "height" | "width">,
): Float64Array[] {
  const P = height * width;
  const chosen = layers.map((layer, i) => {
    const map = layerOf(maps, layer);
    bindAxes(map, ["N", channels[i], "H", "W"], `compare layer "${layer}" with good pictures`);
    return map;
  });
  const length = channels.reduce((sum, count) => sum + count, 0) * P;
  return Array.from({ length: chosen[0].shape[0] }, (_, n) => {
    const values = new Float64Array(length);
    let offset = 0;
    chosen.forEach((map, i) => {
      const size = channels[i] * P;
      toGrid(rows(map, n, n + 1), { height, width }, pool, values.subarray(offset, offset + size));
      offset += size;
    });
    return values;
  });
}

function layerOf(maps: FeatureMaps, layer: string): FeatureMaps[string] {
  if (Object.hasOwn(maps, layer)) return maps[layer];
  throw new TypeError(`Cannot compare layer "${layer}" with good pictures: found ${Object.keys(maps).join(", ")}`);
}
