/** Painting labels into a segment map: a brush, polygons and fills. Knows no screen. @module */

/** A segment map while it is painted: values of labels, row-major, H·W. */
export interface Raster {
  readonly height: number;
  readonly width: number;
  readonly labels: Uint8Array;
}

/** A place in pixels: x to the right, y down, the middle of the first pixel at 0.5, 0.5. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * Paints all pixels whose middle is at most `radius` from the line between two points: a stroke of a round brush. The pixel
 * below the brush is painted however small the brush is.
 */
export function paintStroke(raster: Raster, from: Point, to: Point, radius: number, value: number): void {
  const { height, width, labels } = raster;
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = dx * dx + dy * dy;
  const reach = Math.max(radius, Math.SQRT1_2);
  const first = clampRow(Math.min(from.y, to.y) - reach, height);
  const last = clampRow(Math.max(from.y, to.y) + reach, height);
  const left = clampRow(Math.min(from.x, to.x) - reach, width);
  const right = clampRow(Math.max(from.x, to.x) + reach, width);
  for (let row = first; row <= last; row++) {
    for (let column = left; column <= right; column++) {
      const [px, py] = [column + 0.5 - from.x, row + 0.5 - from.y];
      const along = length === 0 ? 0 : Math.min(1, Math.max(0, (px * dx + py * dy) / length));
      if (Math.hypot(px - along * dx, py - along * dy) <= reach) labels[row * width + column] = value;
    }
  }
}

/** Paints the pixels whose middle lies inside a polygon, by the even-odd rule; the last point is joined to the first. */
export function paintPolygon(raster: Raster, points: readonly Point[], value: number): void {
  const { height, width, labels } = raster;
  for (let row = 0; row < height; row++) {
    const y = row + 0.5;
    const crossings: number[] = [];
    for (const [i, a] of points.entries()) {
      const b = points[(i + 1) % points.length];
      if ((a.y <= y) !== (b.y <= y)) crossings.push(a.x + (y - a.y) / (b.y - a.y) * (b.x - a.x));
    }
    crossings.sort((a, b) => a - b);
    for (let pair = 0; pair + 1 < crossings.length; pair += 2) {
      const from = Math.max(0, Math.ceil(crossings[pair] - 0.5));
      const to = Math.min(width, Math.ceil(crossings[pair + 1] - 0.5));
      if (from < to) labels.fill(value, row * width + from, row * width + to);
    }
  }
}

/**
 * Paints the pixels that hang together with the one at a point, side by side, for which `belongs` is true; the labels of all
 * are those from before.
 */
export function paintConnected(
  raster: Raster,
  at: Point,
  value: number,
  belongs: (pixel: number, start: number) => boolean,
): void {
  const { height, width, labels } = raster;
  const [column, row] = [Math.floor(at.x), Math.floor(at.y)];
  if (column < 0 || row < 0 || column >= width || row >= height) return;
  const start = row * width + column;
  const found = new Uint8Array(labels.length);
  const open = [start];
  found[start] = 1;
  for (let pixel = open.pop(); pixel !== undefined; pixel = open.pop()) {
    const x = pixel % width;
    const near = [x > 0 ? pixel - 1 : -1, x + 1 < width ? pixel + 1 : -1, pixel - width, pixel + width];
    for (const next of near) {
      if (next < 0 || next >= labels.length || found[next] === 1 || !belongs(next, start)) continue;
      found[next] = 1;
      open.push(next);
    }
  }
  for (const [pixel, is] of found.entries()) if (is === 1) labels[pixel] = value;
}

/** Paints the area of one label that a point lies in. */
export function fillArea(raster: Raster, at: Point, value: number): void {
  const before = raster.labels.slice();
  paintConnected(raster, at, value, (pixel, start) => before[pixel] === before[start]);
}

/**
 * Paints what looks alike around a point: pixels of the picture whose brightness differs by at most `tolerance` from that at
 * the point.
 *
 * @param brightness H·W, 0 to 255
 */
export function fillAlike(
  raster: Raster,
  brightness: Uint8Array,
  at: Point,
  tolerance: number,
  value: number,
): void {
  paintConnected(
    raster,
    at,
    value,
    (pixel, start) => Math.abs(brightness[pixel] - brightness[start]) <= tolerance,
  );
}

function clampRow(place: number, size: number): number {
  return Math.min(size - 1, Math.max(0, Math.floor(place)));
}
