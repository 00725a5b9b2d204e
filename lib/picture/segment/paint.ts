/** Painted pictures as segment maps: each plain colour is a segment. @module */
import type { Photo } from "../../domain.ts";
import type { Dim } from "../../base/tensor/tensor.ts";
import type { LabelPlane } from "./plane.ts";
import { areaColours, coloursOf, distance, hexOf, isBlend, type Painting, snapColours, TOLERANCE } from "./snap.ts";

/** A painting as labels: the colour of the most pixels is label 0, and so on. */
export interface Painted {
  readonly plane: LabelPlane;
  /** `#rrggbb` for each label. */
  readonly colours: readonly string[];
  /** Pixels that had another colour than their label's. */
  readonly snapped: number;
}

/** A map with more segments is a photograph. */
const MOST_COLOURS = 64;

/**
 * The plain colours of a painting as labels. Pixels of the seams that a soft brush or a lossy file makes are taken for the
 * nearest of them, see `snapColours`.
 *
 * @param photo u8[H,W,3]
 * @throws {RangeError} where there are more than 64 plain colours
 *
 * ```ts
 * import { photo } from "../../domain.ts";
 * import { readPainting } from "./paint.ts";
 * const data = Uint8Array.of(255, 0, 0, 0, 0, 255, 0, 0, 255);
 * const { colours } = readPainting(photo([1, 3, 3], data), "painted.png");
 * console.assert(colours.join() === "#0000ff,#ff0000");
 * ```
 */
export function readPainting(photo: Photo<Dim, Dim>, name: string): Painted {
  const [height, width] = photo.shape;
  const painting = { height, width, data: photo.data };
  const counts = new Map<number, number>();
  for (const colour of coloursOf(painting)) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  const order = [...counts].sort(([a, m], [b, n]) => n - m || a - b).map(([colour]) => colour);
  const plain = plainColours(order, painting);
  if (plain.length > MOST_COLOURS) {
    throw new RangeError(
      `Cannot use "${name}" as a painted map as it has ${plain.length} colours, and each is a segment: paint a few ` +
        "with a hard brush, and save it as PNG",
    );
  }
  const { places, snapped } = snapColours(painting, plain, 0, (reason, pixel) => {
    const place = `row ${Math.floor(pixel / width)}, column ${pixel % width}`;
    return new RangeError(`Cannot use "${name}" as a painted map as no plain colour ${reason}: ${place}`);
  });
  return { plane: { height, width, labels: Uint8Array.from(places) }, colours: plain.map(hexOf), snapped };
}

/** Colours of an area in a lossy file differ by this at most. */
const FLAT = 12;

/**
 * The colours that are no seams, the most frequent first. Of a few, each is a segment but those that have no area and are
 * blends of two that have; of many, as lossy files have them, each is one that has an area and is near no more frequent one.
 */
function plainColours(order: readonly number[], painting: Painting): number[] {
  if (order.length <= MOST_COLOURS) {
    const areas = areaColours(coloursOf(painting), painting);
    return areas.size === 0 ? [...order] : order.filter((colour) => areas.has(colour) || !isBlend(colour, [...areas]));
  }
  const areas = areaColours(coloursOf(painting), painting, FLAT);
  if (areas.size === 0) return [...order];
  const plain: number[] = [];
  for (const colour of order) {
    if (!areas.has(colour) || isBlend(colour, plain)) continue;
    if (plain.every((other) => distance(other, colour) > TOLERANCE)) plain.push(colour);
  }
  return plain;
}
