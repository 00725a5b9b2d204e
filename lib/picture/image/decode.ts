/** Files to photographs. What is read how, and why, is written in `docs/decisions/pictures.md`. @module */
import { readFile } from "node:fs/promises";
import sharp from "sharp";
import type { Photo } from "../../domain.ts";
import { decodeBmp, readBmpHeader } from "./bmp.ts";
import { type DepthPolicy, reduceDepth } from "./depth.ts";
import { describeBytes, findTruncation, type Format, sniffFormat } from "./format.ts";
import { type Pixels, toPhoto } from "./pixels.ts";

/** How a picture is decoded. */
export interface DecodeOptions {
  /** What error messages call the picture. */
  readonly name?: string;
  /** How 16 bits become 8; `"reject"` where it is not given. */
  readonly depth?: DepthPolicy;
  /** The most pixels that are decoded, by default 100 million; more is an error before memory is taken. */
  readonly maxPixels?: number;
}

/** The version of the library that decodes. */
export const DECODER_VERSION: string = `sharp ${sharp.versions.sharp}`;

/** The default of {@linkcode DecodeOptions.maxPixels}. */
export const MAX_PIXELS = 100_000_000;

// One picture uses one thread: several pictures at once are what fills the cores.
sharp.concurrency(1);
sharp.cache(false);

/**
 * Decodes PNG, JPEG, WebP, TIFF and BMP to 8-bit RGB, height × width × 3, upright by EXIF orientation.
 *
 * Grey is repeated into R, G and B; a palette is looked up; alpha is dropped as it is, nothing is blended; CMYK becomes
 * (255−C)(255−K)/255 and so on; embedded colour profiles are not applied. For 8 bits the pixels are those of PIL's
 * `convert("RGB")`.
 *
 * @throws {SyntaxError} where the bytes are no picture, or a truncated or damaged one
 * @throws {RangeError} where there are more pixels than `maxPixels`, or 16 bits do not fit the depth policy
 *
 * ```ts
 * import { decodePhoto } from "./decode.ts";
 * import { encodePng } from "./encode.ts";
 * import { tensor } from "../../base/tensor/tensor.ts";
 * const red = tensor<"u8", ["H", "W", 3], "srgb8">("u8", [1, 1, 3], new Uint8Array([255, 0, 0]));
 * const photo = await decodePhoto(await encodePng(red));
 * console.assert(photo.data[0] === 255 && photo.data[1] === 0);
 * ```
 */
export async function decodePhoto(bytes: Uint8Array, options: DecodeOptions = {}): Promise<Photo> {
  return toPhoto(await decodePixels(bytes, options));
}

/**
 * Reads and decodes a file; its path is its name in errors. See {@linkcode decodePhoto}.
 *
 * @throws {Error} where the file cannot be read, and what {@linkcode decodePhoto} throws
 *
 * ```ts
 * import { readPhoto } from "./decode.ts";
 * const photo = await readPhoto("no such file.png").catch((error: Error) => error.message);
 * console.assert(typeof photo !== "string" || photo.startsWith("Cannot read"));
 * ```
 */
export async function readPhoto(path: string, options: Omit<DecodeOptions, "name"> = {}): Promise<Photo> {
  return toPhoto(await readPixels(path, options));
}

/** {@linkcode readPhoto} with grey left as one channel. */
export async function readPixels(path: string, options: Omit<DecodeOptions, "name"> = {}): Promise<Pixels> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    throw new Error(`Cannot read "${path}" as ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
  return decodePixels(bytes, { ...options, name: path });
}

/** {@linkcode decodePhoto} with grey left as one channel. */
export async function decodePixels(bytes: Uint8Array, options: DecodeOptions = {}): Promise<Pixels> {
  const { name = "picture" } = options;
  const format = sniffFormat(bytes);
  if (!format) throw new SyntaxError(`Cannot decode "${name}" as ${describeBytes(bytes)}`);
  try {
    return await decodeFormat(format, bytes, options);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = `Cannot decode "${name}" as ${reason}`;
    throw cause instanceof RangeError ? new RangeError(message, { cause }) : new SyntaxError(message, { cause });
  }
}

async function decodeFormat(format: Format, bytes: Uint8Array, options: DecodeOptions): Promise<Pixels> {
  const maxPixels = options.maxPixels ?? MAX_PIXELS;
  if (format === "bmp") {
    const header = readBmpHeader(bytes);
    checkPixels(header.width, header.height, maxPixels);
    return decodeBmp(bytes, header);
  }
  const picture = sharp(bytes, { ignoreIcc: true, limitInputPixels: false, failOn: "warning", sequentialRead: true });
  const { width, height, depth, space, pages = 1 } = await blame(format, bytes, picture.metadata());
  checkPixels(width, height, maxPixels);
  const missing = findTruncation(format, bytes);
  if (missing) throw new SyntaxError(missing);
  if (pages > 1) throw new SyntaxError(`it has ${pages} pages and a picture is one: save each page as a file`);
  const wide = depth === "ushort";
  const kept = spaces.find((each) => each === space);
  if (!kept || wide !== kept.endsWith("16") || !(wide || depth === "uchar")) {
    throw new SyntaxError(`it has ${depth} samples in colour space ${space}, which are not read`);
  }
  // Both spaces are named, or samples would go through another space on their way
  const raw = picture.autoOrient().pipelineColourspace(kept).toColourspace(kept).raw({ depth });
  const { data, info } = await blame(format, bytes, raw.toBuffer({ resolveWithObject: true }));
  const eight = wide
    ? reduceDepth(new Uint16Array(data.buffer, data.byteOffset, data.length / 2), options.depth)
    : new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.length);
  return { height: info.height, width: info.width, ...keepColours(eight, info.channels, kept === "cmyk") };
}

/** Says what is wrong with the file, where the decoder says what is wrong with its input. */
async function blame<T>(format: Format, bytes: Uint8Array, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    const missing = findTruncation(format, bytes);
    if (missing) throw new SyntaxError(missing, { cause });
    // The decoder keeps one text for all threads of the process: quoted here, it may be about another thread's file.
    throw new SyntaxError(`the ${format} file is damaged, truncated or of a kind that is not read`, { cause });
  }
}

const spaces = ["b-w", "srgb", "grey16", "rgb16", "cmyk"] as const;

/** @throws {RangeError} where a header announces no pixels, or more than the limit */
export function checkPixels(width: number, height: number, maxPixels: number): void {
  if (!(maxPixels >= 1)) throw new RangeError(`the limit of ${maxPixels} pixels must be at least 1`);
  if (!(width >= 1 && height >= 1)) throw new RangeError(`its header says ${width} × ${height} pixels`);
  if (width * height > maxPixels) {
    throw new RangeError(`its header says ${width} × ${height} pixels, more than the limit of ${maxPixels}`);
  }
}

function keepColours(
  data: Uint8Array<ArrayBuffer>,
  channels: number,
  cmyk: boolean,
): Pick<Pixels, "channels" | "data"> {
  if (cmyk) return { channels: 3, data: fromCmyk(data, channels) };
  if (channels === 1 || channels === 3) return { channels, data };
  const kept = channels === 2 ? 1 : 3;
  const out = new Uint8Array(data.length / channels * kept);
  for (let from = 0, to = 0; from < data.length; from += channels) {
    for (let c = 0; c < kept; c++) out[to++] = data[from + c];
  }
  return { channels: kept, data: out };
}

function fromCmyk(data: Uint8Array, channels: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(data.length / channels * 3);
  for (let from = 0, to = 0; from < data.length; from += channels) {
    const black = 255 - data[from + 3];
    for (let c = 0; c < 3; c++) {
      // c·k/255 rounded in whole numbers, as PIL does it
      const product = data[from + c] * black + 128;
      out[to++] = Math.max(0, black - ((product >> 8) + product >> 8));
    }
  }
  return out;
}
