/** What is to be seen at the worst place of a picture, in two words. @module */
import type { Photo } from "../../domain.ts";
import type { Box } from "../model/worst_place.ts";

/** What stands out at a place. */
export interface Spot {
  /** How it differs from what lies around it; "unusual" where neither. */
  readonly light: "bright" | "dark" | "unusual";
  /** A line is at least {@linkcode LINE} times as long as it is wide, an area covers a large share of the picture. */
  readonly form: "spot" | "line" | "area";
}

/** Grey levels of 255 that the eye tells apart on a part. */
const SEEN = 6;
/** … and as many deviations of what lies around. */
const DEVIATIONS = 0.5;
/** Length over width of a line. */
export const LINE = 3;
/** The share of a picture that is an area. */
const AREA = 0.15;

/**
 * What stands out in a box: its strange pixels, those nearer to the strangest than to the median of the map, against the
 * pixels around them.
 *
 * @param map how strange each pixel is, of the size of the photo
 *
 * ```ts
 * import { photo } from "../../domain.ts";
 * import { spotOf } from "./spot.ts";
 * const white = photo([9, 9, 3], new Uint8Array(243).fill(20));
 * white.data.fill(250, 3 * 40, 3 * 41);
 * const map = new Float32Array(81);
 * map[40] = 1;
 * const { light, form } = spotOf(white, map, { x: 4, y: 4, width: 1, height: 1, value: 1 });
 * console.assert(light === "bright" && form === "spot");
 * ```
 */
export function spotOf({ data, shape: [height, width] }: Photo, map: Float32Array, box: Box): Spot {
  const median = map.slice().sort()[map.length >> 1];
  const level = (box.value + median) / 2;
  const margin = Math.max(3, Math.round(Math.max(box.width, box.height) / 2));
  const inside: Sums = newSums();
  const around: Sums = newSums();
  const [top, bottom] = [Math.max(0, box.y - margin), Math.min(height, box.y + box.height + margin)];
  const [left, right] = [Math.max(0, box.x - margin), Math.min(width, box.x + box.width + margin)];
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const at = y * width + x;
      const strange = map[at] >= level && x >= box.x && x < box.x + box.width && y >= box.y && y < box.y + box.height;
      add(strange ? inside : around, x, y, greyAt(data, at));
    }
  }
  return { light: lightOf(inside, around), form: formOf(inside, height * width) };
}

function lightOf(inside: Sums, around: Sums): Spot["light"] {
  if (inside.count === 0 || around.count === 0) return "unusual";
  const mean = around.grey / around.count;
  const deviation = Math.sqrt(Math.max(0, around.greySquared / around.count - mean ** 2));
  const difference = inside.grey / inside.count - mean;
  if (Math.abs(difference) < Math.max(SEEN, DEVIATIONS * deviation)) return "unusual";
  return difference > 0 ? "bright" : "dark";
}

/** By the main axes of the pixels' places: a line lies at any angle. */
function formOf({ count, x, y, xx, xy, yy }: Sums, pixels: number): Spot["form"] {
  if (count === 0) return "spot";
  // A pixel is a square: a twelfth is its own variance.
  const a = xx / count - (x / count) ** 2 + 1 / 12;
  const c = yy / count - (y / count) ** 2 + 1 / 12;
  const b = xy / count - (x / count) * (y / count);
  const [half, root] = [(a + c) / 2, Math.hypot((a - c) / 2, b)];
  const longer = Math.sqrt((half + root) / Math.max(half - root, 1e-9));
  if (longer >= LINE) return "line";
  return count >= AREA * pixels ? "area" : "spot";
}

interface Sums {
  count: number;
  grey: number;
  greySquared: number;
  x: number;
  y: number;
  xx: number;
  xy: number;
  yy: number;
}

function newSums(): Sums {
  return { count: 0, grey: 0, greySquared: 0, x: 0, y: 0, xx: 0, xy: 0, yy: 0 };
}

function add(sums: Sums, x: number, y: number, grey: number): void {
  sums.count++;
  sums.grey += grey;
  sums.greySquared += grey * grey;
  sums.x += x;
  sums.y += y;
  sums.xx += x * x;
  sums.xy += x * y;
  sums.yy += y * y;
}

/** Luma by ITU-R BT.601. */
function greyAt(data: Uint8Array, at: number): number {
  return 0.299 * data[3 * at] + 0.587 * data[3 * at + 1] + 0.114 * data[3 * at + 2];
}
