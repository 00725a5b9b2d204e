/** The picture while it is drawn: RGB levels as f32, and the pose that takes pixels to the part's frame. @module */
import { type Outline, type Pose, SIZE } from "./spec.ts";

/** A picture in the making. */
export interface Canvas {
  /** f32[512,512,3], sRGB levels 0 to 255, not clamped. */
  readonly rgb: Float32Array;
  readonly pose: Pose;
}

/** A rectangle in the part's frame. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** The whole picture, whatever the pose. */
export const EVERYWHERE: Box = { left: -99, top: -99, right: SIZE + 99, bottom: SIZE + 99 };

/** What {@linkcode scan} hands over for each row: pixels `first` to `first + count − 1` lie at `u + k·du`, `v + k·dv`. */
export type VisitRow = (first: number, count: number, u: number, v: number, du: number, dv: number) => void;

/**
 * Visits the rows of a box. The loop over a row's pixels is the visitor's, as calling a function for each pixel would put
 * its coordinates on the heap.
 *
 * @param visit gets the number of the row's first pixel, and its middle in the part's frame
 */
export function scan(canvas: Canvas, box: Box, visit: VisitRow): void {
  const { dx, dy, angle, scale } = canvas.pose;
  const centre = SIZE / 2;
  const cos = Math.cos(angle) / scale, sin = Math.sin(angle) / scale;
  // A pose moves a pixel by a few pixels at most, so a wider box holds what the turned one covers.
  const spill = 4 + Math.ceil(Math.abs(dx) + Math.abs(dy) + (Math.abs(angle) + Math.abs(scale - 1)) * centre);
  const left = Math.max(0, Math.floor(box.left) - spill), right = Math.min(SIZE, Math.ceil(box.right) + spill);
  const top = Math.max(0, Math.floor(box.top) - spill), bottom = Math.min(SIZE, Math.ceil(box.bottom) + spill);
  if (right <= left) return;
  const px = left + 0.5 - centre - dx;
  for (let y = top; y < bottom; y++) {
    const py = y + 0.5 - centre - dy;
    visit(y * SIZE + left, right - left, centre + cos * px + sin * py, centre - sin * px + cos * py, cos, -sin);
  }
}

/** Lays a colour over a pixel; alpha is clamped to 0 … 1. */
export function mix(canvas: Canvas, i: number, alpha: number, r: number, g: number, b: number): void {
  if (!(alpha > 0)) return;
  const a = alpha > 1 ? 1 : alpha;
  const rgb = canvas.rgb;
  rgb[3 * i] += a * (r - rgb[3 * i]);
  rgb[3 * i + 1] += a * (g - rgb[3 * i + 1]);
  rgb[3 * i + 2] += a * (b - rgb[3 * i + 2]);
}

/** Makes a pixel brighter or darker by a factor. */
export function scaleBy(canvas: Canvas, i: number, factor: number): void {
  const { rgb } = canvas;
  rgb[3 * i] *= factor;
  rgb[3 * i + 1] *= factor;
  rgb[3 * i + 2] *= factor;
}

/** Makes a pixel brighter or darker by some levels. */
export function add(canvas: Canvas, i: number, levels: number): void {
  const { rgb } = canvas;
  rgb[3 * i] += levels;
  rgb[3 * i + 1] += levels;
  rgb[3 * i + 2] += levels;
}

/** 0 below `from`, 1 above `to`, smooth between; `from` above `to` falls instead. */
export function ramp(from: number, to: number, value: number): number {
  const t = (value - from) / (to - from);
  return t <= 0 ? 0 : t >= 1 ? 1 : t * t * (3 - 2 * t);
}

const STEPS = 256;

/** The radius of an outline by direction, relative to its ellipse: 1 where it has no lobes. */
export function radii(outline: Outline): Float64Array {
  return Float64Array.from({ length: STEPS }, (_, i) => {
    const phi = 2 * Math.PI * i / STEPS;
    return outline.lobes.reduce((r, lobe) => r + lobe.amplitude * Math.cos(lobe.k * phi + lobe.phase), 1);
  });
}

/** How far out a place is: 0 in the middle of the outline, 1 on it. */
export function depth(outline: Outline, table: Float64Array, u: number, v: number): number {
  const x = (u - outline.x) / outline.rx, y = (v - outline.y) / outline.ry;
  const step = (Math.atan2(y, x) / (2 * Math.PI) + 1) * STEPS;
  const from = Math.floor(step), part = step - from;
  const r = table[from & (STEPS - 1)] * (1 - part) + table[(from + 1) & (STEPS - 1)] * part;
  return Math.sqrt(x * x + y * y) / r;
}

/** The box around an outline that may be `grow` pixels larger. */
export function boxOf(outline: Outline, grow: number): Box {
  const most = 1 + outline.lobes.reduce((sum, lobe) => sum + Math.abs(lobe.amplitude), 0);
  const w = outline.rx * most + grow, h = outline.ry * most + grow;
  return { left: outline.x - w, right: outline.x + w, top: outline.y - h, bottom: outline.y + h };
}
