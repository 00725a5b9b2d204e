/** Photographs as small square planes of grey values, to compare where things lie in them. @module */
import type { Photo } from "../../domain.ts";

/**
 * A photograph as side × side grey values (luma by ITU-R BT.601, 0 to 255), each the mean of the pixels behind it. Both sides
 * of the picture become one, so that places are shares of the picture.
 *
 * ```ts
 * import { photo } from "../../domain.ts";
 * import { greyPlane } from "./grey_plane.ts";
 * const plane = greyPlane(photo([4, 8, 3], new Uint8Array(96).fill(9)), 2);
 * console.assert(plane.every((value) => Math.abs(value - 9) < 1e-9));
 * ```
 */
export function greyPlane({ data, shape: [height, width] }: Photo, side: number): Float64Array {
  const rows = new Float64Array(height * side);
  const plane = new Float64Array(side * side);
  const grey = new Float64Array(width);
  const across = overlaps(width, side);
  const down = overlaps(height, side);
  for (let y = 0; y < height; y++) {
    for (let x = 0, i = 3 * y * width; x < width; x++, i += 3) {
      grey[x] = 0.299 * data[i] + 0.587 * data[i + 1] + 0.114 * data[i + 2];
    }
    for (let k = 0; k < across.share.length; k++) {
      rows[y * side + across.cell[k]] += across.share[k] * grey[across.from[k]];
    }
  }
  for (let k = 0; k < down.share.length; k++) {
    const [to, at, share] = [down.cell[k] * side, down.from[k] * side, down.share[k]];
    for (let c = 0; c < side; c++) plane[to + c] += share * rows[at + c];
  }
  return plane;
}

/** Shares of pixels in cells: of pixel `from` in `cell`. */
interface Overlaps {
  readonly cell: Uint32Array;
  readonly from: Uint32Array;
  readonly share: Float64Array;
}

/** Those made last: pictures of one kind want the same ones again and again. */
const made = new Map<string, Overlaps>();
const LATELY = 8;

/** Which pixels lie behind each cell; the shares of a cell sum to 1. */
function overlaps(length: number, cells: number): Overlaps {
  const key = `${length} ${cells}`;
  const known = made.get(key);
  if (known) return known;
  const found: [cell: number, from: number, share: number][] = [];
  const size = length / cells;
  for (let cell = 0; cell < cells; cell++) {
    const [begin, end] = [cell * size, (cell + 1) * size];
    for (let from = Math.floor(begin); from < Math.min(length, Math.ceil(end - 1e-9)); from++) {
      const share = (Math.min(end, from + 1) - Math.max(begin, from)) / size;
      if (share > 1e-9) found.push([cell, from, share]);
    }
  }
  const table = {
    cell: Uint32Array.from(found, ([cell]) => cell),
    from: Uint32Array.from(found, ([, from]) => from),
    share: Float64Array.from(found, ([, , share]) => share),
  };
  if (made.size >= LATELY) made.clear();
  made.set(key, table);
  return table;
}
