/**
 * Exact Euclidean distances to a mask, and closing with a disc.
 *
 * Distances by lower envelopes of parabolas: P. Felzenszwalb and D. Huttenlocher, "Distance Transforms of Sampled
 * Functions", Theory of Computing 8 (2012), algorithm 1, for rows and then columns.
 * @module
 */
import type { LabelPlane } from "./plane.ts";

/** Farther than any pixel of a picture, and still exact in sums. */
const FAR = 1e12;

/**
 * The squared distance of each pixel to the nearest one whose label is not 0, in pixels²; 1e12 where there is none.
 *
 * ```ts
 * import { squaredDistances } from "./distance.ts";
 * const distances = squaredDistances({ height: 1, width: 4, labels: new Uint8Array([0, 1, 0, 0]) });
 * console.assert(distances.join() === "1,0,1,4");
 * ```
 */
export function squaredDistances({ height, width, labels }: LabelPlane): Float64Array {
  const distances = Float64Array.from(labels, (label) => label === 0 ? FAR : 0);
  const line = new Float64Array(Math.max(height, width));
  const envelope = openEnvelope(line);
  for (let y = 0; y < height; y++) {
    line.set(distances.subarray(y * width, (y + 1) * width));
    envelope(width, (x, value) => distances[y * width + x] = value);
  }
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < height; y++) line[y] = distances[y * width + x];
    envelope(height, (y, value) => distances[y * width + x] = value);
  }
  return distances.map((value) => Math.min(value, FAR));
}

/** The least of (x − i)² + line[i] for each x. */
function openEnvelope(line: Float64Array): (length: number, put: (x: number, value: number) => void) => void {
  const places = new Int32Array(line.length);
  const bounds = new Float64Array(line.length + 1);
  return (length, put) => {
    let last = 0;
    places[0] = 0;
    bounds[0] = -Infinity;
    bounds[1] = Infinity;
    for (let x = 1; x < length; x++) {
      const cross = (i: number): number => (line[x] + x * x - line[i] - i * i) / (2 * (x - i));
      let bound = cross(places[last]);
      while (bound <= bounds[last]) bound = cross(places[--last]);
      places[++last] = x;
      bounds[last] = bound;
      bounds[last + 1] = Infinity;
    }
    for (let x = 0, k = 0; x < length; x++) {
      while (bounds[k + 1] < x) k++;
      put(x, (x - places[k]) ** 2 + line[places[k]]);
    }
  };
}

/**
 * Closes gaps of a mask (labels 0 and 1) that are narrower than a disc of `radius` pixels: grown by it, then shrunk by it.
 * What was 1 stays 1; beyond the edge of the plane is 0.
 *
 * @throws {RangeError} where the radius is negative or not finite
 */
export function closeMask(mask: LabelPlane, radius: number): LabelPlane {
  if (!(radius >= 0 && radius < Infinity)) {
    throw new RangeError(`Cannot close a mask as its radius must be a number from 0: current value is ${radius}`);
  }
  const margin = Math.ceil(radius) + 1;
  const [height, width] = [mask.height + 2 * margin, mask.width + 2 * margin];
  const wide = new Uint8Array(height * width);
  for (let y = 0; y < mask.height; y++) {
    wide.set(mask.labels.subarray(y * mask.width, (y + 1) * mask.width), (y + margin) * width + margin);
  }
  const grown = squaredDistances({ height, width, labels: wide });
  const outside = Uint8Array.from(grown, (distance) => distance > radius * radius ? 1 : 0);
  const kept = squaredDistances({ height, width, labels: outside });
  const labels = new Uint8Array(mask.labels.length);
  for (let y = 0; y < mask.height; y++) {
    for (let x = 0; x < mask.width; x++) {
      labels[y * mask.width + x] = kept[(y + margin) * width + x + margin] > radius * radius ? 1 : 0;
    }
  }
  return { ...mask, labels };
}
