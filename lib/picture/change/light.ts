/** Changing the light of a picture: brightness, contrast, saturation as torchvision's `adjust_…` do. @module */

/** What of the light is changed. */
export const LIGHTS = ["brightness", "contrast", "saturation"] as const;
export type Light = typeof LIGHTS[number];

/**
 * A picture with another light: blended with black, with its own mean grey, or with its own grey picture.
 *
 * @param pixels three planes, 0 to 1
 * @param factor 1 leaves the picture as it is
 * @returns new planes, 0 to 1
 *
 * ```ts
 * import { changeLight } from "./light.ts";
 * console.assert(changeLight(Float32Array.of(0.5, 0.25, 1), "brightness", 0.5).join() === "0.25,0.125,0.5");
 * ```
 */
export function changeLight(pixels: Float32Array, light: Light, factor: number): Float32Array<ArrayBuffer> {
  const area = pixels.length / 3;
  const out = new Float32Array(pixels.length);
  const grey = (p: number) => 0.2989 * pixels[p] + 0.587 * pixels[area + p] + 0.114 * pixels[2 * area + p];
  let mean = 0;
  if (light === "contrast") {
    for (let p = 0; p < area; p++) mean += grey(p);
    mean /= area;
  }
  for (let p = 0; p < area; p++) {
    const other = light === "brightness" ? 0 : light === "contrast" ? mean : grey(p);
    for (let i = p; i < out.length; i += area) {
      out[i] = Math.min(1, Math.max(0, factor * pixels[i] + (1 - factor) * other));
    }
  }
  return out;
}
