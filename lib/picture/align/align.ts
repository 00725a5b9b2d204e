/**
 * Where a part lies in its picture, and the picture as if it lay where it should: turned and moved, by phase correlation of
 * spectra in polar coordinates and of pictures (Reddy and Chatterji 1996), refined by least squares (Baker and Matthews 2004).
 * @module
 */
import { type Photo, photo } from "../../domain.ts";
import { type Spectrum, transform } from "./fft.ts";
import { phaseShift, windowedSpectrum } from "./phase.ts";

/** Where a part lies against where it should. */
export interface Pose {
  /** To the right, in pixels. */
  readonly dx: number;
  /** Down, in pixels. */
  readonly dy: number;
  /** Turned clockwise about the middle, in degrees. */
  readonly angle: number;
}

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

/** Rows and columns of the planes that are compared. */
const SIDE = 128;
/** Angles of half a turn, and the radii on which spectra are compared. */
const ANGLES = 720;
const [NEAR, FAR] = [6, 48];
/** An angle up to this is followed as it was found, and not beside none. */
const SAME_ANGLE = 0.01;
/** Steps of the refinement. */
const STEPS = 12;
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

/** How much smaller planes are on which all shifts are tried, and how many of these are followed. */
const [COARSE, FOLLOWED] = [4, 2];

/**
 * The shifts by which two planes go best together, each by what both then show. Phases see edges; where a part has few, as one
 * grey area has, this sees the area.
 */
function likelyShifts(first: Float64Array, second: Float64Array, most: number): { dx: number; dy: number }[] {
  const [a, b] = [coarse(first), coarse(second)];
  const side = SIDE / COARSE;
  const reach = Math.floor(most / COARSE);
  const found: { dx: number; dy: number; goes: number }[] = [];
  for (let dy = -reach; dy <= reach; dy++) {
    for (let dx = -reach; dx <= reach; dx++) found.push({ dx, dy, goes: together(a, b, side, dx, dy) });
  }
  const best: typeof found = [];
  for (const one of found.sort((x, y) => y.goes - x.goes)) {
    if (best.every(({ dx, dy }) => Math.hypot(dx - one.dx, dy - one.dy) > 2)) best.push(one);
    if (best.length === FOLLOWED) break;
  }
  return best.map(({ dx, dy }) => ({ dx: dx * COARSE, dy: dy * COARSE }));
}

/** The correlation of what two planes share where the second is moved back. */
function together(a: Float64Array, b: Float64Array, side: number, dx: number, dy: number): number {
  let [n, sa, sb, saa, sbb, sab] = [0, 0, 0, 0, 0, 0];
  for (let y = Math.max(0, -dy); y < Math.min(side, side - dy); y++) {
    for (let x = Math.max(0, -dx); x < Math.min(side, side - dx); x++) {
      const p = a[y * side + x];
      const q = b[(y + dy) * side + x + dx];
      n++;
      sa += p;
      sb += q;
      saa += p * p;
      sbb += q * q;
      sab += p * q;
    }
  }
  const [va, vb] = [saa - sa * sa / n, sbb - sb * sb / n];
  return va > 1e-9 && vb > 1e-9 ? (sab - sa * sb / n) / Math.sqrt(va * vb) : -1;
}

function coarse(plane: Float64Array): Float64Array {
  const side = SIDE / COARSE;
  const means = new Float64Array(side * side);
  for (let at = 0; at < plane.length; at++) {
    means[Math.floor(at / SIDE / COARSE) * side + Math.floor(at % SIDE / COARSE)] += plane[at] / COARSE ** 2;
  }
  return means;
}

/** In cells of a plane, and radians. */
type PlanePose = Pose;
const STILL: PlanePose = { dx: 0, dy: 0, angle: 0 };

function rotated(dx: number, dy: number, angle: number): { readonly dx: number; readonly dy: number } {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  return { dx: c * dx - s * dy, dy: s * dx + c * dy };
}

/**
 * Grey values of a picture in the middle of a square, its border going on around it: what is turned keeps its shape, and no edge
 * is there that does not move with the part.
 */
function squarePlane({ data, shape: [height, width] }: Photo): Float64Array {
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
function warp(plane: Float64Array, { dx, dy, angle }: PlanePose): Float64Array {
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

/** The usual plane, its values of mean 0 and deviation 1 in the middle, and how they change with the pose. */
interface Template {
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

function templateOf(plane: Float64Array): Template {
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
function refine({ values, slopes, inverse }: Template, plane: Float64Array, start: PlanePose): PlanePose {
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

function likeness({ values }: Template, plane: Float64Array): number {
  const own = standardised(plane);
  let sum = 0;
  for (let y = BORDER; y < SIDE - BORDER; y++) {
    for (let at = y * SIDE + BORDER; at < (y + 1) * SIDE - BORDER; at++) sum += own[at] * values[at];
  }
  return sum / INSIDE;
}

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

/** The spectrum's strength along rays, each radius without its mean over all angles. */
function polarOf(plane: Float64Array): Float64Array {
  const { re, im }: Spectrum = transform(fadedDisc(plane), SIDE);
  const radii = FAR - NEAR;
  const polar = new Float64Array(ANGLES * radii);
  const strength = Float64Array.from(re, (value, at) => Math.log1p(Math.hypot(value, im[at])));
  const at = (u: number, v: number) => strength[(v + SIDE) % SIDE * SIDE + (u + SIDE) % SIDE];
  for (let k = 0; k < ANGLES; k++) {
    const [c, s] = [Math.cos(k * Math.PI / ANGLES), Math.sin(k * Math.PI / ANGLES)];
    for (let r = 0; r < radii; r++) {
      const [u, v] = [(r + NEAR) * c, (r + NEAR) * s];
      const [u0, v0] = [Math.floor(u), Math.floor(v)];
      const [fu, fv] = [u - u0, v - v0];
      polar[k * radii + r] = (at(u0, v0) * (1 - fu) + at(u0 + 1, v0) * fu) * (1 - fv) +
        (at(u0, v0 + 1) * (1 - fu) + at(u0 + 1, v0 + 1) * fu) * fv;
    }
  }
  for (let r = 0; r < radii; r++) {
    let sum = 0;
    for (let k = 0; k < ANGLES; k++) sum += polar[k * radii + r];
    for (let k = 0; k < ANGLES; k++) polar[k * radii + r] -= sum / ANGLES;
  }
  return polar;
}

/** A disc turns into itself, where a square's borders would be what is found. */
function fadedDisc(plane: Float64Array): Float64Array {
  const mean = plane.reduce((sum, value) => sum + value, 0) / plane.length;
  const middle = (SIDE - 1) / 2;
  return plane.map((value, at) => {
    const away = Math.hypot(at % SIDE - middle, Math.floor(at / SIDE) - middle) / (SIDE / 2);
    return away >= 1 ? 0 : (value - mean) * (0.5 + 0.5 * Math.cos(Math.PI * away));
  });
}

/** By how much the second is turned against the first, in radians; rays go half around, as spectra of pictures are symmetric. */
function angleBetween(first: Float64Array, second: Float64Array, most: number): number {
  const radii = FAR - NEAR;
  const reach = Math.ceil(most * ANGLES / Math.PI);
  const score = (shift: number) => {
    let sum = 0;
    for (let k = 0; k < ANGLES; k++) {
      const [a, b] = [k * radii, (k + shift + ANGLES) % ANGLES * radii];
      for (let r = 0; r < radii; r++) sum += first[a + r] * second[b + r];
    }
    return sum;
  };
  const scores = Array.from({ length: 2 * reach + 1 }, (_, i) => score(i - reach));
  const best = scores.indexOf(Math.max(...scores));
  const [before, at, after] = [scores[best - 1] ?? scores[best], scores[best], scores[best + 1] ?? scores[best]];
  const bend = before - 2 * at + after;
  const part = bend < 0 ? Math.max(-0.5, Math.min(0.5, (before - after) / (2 * bend))) : 0;
  return (best - reach + part) * Math.PI / ANGLES;
}

/**
 * The picture as if its part lay where it should; `angle` in radians. Bilinear. What the camera has not seen is taken from the
 * usual picture, in the light of this one: it is unknown, and not strange.
 */
function movePhoto(picture: Photo, { dx, dy, angle }: Pose, usual: Photo): Photo {
  const { data, shape: [height, width] } = picture;
  const moved = photo([height, width, 3]);
  const [c, s, mx, my] = [Math.cos(angle), Math.sin(angle), (width - 1) / 2, (height - 1) / 2];
  const [right, down] = [width > 1 ? 3 : 0, height > 1 ? 3 * width : 0];
  const light = meanOf(picture) / Math.max(1, meanOf(usual));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [px, py] = [x - mx, y - my];
      const [sx, sy] = [mx + c * px - s * py + dx, my + s * px + c * py + dy];
      const to = 3 * (y * width + x);
      if (sx < 0 || sy < 0 || sx > width - 1 || sy > height - 1) {
        for (let k = 0; k < 3; k++) moved.data[to + k] = Math.min(255, Math.round(light * usual.data[to + k]));
        continue;
      }
      const [x0, y0] = [
        Math.min(Math.max(0, width - 2), Math.floor(sx)),
        Math.min(Math.max(0, height - 2), Math.floor(sy)),
      ];
      const [fx, fy] = [sx - x0, sy - y0];
      const from = 3 * (y0 * width + x0);
      for (let k = 0; k < 3; k++) {
        const at = from + k;
        const value = (data[at] * (1 - fx) + data[at + right] * fx) * (1 - fy) +
          (data[at + down] * (1 - fx) + data[at + down + right] * fx) * fy;
        moved.data[to + k] = Math.round(value);
      }
    }
  }
  return moved;
}

function meanOf({ data }: Photo): number {
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += data[i];
  return sum / data.length;
}
