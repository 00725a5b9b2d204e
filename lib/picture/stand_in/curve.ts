/** Smooth curves through points, and the distance of pixels to them. @module */
import { type Canvas, scan } from "./canvas.ts";
import type { Point } from "./spec.ts";

/** A Catmull-Rom curve (centripetal enough for our gentle bends) as short straight pieces, the first point first. */
export function curve(points: readonly Point[], pieces = 10): Point[] {
  const result: Point[] = [points[0]];
  const get = (i: number): Point => points[Math.min(points.length - 1, Math.max(0, i))];
  for (let i = 0; i + 1 < points.length; i++) {
    const [a, b, c, d] = [get(i - 1), get(i), get(i + 1), get(i + 2)];
    for (let k = 1; k <= pieces; k++) {
      const t = k / pieces;
      result.push([spline(a[0], b[0], c[0], d[0], t), spline(a[1], b[1], c[1], d[1], t)]);
    }
  }
  return result;
}

function spline(a: number, b: number, c: number, d: number, t: number): number {
  return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
}

/** The length of a line through points. */
export function lengthOf(line: readonly Point[]): number {
  let sum = 0;
  for (let i = 1; i < line.length; i++) sum += Math.hypot(line[i][0] - line[i - 1][0], line[i][1] - line[i - 1][1]);
  return sum;
}

/**
 * Visits each pixel within `reach` of a line once.
 *
 * @param visit gets the pixel, its signed distance (positive to the right of the way) and how far along the line it is
 */
export function along(
  canvas: Canvas,
  line: readonly Point[],
  reach: number,
  visit: (i: number, side: number, along: number, u: number, v: number) => void,
): void {
  const nearest = new Map<number, readonly [side: number, along: number, u: number, v: number]>();
  let walked = 0;
  for (let piece = 1; piece < line.length; piece++) {
    const [x0, y0] = line[piece - 1], [x1, y1] = line[piece];
    const dx = x1 - x0, dy = y1 - y0;
    const length = Math.hypot(dx, dy);
    if (length === 0) continue;
    const box = {
      left: Math.min(x0, x1) - reach,
      right: Math.max(x0, x1) + reach,
      top: Math.min(y0, y1) - reach,
      bottom: Math.max(y0, y1) + reach,
    };
    const start = walked;
    scan(canvas, box, (first, count, u0, v0, du, dv) => {
      for (let k = 0; k < count; k++) {
        const i = first + k, u = u0 + k * du, v = v0 + k * dv;
        const t = Math.min(1, Math.max(0, ((u - x0) * dx + (v - y0) * dy) / (length * length)));
        const x = u - x0 - t * dx, y = v - y0 - t * dy;
        const distance = Math.sqrt(x * x + y * y);
        if (distance > reach) continue;
        const known = nearest.get(i);
        if (known && Math.abs(known[0]) <= distance) continue;
        const right = (u - x0) * dy - (v - y0) * dx < 0;
        nearest.set(i, [right ? distance : -distance, start + t * length, u, v]);
      }
    });
    walked += length;
  }
  for (const [i, [side, at, u, v]] of nearest) visit(i, side, at, u, v);
}
