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
  blurAcross(rgb, halfBlurred, middle, inner, outer);
  blurDown(halfBlurred, rgb, middle, inner, outer);
  return rgb;
}

/**
 * What is blurred across and not yet down, one for all pictures of a thread: new megabytes for each picture keep the
 * garbage collector busy.
 */
const halfBlurred = new Float32Array(SIZE * SIZE * 3);

/** Numbers of a row. */
const ROW = 3 * SIZE;
/** Columns that have not two others on both sides. */
const EDGES = [0, 1, SIZE - 2, SIZE - 1];

/** What lies beyond an edge is the tap inside of it. */
function blurAcross(from: Float32Array, to: Float32Array, m: number, a: number, b: number): void {
  for (let row = 0; row < from.length; row += ROW) {
    for (const x of EDGES) {
      const l1 = x > 0 ? -3 : 0, l2 = x > 1 ? -6 : l1;
      const r1 = x < SIZE - 1 ? 3 : 0, r2 = x < SIZE - 2 ? 6 : r1;
      for (let i = row + 3 * x; i < row + 3 * x + 3; i++) {
        to[i] = m * from[i] + a * (from[i + l1] + from[i + r1]) + b * (from[i + l2] + from[i + r2]);
      }
    }
    for (let i = row + 6; i < row + ROW - 6; i++) {
      to[i] = m * from[i] + a * (from[i - 3] + from[i + 3]) + b * (from[i - 6] + from[i + 6]);
    }
  }
}

/** Row by row, as they lie in memory. */
function blurDown(from: Float32Array, to: Float32Array, m: number, a: number, b: number): void {
  for (let y = 0; y < SIZE; y++) {
    const l1 = y > 0 ? -ROW : 0, l2 = y > 1 ? -2 * ROW : l1;
    const r1 = y < SIZE - 1 ? ROW : 0, r2 = y < SIZE - 2 ? 2 * ROW : r1;
    for (let i = y * ROW; i < (y + 1) * ROW; i++) {
      to[i] = m * from[i] + a * (from[i + l1] + from[i + r1]) + b * (from[i + l2] + from[i + r2]);
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
