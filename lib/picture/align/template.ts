/** A plane that others are laid on by least squares (Baker and Matthews 2004), and how they go with it. @module */
import { type PlanePose, rotated } from "./pose.ts";
import { SIDE, warp } from "./square_plane.ts";

/** Steps of the refinement. */
const STEPS = 12;

/** The usual plane, its values of mean 0 and deviation 1 in the middle, and how they change with the pose. */
export interface Template {
  readonly values: Float64Array;
  /** Derivatives by dx, dy and angle, one after the other. */
  readonly slopes: readonly [Float64Array, Float64Array, Float64Array];
  /** The inverse of what least squares solves, row by row; undefined where the picture is too plain. */
  readonly inverse?: readonly number[];
}

/** A strip at each border is not compared: what comes in there is not the part's. */
const BORDER = Math.round(SIDE / 25);
/** Values inside of it. */
const INSIDE = (SIDE - 2 * BORDER) ** 2;

/** Makes a template of the usual plane. */
export function templateOf(plane: Float64Array): Template {
  const values = standardised(plane);
  const slopes = [0, 1, 2].map(() => new Float64Array(SIDE * SIDE)) as [Float64Array, Float64Array, Float64Array];
  const sums = new Float64Array(9);
  const middle = (SIDE - 1) / 2;
  for (let y = BORDER; y < SIDE - BORDER; y++) {
    for (let x = BORDER; x < SIDE - BORDER; x++) {
      const at = y * SIDE + x;
      const [gx, gy] = [(values[at + 1] - values[at - 1]) / 2, (values[at + SIDE] - values[at - SIDE]) / 2];
      [slopes[0][at], slopes[1][at], slopes[2][at]] = [gx, gy, gy * (x - middle) - gx * (y - middle)];
      for (let i = 0; i < 3; i++) for (let j = 0; j < 3; j++) sums[3 * i + j] += slopes[i][at] * slopes[j][at];
    }
  }
  return { values, slopes, inverse: inverseOf(sums) };
}

/** Gauss and Newton's steps, with the slopes of the usual picture in place of those of the moved one. */
export function refine({ values, slopes, inverse }: Template, plane: Float64Array, start: PlanePose): PlanePose {
  let pose = start;
  if (!inverse) return pose;
  const [byRight, byDown, byTurn] = slopes;
  for (let step = 0; step < STEPS; step++) {
    const own = standardised(warp(plane, pose));
    let [right, down, turn] = [0, 0, 0];
    for (let y = BORDER; y < SIDE - BORDER; y++) {
      for (let at = y * SIDE + BORDER; at < (y + 1) * SIDE - BORDER; at++) {
        const error = own[at] - values[at];
        right += byRight[at] * error;
        down += byDown[at] * error;
        turn += byTurn[at] * error;
      }
    }
    const [dx, dy, angle] = [0, 1, 2].map((i) =>
      inverse[3 * i] * right + inverse[3 * i + 1] * down + inverse[3 * i + 2] * turn
    );
    const back = rotated(dx, dy, pose.angle - angle);
    pose = { dx: pose.dx - back.dx, dy: pose.dy - back.dy, angle: pose.angle - angle };
    if (Math.hypot(dx, dy) < 0.01 && Math.abs(angle) < 1e-4) break;
  }
  return pose;
}

/** How a plane goes with the usual one where it lies: their correlation inside of the borders, −1 to 1. */
export function likeness({ values }: Template, plane: Float64Array): number {
  const own = standardised(plane);
  let sum = 0;
  for (let y = BORDER; y < SIDE - BORDER; y++) {
    for (let at = y * SIDE + BORDER; at < (y + 1) * SIDE - BORDER; at++) sum += own[at] * values[at];
  }
  return sum / INSIDE;
}

/** A plane of mean 0 and deviation 1 inside of the borders; zeros where it is plain. */
function standardised(plane: Float64Array): Float64Array {
  let [sum, squares] = [0, 0];
  for (let y = BORDER; y < SIDE - BORDER; y++) {
    for (let at = y * SIDE + BORDER; at < (y + 1) * SIDE - BORDER; at++) {
      const value = plane[at];
      sum += value;
      squares += value * value;
    }
  }
  const mean = sum / INSIDE;
  const deviation = Math.sqrt(Math.max(0, squares / INSIDE - mean ** 2));
  const standard = new Float64Array(plane.length);
  if (deviation < 1e-6) return standard;
  for (let at = 0; at < plane.length; at++) standard[at] = (plane[at] - mean) / deviation;
  return standard;
}

/** Of a symmetric 3 × 3 matrix. */
function inverseOf(m: ArrayLike<number>): number[] | undefined {
  const [a, b, c, , e, f, , , i] = Array.from(m);
  const [A, B, C] = [e * i - f * f, c * f - b * i, b * f - c * e];
  const determinant = a * A + b * B + c * C;
  if (!(Math.abs(determinant) > 1e-9)) return undefined;
  return [A, B, C, B, a * i - c * c, b * c - a * f, C, b * c - a * f, a * e - b * b].map((value) =>
    value / determinant
  );
}
