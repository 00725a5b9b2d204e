/**
 * Where a part lies in its picture, and the picture as if it lay where it should: turned and moved, by phase correlation of
 * spectra in polar coordinates and of pictures (Reddy and Chatterji 1996), refined by least squares (Baker and Matthews 2004).
 * @module
 */
import type { Photo } from "../../domain.ts";
import { phaseShift, windowedSpectrum } from "./phase.ts";
import { type Pose, rotated, STILL } from "./pose.ts";
import { SIDE, squarePlane, warp } from "./square_plane.ts";
import { likeness, refine, templateOf } from "./template.ts";
import { COARSE, likelyShifts } from "./likely_shifts.ts";
import { angleBetween, polarOf } from "./turn.ts";
import { movePhoto } from "./move_photo.ts";

/** A picture whose part lies where it should. */
export interface Aligned {
  readonly photo: Photo;
  /** Where it lay; nowhere else where nothing better was found. */
  readonly pose: Pose;
  /** How the picture goes with the usual one, −1 to 1: before … */
  readonly before: number;
  /** … and after. */
  readonly after: number;
  /** Whether it is known where the part lies: false where the picture goes with the usual one nowhere. */
  readonly found: boolean;
}

/** How far parts may lie from where they should. */
export interface AlignOptions {
  /** Degrees; 10 where left out. */
  readonly angle?: number;
  /** As a share of the longer side; 0.2 where left out. */
  readonly shift?: number;
}

/** An angle up to this is followed as it was found, and not beside none. */
const SAME_ANGLE = 0.01;

/**
 * A picture is moved where that leaves at most this share of what did not go with the usual one, and where it then goes with it
 * at least so well: parts that only differ, and pictures that are too unlike to tell, stay where they are.
 */
const [LEFT, LIKE] = [0.8, 0.4];

/**
 * Makes what aligns pictures with a usual one, such as the mean of good parts.
 *
 * ```ts
 * import { photo } from "../../domain.ts";
 * import { alignerTo } from "./align.ts";
 * const usual = photo([64, 64, 3], Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => {
 *   const [x, y] = [Math.floor(i / 3) % 64, Math.floor(i / 192)];
 *   return 60 + 120 * Number(Math.hypot(x - 26, y - 38) < 9) + 60 * Number(Math.abs(x - y) < 2);
 * }));
 * const { pose } = alignerTo(usual)(usual);
 * console.assert(pose.dx === 0 && pose.dy === 0 && pose.angle === 0);
 * ```
 */
export function alignerTo(
  usual: Photo,
  { angle: mostAngle = 10, shift: mostShift = 0.2 }: AlignOptions = {},
): (picture: Photo) => Aligned {
  const plane = squarePlane(usual);
  const [spectrum, polar] = [windowedSpectrum(plane, SIDE), polarOf(plane)];
  const template = templateOf(plane);
  const longer = Math.max(usual.shape[0], usual.shape[1]);
  const cell = longer / SIDE;
  const most = { angle: mostAngle * Math.PI / 180, shift: mostShift * SIDE };
  return (picture) => {
    const own = squarePlane(picture);
    const before = likeness(template, warp(own, STILL));
    const turned = angleBetween(polar, polarOf(own), most.angle);
    let best = { pose: STILL, after: before };
    for (const angle of Math.abs(turned) < SAME_ANGLE ? [turned] : [0, turned]) {
      const back = warp(own, { ...STILL, angle });
      const phase = phaseShift(spectrum, windowedSpectrum(back, SIDE), most.shift);
      const likely = likelyShifts(plane, back, most.shift);
      const shifts = [phase, ...likely.filter(({ dx, dy }) => Math.hypot(dx - phase.dx, dy - phase.dy) > COARSE / 2)];
      for (const shift of shifts) {
        const pose = refine(template, own, { angle, ...rotated(shift.dx, shift.dy, angle) });
        const after = likeness(template, warp(own, pose));
        const within = Math.abs(pose.angle) <= most.angle && Math.hypot(pose.dx, pose.dy) <= most.shift;
        if (within && after > best.after) best = { pose, after };
      }
    }
    if (best.after < LIKE || 1 - best.after > LEFT * (1 - before)) {
      return {
        photo: picture,
        pose: { dx: 0, dy: 0, angle: 0 },
        ...{ before, after: before, found: best.after >= LIKE },
      };
    }
    const { dx, dy, angle } = best.pose;
    const pose = { dx: dx * cell, dy: dy * cell, angle };
    return {
      photo: movePhoto(picture, pose, usual),
      pose: { ...pose, angle: angle * 180 / Math.PI },
      ...{ before, after: best.after, found: true },
    };
  };
}
