/**
 * The pictures of something else that EfficientAD's student must not learn to answer as the teacher does (Batzner et al.,
 * WACV 2024, Sec. 3.2): from a folder, or strange versions of the good pictures.
 * @module
 */
import { listPictures } from "../../../picture/data/listing.ts";
import { changeLight } from "../../../picture/change/light.ts";
import { readPhoto } from "../../../picture/image/decode.ts";
import { toImage } from "../../../picture/image/image.ts";
import { resizePhoto } from "../../../picture/image/resize.ts";
import type { Size } from "../../../picture/image/resize.ts";
import type { Random } from "../../../base/tensor/random.ts";

/** Of a folder, at most so many pictures are used where they are seen whole: the first by name. */
const MOST = 1000;

/** How often a cropped picture is grey. */
const GREY = 0.3;

/** Gives a picture of something else for a random draw: f32 planes of the size, 0 to 1. */
export type PenaltyPictures = (random: Random, good: Float32Array) => Promise<Float32Array>;

/**
 * Pictures of a folder, resized; or as the authors' code has them, at twice the size, of which the middle is taken, and three in
 * ten grey.
 *
 * @throws {Error} where the folder has no pictures; on use, where a picture cannot be read
 */
export async function penaltyFolder(folder: string, size: Size, cropped = false): Promise<PenaltyPictures> {
  const found = (await listPictures(folder)).slice(0, cropped ? Infinity : MOST);
  if (found.length === 0) throw new Error(`Cannot fit EfficientAD as its penalty folder "${folder}" has no pictures`);
  return async (random) => {
    const photo = await readPhoto(found[random.below(found.length)].path, { depth: { kind: "scale" } });
    if (!cropped) return toImage([resizePhoto(photo, size)]).data;
    const large = { height: 2 * size.height, width: 2 * size.width };
    const middle = middleOf(toImage([resizePhoto(photo, large)]).data, large, size);
    return random.uniform() < GREY ? changeLight(middle, "saturation", 0) : middle;
  };
}

/** The middle of three planes. */
function middleOf(data: Float32Array, from: Size, { height, width }: Size): Float32Array {
  const [top, left] = [(from.height - height) >> 1, (from.width - width) >> 1];
  const out = new Float32Array(3 * height * width);
  for (let row = 0; row < 3 * height; row++) {
    const at = (Math.floor(row / height) * from.height + top + row % height) * from.width + left;
    out.set(data.subarray(at, at + width), row * width);
  }
  return out;
}

/**
 * The negative of a good picture, turned by a random number of right angles, mirrored or not, and a random quarter of it
 * enlarged to the whole: textures as a camera gives them, and none that a good part has.
 */
export function negatives({ height, width }: Size): PenaltyPictures {
  return (random, good) => {
    const [turns, mirrored] = [random.below(4), random.below(2) === 1];
    const [top, left] = [random.uniform(), random.uniform()];
    const out = new Float32Array(good.length);
    const area = height * width;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        // Where the output lies in the source, as shares of its sides.
        let v = (y / height + top) / 2;
        let u = (x / width + left) / 2;
        if (mirrored) u = 1 - u;
        for (let turn = 0; turn < turns; turn++) [v, u] = [u, 1 - v];
        const place = bilinear(v * height - 0.5, u * width - 0.5, height, width);
        for (let c = 0; c < 3; c++) out[c * area + y * width + x] = 1 - place(good, c * area);
      }
    }
    return Promise.resolve(out);
  };
}

function bilinear(y: number, x: number, height: number, width: number): (data: Float32Array, offset: number) => number {
  const clamp = (value: number, size: number) => Math.min(size - 1, Math.max(0, value));
  const [y0, x0] = [Math.floor(y), Math.floor(x)];
  const [down, right] = [y - y0, x - x0];
  const [t, b, l, r] = [clamp(y0, height), clamp(y0 + 1, height), clamp(x0, width), clamp(x0 + 1, width)];
  return (data, offset) => {
    const at = (row: number, column: number) => data[offset + row * width + column];
    return (at(t, l) * (1 - right) + at(t, r) * right) * (1 - down) +
      (at(b, l) * (1 - right) + at(b, r) * right) * down;
  };
}
