/**
 * PNG files with a palette that has alpha: the smallest form of a colour overlay, and the same bytes for the same pixels.
 * @module
 */
import { Buffer } from "node:buffer";
import { deflateSync } from "node:zlib";

/** Red, green, blue and alpha, each 0 to 255. */
export type Rgba = readonly [number, number, number, number];

/**
 * Encodes palette indices as an 8-bit indexed PNG (ISO/IEC 15948, colour type 3, with a tRNS chunk).
 *
 * @param indices height·width numbers of palette entries
 * @param palette 1 to 256 colours
 * @throws {RangeError} where the number of indices, an index or the number of colours does not fit
 *
 * ```ts
 * import { encodeIndexedPng } from "./indexed_png.ts";
 * const png = encodeIndexedPng(new Uint8Array([0, 1]), { height: 1, width: 2 }, [[0, 0, 0, 0], [255, 0, 0, 128]]);
 * console.assert(png[1] === 0x50);
 * ```
 */
export function encodeIndexedPng(
  indices: Uint8Array,
  { height, width }: { height: number; width: number },
  palette: readonly Rgba[],
): Uint8Array {
  const fits = height >= 1 && width >= 1 && indices.length === height * width;
  if (!fits) throw new RangeError(`Cannot encode ${indices.length} indices as a picture of ${height} × ${width}`);
  if (palette.length < 1 || palette.length > 256) {
    throw new RangeError(`Cannot encode a palette of ${palette.length} colours as it holds 1 to 256`);
  }
  const odd = indices.find((index) => index >= palette.length);
  if (odd !== undefined) {
    throw new RangeError(`Cannot encode index ${odd} as the palette has ${palette.length} colours`);
  }

  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([8, 3, 0, 0, 0], 8); // 8 bits, palette, deflate, adaptive filters, not interlaced

  // Filter 0 on every row: palette indices do not gain from differences.
  const scanlines = new Uint8Array(height * (width + 1));
  for (let y = 0; y < height; y++) {
    scanlines.set(indices.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  }
  return Buffer.concat([
    new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", header),
    chunk("PLTE", Uint8Array.from(palette.flatMap(([r, g, b]) => [r, g, b]))),
    chunk("tRNS", Uint8Array.from(palette, (colour) => colour[3])),
    chunk("IDAT", deflateSync(scanlines, { level: 9 })),
    chunk("IEND", new Uint8Array(0)),
  ]);
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(data.length + 12);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  bytes.set(new TextEncoder().encode(type), 4);
  bytes.set(data, 8);
  view.setUint32(data.length + 8, crc32(bytes.subarray(4, data.length + 8)));
  return bytes;
}

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = crcTable[(crc ^ byte) & 0xff] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}
