/** What a picture is like beside what detectors find in it: whether it can be a picture of this part at all. @module */
import type { Photo } from "../../domain.ts";
import type { Spectrum } from "../align/fft.ts";
import { greyPlane } from "../align/grey_plane.ts";
import { phaseShift, windowedSpectrum } from "../align/phase.ts";
import type { Size } from "../image/resize.ts";

/** The measures of a picture, in the order in which they are stored. */
export const MEASURES: readonly Measure[] = ["light", "contrast", "likeness", "right", "down", "proportions"];
/** The name of one. */
export type Measure = "light" | "contrast" | "likeness" | "right" | "down" | "proportions";

/**
 * What a picture is like. `light` is the mean and `contrast` the deviation of its grey values, 0 to 255; `likeness` how it
 * goes with the mean good picture, from −1 to 1 whatever its light; `right` and `down` where it lies against that one, as
 * shares of its sides; `proportions` the width of its file over the height, NaN where that is not known.
 */
export type Measures = Readonly<Record<Measure, number>>;

/** The mean of good pictures, ready to compare pictures with. */
export interface MeanPicture {
  /** {@linkcode SIDE}² grey values, 0 to 255. */
  readonly plane: Float64Array;
  readonly spectrum: Spectrum;
}

/** Rows and columns on which pictures are compared. */
export const SIDE = 64;

/** The mean of planes of {@linkcode SIDE}² grey values. */
export function meanPicture(plane: Float64Array): MeanPicture {
  return { plane, spectrum: windowedSpectrum(plane, SIDE) };
}

/**
 * Measures a picture.
 *
 * @param size of the file, where it is known
 *
 * ```ts
 * import { photo } from "../../domain.ts";
 * import { meanPicture, measure, planeOf } from "./measures.ts";
 * const one = photo([64, 64, 3], Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => i % 251));
 * const { likeness, right } = measure(one, meanPicture(planeOf(one)), { height: 480, width: 640 });
 * console.assert(likeness > 0.999 && Math.abs(right) < 1e-9);
 * ```
 */
export function measure(picture: Photo, mean: MeanPicture, size?: Size): Measures {
  return measurePlane(planeOf(picture), mean, size);
}

/** A picture as what is measured. */
export function planeOf(picture: Photo): Float64Array {
  return greyPlane(picture, SIDE);
}

/** {@linkcode measure} for a picture that is a plane already. */
export function measurePlane(plane: Float64Array, mean: MeanPicture, size?: Size): Measures {
  const moments = momentsOf(plane);
  const { dx, dy } = phaseShift(mean.spectrum, windowedSpectrum(plane, SIDE), SIDE / 4);
  return {
    ...{ light: moments.mean, contrast: moments.deviation },
    likeness: correlation(plane, moments, mean.plane, momentsOf(mean.plane)),
    right: dx / SIDE,
    down: dy / SIDE,
    proportions: size ? size.width / size.height : NaN,
  };
}

interface Moments {
  readonly mean: number;
  readonly deviation: number;
}

function momentsOf(plane: Float64Array): Moments {
  let sum = 0;
  for (let i = 0; i < plane.length; i++) sum += plane[i];
  const mean = sum / plane.length;
  let squares = 0;
  for (let i = 0; i < plane.length; i++) squares += (plane[i] - mean) ** 2;
  return { mean, deviation: Math.sqrt(squares / plane.length) };
}

/** 0 where one of them is of one colour. */
function correlation(a: Float64Array, first: Moments, b: Float64Array, second: Moments): number {
  if (first.deviation < 1e-6 || second.deviation < 1e-6) return 0;
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] - first.mean) * (b[i] - second.mean);
  return sum / (a.length * first.deviation * second.deviation);
}
