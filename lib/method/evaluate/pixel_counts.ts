/**
 * AU-ROC, AU-PR, AUPRO and SegF1 over pixels in bounded memory: scores are counted in fixed bins, and the bins tell by how
 * much the figures can differ from those of the sorted scores.
 *
 * A bin holds the floats of equal sign, exponent and first 11 bits of the fraction, so that neighbours in a bin differ by
 * less than one part in 2048, whatever the unit and range of the scores. Three tables of 2²⁰ counts take 24 MiB, for one
 * picture as for a million.
 * @module
 */
import { connectedComponents } from "../../picture/segment/components.ts";
import { type Bounded, pixelAupro, type PixelCounts, pixelF1 } from "./pixel_curves.ts";

const BITS = 20;
const BINS = 2 ** BITS;

/** Figures over pixels, fractions 0 to 1. */
export interface PixelFigures {
  /** Area under the ROC curve over all pixels. */
  readonly auroc: Bounded;
  /** Area under precision over recall, likewise. */
  readonly aupr: Bounded;
  /** Area under the mean overlap with the defects, see {@linkcode pixelAupro}; where defects were counted. */
  readonly aupro?: Bounded;
  /** F1 at the threshold where it is highest, see {@linkcode pixelF1}. */
  readonly f1: Bounded;
}

/** Counts of no pixel. */
export function pixelCounts(): PixelCounts {
  const [good, bad, overlap] = Array.from({ length: 3 }, () => new Float64Array(BINS));
  return { good, bad, overlap, regions: 0 };
}

/**
 * Adds pixels to counts, in any order and in parts of any size.
 *
 * @param scores f32, one a pixel
 * @param mask not 0 where a pixel is bad; good everywhere where left out
 * @param width pixels in a row, where these are all pixels of one picture: its defects are then counted for AUPRO
 * @throws {TypeError} where there is not one mask value a score, or they are no whole rows
 * @throws {RangeError} where a score is NaN or infinite
 *
 * ```ts
 * import { addPixels, pixelCounts, pixelFigures } from "./pixel_counts.ts";
 * const counts = pixelCounts();
 * addPixels(counts, new Float32Array([1, 2]), new Uint8Array([0, 1]));
 * addPixels(counts, new Float32Array([2, 3]), new Uint8Array([0, 1]));
 * console.assert(pixelFigures(counts).auroc.value === 0.875);
 * ```
 */
export function addPixels(counts: PixelCounts, scores: Float32Array, mask?: Uint8Array, width?: number): void {
  if (mask && mask.length !== scores.length) {
    throw new TypeError(
      `Cannot count pixels as there must be one mask value a score: there are ${mask.length} for ${scores.length}`,
    );
  }
  const { good, bad } = counts;
  const bins = binsOf(scores);
  for (let i = 0; i < bins.length; i++) {
    if (mask !== undefined && mask[i] !== 0) bad[bins[i]]++;
    else good[bins[i]]++;
  }
  if (mask !== undefined && width !== undefined) addRegions(counts, bins, mask, width);
}

/** The bin of each score. */
function binsOf(scores: Float32Array): Uint32Array {
  // −0 is equal to 0, so it must not lie in a bin of its own: −0 + 0 is 0.
  const bits = new Uint32Array(Float32Array.from(scores, (score) => score + 0).buffer);
  for (let i = 0; i < bits.length; i++) {
    const word = bits[i];
    if ((word & 0x7f800000) === 0x7f800000) {
      throw new RangeError(`Cannot count pixels as scores must be finite: score ${i} is ${scores[i]}`);
    }
    // Bit patterns of positive floats ascend with the float, those of negative ones descend.
    bits[i] = ((word & 0x80000000) !== 0 ? ~word : word | 0x80000000) >>> (32 - BITS);
  }
  return bits;
}

function addRegions(counts: PixelCounts, bins: Uint32Array, mask: Uint8Array, width: number): void {
  const height = mask.length / width;
  if (!Number.isInteger(height)) {
    throw new TypeError(`Cannot count pixels as rows of ${width} must be whole: there are ${mask.length} pixels`);
  }
  const { ids, labels, sizes } = connectedComponents(
    { height, width, labels: mask.map((bad) => Math.min(1, bad)) },
    true,
  );
  for (let i = 0; i < bins.length; i++) if (mask[i] !== 0) counts.overlap[bins[i]] += 1 / sizes[ids[i]];
  counts.regions += labels.filter((label) => label !== 0).length;
}

/**
 * AU-ROC, AU-PR (average precision), AUPRO and the highest F1 of counted pixels.
 *
 * The bounds are those of the best and the worst order within each bin: a pair in one bin counts half and can be worth
 * 0 to 1; the precision at a bad pixel lies between that before its bin with all the bin's good pixels above it, and
 * that with none.
 *
 * @throws {RangeError} where there is no good or no bad pixel
 */
export function pixelFigures(counts: PixelCounts): PixelFigures {
  const { good, bad } = counts;
  const [goods, bads] = [good, bad].map((some) => some.reduce((sum, count) => sum + count, 0));
  if (goods === 0 || bads === 0) {
    throw new RangeError(
      `Cannot judge pixels as both kinds are needed: there are ${goods} good and ${bads} bad ones`,
    );
  }
  const pairs = goods * bads;
  let caught = 0; // bad pixels above the bin
  let flagged = 0; // all pixels above the bin
  let wins = 0;
  let ties = 0;
  const precision = { value: 0, low: 0, high: 0 };
  for (let bin = BINS - 1; bin >= 0; bin--) {
    const [g, b] = [good[bin], bad[bin]];
    if (g === 0 && b === 0) continue;
    wins += caught * g;
    ties += b * g;
    if (b > 0) {
      precision.value += b * ((caught + b) / (flagged + b + g));
      // With the bin's bad pixels in a row, the precision rises from that of the first of them to that of the last …
      precision.high += b * ((caught + b) / (flagged + b));
      // … and is the least for the first one behind all good pixels of the bin.
      precision.low += b * ((caught + 1) / (flagged + g + 1));
    }
    caught += b;
    flagged += b + g;
  }
  const share = (sum: number) => Math.min(1, Math.max(0, sum));
  return {
    auroc: {
      value: (wins + ties / 2) / pairs,
      low: share(wins / pairs),
      high: share((wins + ties) / pairs),
    },
    aupr: {
      value: precision.value / bads,
      // Sums of floats in another order than the sorted scores': 2⁻⁴⁰ is far more than they can differ by.
      low: share(precision.low / bads - 2 ** -40),
      high: share(precision.high / bads + 2 ** -40),
    },
    ...counts.regions > 0 && { aupro: pixelAupro(counts) },
    f1: pixelF1(counts),
  };
}
