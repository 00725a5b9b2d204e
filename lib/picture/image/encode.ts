/** Pictures to PNG. The same pixels give the same file under one version of the encoder. @module */
import sharp from "sharp";
import type { Photo } from "../../domain.ts";
import type { Dim, Tensor } from "../../base/tensor/tensor.ts";

/**
 * A photograph as an 8-bit RGB PNG.
 *
 * ```ts
 * import { encodePng } from "./encode.ts";
 * import { photo } from "../../domain.ts";
 * const png = await encodePng(photo([2, 2, 3]));
 * console.assert(png[1] === 0x50);
 * ```
 */
export function encodePng(photo: Photo<Dim, Dim>): Promise<Uint8Array<ArrayBuffer>> {
  return encode(photo.data, photo.shape[0], photo.shape[1], 3);
}

/**
 * A plane of labels or grey values as an 8-bit grey PNG.
 *
 * ```ts
 * import { encodeGrey } from "./encode.ts";
 * import { zeros } from "../../base/tensor/tensor.ts";
 * const png = await encodeGrey(zeros<"u8", ["H", "W"], "label">("u8", [2, 2]));
 * console.assert(png[1] === 0x50);
 * ```
 */
export function encodeGrey(plane: Tensor<"u8", readonly [Dim, Dim], string>): Promise<Uint8Array<ArrayBuffer>> {
  return encode(plane.data, plane.shape[0], plane.shape[1], 1);
}

async function encode(data: Uint8Array, height: number, width: number, channels: 1 | 3) {
  const space = channels === 1 ? "b-w" : "srgb";
  const png = await sharp(data, { raw: { width, height, channels }, limitInputPixels: false }).toColourspace(space).png(
    {
      compressionLevel: 6,
      adaptiveFiltering: false,
      palette: false,
    },
  ).toBuffer();
  return new Uint8Array(png);
}
