/** Turning the hue of a picture, as torchvision's `adjust_hue` does. @module */

/**
 * A picture with its hues turned around the colour circle; greys stay as they are.
 *
 * @param pixels three planes, 0 to 1
 * @param turn of the circle, −0.5 to 0.5
 * @returns new planes, 0 to 1
 *
 * ```ts
 * import { turnHue } from "./hue.ts";
 * const [red, green, blue] = turnHue(Float32Array.of(1, 0, 0), 1 / 3);
 * console.assert(red < 1e-6 && green > 1 - 1e-6 && blue < 1e-6);
 * ```
 */
export function turnHue(pixels: Float32Array, turn: number): Float32Array<ArrayBuffer> {
  const area = pixels.length / 3;
  const out = new Float32Array(pixels.length);
  for (let p = 0; p < area; p++) {
    const [r, g, b] = [pixels[p], pixels[p + area], pixels[p + 2 * area]];
    const most = Math.max(r, g, b);
    const chroma = most - Math.min(r, g, b);
    // Sixths of the circle, from red over green to blue.
    const sixth = chroma === 0
      ? 0
      : most === r
      ? (g - b) / chroma
      : most === g
      ? 2 + (b - r) / chroma
      : 4 + (r - g) / chroma;
    const turned = sixth + 6 * turn;
    // Each colour is a trapezoid over the circle: full around its own hue, none on the other side.
    for (let c = 0; c < 3; c++) {
      const at = modulo(5 - 2 * c + turned, 6);
      out[p + c * area] = most - chroma * Math.max(0, Math.min(at, 4 - at, 1));
    }
  }
  return out;
}

function modulo(value: number, by: number): number {
  return value - by * Math.floor(value / by);
}
