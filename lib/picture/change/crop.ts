/** Random crops and mirroring: where of a picture a view looks. @module */
import type { Size } from "../image/resize.ts";
import type { Random } from "../../base/tensor/random.ts";

/**
 * A random rectangle of a picture, brought to the picture's size bilinearly, mirrored or not (torchvision's
 * `RandomResizedCrop`, then `RandomHorizontalFlip`): `share` to all of the area, sides in a ratio of 3/4 to 4/3.
 *
 * @param pixels three planes; not changed
 * @param share the least of the area
 * @returns new planes
 *
 * ```ts
 * import { seededRandom } from "../../base/tensor/random.ts";
 * import { randomCrop } from "./crop.ts";
 * const view = randomCrop(new Float32Array(300).fill(0.5), { height: 10, width: 10 }, 0.2, seededRandom(0));
 * console.assert(view.length === 300 && view[0] === 0.5);
 * ```
 */
export function randomCrop(
  pixels: Float32Array,
  size: Size,
  share: number,
  random: Random,
): Float32Array<ArrayBuffer> {
  const { height, width } = size;
  const area = (share + (1 - share) * random.uniform()) * height * width;
  const sides = Math.exp((2 * random.uniform() - 1) * Math.log(4 / 3));
  const rows = Math.min(height, Math.max(1, Math.round(Math.sqrt(area / sides))));
  const columns = Math.min(width, Math.max(1, Math.round(Math.sqrt(area * sides))));
  const [top, left] = [random.below(height - rows + 1), random.below(width - columns + 1)];
  const mirrored = random.uniform() < 0.5;
  const down = places(height, top, rows, false);
  const across = places(width, left, columns, mirrored);
  const out = new Float32Array(pixels.length);
  for (let c = 0; c < 3; c++) {
    for (let y = 0; y < height; y++) {
      const upper = (c * height + down.first[y]) * width;
      const lower = (c * height + down.second[y]) * width;
      const share = down.share[y];
      for (let x = 0; x < width; x++) {
        const [l, r, t] = [across.first[x], across.second[x], across.share[x]];
        const above = pixels[upper + l] + t * (pixels[upper + r] - pixels[upper + l]);
        const below = pixels[lower + l] + t * (pixels[lower + r] - pixels[lower + l]);
        out[(c * height + y) * width + x] = above + share * (below - above);
      }
    }
  }
  return out;
}

/** For each place of a view, the two places of the picture that it lies between, and the share of the second. */
function places(length: number, from: number, count: number, mirrored: boolean) {
  const first = new Int32Array(length);
  const second = new Int32Array(length);
  const share = new Float32Array(length);
  for (let i = 0; i < length; i++) {
    const place = ((mirrored ? length - 1 - i : i) + 0.5) * count / length - 0.5;
    const at = Math.min(count - 1, Math.max(0, place));
    first[i] = from + Math.floor(at);
    second[i] = from + Math.min(count - 1, Math.floor(at) + 1);
    share[i] = at - Math.floor(at);
  }
  return { first, second, share };
}
