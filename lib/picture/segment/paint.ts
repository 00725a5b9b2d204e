/** Painted pictures as segment maps: each plain colour is a segment. @module */
import type { Photo } from "../../domain.ts";
import type { Dim } from "../../base/tensor/tensor.ts";
import type { LabelPlane } from "./plane.ts";

/** A painting as labels: the colour of the most pixels is label 0, and so on. */
export interface Painted {
  readonly plane: LabelPlane;
  /** `#rrggbb` for each label. */
  readonly colours: readonly string[];
}

/** A map with more segments was painted with a soft brush, or is a photograph. */
const MOST_COLOURS = 64;

/**
 * The plain colours of a painting as labels.
 *
 * @param photo u8[H,W,3]
 * @throws {RangeError} where there are more than 64 colours
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
  const at = (p: number) => photo.data[3 * p] << 16 | photo.data[3 * p + 1] << 8 | photo.data[3 * p + 2];
  const counts = new Map<number, number>();
  for (let p = 0; p < height * width; p++) counts.set(at(p), (counts.get(at(p)) ?? 0) + 1);
  if (counts.size > MOST_COLOURS) {
    throw new RangeError(
      `Cannot use "${name}" as a painted map as it has ${counts.size} colours, and each is a segment: paint plain ` +
        "colours with a hard brush, without smoothing, and save it as PNG",
    );
  }
  const order = [...counts].sort(([a, m], [b, n]) => n - m || a - b).map(([colour]) => colour);
  const labelOf = new Map(order.map((colour, label) => [colour, label]));
  return {
    plane: { height, width, labels: Uint8Array.from({ length: height * width }, (_, p) => labelOf.get(at(p))!) },
    colours: order.map((colour) => `#${colour.toString(16).padStart(6, "0")}`),
  };
}
