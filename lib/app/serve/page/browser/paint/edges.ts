/**
 * Lines that follow the edges of a picture: the cheapest way between two points, where a step costs less the steeper the
 * brightness is there (Mortensen and Barrett, "Intelligent scissors for image composition", 1995, with the gradient alone).
 * @module
 */
import type { Point } from "./raster.ts";

/** What the way is looked for in: H·W. */
export interface Edges {
  readonly height: number;
  readonly width: number;
  /** What a step onto a pixel costs, 1 to {@linkcode MOST}, an edge the least. */
  readonly costs: Uint8Array;
}

/** What a step onto a pixel without any edge costs. */
const MOST = 64;
/** So many pixels beyond the two points are looked at. */
const MARGIN = 24;

/**
 * The costs of a picture, by Sobel's gradient; the steepest hundredth of the pixels cost 1.
 *
 * @param brightness H·W, 0 to 255
 */
export function findEdges(brightness: Uint8Array, height: number, width: number): Edges {
  const steep = new Float32Array(brightness.length);
  const at = (y: number, x: number) =>
    brightness[Math.min(height - 1, Math.max(0, y)) * width + Math.min(width - 1, Math.max(0, x))];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const across = at(y - 1, x + 1) + 2 * at(y, x + 1) + at(y + 1, x + 1) - at(y - 1, x - 1) - 2 * at(y, x - 1) -
        at(y + 1, x - 1);
      const down = at(y + 1, x - 1) + 2 * at(y + 1, x) + at(y + 1, x + 1) - at(y - 1, x - 1) - 2 * at(y - 1, x) -
        at(y - 1, x + 1);
      steep[y * width + x] = Math.hypot(across, down);
    }
  }
  const steepest = steep.toSorted()[Math.floor(0.99 * (steep.length - 1))] || 1;
  const costs = Uint8Array.from(steep, (value) => Math.round(MOST - (MOST - 1) * Math.min(1, value / steepest)));
  return { height, width, costs };
}

/**
 * The points from one to the other along edges, both included, a pixel a step (Dijkstra 1959). Only the surroundings of the
 * two are looked at.
 */
export function followEdges({ height, width, costs }: Edges, from: Point, to: Point): Point[] {
  const cell = ({ x, y }: Point) => ({
    column: Math.min(width - 1, Math.max(0, Math.floor(x))),
    row: Math.min(height - 1, Math.max(0, Math.floor(y))),
  });
  const [a, b] = [cell(from), cell(to)];
  const left = Math.max(0, Math.min(a.column, b.column) - MARGIN);
  const right = Math.min(width - 1, Math.max(a.column, b.column) + MARGIN);
  const top = Math.max(0, Math.min(a.row, b.row) - MARGIN);
  const bottom = Math.min(height - 1, Math.max(a.row, b.row) + MARGIN);
  const [start, end] = [a.row * width + a.column, b.row * width + b.column];
  const spent = new Map([[start, 0]]);
  const came = new Map<number, number>();
  const settled = new Set<number>();
  // Costs are small whole numbers, so that pixels wait in a row of buckets by what they cost so far.
  const buckets: number[][] = [[start]];
  for (let cost = 0; cost < buckets.length; cost++) {
    for (const pixel of buckets[cost] ?? []) {
      if (settled.has(pixel)) continue;
      settled.add(pixel);
      if (pixel === end) return wayBack(came, start, end, width);
      const [x, y] = [pixel % width, Math.floor(pixel / width)];
      for (let v = Math.max(top, y - 1); v <= Math.min(bottom, y + 1); v++) {
        for (let u = Math.max(left, x - 1); u <= Math.min(right, x + 1); u++) {
          const next = v * width + u;
          if (settled.has(next)) continue;
          const more = Math.round(costs[next] * (u !== x && v !== y ? 7 : 5) / 5);
          if (cost + more >= (spent.get(next) ?? Infinity)) continue;
          spent.set(next, cost + more);
          came.set(next, pixel);
          (buckets[cost + more] ??= []).push(next);
        }
      }
    }
  }
  return [from, to];
}

function wayBack(came: ReadonlyMap<number, number>, start: number, end: number, width: number): Point[] {
  const way: Point[] = [];
  for (let pixel: number | undefined = end; pixel !== undefined; pixel = came.get(pixel)) {
    way.push({ x: pixel % width + 0.5, y: Math.floor(pixel / width) + 0.5 });
    if (pixel === start) break;
  }
  return way.reverse();
}
