/** The mean of pictures of one size. @module */
import { type Photo, photo } from "../../domain.ts";

/**
 * Sums pictures up, one by one, so that not all are in memory; there is no mean of none.
 *
 * ```ts
 * import { photo } from "../../domain.ts";
 * import { sumPictures } from "./mean_photo.ts";
 * const sum = sumPictures();
 * for (const grey of [10, 21]) sum.add(photo([1, 1, 3], new Uint8Array(3).fill(grey)));
 * console.assert(sum.mean()?.data.join() === "16,16,16");
 * ```
 */
export function sumPictures(): { add(photo: Photo): void; mean(): Photo | undefined } {
  let sum: Float64Array | undefined;
  let [height, width, count] = [0, 0, 0];
  return {
    add({ data, shape }) {
      sum ??= new Float64Array(data.length);
      [height, width] = shape;
      for (let i = 0; i < data.length; i++) sum[i] += data[i];
      count++;
    },
    mean: () => sum && photo([height, width, 3], Uint8Array.from(sum, (value) => Math.round(value / count))),
  };
}
