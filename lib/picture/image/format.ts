/** Which format some bytes are, by content and never by the name of the file. @module */

import type { ByteSource } from "./byte_source.ts";

/** The formats that are read. */
export type Format = "png" | "jpeg" | "webp" | "tiff" | "bmp";

const signatures: readonly (readonly [Format, number, readonly number[]])[] = [
  ["png", 0, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ["jpeg", 0, [0xff, 0xd8, 0xff]],
  ["webp", 8, [0x57, 0x45, 0x42, 0x50]],
  ["tiff", 0, [0x49, 0x49, 0x2a, 0x00]],
  ["tiff", 0, [0x4d, 0x4d, 0x00, 0x2a]],
  ["tiff", 0, [0x49, 0x49, 0x2b, 0x00]],
  ["tiff", 0, [0x4d, 0x4d, 0x00, 0x2b]],
  ["bmp", 0, [0x42, 0x4d]],
];

/**
 * The format by its signature; undefined where none fits.
 *
 * ```ts
 * import { sniffFormat } from "./format.ts";
 * console.assert(sniffFormat(new Uint8Array([0x42, 0x4d])) === "bmp");
 * ```
 */
export function sniffFormat(bytes: Uint8Array): Format | undefined {
  return signatures.find(([, at, magic]) => magic.every((byte, i) => bytes[at + i] === byte))?.[0];
}

/** What bytes of no known format look like, for a message: empty, text or their first eight in hexadecimal. */
export function describeBytes(bytes: Uint8Array): string {
  if (bytes.length === 0) return "the file is empty";
  const head = bytes.subarray(0, 64);
  if (head.every((byte) => byte === 9 || byte === 10 || byte === 13 || (byte >= 32 && byte < 127))) {
    return `it is text that begins with ${JSON.stringify(String.fromCharCode(...head.subarray(0, 24)))}`;
  }
  const hex = Array.from(bytes.subarray(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
  return `it begins with the bytes ${hex}, which is no PNG, JPEG, WebP, TIFF or BMP`;
}

/**
 * Why a file cannot be whole, where its own structure says so; undefined where nothing is missed.
 * Decoders stop when they have the last pixel and do not see that the end is cut off.
 */
export function findTruncation(format: Format, bytes: Uint8Array): string | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (format === "png" && !pngEnds(view)) return "the png file is truncated: its last chunk is missing";
  if (format === "jpeg" && !jpegEnds(bytes)) return "the jpeg file is truncated: its end marker is missing";
  if (format === "webp") {
    const size = view.getUint32(4, true) + 8;
    if (size > bytes.length) return `the webp file is truncated: it has ${bytes.length} of ${size} bytes`;
  }
  return undefined;
}

/** Why the decoder may not read a whole file, where its own structure says so; undefined where it does not. */
export function findOddity(format: Format, bytes: Uint8Array): string | undefined {
  if (format !== "jpeg") return undefined;
  for (const { marker, at } of jpegSegments(bytes)) {
    const start = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (!start) continue;
    if (bytes[at + 4] !== 8) return `it has ${bytes[at + 4]} bits a sample in JPEG, which are not read`;
    return undefined;
  }
  return undefined;
}

/** Frames of a PNG: more than one where it is animated. Nothing behind the first pixels is read. */
export async function pngFrames(source: ByteSource): Promise<number> {
  for (let at = 8;;) {
    const chunk = await source.read(at, 12);
    if (chunk.length < 12) return 1;
    const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const kind = view.getUint32(4);
    // acTL stands before IDAT
    if (kind === 0x6163544c) return view.getUint32(8);
    if (kind === 0x49444154) return 1;
    at += 12 + view.getUint32(0);
  }
}

function pngEnds(view: DataView): boolean {
  for (const { kind, next } of pngChunks(view)) if (kind === 0x49454e44) return next <= view.byteLength;
  return false;
}

/** The chunks of a PNG whose head is there: what they are, in four letters as a number, and where the next one stands. */
export function* pngChunks(view: DataView): Generator<{ readonly kind: number; readonly next: number }> {
  for (let at = 8; at + 12 <= view.byteLength;) {
    const next = at + 12 + view.getUint32(at);
    yield { kind: view.getUint32(at + 4), next };
    at = next;
  }
}

// Within a scan 0xff is always followed by 0 or a restart marker, so the last 0xffd9 after the header is the end.
function jpegEnds(bytes: Uint8Array): boolean {
  let header = 2;
  for (const { at, length } of jpegSegments(bytes)) header = at + length;
  for (let i = bytes.length - 2; i > header; i--) if (bytes[i] === 0xff && bytes[i + 1] === 0xd9) return true;
  return false;
}

/** The segments before the first scan: the marker, where it stands, and its length with the marker. */
export function* jpegSegments(bytes: Uint8Array): Generator<{ marker: number; at: number; length: number }> {
  for (let at = 2; at + 4 <= bytes.length && bytes[at] === 0xff && bytes[at + 1] !== 0xda;) {
    const marker = bytes[at + 1];
    const length = marker === 0xff ? 1 : 2 + (bytes[at + 2] << 8 | bytes[at + 3]);
    yield { marker, at, length };
    at += length;
  }
}
