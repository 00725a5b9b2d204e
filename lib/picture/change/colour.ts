/** Random changes of colour. @module */
import { turnHue } from "./hue.ts";
import { changeLight, LIGHTS } from "./light.ts";
import type { Random } from "../../base/tensor/random.ts";

/** How far colours change at most. */
export interface ColourJitter {
  /** Brightness, contrast and saturation: factors of 1 − light to 1 + light. */
  readonly light: number;
  /** Saturation alone, where it differs. */
  readonly saturation?: number;
  /** Turn of the colour circle, to either side. */
  readonly hue: number;
}

/**
 * Changes brightness, contrast, saturation and hue in random order (torchvision's `ColorJitter`).
 *
 * @param pixels three planes, 0 to 1; not changed
 * @returns new planes, 0 to 1
 *
 * ```ts
 * import { seededRandom } from "../../base/tensor/random.ts";
 * import { jitterColour } from "./colour.ts";
 * const same = jitterColour(Float32Array.of(0.25, 0.5, 1), { light: 0, hue: 0 }, seededRandom(0));
 * console.assert(Math.abs(same[0] - 0.25) < 1e-6);
 * ```
 */
export function jitterColour(
  pixels: Float32Array,
  { light, saturation = light, hue }: ColourJitter,
  random: Random,
): Float32Array<ArrayBuffer> {
  const around = (most: number) => (2 * random.uniform() - 1) * most;
  let out = Float32Array.from(pixels);
  for (const which of random.permutation(LIGHTS.length + 1)) {
    const kind = LIGHTS[which];
    if (kind) out = changeLight(out, kind, 1 + around(kind === "saturation" ? saturation : light));
    else out = turnHue(out, around(hue));
  }
  return out;
}
