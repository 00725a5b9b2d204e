/**
 * Generated defects for the one-class benchmark: SegAD needs bad parts for its forest, and where there are none, simple
 * disturbances of good ones do (SegAD paper, Sec. 5.1 and App. A.2).
 * @module
 */
import { type Photo, photo, type SegmentMap } from "../../domain.ts";
import { bindAxes } from "../../base/tensor/tensor.ts";
import type { Random } from "../../base/tensor/random.ts";

/** The three disturbances of the paper's Fig. 8. */
export const GENERATED_KINDS = ["blur", "small_rectangle", "thin_rectangle"] as const;

/** A disturbed photograph, and what was done to it. */
export interface GeneratedDefect {
  /** The picture with the defect in it. */
  readonly photo: Photo;
  /** What was drawn. */
  readonly kind: typeof GENERATED_KINDS[number];
  /** The name of the segment in which all changed pixels lie. */
  readonly segment: string;
}

/** Fewer changed pixels, or a smaller mean change in levels, count as no defect. */
const LEAST_PIXELS = 12;
const LEAST_CHANGE = 4;

/**
 * Disturbs a random part of a random segment: blurs it, or lays a small or a long thin rectangle of a random grey over it.
 * Only pixels of the segment change, and some always do. The sizes are shares of the picture's height.
 *
 * @param photo u8[H,W,3], already of the size of the segment map; it is not changed
 * @param map one map, `labels` u8[1,H,W]
 * @throws {TypeError} where map and photo differ in size
 * @throws {RangeError} where no segment has enough pixels
 *
 * ```ts
 * import { generateDefect } from "./generated_defects.ts";
 * import { oneSegment } from "../segment/read.ts";
 * import { seededRandom } from "../../base/tensor/random.ts";
 * import { photo } from "../../domain.ts";
 * const black = photo([64, 64, 3]);
 * const { segment } = generateDefect(black, oneSegment({ height: 64, width: 64 }), seededRandom(333));
 * console.assert(segment === "whole");
 * ```
 */
export function generateDefect(photo: Photo, map: SegmentMap, random: Random): GeneratedDefect {
  const [height, width] = bindPhoto(photo, map);
  const pixels = pixelsBySegment(map.labels.data, map.names.length);
  const usable = map.names.map((_, i) => i).filter((i) => pixels[i].length >= LEAST_PIXELS);
  if (usable.length === 0) {
    throw new RangeError(
      `Cannot generate a defect as a segment must have at least ${LEAST_PIXELS} pixels: the largest has ${
        Math.max(0, ...pixels.map((list) => list.length))
      }`,
    );
  }
  // A draw may fall on a place where it changes nothing, as blur does on a plain surface: then draw again.
  for (let attempt = 0; attempt < 64; attempt++) {
    const segment = usable[random.below(usable.length)];
    const kind = GENERATED_KINDS[random.below(GENERATED_KINDS.length)];
    const area: Area = { height, width, labels: map.labels.data, segment, pixels: pixels[segment] };
    const data = kind === "blur" ? blurred(photo.data, area, random) : covered(photo.data, area, kind, random);
    if (isDefect(photo.data, data)) return { photo: toPhoto(data, height, width), kind, segment: map.names[segment] };
  }
  const segment = usable[random.below(usable.length)];
  return {
    photo: toPhoto(inverted(photo.data, pixels[segment]), height, width),
    kind: "small_rectangle",
    segment: map.names[segment],
  };
}

/** One segment of the picture. */
interface Area {
  readonly height: number;
  readonly width: number;
  readonly labels: Uint8Array;
  readonly segment: number;
  readonly pixels: readonly number[];
}

function bindPhoto(photo: Photo, map: SegmentMap): [number, number] {
  const { H, W } = bindAxes(photo, ["H", "W", 3], "generate a defect");
  bindAxes(map.labels, [1, "H", "W"], "generate a defect in a segment map of the photo's size", { H, W });
  return [H, W];
}

function toPhoto(data: Uint8Array, height: number, width: number): Photo {
  return photo([height, width, 3], data);
}

function pixelsBySegment(labels: Uint8Array, segments: number): number[][] {
  const lists = Array.from({ length: segments }, (): number[] => []);
  for (let i = 0; i < labels.length; i++) lists[labels[i]]?.push(i);
  return lists;
}

function isDefect(before: Uint8Array, after: Uint8Array): boolean {
  let changed = 0, sum = 0;
  for (let i = 0; i < before.length; i += 3) {
    const change = Math.abs(after[i] - before[i]) + Math.abs(after[i + 1] - before[i + 1]) +
      Math.abs(after[i + 2] - before[i + 2]);
    if (change === 0) continue;
    changed++;
    sum += change / 3;
  }
  return changed >= LEAST_PIXELS && sum / changed >= LEAST_CHANGE;
}

/** A random grey over a rectangle of random size and angle around a random pixel of the segment. */
function covered(
  before: Uint8Array,
  { height, width, labels, segment, pixels }: Area,
  kind: "small_rectangle" | "thin_rectangle",
  random: Random,
): Uint8Array {
  const thin = kind === "thin_rectangle";
  const centre = pixels[random.below(pixels.length)];
  const cx = centre % width + 0.5, cy = Math.floor(centre / width) + 0.5;
  const halfLength = height * (thin ? 0.04 + 0.16 * random.uniform() : 0.015 + 0.035 * random.uniform());
  const halfThickness = height * (thin ? 0.003 + 0.006 * random.uniform() : 0.015 + 0.035 * random.uniform());
  const angle = Math.PI * random.uniform();
  const grey = random.below(256);
  const cos = Math.cos(angle), sin = Math.sin(angle);
  const reach = Math.hypot(halfLength, halfThickness) + 1;
  const after = before.slice();
  const [top, bottom] = [Math.max(0, Math.floor(cy - reach)), Math.min(height, Math.ceil(cy + reach))];
  const [left, right] = [Math.max(0, Math.floor(cx - reach)), Math.min(width, Math.ceil(cx + reach))];
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const i = y * width + x;
      if (labels[i] !== segment) continue;
      const dx = x + 0.5 - cx, dy = y + 0.5 - cy;
      const along = halfLength + 0.5 - Math.abs(cos * dx + sin * dy);
      const across = halfThickness + 0.5 - Math.abs(cos * dy - sin * dx);
      const cover = Math.max(0, Math.min(1, along)) * Math.max(0, Math.min(1, across));
      for (let c = 3 * i; c < 3 * i + 3; c++) after[c] = Math.round(before[c] + cover * (grey - before[c]));
    }
  }
  return after;
}

/** A Gaussian over the whole segment, or over a random window of it. */
function blurred(before: Uint8Array, area: Area, random: Random): Uint8Array {
  const { height, width, labels, segment, pixels } = area;
  const sigma = height * (0.006 + 0.014 * random.uniform());
  const whole = random.uniform() < 0.3;
  const centre = pixels[random.below(pixels.length)];
  const half = height * (0.03 + 0.09 * random.uniform());
  const cx = centre % width, cy = Math.floor(centre / width);
  const window = whole ? { top: 0, bottom: height, left: 0, right: width } : {
    top: Math.max(0, Math.floor(cy - half)),
    bottom: Math.min(height, Math.ceil(cy + half)),
    left: Math.max(0, Math.floor(cx - half)),
    right: Math.min(width, Math.ceil(cx + half)),
  };
  const reach = Math.ceil(3 * sigma);
  const kernel = Float64Array.from({ length: 2 * reach + 1 }, (_, k) => Math.exp(-0.5 * ((k - reach) / sigma) ** 2));
  const sum = kernel.reduce((a, b) => a + b, 0);
  const clamp = (value: number, end: number) => value < 0 ? 0 : value >= end ? end - 1 : value;
  // Across first, on the rows that the way down needs; beyond the edge the last pixel goes on.
  const rows = Array.from(
    { length: window.bottom - window.top + 2 * reach },
    (_, k) => clamp(window.top - reach + k, height),
  );
  const columns = window.right - window.left;
  const across = new Float64Array(rows.length * columns * 3);
  rows.forEach((y, row) => {
    for (let x = 0; x < columns; x++) {
      for (let k = -reach; k <= reach; k++) {
        const from = 3 * (y * width + clamp(window.left + x + k, width));
        const weight = kernel[k + reach] / sum;
        const to = 3 * (row * columns + x);
        for (let c = 0; c < 3; c++) across[to + c] += weight * before[from + c];
      }
    }
  });
  const after = before.slice();
  for (let y = window.top; y < window.bottom; y++) {
    for (let x = window.left; x < window.right; x++) {
      const i = y * width + x;
      if (labels[i] !== segment) continue;
      for (let c = 0; c < 3; c++) {
        let value = 0;
        for (let k = 0; k <= 2 * reach; k++) {
          value += kernel[k] / sum * across[3 * ((y - window.top + k) * columns + x - window.left) + c];
        }
        after[3 * i + c] = Math.round(value);
      }
    }
  }
  return after;
}

/** What is left where a picture is so plain, and its segments so thin, that 64 draws changed too little. */
function inverted(before: Uint8Array, pixels: readonly number[]): Uint8Array {
  const after = before.slice();
  for (const i of pixels) for (let c = 3 * i; c < 3 * i + 3; c++) after[c] = before[c] < 128 ? 255 : 0;
  return after;
}
