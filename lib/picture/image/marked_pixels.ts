/** Which pixels of a picture are marked: painted, numbered or cut out. @module */
import type { Samples } from "./samples.ts";

/** A picture of more levels has soft edges, as smoothing, resizing or JPEG leave them. */
const LEVELS = 8;
/** Levels up to this one are numbers, however many. */
const NUMBERS = 32;

/**
 * 1 where a pixel is marked, 0 elsewhere, row-major.
 *
 * Marked is what is lighter than the darkest level, which need not be black; with soft edges, of more than 8 levels, what is
 * at least half way from the darkest to the lightest. Few levels, and numbers up to 32, may each be a kind of mark. Where
 * colours are one and alpha is not, alpha is what marks; elsewhere colours count as much as alpha lets them. A picture of
 * one level is marked all over, unless it is black.
 *
 * ```ts
 * import { markedPixels } from "./marked_pixels.ts";
 * const data = new Uint8Array([0, 3, 255, 0]);
 * console.assert(markedPixels({ height: 1, width: 4, colours: 1, alpha: false, data }).join() === "0,1,1,0");
 * ```
 */
export function markedPixels(samples: Samples): Uint8Array<ArrayBuffer> {
  const levels = levelsOf(samples);
  const { kinds, low, high } = rangeOf(levels);
  if (low === high) return new Uint8Array(levels.length).fill(low > 0 ? 1 : 0);
  const soft = kinds > LEVELS && high > NUMBERS;
  return Uint8Array.from(levels, (level) => (soft ? 2 * level >= low + high : level > low) ? 1 : 0);
}

/** The lightest of the colours of each pixel, as far as alpha lets it be seen. */
function levelsOf({ height, width, colours, alpha, data }: Samples): Float64Array {
  const most = data instanceof Uint16Array ? 65535 : 255;
  const step = colours + (alpha ? 1 : 0);
  const levels = new Float64Array(height * width);
  const veils = new Float64Array(alpha ? levels.length : 0);
  for (let i = 0; i < levels.length; i++) {
    for (let c = 0; c < colours; c++) levels[i] = Math.max(levels[i], data[i * step + c]);
    if (alpha) veils[i] = data[i * step + colours];
  }
  if (!alpha || rangeOf(veils).low === most) return levels;
  const { low, high } = rangeOf(levels);
  return low === high ? veils : levels.map((level, i) => level * veils[i] / most);
}

/** Least and largest level, and how many there are up to one more than {@linkcode LEVELS}. */
function rangeOf(levels: Float64Array): { readonly kinds: number; readonly low: number; readonly high: number } {
  const seen = new Set<number>();
  let low = Infinity;
  let high = -Infinity;
  for (const level of levels) {
    if (level < low) low = level;
    if (level > high) high = level;
    if (seen.size <= LEVELS) seen.add(level);
  }
  return { kinds: seen.size, low, high };
}
