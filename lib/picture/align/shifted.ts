/** Whether parts lie elsewhere in some pictures than in the others. @module */
import type { Photo } from "../../domain.ts";
import { alignerTo } from "./align.ts";

/** From so much of the longer side, or so many degrees, on a part lies elsewhere. */
const [FAR, TURNED] = [0.02, 1];

/**
 * The share of pictures whose part lies elsewhere than in the mean of all, by at least a fiftieth of the longer side or a
 * degree. Where pictures are too unlike each other to tell, none does.
 *
 * @param mean of the same pictures, of their size
 *
 * ```ts
 * import { photo } from "../../domain.ts";
 * import { shiftedShare } from "./shifted.ts";
 * const plain = photo([32, 32, 3], new Uint8Array(32 * 32 * 3).fill(90));
 * console.assert(shiftedShare([plain, plain], plain) === 0);
 * ```
 */
export function shiftedShare(pictures: readonly Photo[], mean: Photo): number {
  if (pictures.length === 0) return 0;
  const align = alignerTo(mean);
  const [height, width] = mean.shape;
  const shifted = pictures.filter((picture) => {
    const { pose: { dx, dy, angle } } = align(picture);
    return Math.hypot(dx, dy) >= FAR * Math.max(height, width) || Math.abs(angle) >= TURNED;
  });
  return shifted.length / pictures.length;
}
