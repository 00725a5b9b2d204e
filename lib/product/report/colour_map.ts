/**
 * The colours of anomaly maps: from violet over red to yellow, ever brighter, as matplotlib's "inferno" from 30 % of its
 * range on; what is darker would be lost on a dark photo. Weak anomalies are transparent, so that the photo stays visible.
 * @module
 */
import type { Rgba } from "./indexed_png.ts";

/** Colours at equal steps. Lightness rises steadily, so the order survives grey print and colour blindness. */
const STOPS: readonly (readonly [number, number, number])[] = [
  [101, 21, 110],
  [136, 34, 106],
  [170, 46, 94],
  [203, 65, 73],
  [229, 92, 48],
  [245, 127, 23],
  [252, 166, 12],
  [245, 208, 65],
  [252, 255, 164],
];

/** The number of strengths that are told apart, the first of them "nothing". */
export const LEVELS = 64;

/** The alpha of the strongest colour. */
const MAX_ALPHA = 185;

/** The palette of the overlay: entry 0 is transparent, alpha and lightness rise with the strength. */
export const MAP_PALETTE: readonly Rgba[] = Array.from({ length: LEVELS }, (_, level) => {
  const strength = level / (LEVELS - 1);
  const [r, g, b] = colourOf(strength);
  return [r, g, b, Math.round(MAX_ALPHA * strength)];
});

/**
 * The opaque colour of a strength from 0 to 1.
 *
 * ```ts
 * import { colourOf } from "./colour_map.ts";
 * console.assert(colourOf(1).join() === "252,255,164");
 * ```
 */
export function colourOf(strength: number): [number, number, number] {
  const at = Math.min(1, Math.max(0, strength)) * (STOPS.length - 1);
  const below = Math.min(Math.floor(at), STOPS.length - 2);
  const share = at - below;
  const mix = (c: 0 | 1 | 2) => Math.round(STOPS[below][c] * (1 - share) + STOPS[below + 1][c] * share);
  return [mix(0), mix(1), mix(2)];
}

/**
 * The levels of a map: 0 at or below `low`, the last at or above `high`, in equal steps between.
 *
 * @throws {RangeError} where a bound or a value of the map is not a number
 *
 * ```ts
 * import { LEVELS, levelsOf } from "./colour_map.ts";
 * const levels = levelsOf({ detector: "PatchCore", map: new Float32Array([0, 1, 9]), low: 1, high: 9 }, "a.png");
 * console.assert(levels.join() === `0,0,${LEVELS - 1}`);
 * ```
 */
export function levelsOf(
  { detector, map, low, high }: { detector: string; map: Float32Array; low: number; high: number },
  id: string,
): Uint8Array {
  if (!(Number.isFinite(low) && Number.isFinite(high))) {
    throw new RangeError(`Cannot colour the ${detector} map of "${id}" as its range must be finite: ${low} to ${high}`);
  }
  const levels = new Uint8Array(map.length);
  for (let i = 0; i < map.length; i++) {
    const value = map[i];
    if (Number.isNaN(value)) throw new RangeError(`Cannot colour the ${detector} map of "${id}" as it holds NaN`);
    if (value <= low) continue;
    // A range without extent has two sides and nothing between.
    levels[i] = value >= high ? LEVELS - 1 : Math.round(((value - low) / (high - low)) * (LEVELS - 1));
  }
  return levels;
}

/** The colours of {@linkcode outlineIndices}: nothing, a dark halo, a light line. It is seen on dark and bright ground. */
export const OUTLINE_PALETTE: readonly Rgba[] = [[0, 0, 0, 0], [0, 0, 0, 110], [255, 255, 255, 220]];

/** The palette indices of segment borders: 2 on the line, 1 beside it. `outline` is H·W, not 0 on borders. */
export function outlineIndices(outline: Uint8Array, { height, width }: { height: number; width: number }): Uint8Array {
  const indices = new Uint8Array(height * width);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      if (outline[i] !== 0) indices[i] = 2;
      else if (
        (x > 0 && outline[i - 1] !== 0) || (x + 1 < width && outline[i + 1] !== 0) ||
        (y > 0 && outline[i - width] !== 0) || (y + 1 < height && outline[i + width] !== 0)
      ) indices[i] = 1;
    }
  }
  return indices;
}
