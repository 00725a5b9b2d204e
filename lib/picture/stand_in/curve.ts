/** Smooth curves through points, and the distance of pixels to them. @module */
import { type Canvas, scan } from "./canvas.ts";
import { type Point, SIZE } from "./spec.ts";

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
  let visited = 0;
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
    // Nothing within reach is farther from the middle of the piece; the rest of the box is there for the pose.
    const middleX = (x0 + x1) / 2, middleY = (y0 + y1) / 2, far = length / 2 + reach + 0.01;
    scan(canvas, box, (first, count, u0, v0, du, dv) => {
      if (Math.abs(v0 - middleY) > far + Math.abs(dv) * count) return;
      const end = Math.min(count, Math.ceil((middleX + far - u0) / du) + 1);
      for (let k = Math.max(0, Math.floor((middleX - far - u0) / du)); k < end; k++) {
        const i = first + k, u = u0 + k * du, v = v0 + k * dv;
        const t = Math.min(1, Math.max(0, ((u - x0) * dx + (v - y0) * dy) / (length * length)));
        const x = u - x0 - t * dx, y = v - y0 - t * dy;
        const distance = Math.sqrt(x * x + y * y);
        if (distance > reach) continue;
        if (nearest[i] <= distance) continue;
        if (nearest[i] === Infinity) order[visited++] = i;
        const right = (u - x0) * dy - (v - y0) * dx < 0;
        nearest[i] = distance;
        place[4 * i] = right ? distance : -distance;
        place[4 * i + 1] = start + t * length;
        place[4 * i + 2] = u;
        place[4 * i + 3] = v;
      }
    });
    walked += length;
  }
  for (let n = 0; n < visited; n++) {
    const i = order[n];
    nearest[i] = Infinity;
    visit(i, place[4 * i], place[4 * i + 1], place[4 * i + 2], place[4 * i + 3]);
  }
}

/**
 * What is known of pixels while a line is followed, one for all lines of a thread: how near the line is, Infinity where it is
 * not; on which side and where; the pixels that are near it, in the order in which they were found.
 */
const nearest = new Float64Array(SIZE * SIZE).fill(Infinity);
const place = new Float64Array(4 * SIZE * SIZE);
const order = new Int32Array(SIZE * SIZE);
