/** From the drawn part to the photograph: light, lens, sensor. @module */
import { type Photo, photo } from "../../domain.ts";
import { type Canvas, ramp } from "./canvas.ts";
import { type Exposure, SIZE } from "./spec.ts";
import { noiseTile } from "./tiles.ts";

/** Takes the photograph; the canvas is used up. */
export function expose(canvas: Canvas, spec: Exposure): Photo<512, 512> {
  const lit = light(canvas.rgb, spec);
  return develop(blur(lit, spec.focus, spec.sharpen), spec);
}

function light(rgb: Float32Array, spec: Exposure): Float32Array {
  const cos = Math.cos(spec.gradientAngle) / SIZE, sin = Math.sin(spec.gradientAngle) / SIZE;
  const [r, g, b] = spec.tint;
  let i = 0;
  for (let y = 0; y < SIZE; y++) {
    for (let x = 0; x < SIZE; x++, i += 3) {
      const gain = spec.gain * (1 + spec.gradient * ((x - SIZE / 2) * cos + (y - SIZE / 2) * sin));
      rgb[i] = (128 + (rgb[i] - 128) * spec.contrast) * gain * r;
      rgb[i + 1] = (128 + (rgb[i + 1] - 128) * spec.contrast) * gain * g;
      rgb[i + 2] = (128 + (rgb[i + 2] - 128) * spec.contrast) * gain * b;
    }
  }
  return rgb;
}

/** A small symmetric kernel of five taps, across and down: a Gaussian, or less of one where the camera sharpens. */
function blur(rgb: Float32Array, sigma: number, sharpen: number): Float32Array {
  const w1 = Math.exp(-0.5 / (sigma * sigma)), w2 = Math.exp(-2 / (sigma * sigma));
  const sum = 1 + 2 * w1 + 2 * w2;
  const outer = w2 / sum - sharpen, inner = w1 / sum, middle = 1 - 2 * inner - 2 * outer;
  taps(rgb, halfBlurred, 3, 3 * SIZE, middle, inner, outer);
  taps(halfBlurred, rgb, 3 * SIZE, 3, middle, inner, outer);
  return rgb;
}

/**
 * What is blurred across and not yet down, one for all pictures of a thread: new megabytes for each picture keep the
 * garbage collector busy.
 */
const halfBlurred = new Float32Array(SIZE * SIZE * 3);

function taps(from: Float32Array, to: Float32Array, step: number, across: number, m: number, a: number, b: number) {
  for (let line = 0; line < SIZE; line++) {
    for (let k = 0; k < SIZE; k++) {
      const i = line * across + k * step;
      const l1 = k > 0 ? -step : 0, l2 = k > 1 ? -2 * step : l1;
      const r1 = k < SIZE - 1 ? step : 0, r2 = k < SIZE - 2 ? 2 * step : r1;
      for (let c = i; c < i + 3; c++) {
        to[c] = m * from[c] + a * (from[c + l1] + from[c + r1]) + b * (from[c + l2] + from[c + r2]);
      }
    }
  }
}

function develop(rgb: Float32Array, spec: Exposure): Photo<512, 512> {
  const noise = noiseTile("white");
  const data = new Uint8Array(rgb.length);
  const [px, py] = spec.noisePhase;
  const last = SIZE - spec.blackRows;
  for (let y = 0; y < SIZE; y++) {
    const dark = spec.blackRows === 0 ? 1 : ramp(last + 0.8, last - 0.8, y + 0.5);
    for (let x = 0; x < SIZE; x++) {
      const i = 3 * (y * SIZE + x);
      const row = ((y + py) & 511) * 512;
      const grey = noise[row + ((x + px) & 511)];
      for (let c = 0; c < 3; c++) {
        const own = noise[((y + py + 131 + 57 * c) & 511) * 512 + ((x + px + 89 * c) & 511)];
        const level = rgb[i + c] * dark + spec.noise * (0.75 * grey + 0.65 * own);
        data[i + c] = level <= 0 ? 0 : level >= 254.5 ? 255 : level + 0.5;
      }
    }
  }
  return photo<512, 512>([SIZE, SIZE, 3], data);
}
