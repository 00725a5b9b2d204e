/** Kinds of defects where nobody has named them: clusters of bad parts by what is unusual about them. @module */
import { dot } from "../../base/tensor/dot.ts";
import type { Features } from "../../domain.ts";
import { seededRandom } from "../../base/tensor/random.ts";

/** Bad parts of a kind, about, at least. */
const LEAST = 15;
/** Kinds at most. */
const MOST = 4;
const ROUNDS = 50;

/**
 * Puts bad parts into clusters of the same direction: each column in deviations of good parts, blocks of the same weight, and
 * rows of length 1 (spherical k-means with a spread start).
 *
 * @param features f32[N,F] of good and bad parts; NaN counts as the mean of good ones
 * @param labels 1 for bad, 0 for good
 * @param options.blocks widths of the blocks of columns; one block where left out
 * @returns the kind of each bad part, "found 1" and so on, the largest first; undefined for good ones, and for all where
 * there are too few bad ones for two kinds
 *
 * ```ts
 * import { features } from "../../domain.ts";
 * import { foundKinds } from "./found_kinds.ts";
 * console.assert(foundKinds(features([2, 1]), [0, 1], { seed: 0 }).join() === ",");
 * ```
 */
export function foundKinds(
  features: Features,
  labels: ArrayLike<number>,
  { seed, blocks }: { readonly seed: number; readonly blocks?: readonly number[] },
): (string | undefined)[] {
  const bad = Array.from(labels).keys().filter((i) => labels[i] === 1).toArray();
  const count = Math.min(MOST, Math.floor(bad.length / LEAST));
  if (count < 2) return Array.from(labels, () => undefined);
  const rows = directions(features, labels, bad, blocks ?? [features.shape[1]]);
  const clusters = cluster(rows, count, seed);
  const order = Array.from({ length: count }, (_, k) => k)
    .sort((a, b) => sizeOf(clusters, b) - sizeOf(clusters, a) || a - b);
  const kinds = new Map(bad.map((row, n) => [row, `found ${order.indexOf(clusters[n]) + 1}`]));
  return Array.from(labels, (_, i) => kinds.get(i));
}

function sizeOf(clusters: ArrayLike<number>, k: number): number {
  return Array.from(clusters).filter((own) => own === k).length;
}

/** Rows of length 1. */
function directions(
  { data, shape: [, F] }: Features,
  labels: ArrayLike<number>,
  bad: readonly number[],
  blocks: readonly number[],
): Float64Array[] {
  const good = Array.from(labels).keys().filter((i) => labels[i] === 0).toArray();
  const rows = bad.map(() => new Float64Array(F));
  let column = 0;
  for (const width of blocks) {
    for (const end = column + width; column < end; column++) {
      const known = good.map((i) => data[i * F + column]).filter(Number.isFinite);
      const mean = known.reduce((sum, value) => sum + value, 0) / Math.max(1, known.length);
      const variance = known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, known.length);
      if (!(variance > 0)) continue;
      const scale = 1 / Math.sqrt(variance * width);
      bad.forEach((i, n) => {
        const value = data[i * F + column];
        if (Number.isFinite(value)) rows[n][column] = (value - mean) * scale;
      });
    }
  }
  for (const row of rows) normalise(row);
  return rows;
}

function normalise(row: Float64Array): void {
  const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
  if (length > 0) { for (let f = 0; f < row.length; f++) row[f] /= length; }
}

function cluster(rows: readonly Float64Array[], count: number, seed: number): Uint8Array {
  const random = seededRandom(seed);
  const centres = [rows[Math.min(rows.length - 1, Math.floor(random.uniform() * rows.length))].slice()];
  // Each next one is the row that is least like those before it.
  while (centres.length < count) {
    const near = rows.map((row) => Math.max(...centres.map((centre) => dot(row, centre))));
    centres.push(rows[near.indexOf(Math.min(...near))].slice());
  }
  const own = new Uint8Array(rows.length);
  for (let round = 0; round < ROUNDS; round++) {
    let moved = 0;
    rows.forEach((row, n) => {
      const likes = centres.map((centre) => dot(row, centre));
      const best = likes.indexOf(Math.max(...likes));
      if (best !== own[n] || round === 0) moved++;
      own[n] = best;
    });
    if (moved === 0) break;
    centres.forEach((centre, k) => {
      centre.fill(0);
      rows.forEach((row, n) => {
        if (own[n] === k) { for (let f = 0; f < row.length; f++) centre[f] += row[f]; }
      });
      normalise(centre);
    });
  }
  return own;
}
