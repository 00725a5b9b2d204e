/** Where a part lies against where it should. @module */

/** Where a part lies against where it should. */
export interface Pose {
  /** To the right, in pixels. */
  readonly dx: number;
  /** Down, in pixels. */
  readonly dy: number;
  /** Turned clockwise about the middle, in degrees. */
  readonly angle: number;
}

/** In cells of a plane, and radians. */
export type PlanePose = Pose;
/** Where it should. */
export const STILL: PlanePose = { dx: 0, dy: 0, angle: 0 };

/** A shift in axes that are turned by an angle in radians. */
export function rotated(dx: number, dy: number, angle: number): { readonly dx: number; readonly dy: number } {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  return { dx: c * dx - s * dy, dy: s * dx + c * dy };
}
