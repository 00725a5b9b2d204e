/** By how much planes are turned against each other: spectra in polar coordinates (Reddy and Chatterji 1996). @module */
import { type Spectrum, transform } from "./fft.ts";
import { SIDE } from "./square_plane.ts";

/** Angles of half a turn, and the radii on which spectra are compared. */
const ANGLES = 720;
const [NEAR, FAR] = [6, 48];

/** The spectrum's strength along rays, each radius without its mean over all angles. */
export function polarOf(plane: Float64Array): Float64Array {
  const { re, im }: Spectrum = transform(fadedDisc(plane), SIDE);
  const radii = FAR - NEAR;
  const polar = new Float64Array(ANGLES * radii);
  const strength = Float64Array.from(re, (value, at) => Math.log1p(Math.hypot(value, im[at])));
  const at = (u: number, v: number) => strength[(v + SIDE) % SIDE * SIDE + (u + SIDE) % SIDE];
  for (let k = 0; k < ANGLES; k++) {
    const [c, s] = [Math.cos(k * Math.PI / ANGLES), Math.sin(k * Math.PI / ANGLES)];
    for (let r = 0; r < radii; r++) {
      const [u, v] = [(r + NEAR) * c, (r + NEAR) * s];
      const [u0, v0] = [Math.floor(u), Math.floor(v)];
      const [fu, fv] = [u - u0, v - v0];
      polar[k * radii + r] = (at(u0, v0) * (1 - fu) + at(u0 + 1, v0) * fu) * (1 - fv) +
        (at(u0, v0 + 1) * (1 - fu) + at(u0 + 1, v0 + 1) * fu) * fv;
    }
  }
  for (let r = 0; r < radii; r++) {
    let sum = 0;
    for (let k = 0; k < ANGLES; k++) sum += polar[k * radii + r];
    for (let k = 0; k < ANGLES; k++) polar[k * radii + r] -= sum / ANGLES;
  }
  return polar;
}

/** A disc turns into itself, where a square's borders would be what is found. */
function fadedDisc(plane: Float64Array): Float64Array {
  const mean = plane.reduce((sum, value) => sum + value, 0) / plane.length;
  const middle = (SIDE - 1) / 2;
  return plane.map((value, at) => {
    const away = Math.hypot(at % SIDE - middle, Math.floor(at / SIDE) - middle) / (SIDE / 2);
    return away >= 1 ? 0 : (value - mean) * (0.5 + 0.5 * Math.cos(Math.PI * away));
  });
}

/** By how much the second is turned against the first, in radians; rays go half around, as spectra of pictures are symmetric. */
export function angleBetween(first: Float64Array, second: Float64Array, most: number): number {
  const radii = FAR - NEAR;
  const reach = Math.ceil(most * ANGLES / Math.PI);
  const score = (shift: number) => {
    let sum = 0;
    for (let k = 0; k < ANGLES; k++) {
      const [a, b] = [k * radii, (k + shift + ANGLES) % ANGLES * radii];
      for (let r = 0; r < radii; r++) sum += first[a + r] * second[b + r];
    }
    return sum;
  };
  const scores = Array.from({ length: 2 * reach + 1 }, (_, i) => score(i - reach));
  const best = scores.indexOf(Math.max(...scores));
  const [before, at, after] = [scores[best - 1] ?? scores[best], scores[best], scores[best + 1] ?? scores[best]];
  const bend = before - 2 * at + after;
  const part = bend < 0 ? Math.max(-0.5, Math.min(0.5, (before - after) / (2 * bend))) : 0;
  return (best - reach + part) * Math.PI / ANGLES;
}
