/**
 * What the headers of ordinary PNG and JPEG files say, read from their bytes: the decoder need not be asked for it first, which
 * takes a third as long as decoding does.
 * @module
 */
import { type Format, jpegSegments, pngChunks } from "./format.ts";

/** What a header says of a picture of 8 bits. */
export interface PlainHeader {
  readonly width: number;
  readonly height: number;
  /** As the decoder calls it. */
  readonly space: "b-w" | "srgb";
  /** With alpha, where there is some. */
  readonly channels: number;
}

/**
 * The header of a PNG or JPEG of 8 bits without a palette; undefined of all others and of what is odd in any way, which the
 * decoder is to judge.
 *
 * ```ts
 * import { plainHeader } from "./plain_header.ts";
 * console.assert(plainHeader("png", new Uint8Array(40)) === undefined);
 * ```
 */
export function plainHeader(format: Format, bytes: Uint8Array): PlainHeader | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (format === "png") return pngHeader(view);
  return format === "jpeg" ? jpegHeader(bytes, view) : undefined;
}

/** Channels by the colour type of PNG: grey, RGB, grey with alpha, RGB with alpha. */
const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 4: 2, 6: 4 };

function pngHeader(view: DataView): PlainHeader | undefined {
  if (view.byteLength < 33 || view.getUint32(8) !== 13 || view.getUint32(12) !== IHDR) return undefined;
  const [width, height, bits, type] = [view.getUint32(16), view.getUint32(20), view.getUint8(24), view.getUint8(25)];
  const channels = CHANNELS[type];
  if (bits !== 8 || channels === undefined) return undefined;
  for (const { kind } of pngChunks(view)) {
    if (kind === IDAT) return { width, height, channels, space: channels < 3 ? "b-w" : "srgb" };
    // One colour that is transparent, or several frames.
    if (kind === TRNS || kind === ACTL) return undefined;
  }
  return undefined;
}

const [IHDR, IDAT, TRNS, ACTL] = ["IHDR", "IDAT", "tRNS", "acTL"].map((name) =>
  [...name].reduce((code, letter) => code * 256 + letter.charCodeAt(0), 0)
);

/** Baseline and progressive, by Huffman codes; the other processes are left to the decoder. */
function jpegHeader(bytes: Uint8Array, view: DataView): PlainHeader | undefined {
  for (const { marker, at } of jpegSegments(bytes)) {
    if (at + 10 > view.byteLength) return undefined;
    if (marker === 0xc0 || marker === 0xc1 || marker === 0xc2) {
      const channels = view.getUint8(at + 9);
      if (view.getUint8(at + 4) !== 8 || (channels !== 1 && channels !== 3)) return undefined;
      const [height, width] = [view.getUint16(at + 5), view.getUint16(at + 7)];
      return { width, height, channels, space: channels === 1 ? "b-w" : "srgb" };
    }
    // Segments without a length, and other frames
    const plain = marker >= 0xe0 && marker <= 0xef || [0xc4, 0xdb, 0xdd, 0xfe].includes(marker);
    if (!plain) return undefined;
  }
  return undefined;
}
