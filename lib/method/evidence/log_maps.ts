/** Anomaly maps on a logarithmic scale, in deviations from what is usual at each place. @module */
import type { AnomalyMap } from "../../domain.ts";
import { bindAxes } from "../../base/tensor/tensor.ts";
import type { GridSize } from "../features/grid.ts";
import { type PlaceStandards, standardiser } from "../features/place_standards.ts";

/** A detector, and the grid of its map. */
export interface DetectorGrid extends GridSize {
  readonly name: string;
}

/** Maps of N pictures, one tensor a detector, each at its own grid. */
export type DetectorMaps = readonly AnomalyMap<"N", 1, "h", "w">[];

/** What a map holds at least before its logarithm is taken. */
export const LEAST = 1e-6;
/** The least variance of a logarithm, so that what never changed is no division by 0. */
const FLOOR = 1e-8;

/**
 * The logarithms of the maps of each picture, one detector after the other.
 *
 * @throws {TypeError} where the number of maps, of their pictures or of their places does not fit
 * @throws {RangeError} where a map holds NaN or an infinity
 */
export function logsOf(maps: DetectorMaps, detectors: readonly DetectorGrid[]): Float64Array[] {
  if (maps.length !== detectors.length) {
    throw new TypeError(`Cannot compare the maps of ${detectors.length} detectors: found ${maps.length}`);
  }
  const [N] = maps[0].shape;
  const length = detectors.reduce((sum, { height, width }) => sum + height * width, 0);
  const logs = Array.from({ length: N }, () => new Float64Array(length));
  let offset = 0;
  detectors.forEach(({ name, height, width }, k) => {
    const { data } = maps[k];
    bindAxes(maps[k], [N, 1, height, width], `compare the map of "${name}" with those of good pictures`);
    const area = height * width;
    for (let n = 0; n < N; n++) {
      for (let i = 0; i < area; i++) {
        const value = data[n * area + i];
        if (!Number.isFinite(value)) {
          throw new RangeError(
            `Cannot compare the map of "${name}" for picture ${n} of the batch with those of good pictures as it must ` +
              `be finite: value at row ${Math.floor(i / width)}, column ${i % width} is ${value}`,
          );
        }
        logs[n][offset + i] = Math.log(Math.max(value, LEAST));
      }
    }
    offset += area;
  });
  return logs;
}

/**
 * How far the logarithms of one picture's maps are from their means over good pictures, in deviations, at each place of the
 * detectors' own grids. Half of the variance is that of the place and half the mean over the detector's places.
 *
 * @param own whether the picture is one of the fit, which is then left out
 */
export function standardLogs(fitted: LogStandards, values: Float64Array, own: boolean): Float64Array {
  return standards.deviationsOf(fitted, values, own);
}

/** What logarithms are compared with. */
interface LogStandards {
  readonly logs: PlaceStandards;
  readonly detectors: readonly DetectorGrid[];
}

/** What the deviations of a picture that the fit has not seen are multiplied by, one detector after the other. */
export function logScales(fitted: LogStandards): Float64Array {
  return standards.scalesOf(fitted);
}

const standards = standardiser<LogStandards>(
  ({ logs }) => logs,
  (variances, { detectors }) => rootsOf(variances, detectors),
);

function rootsOf(variances: Float64Array, detectors: readonly DetectorGrid[]): Float64Array {
  const roots = new Float64Array(variances.length);
  let from = 0;
  for (const { height, width } of detectors) {
    const to = from + height * width;
    let total = 0;
    for (let i = from; i < to; i++) total += variances[i];
    const half = 0.5 * total / (to - from);
    for (let i = from; i < to; i++) roots[i] = Math.sqrt(Math.max(0.5 * variances[i] + half, FLOOR));
    from = to;
  }
  return roots;
}
