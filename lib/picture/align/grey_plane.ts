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
    for (const { cell, from, share } of across) rows[y * side + cell] += share * grey[from];
  }
  for (const { cell, from, share } of down) {
    for (let c = 0; c < side; c++) plane[cell * side + c] += share * rows[from * side + c];
  }
  return plane;
}

/** A pixel's share of a cell. */
interface Overlap {
  readonly cell: number;
  readonly from: number;
  readonly share: number;
}

/** Which pixels lie behind each cell; the shares of a cell sum to 1. */
function overlaps(length: number, cells: number): Overlap[] {
  const found: Overlap[] = [];
  const size = length / cells;
  for (let cell = 0; cell < cells; cell++) {
    const [begin, end] = [cell * size, (cell + 1) * size];
    for (let from = Math.floor(begin); from < Math.min(length, Math.ceil(end - 1e-9)); from++) {
      const share = (Math.min(end, from + 1) - Math.max(begin, from)) / size;
      if (share > 1e-9) found.push({ cell, from, share });
    }
  }
  return found;
}
