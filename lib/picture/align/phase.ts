/** How far one picture lies from another: phase correlation (Kuglin and Hines 1975). @module */
import { inverse, type Spectrum, transform } from "./fft.ts";

/** Where a picture lies against another one. */
export interface Shift {
  /** To the right, in cells of the planes. */
  readonly dx: number;
  /** Down, in cells of the planes. */
  readonly dy: number;
  /** How sure that is: the share of the whole that has moved together, 0 to 1; near 0 the two have nothing in common. */
  readonly peak: number;
}

/** Where frequencies count half as much as the lowest, as a share of the highest: finer ones are noise. */
const HALF = 0.25;

/**
 * What phase correlation compares: a plane without its mean, faded out towards its borders, in frequencies.
 *
 * @param plane side² values
 */
export function windowedSpectrum(plane: Float64Array, side: number): Spectrum {
  let sum = 0;
  for (let at = 0; at < plane.length; at++) sum += plane[at];
  const mean = sum / plane.length;
  const { fade } = tablesOf(side);
  const faded = new Float64Array(plane.length);
  for (let at = 0; at < plane.length; at++) {
    faded[at] = (plane[at] - mean) * fade[Math.floor(at / side)] * fade[at % side];
  }
  return transform(faded, side);
}

/**
 * How far the second picture lies from the first, to a fraction of a cell.
 *
 * @param limit the largest shift that is looked for, in cells; half a side where left out
 * @throws {RangeError} where they are not of one size
 *
 * ```ts
 * import { phaseShift, windowedSpectrum } from "./phase.ts";
 * const dot = (cx: number, cy: number) =>
 *   Float64Array.from({ length: 1024 }, (_, at) => Math.exp(-((at % 32 - cx) ** 2 + (Math.floor(at / 32) - cy) ** 2) / 8));
 * const { dx, dy } = phaseShift(windowedSpectrum(dot(15, 16), 32), windowedSpectrum(dot(17, 15), 32));
 * console.assert(Math.abs(dx - 2) < 0.2 && Math.abs(dy + 1) < 0.2);
 * ```
 */
export function phaseShift(first: Spectrum, second: Spectrum, limit: number = first.side / 2): Shift {
  const { side } = first;
  if (second.side !== side) {
    throw new RangeError(`Cannot compare places in pictures of ${side} and ${second.side} rows`);
  }
  const re = new Float64Array(side * side);
  const im = new Float64Array(side * side);
  const { weight: weightOf } = tablesOf(side);
  let weights = 0;
  for (let at = 0; at < re.length; at++) {
    const weight = weightOf[at];
    const a = first.re[at] * second.re[at] + first.im[at] * second.im[at];
    const b = first.re[at] * second.im[at] - first.im[at] * second.re[at];
    const length = Math.hypot(a, b);
    weights += weight;
    if (length < 1e-12) continue;
    re[at] = weight * a / length;
    im[at] = weight * b / length;
  }
  const surface = inverse({ side, re, im });
  const reach = Math.min(Math.floor(limit), side / 2 - 1);
  const value = (x: number, y: number) => surface[(y + side) % side * side + (x + side) % side];
  let [bx, by] = [0, 0];
  for (let y = -reach; y <= reach; y++) {
    for (let x = -reach; x <= reach; x++) if (value(x, y) > value(bx, by)) [bx, by] = [x, y];
  }
  const peak = value(bx, by);
  return {
    dx: bx + vertex(value(bx - 1, by), peak, value(bx + 1, by)),
    dy: by + vertex(value(bx, by - 1), peak, value(bx, by + 1)),
    peak: Math.max(0, peak * side * side / weights),
  };
}

/** Where a parabola through three values at −1, 0 and 1 is highest. */
function vertex(before: number, at: number, after: number): number {
  const bend = before - 2 * at + after;
  return bend < 0 ? Math.max(-0.5, Math.min(0.5, (before - after) / (2 * bend))) : 0;
}

/** What is faded out at each border: without it the borders of the picture, which do not move, are what is found. */
const FADED = 0.2;

/** A Tukey window: what lies near a border, as the outline of a part often does, is still seen. */
function fadeOf(side: number): Float64Array {
  return Float64Array.from({ length: side }, (_, i) => {
    const away = Math.min(i + 0.5, side - i - 0.5) / (FADED * side);
    return away >= 1 ? 1 : 0.5 - 0.5 * Math.cos(Math.PI * away);
  });
}

/** Of each side that was compared, what fades and what weighs: the same for all pictures. */
const tables = new Map<number, { readonly fade: Float64Array; readonly weight: Float64Array }>();

function tablesOf(side: number) {
  let found = tables.get(side);
  if (!found) {
    const weight = Float64Array.from({ length: side * side }, (_, at) => weightAt(at, side));
    tables.set(side, found = { fade: fadeOf(side), weight });
  }
  return found;
}

/** A Gaussian over frequencies. */
function weightAt(at: number, side: number): number {
  const wrapped = (i: number) => Math.min(i, side - i) / (side / 2);
  const [u, v] = [wrapped(Math.floor(at / side)), wrapped(at % side)];
  return Math.exp(-Math.LN2 * (u * u + v * v) / (HALF * HALF));
}
