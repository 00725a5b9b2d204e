/** Small grey pictures to compare pictures by. @module */
import type { Image } from "../../domain.ts";

/** Rows and columns of a thumbnail. */
const SIDE = 32;

/**
 * Each picture as 32 × 32 grey values of mean 0 and deviation 1, so that another exposure changes little; zeros where the
 * picture is of one colour.
 *
 * @returns f32[1024] for each picture
 *
 * ```ts
 * import { image } from "../../domain.ts";
 * import { thumbnailsOf } from "./thumbnail.ts";
 * const [black] = thumbnailsOf(image([1, 3, 64, 48]));
 * console.assert(black.length === 1024 && black.every((value) => value === 0));
 * ```
 */
export function thumbnailsOf({ data, shape }: Image): Float32Array<ArrayBuffer>[] {
  const [N, C, H, W] = shape;
  const rows = cells(H);
  const columns = cells(W);
  return Array.from({ length: N }, (_, n) => {
    const grey = new Float64Array(SIDE * SIDE);
    for (let c = 0; c < C; c++) {
      const plane = (n * C + c) * H * W;
      for (let cell = 0; cell < grey.length; cell++) {
        const [top, bottom] = rows[Math.floor(cell / SIDE)];
        const [left, right] = columns[cell % SIDE];
        let sum = 0;
        for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) sum += data[plane + y * W + x];
        grey[cell] += sum / ((bottom - top) * (right - left));
      }
    }
    const mean = grey.reduce((sum, value) => sum + value, 0) / grey.length;
    const deviation = Math.sqrt(grey.reduce((sum, value) => sum + (value - mean) ** 2, 0) / grey.length);
    return Float32Array.from(grey, (value) => deviation > 1e-6 ? (value - mean) / deviation : 0);
  });
}

/** From where to where the pixels of each cell lie, at least one. */
function cells(length: number): (readonly [number, number])[] {
  return Array.from({ length: SIDE }, (_, i) => {
    const from = Math.floor(i * length / SIDE);
    return [from, Math.max(from + 1, Math.floor((i + 1) * length / SIDE))] as const;
  });
}
