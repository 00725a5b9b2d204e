/**
 * Parts of the stand-in that teachers are distilled on, drawn by number: good and bad ones, whole or enlarged, of a seed
 * that nothing is judged on. What else teachers see is drawn by `causes/drawn.py`.
 * @module
 */
import { seededRandom } from "../../lib/base/tensor/random.ts";
import type { Photo } from "../../lib/domain.ts";
import type { Dim } from "../../lib/base/tensor/tensor.ts";
import { resizePhoto } from "../../lib/picture/image/resize.ts";
import { DEFECT_KINDS } from "../../lib/picture/stand_in/kinds.ts";
import { partSpec } from "../../lib/picture/stand_in/part.ts";
import { renderPart } from "../../lib/picture/stand_in/render.ts";

/** Of the parts; what is judged is drawn from other seeds. */
const PARTS = 90_001;

/**
 * A part by its number, u8[side,side,3]. The same number gives the same bytes.
 *
 * @param i a whole number from 0
 */
export function teacherPart(i: number, side: number): Photo<Dim, Dim> {
  // As the fourth of each four pictures.
  const number = 4 * i + 3;
  const random = seededRandom((Math.imul(number + 1, 0x9e3779b1) ^ 0x5bd1e995) >>> 0);
  const kind = random.below(2) === 0 ? "good" : DEFECT_KINDS[random.below(DEFECT_KINDS.length)];
  const photo = renderPart(partSpec({ seed: PARTS, index: number, kind }));
  const [height, width] = photo.shape.map(Number);
  const square = Math.round(height * (0.4 + 0.6 * random.uniform()));
  const [top, left] = [random.below(height - square + 1), random.below(width - square + 1)];
  const data = new Uint8Array(square * square * 3);
  for (let y = 0; y < square; y++) {
    const from = ((top + y) * width + left) * 3;
    data.set(photo.data.subarray(from, from + 3 * square), y * square * 3);
  }
  const cut = { ...photo, shape: [square, square, 3] as const, data };
  return resizePhoto(cut, { height: side, width: side });
}
