/** Clustering by nearest centres. @module */
import type { Random } from "../tensor/random.ts";
import { bindAxes, type Tensor, tensor } from "../tensor/tensor.ts";

/** Centres and what they are worth. */
export interface Clusters {
  /** f64[K,C] */
  readonly centres: Tensor<"f64", readonly ["K", "C"], "activation">;
  /** The centre of each point. */
  readonly labels: Uint8Array;
  /** The sum of squared distances of the points to their centres. */
  readonly inertia: number;
}

/** Lloyd's steps, at most; points that still move then lie between two centres. */
const STEPS = 100;

/**
 * K-means: centres drawn by k-means++ (D. Arthur and S. Vassilvitskii, SODA 2007, Sec. 2.2), moved by Lloyd's steps until
 * no point changes its centre; the best of several tries.
 *
 * @param points f32[P,C]
 * @param count K, from 1 to 255
 * @param random seeded; the same seed gives the same centres
 * @throws {RangeError} where K is out of range or there are fewer than K different points
 *
 * ```ts
 * import { kMeans } from "./k_means.ts";
 * import { seededRandom } from "../tensor/random.ts";
 * import { tensor } from "../tensor/tensor.ts";
 * const points = tensor<"f32", ["P", "C"], "activation">("f32", [4, 1], new Float32Array([0, 1, 9, 10]));
 * const { labels, inertia } = kMeans(points, 2, seededRandom(1));
 * console.assert(labels[0] === labels[1] && labels[2] === labels[3] && inertia === 1);
 * ```
 */
export function kMeans(
  points: Tensor<"f32", readonly ["P", "C"], "activation">,
  count: number,
  random: Random,
  tries = 4,
): Clusters {
  bindAxes(points, ["P", "C"], "cluster points");
  if (!(Number.isInteger(count) && count >= 1 && count <= 255)) {
    throw new RangeError(`Cannot cluster points as the number of clusters must be from 1 to 255: it is ${count}`);
  }
  let best: Clusters | undefined;
  for (let i = 0; i < tries; i++) {
    const found = moveCentres(points, drawCentres(points, count, random), count);
    if (!best || found.inertia < best.inertia) best = found;
  }
  return best!;
}

/** Each centre is a point, drawn with a chance in proportion to its squared distance to the centres before it. */
function drawCentres(
  { shape: [P, C], data }: Tensor<"f32", readonly ["P", "C"], "activation">,
  count: number,
  random: Random,
): Float64Array {
  const centres = new Float64Array(count * C);
  const far = new Float64Array(P).fill(Infinity);
  let chosen = random.below(P);
  for (let k = 0; k < count; k++) {
    if (k > 0) {
      const sum = far.reduce((total, value) => total + value, 0);
      if (!(sum > 0)) {
        throw new RangeError(`Cannot make ${count} clusters as there are only ${k} different points`);
      }
      let rest = random.uniform() * sum;
      chosen = far.findIndex((value) => value > 0 && (rest -= value) < 0);
      if (chosen < 0) chosen = far.findLastIndex((value) => value > 0);
    }
    centres.set(data.subarray(chosen * C, (chosen + 1) * C), k * C);
    for (let p = 0; p < P; p++) {
      let sum = 0;
      for (let c = 0; c < C; c++) sum += (data[p * C + c] - centres[k * C + c]) ** 2;
      if (sum < far[p]) far[p] = sum;
    }
  }
  return centres;
}

function moveCentres(
  { shape: [P, C], data }: Tensor<"f32", readonly ["P", "C"], "activation">,
  centres: Float64Array,
  count: number,
): Clusters {
  const labels = new Uint8Array(P).fill(255);
  const far = new Float64Array(P);
  for (let step = 0; step < STEPS; step++) {
    let moved = false;
    for (let p = 0; p < P; p++) {
      let [nearest, least] = [0, Infinity];
      for (let k = 0; k < count; k++) {
        let sum = 0;
        for (let c = 0, i = p * C, j = k * C; c < C; c++, i++, j++) sum += (data[i] - centres[j]) ** 2;
        if (sum < least) [nearest, least] = [k, sum];
      }
      moved ||= labels[p] !== nearest;
      labels[p] = nearest;
      far[p] = least;
    }
    if (!moved) break;
    meansInto(centres, { shape: [P, C], data }, labels, far, count);
  }
  const inertia = far.reduce((total, value) => total + value, 0);
  return { centres: tensor<"f64", ["K", "C"], "activation">("f64", [count, C], centres), labels, inertia };
}

/** A centre that lost all its points takes the point that is farthest from its own. */
function meansInto(
  centres: Float64Array,
  { shape: [P, C], data }: { readonly shape: readonly [number, number]; readonly data: Float32Array },
  labels: Uint8Array,
  far: Float64Array,
  count: number,
): void {
  const sizes = new Uint32Array(count);
  for (const label of labels) sizes[label]++;
  for (let k = 0; k < count; k++) {
    if (sizes[k] > 0) continue;
    let lost = -1;
    for (let p = 0; p < P; p++) if (sizes[labels[p]] > 1 && (lost < 0 || far[p] > far[lost])) lost = p;
    sizes[labels[lost]]--;
    labels[lost] = k;
    sizes[k] = 1;
    far[lost] = 0;
  }
  centres.fill(0);
  for (let p = 0; p < P; p++) {
    const to = labels[p] * C;
    for (let c = 0; c < C; c++) centres[to + c] += data[p * C + c];
  }
  for (let k = 0; k < count; k++) for (let c = 0; c < C; c++) centres[k * C + c] /= sizes[k];
}
