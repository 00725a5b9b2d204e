/** Pictures as square planes of grey values that keep their shape, turned and moved as a part may be. @module */
import type { Photo } from "../../domain.ts";
import type { PlanePose } from "./pose.ts";

/** Rows and columns of the planes that are compared. */
export const SIDE = 128;

/**
 * Grey values of a picture in the middle of a square, its border going on around it: what is turned keeps its shape, and no edge
 * is there that does not move with the part.
 */
export function squarePlane({ data, shape: [height, width] }: Photo): Float64Array {
  const cell = Math.max(height, width) / SIDE;
  const plane = new Float64Array(SIDE * SIDE);
  const grey = (x: number, y: number) => {
    const i = 3 * (y * width + x);
    return 0.299 * data[i] + 0.587 * data[i + 1] + 0.114 * data[i + 2];
  };
  /** The pixels behind a cell of a side of so many, at least one. */
  const behind = (at: number, pixels: number): readonly [number, number] => {
    const from = (at - SIDE / 2) * cell + pixels / 2;
    const first = Math.min(pixels - 1, Math.max(0, Math.round(from)));
    return [first, Math.min(pixels, Math.max(first + 1, Math.round(from + cell)))];
  };
  for (let row = 0; row < SIDE; row++) {
    const [top, bottom] = behind(row, height);
    for (let column = 0; column < SIDE; column++) {
      const [left, right] = behind(column, width);
      let sum = 0;
      for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) sum += grey(x, y);
      plane[row * SIDE + column] = sum / ((bottom - top) * (right - left));
    }
  }
  return plane;
}

/** A plane as if its part had not been moved. */
export function warp(plane: Float64Array, { dx, dy, angle }: PlanePose): Float64Array {
  const c = Math.cos(angle);
  const s = Math.sin(angle);
  const middle = (SIDE - 1) / 2;
  const moved = new Float64Array(SIDE * SIDE);
  for (let y = 0; y < SIDE; y++) {
    const py = y - middle;
    for (let x = 0; x < SIDE; x++) {
      const px = x - middle;
      moved[y * SIDE + x] = sample(plane, middle + c * px - s * py + dx, middle + s * px + c * py + dy);
    }
  }
  return moved;
}

/** Bilinear, the border going on outside. Millions of values come from here: no arrays are made for a pair. */
function sample(plane: Float64Array, x: number, y: number): number {
  const cx = x < 0 ? 0 : x > SIDE - 1 ? SIDE - 1 : x;
  const cy = y < 0 ? 0 : y > SIDE - 1 ? SIDE - 1 : y;
  const x0 = cx >= SIDE - 2 ? SIDE - 2 : cx | 0;
  const y0 = cy >= SIDE - 2 ? SIDE - 2 : cy | 0;
  const fx = cx - x0;
  const fy = cy - y0;
  const at = y0 * SIDE + x0;
  return (plane[at] * (1 - fx) + plane[at + 1] * fx) * (1 - fy) +
    (plane[at + SIDE] * (1 - fx) + plane[at + SIDE + 1] * fx) * fy;
}
