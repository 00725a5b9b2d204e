/** Pictures for a page: small ones, and frames of cameras as files. @module */
import sharp from "sharp";
import type { RawFrame } from "./read_source.ts";
import type { Pixels } from "./pixels.ts";

/**
 * Pixels as a JPEG that fits into a square, for a gallery; smaller ones are not enlarged.
 *
 * @param side of the square, in pixels
 */
export async function encodePreview(
  { data, width, height, channels }: Pixels,
  side: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const picture = sharp(data, { raw: { width, height, channels }, limitInputPixels: false })
    .resize({ width: side, height: side, fit: "inside", withoutEnlargement: true });
  return new Uint8Array(await picture.jpeg({ quality: 85 }).toBuffer());
}

/** A frame as a PNG of the same samples, of 8 or 16 bits. */
export async function encodeFrame({ data, width, height, channels }: RawFrame): Promise<Uint8Array<ArrayBuffer>> {
  const count = channels ?? data.length / (width * height) as 1 | 2 | 3 | 4;
  const wide = data instanceof Uint16Array;
  const space = count <= 2 ? wide ? "grey16" : "b-w" : wide ? "rgb16" : "srgb";
  const picture = sharp(data, { raw: { width, height, channels: count }, limitInputPixels: false })
    .pipelineColourspace(space).toColourspace(space).png({ compressionLevel: 1, palette: false });
  return new Uint8Array(await picture.toBuffer());
}
