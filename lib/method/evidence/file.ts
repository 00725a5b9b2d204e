/** Fitted evidence as a file. @module */
import { type } from "arktype";
import { type ConfigSchema, layerNames, odd, whole } from "../learn/config.ts";
import { packFitted, unpackFitted } from "../learn/fitted_file.ts";
import type { EvidenceFitted } from "./fitted.ts";
import type { DetectorGrid } from "./log_maps.ts";

interface Settings extends Pick<EvidenceFitted, "segments" | "smoothing"> {
  readonly layers: readonly string[];
  readonly channels: readonly number[];
  readonly pool: number;
  readonly height: number;
  readonly width: number;
  readonly count: number;
  readonly detectors: readonly DetectorGrid[];
}

const settingsSchema: ConfigSchema<Settings> = type({
  "+": "reject",
  layers: layerNames,
  channels: whole.array(),
  pool: odd,
  height: whole,
  width: whole,
  count: "number.integer >= 3",
  detectors: type({ "+": "reject", name: "string", height: whole, width: whole }).array().atLeastLength(1),
  segments: "string[] >= 1",
  smoothing: "0 <= number <= 32",
});

/** The bytes of fitted evidence; equal fits give equal bytes. */
export function packEvidence({ residuals, detectors, logs, segments, smoothing }: EvidenceFitted) {
  const { layers, channels, pool, height, width, count, mean, squares } = residuals;
  const numbers = (data: Float64Array) => ({ dtype: "f64" as const, shape: [data.length], data });
  return packFitted("evidence", {
    settings: { layers, channels, pool, height, width, count, detectors, segments, smoothing },
    tensors: {
      mean: numbers(mean),
      squares: numbers(squares),
      log_mean: numbers(logs.mean),
      log_squares: numbers(logs.squares),
    },
  });
}

/** @throws {SyntaxError} where the bytes are not what {@linkcode packEvidence} gives */
export function unpackEvidence(bytes: Uint8Array): EvidenceFitted {
  const { settings, tensors } = unpackFitted("evidence", bytes, settingsSchema, {
    mean: ["f64", 1],
    squares: ["f64", 1],
    log_mean: ["f64", 1],
    log_squares: ["f64", 1],
  });
  const { detectors, segments, smoothing, ...residuals } = settings;
  const { mean, squares, log_mean, log_squares } = tensors;
  const { layers, channels, height, width, count } = residuals;
  const places = channels.reduce((sum, each) => sum + each, 0) * height * width;
  const ofMaps = detectors.reduce((sum, grid) => sum + grid.height * grid.width, 0);
  const fits = channels.length === layers.length && [mean, squares].every(({ data }) => data.length === places) &&
    [log_mean, log_squares].every(({ data }) => data.length === ofMaps);
  if (!fits) {
    throw new SyntaxError(
      `Cannot read a fitted evidence as its arrays do not fit ${places} places of channels and ${ofMaps} of maps`,
    );
  }
  return {
    residuals: { ...residuals, mean: mean.data, squares: squares.data },
    detectors,
    logs: { count, mean: log_mean.data, squares: log_squares.data },
    segments,
    smoothing,
  };
}
