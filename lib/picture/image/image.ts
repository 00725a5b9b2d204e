/** Photographs to what networks see. @module */
import { type Image, image, type Photo } from "../../domain.ts";
import { bindAxes, type Dim } from "../../base/tensor/tensor.ts";

// Exactly v/255 in float32, as torchvision's ToTensor has it.
const unit = Float32Array.from({ length: 256 }, (_, value) => value / 255);

/**
 * A batch: f32[N,3,H,W], planes R, G, B, from 0 to 1 (value / 255).
 *
 * @throws {TypeError} where there is no photograph, or their sizes differ
 *
 * ```ts
 * import { toImage } from "./image.ts";
 * import { photo } from "../../domain.ts";
 * const two = photo([1, 2, 3], new Uint8Array([255, 0, 0, 51, 0, 0]));
 * console.assert(toImage([two]).data[1] === Math.fround(0.2));
 * ```
 */
export function toImage(photos: readonly Photo<Dim, Dim>[]): Image {
  if (photos.length === 0) throw new TypeError("Cannot make an image as there is no photograph");
  const [height, width] = photos[0].shape;
  const area = height * width;
  const data = new Float32Array(photos.length * 3 * area);
  photos.forEach((photo, n) => {
    bindAxes(photo, [height, width, 3], `put photograph ${n} into an image`);
    const pixels = photo.data;
    const red = n * 3 * area;
    for (let i = 0, from = 0; i < area; i++, from += 3) {
      data[red + i] = unit[pixels[from]];
      data[red + area + i] = unit[pixels[from + 1]];
      data[red + 2 * area + i] = unit[pixels[from + 2]];
    }
  });
  return image([photos.length, 3, height, width], data);
}
