/** Global augmentations: changes of a whole picture that do not make another part of it. @module */
import { changeLight } from "./light.ts";
import type { Size } from "../image/resize.ts";
import type { Random } from "../../base/tensor/random.ts";
import { gaussianBlur } from "./blur.ts";
import { jitterColour } from "./colour.ts";
import type { ColourJitter } from "./colour.ts";
import { randomCrop } from "./crop.ts";

/** How a picture is changed as a whole. */
export interface Augmentation {
  /** Least share of the area that is looked at. */
  readonly crop: number;
  /** With this probability colours change by … */
  readonly jitterOdds: number;
  readonly jitter: ColourJitter;
  /** Probability of a grey picture. */
  readonly grey: number;
  /** Probability of a blur with a deviation of 0.1 to 2 pixels at 224 pixels' width. */
  readonly blur: number;
}

/**
 * `strong` is that of MoCo v2 (Chen, Fan et al. 2020) and SimSiam (Chen and He 2021, Sec. 3); `simclr` that of SimCLR
 * (Chen, Kornblith et al. 2020, appendix A) with its full strength of colours; `weak` keeps nearly the whole picture and
 * its colours, and is ours: the SPD paper's poster does not say how weak its weak ones are.
 */
export const AUGMENTATIONS: Readonly<Record<"weak" | "strong" | "simclr", Augmentation>> = {
  strong: { crop: 0.2, jitterOdds: 0.8, jitter: { light: 0.4, hue: 0.1 }, grey: 0.2, blur: 0.5 },
  simclr: { crop: 0.08, jitterOdds: 0.8, jitter: { light: 0.8, hue: 0.2 }, grey: 0.2, blur: 0.5 },
  weak: { crop: 0.8, jitterOdds: 0.8, jitter: { light: 0.1, hue: 0.02 }, grey: 0, blur: 0 },
};

/**
 * A view of a picture: crop and mirror, colours, grey, blur.
 *
 * @param pixels three planes, 0 to 1; not changed
 * @returns new planes, 0 to 1
 *
 * ```ts
 * import { seededRandom } from "../../base/tensor/random.ts";
 * import { augment, AUGMENTATIONS } from "./augment.ts";
 * const grey = new Float32Array(3 * 64).fill(0.5);
 * console.assert(augment(grey, { height: 8, width: 8 }, AUGMENTATIONS.strong, seededRandom(0)).length === 192);
 * ```
 */
export function augment(
  pixels: Float32Array,
  size: Size,
  { crop, jitterOdds, jitter, grey, blur }: Augmentation,
  random: Random,
): Float32Array<ArrayBuffer> {
  let view = randomCrop(pixels, size, crop, random);
  if (random.uniform() < jitterOdds) view = jitterColour(view, jitter, random);
  if (random.uniform() < grey) view = changeLight(view, "saturation", 0);
  if (random.uniform() < blur) {
    view = gaussianBlur(view, size, (0.1 + 1.9 * random.uniform()) * Math.max(size.height, size.width) / 224);
  }
  return view;
}
