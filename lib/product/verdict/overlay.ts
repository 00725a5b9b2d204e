/**
 * A picture with what was found in it: the map of the detector that found the worst place as colours, the outlines of the
 * segments, and a box around the place. Drawn with ImageScript, which is loaded with this module and by nothing else.
 * @module
 */
import { Image } from "imagescript";
import type { Photo } from "../../domain.ts";
import type { DetailedVerdict } from "../model/scorer.ts";
import type { Details } from "../model/details.ts";
import type { MapRange } from "../model/good_parts.ts";
import { levelsOf, MAP_PALETTE, OUTLINE_PALETTE, outlineIndices } from "../report/colour_map.ts";
import type { Rgba } from "../report/indexed_png.ts";

/** What to draw. */
export interface OverlayOptions {
  /**
   * Where the colours of each detector's map begin and end, as the `goodParts` of a scorer have it; where left out, at the map's
   * own median and its highest value.
   */
  readonly ranges?: Readonly<Record<string, MapRange>>;
  /** Layers that are left out; without the photo the ground is transparent, to lay the drawing over one. */
  readonly without?: readonly ("photo" | "map" | "outline" | "box")[];
  /** Rows or columns of the drawing at least, so that lines are thin: the picture is enlarged by a whole number; 512. */
  readonly side?: number;
}

/** White, as the box has; red where the part is bad, yellow where it must be looked at. */
const BOX: Readonly<Record<string, Rgba>> = {
  bad: [255, 60, 60, 255],
  review: [255, 214, 10, 255],
  good: [255, 255, 255, 255],
};
const HALO: Rgba = [0, 0, 0, 160];

/**
 * Draws a scored picture.
 *
 * @param photo the picture that was scored
 * @returns the bytes of a PNG
 *
 * ```ts ignore
 * const [verdict] = await scorer.score([{ id: "a.png", photo }], { details: true });
 * await writeFile("a.overlay.png", await drawOverlay(verdict, photo));
 * ```
 */
export async function drawOverlay(
  { decision, details }: Pick<DetailedVerdict, "decision" | "details">,
  photo: Photo,
  { ranges = {}, without = [], side = 512 }: OverlayOptions = {},
): Promise<Uint8Array> {
  const [height, width] = photo.shape;
  const scale = Math.max(1, Math.round(side / Math.max(height, width)));
  const drawing = new Image(width, height);
  if (!without.includes("photo")) drawing.bitmap.set(withAlpha(photo.data));
  const map = details.maps.find(({ name }) => name === details.worst?.detector) ?? details.maps[0];
  if (map && !without.includes("map")) {
    const range = ranges[map.name] ?? ownRange(map.values);
    const levels = levelsOf({ detector: map.title, map: map.values, ...range }, "the picture");
    drawing.composite(imageOf(levels, { height, width }, MAP_PALETTE));
  }
  const large = scale === 1 ? drawing : drawing.resize(width * scale, height * scale, Image.RESIZE_NEAREST_NEIGHBOR);
  if (!without.includes("outline")) {
    const size = { height: height * scale, width: width * scale };
    const lines = enlargeLines(details.segments.outline, { height, width }, scale);
    large.composite(imageOf(outlineIndices(lines, size), size, OUTLINE_PALETTE));
  }
  if (details.worst && !without.includes("box")) drawBox(large, details.worst, scale, BOX[decision] ?? BOX.good);
  return await large.encode();
}

function withAlpha(rgb: Uint8Array): Uint8ClampedArray {
  const rgba = new Uint8ClampedArray(rgb.length / 3 * 4).fill(255);
  for (let i = 0, o = 0; i < rgb.length; i += 3, o += 4) {
    rgba[o] = rgb[i];
    rgba[o + 1] = rgb[i + 1];
    rgba[o + 2] = rgb[i + 2];
  }
  return rgba;
}

function imageOf(
  indices: Uint8Array,
  { height, width }: { readonly height: number; readonly width: number },
  palette: readonly Rgba[],
): Image {
  const image = new Image(width, height);
  for (let at = 0; at < indices.length; at++) image.bitmap.set(palette[indices[at]], 4 * at);
  return image;
}

function ownRange(map: Float32Array): MapRange {
  const sorted = map.slice().sort();
  return { low: sorted[sorted.length >> 1], high: sorted[sorted.length - 1] };
}

/** A line of one pixel stays one of one pixel, between the enlarged pixels of both segments. */
function enlargeLines(
  outline: Uint8Array,
  { height, width }: { readonly height: number; readonly width: number },
  scale: number,
): Uint8Array {
  if (scale === 1) return outline;
  const wide = width * scale;
  const lines = new Uint8Array(height * scale * wide);
  const marked = (x: number, y: number) => x >= 0 && y >= 0 && x < width && y < height && outline[y * width + x] === 1;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!marked(x, y)) continue;
      const [cx, cy] = [x * scale + (scale >> 1), y * scale + (scale >> 1)];
      lines[cy * wide + cx] = 1;
      for (const [dx, dy] of [[1, 0], [0, 1], [1, 1], [-1, 1]]) {
        if (!marked(x + dx, y + dy)) continue;
        for (let step = 1; step < scale; step++) lines[(cy + dy * step) * wide + cx + dx * step] = 1;
      }
    }
  }
  return lines;
}

/** A frame of two pixels with a dark one on both sides, so that it is seen on every ground. */
function drawBox(image: Image, worst: NonNullable<Details["worst"]>, scale: number, colour: Rgba): void {
  const margin = 4;
  const [left, top] = [Math.max(0, worst.x * scale - margin), Math.max(0, worst.y * scale - margin)];
  const right = Math.min(image.width, (worst.x + worst.width) * scale + margin);
  const bottom = Math.min(image.height, (worst.y + worst.height) * scale + margin);
  for (const [inset, width, rgba] of [[0, 4, HALO], [1, 2, colour]] as const) {
    const [x, y, w, h] = [left + inset, top + inset, right - left - 2 * inset, bottom - top - 2 * inset];
    if (w < 2 * width || h < 2 * width) continue;
    fill(image, x, y, w, width, rgba);
    fill(image, x, y + h - width, w, width, rgba);
    fill(image, x, y + width, width, h - 2 * width, rgba);
    fill(image, x + w - width, y + width, width, h - 2 * width, rgba);
  }
}

function fill(image: Image, x: number, y: number, width: number, height: number, [r, g, b, a]: Rgba): void {
  const bar = new Image(width, height);
  bar.fill(Image.rgbaToColor(r, g, b, a));
  image.composite(bar, x, y);
}
