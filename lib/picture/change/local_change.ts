/** Local changes: what a defect does to a picture, at one place of it. @module */
import { drawCut } from "./cut.ts";
import type { CutRules, Place } from "./cut.ts";
import type { Size } from "../image/resize.ts";
import type { Random } from "../../base/tensor/random.ts";
import { jitterColour } from "./colour.ts";
import type { ColourJitter } from "./colour.ts";

/** A picture that differs from another within a rectangle only. */
export interface LocalChange {
  /** Three planes, 0 to 1. */
  readonly pixels: Float32Array<ArrayBuffer>;
  /** The rectangle that was changed, in pixels. */
  readonly region: Place & { readonly rows: number; readonly columns: number };
}

/** How a picture is changed at one place. */
export type ChangeLocally = (pixels: Float32Array, size: Size, random: Random) => LocalChange;

/** CutPaste's rectangles (Li et al., "CutPaste: Self-Supervised Learning for Anomaly Detection", 2021, Sec. 2.2). */
const CUT_PASTE: CutRules = { area: [0.02, 0.15], ratio: 0.3 };
const CUT_PASTE_COLOURS: ColourJitter = { light: 0.1, hue: 0.1 };

/** Smaller and with more colour, as the blend takes away from both; ours. */
const SMOOTH_BLEND: CutRules = { area: [0.01, 0.1], ratio: 0.3 };
const SMOOTH_BLEND_COLOURS: ColourJitter = { light: 0.4, hue: 0.1 };

/** Share of a side over which the blend rises from 0 to 1, from either end. */
const SEAM = 0.35;

/**
 * CutPaste: a rectangle of the picture, its colours changed a little, pasted on another place of it. The seam is a step.
 *
 * @param pixels three planes, 0 to 1; not changed
 *
 * ```ts
 * import { seededRandom } from "../../base/tensor/random.ts";
 * import { cutPaste } from "./local_change.ts";
 * const { region } = cutPaste(new Float32Array(3 * 400), { height: 20, width: 20 }, seededRandom(0));
 * console.assert(region.rows * region.columns <= 0.2 * 400);
 * ```
 */
export function cutPaste(...[pixels, size, random]: Parameters<ChangeLocally>): LocalChange {
  return blended(pixels, size, random, CUT_PASTE, CUT_PASTE_COLOURS, () => 1);
}

/**
 * SmoothBlend (Zou et al., "SPot-the-Difference Self-Supervised Pre-training for Anomaly Detection and Segmentation",
 * ECCV 2022): a cut-out with changed colours is blended into another place, x⁻ = (1 − α) x + α v, where α falls smoothly
 * from 1 in the middle to 0 on the border. Their α is a blurred rectangle; ours is the product of two raised cosines,
 * which also looks blurred and ends within the rectangle. Size and colours are ours: the published poster does not say.
 *
 * @param pixels three planes, 0 to 1; not changed
 *
 * ```ts
 * import { seededRandom } from "../../base/tensor/random.ts";
 * import { smoothBlend } from "./local_change.ts";
 * const { pixels } = smoothBlend(new Float32Array(3 * 400).fill(0.5), { height: 20, width: 20 }, seededRandom(0));
 * console.assert(pixels.length === 1200);
 * ```
 */
export function smoothBlend(...[pixels, size, random]: Parameters<ChangeLocally>): LocalChange {
  return blended(pixels, size, random, SMOOTH_BLEND, SMOOTH_BLEND_COLOURS, blendAt);
}

/** α along one side: 0 in front of the first place, 1 in the middle, 0 behind the last one. */
export function blendAt(place: number, length: number): number {
  const ramp = Math.max(1, SEAM * length);
  const from = Math.min(place + 1, length - place);
  return from >= ramp ? 1 : 0.5 - 0.5 * Math.cos(Math.PI * from / ramp);
}

function blended(
  pixels: Float32Array,
  size: Size,
  random: Random,
  rules: CutRules,
  colours: ColourJitter,
  alpha: (place: number, length: number) => number,
): LocalChange {
  const { height, width } = size;
  const { rows, columns, from, to } = drawCut(size, rules, random);
  const out = Float32Array.from(pixels);
  const cut = new Float32Array(3 * rows * columns);
  for (let row = 0; row < 3 * rows; row++) {
    const at = (Math.floor(row / rows) * height + from.top + row % rows) * width + from.left;
    cut.set(pixels.subarray(at, at + columns), row * columns);
  }
  const changed = jitterColour(cut, colours, random);
  const across = Float32Array.from({ length: columns }, (_, x) => alpha(x, columns));
  for (let row = 0; row < 3 * rows; row++) {
    const y = row % rows;
    const at = (Math.floor(row / rows) * height + to.top + y) * width + to.left;
    const down = alpha(y, rows);
    for (let x = 0; x < columns; x++) {
      const share = down * across[x];
      out[at + x] = share === 1
        ? changed[row * columns + x]
        : (1 - share) * out[at + x] + share * changed[row * columns + x];
    }
  }
  return { pixels: out, region: { ...to, rows, columns } };
}
