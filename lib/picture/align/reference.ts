/** A picture of a part as it usually lies, made of pictures in which it lies here and there. @module */
import type { Photo } from "../../domain.ts";
import { sumPictures } from "./mean_photo.ts";
import { alignerTo } from "./align.ts";
import { greyPlane } from "./grey_plane.ts";

/** Rows and columns on which the most usual picture is looked for. */
const SIDE = 32;
/** Each round aligns with the mean of the round before. */
const ROUNDS = 2;

/**
 * The mean of pictures once they lie alike: they are aligned with a first one, then with the mean of what is found so.
 *
 * @param pictures of one size, at least one
 * @param first how they are to lie, of the same size; where left out the one of them that is most like their mean
 * @throws {RangeError} where there are none
 *
 * ```ts
 * import { photo } from "../../domain.ts";
 * import { referenceOf } from "./reference.ts";
 * const plain = photo([32, 32, 3], new Uint8Array(32 * 32 * 3).fill(90));
 * console.assert(referenceOf([plain, plain]).data[0] === 90);
 * ```
 */
export function referenceOf(pictures: readonly Photo[], first?: Photo): Photo {
  if (pictures.length === 0) throw new RangeError("Cannot make a reference of no pictures");
  let reference = first ?? mostUsual(pictures);
  for (let round = 0; round < ROUNDS; round++) {
    const align = alignerTo(reference);
    const found = pictures.map(align).filter((one) => one.found);
    if (found.length === 0) return reference;
    reference = meanOf(found.map((one) => one.photo));
  }
  return reference;
}

function mostUsual(pictures: readonly Photo[]): Photo {
  const planes = pictures.map((picture) => standardised(greyPlane(picture, SIDE)));
  const mean = planes[0].map((_, i) => planes.reduce((sum, plane) => sum + plane[i], 0));
  const likeness = planes.map((plane) => plane.reduce((sum, value, i) => sum + value * mean[i], 0));
  return pictures[likeness.indexOf(Math.max(...likeness))];
}

function standardised(plane: Float64Array): Float64Array {
  const mean = plane.reduce((sum, value) => sum + value, 0) / plane.length;
  const deviation = Math.sqrt(plane.reduce((sum, value) => sum + (value - mean) ** 2, 0) / plane.length);
  return plane.map((value) => deviation > 1e-6 ? (value - mean) / deviation : 0);
}

function meanOf(pictures: readonly Photo[]): Photo {
  const sum = sumPictures();
  for (const picture of pictures) sum.add(picture);
  return sum.mean()!;
}
