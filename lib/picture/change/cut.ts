/** Rectangles that are cut out at one place of a picture and laid on another. @module */
import type { Random } from "../../base/tensor/random.ts";

/** What rectangles are drawn. */
export interface CutRules {
  /** Least and largest share of the picture's area. */
  readonly area: readonly [number, number];
  /** Least ratio of the sides; the largest is its inverse. */
  readonly ratio: number;
}

/** A rectangle of `rows` × `columns` pixels, where it comes from and where it goes. */
export interface Cut {
  readonly rows: number;
  readonly columns: number;
  readonly from: Place;
  readonly to: Place;
}

/** The pixel at the upper left. */
export interface Place {
  /** The first row. */
  readonly top: number;
  /** The first column. */
  readonly left: number;
}

/** Draws the area evenly, the ratio evenly on a logarithmic scale, and two places that lie wholly within the picture. */
export function drawCut(
  { height, width }: { readonly height: number; readonly width: number },
  { area: [least, most], ratio }: CutRules,
  random: Random,
): Cut {
  const area = (least + (most - least) * random.uniform()) * height * width;
  const sides = Math.exp((2 * random.uniform() - 1) * -Math.log(ratio));
  const rows = Math.min(height, Math.max(1, Math.round(Math.sqrt(area * sides))));
  const columns = Math.min(width, Math.max(1, Math.round(Math.sqrt(area / sides))));
  const place = (): Place => ({ top: random.below(height - rows + 1), left: random.below(width - columns + 1) });
  const to = place();
  return { rows, columns, to, from: place() };
}
