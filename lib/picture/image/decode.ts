/** Files to photographs. What is read how, and why, is written in `docs/decisions/pictures.md`. @module */
import sharp from "sharp";
import type { Photo } from "../../domain.ts";
import { sha256 } from "../../base/io/hash.ts";
import { fileSize, readWhole } from "../../base/io/read_file.ts";
import { withFileSource } from "./byte_source.ts";
import { type DepthPolicy, reduceDepth } from "./depth.ts";
import { describeBytes, sniffFormat } from "./format.ts";
import { type Pixels, toPhoto } from "./pixels.ts";
import { decodeSamples, judgeHeader, type Limits, type Samples } from "./samples.ts";

/** What is taken of pictures. */
export interface PictureLimits {
  /** How 16 bits become 8; `"reject"` where it is not given. */
  readonly depth?: DepthPolicy;
  /** The most pixels that are decoded, by default 100 million; more is an error before memory is taken. */
  readonly maxPixels?: number;
}

/** What decides the pixels that are made of a picture: the largest one that is read changes none. */
export function pixelSettings<T extends PictureLimits>({ maxPixels: _, ...settings }: T): Omit<T, "maxPixels"> {
  return settings;
}

/** How a picture is decoded. */
export interface DecodeOptions extends PictureLimits {
  /** What error messages call the picture. */
  readonly name?: string;
}

/** How a file is read. */
export interface ReadOptions extends PictureLimits {
  /** Of the content that is wanted, in hexadecimal: other content is an error. */
  readonly sha256?: string;
}

/** The version of the library that decodes. */
export const DECODER_VERSION: string = `sharp ${sharp.versions.sharp}`;

/** The default of {@linkcode DecodeOptions.maxPixels}. */
export const MAX_PIXELS = 100_000_000;
/** Files of more bytes are judged by their header before they are read. */
const LARGE = 2 ** 24;
/** A buffer takes no more bytes. */
const MOST = 2 ** 31 - 1;

/**
 * Decodes PNG, JPEG, WebP, TIFF and BMP to 8-bit RGB, height × width × 3, upright by EXIF orientation.
 *
 * Grey is repeated into R, G and B; a palette is looked up; alpha is dropped as it is, nothing is blended; CMYK becomes
 * (255−C)(255−K)/255 and so on; embedded colour profiles are not applied. For 8 bits the pixels are those of PIL's
 * `convert("RGB")`.
 *
 * @throws {SyntaxError} where the bytes are no picture, a damaged one, or one of a kind that is not read
 * @throws {RangeError} where there are more pixels than `maxPixels`, or 16 bits do not fit the depth policy
 *
 * ```ts
 * import { decodePhoto } from "./decode.ts";
 * import { encodePng } from "./encode.ts";
 * import { photo } from "../../domain.ts";
 * const red = photo([1, 1, 3], new Uint8Array([255, 0, 0]));
 * const decoded = await decodePhoto(await encodePng(red));
 * console.assert(decoded.data[0] === 255 && decoded.data[1] === 0);
 * ```
 */
export async function decodePhoto(bytes: Uint8Array, options: DecodeOptions = {}): Promise<Photo> {
  return toPhoto(await decodePixels(bytes, options));
}

/**
 * Reads and decodes a file; its path is its name in errors. See {@linkcode decodePhoto}.
 *
 * @throws {Error} where the file cannot be read or has other content, and what {@linkcode decodePhoto} throws
 *
 * ```ts
 * import { readPhoto } from "./decode.ts";
 * const photo = await readPhoto("no such file.png").catch((error: Error) => error.message);
 * console.assert(typeof photo !== "string" || photo.startsWith("Cannot read"));
 * ```
 */
export async function readPhoto(path: string, options: ReadOptions = {}): Promise<Photo> {
  return toPhoto(await readPixels(path, options));
}

/** {@linkcode readPhoto} with grey left as one channel. */
export async function readPixels(path: string, options: ReadOptions = {}): Promise<Pixels> {
  const { depth = "reject" } = options;
  return await decodePixels(await readPicture(path, { ...options, depth }), { ...options, name: path });
}

/** {@linkcode decodePhoto} with grey left as one channel. */
export function decodePixels(bytes: Uint8Array, options: DecodeOptions = {}): Promise<Pixels> {
  const { name, depth = "reject" } = options;
  return named(name, async () => toPixels(await samplesOf(bytes, { ...options, depth }), depth));
}

/**
 * Samples as they are stored, of 8 or 16 bits and with alpha, upright.
 *
 * @throws what {@linkcode readPhoto} throws, but nothing for 16 bits
 */
export async function readSamples(path: string, options: Omit<ReadOptions, "depth"> = {}): Promise<Samples> {
  const bytes = await readPicture(path, options);
  return await named(path, () => samplesOf(bytes, options));
}

/** The content of a file. A large one is judged by its header before the rest is read. */
async function readPicture(path: string, options: ReadOptions): Promise<Uint8Array> {
  const size = await fileSize(path);
  if (size > LARGE) {
    await named(path, () =>
      withFileSource(path, async (source) => {
        const format = sniffFormat(await source.read(0, 16));
        if (format) await judgeHeader(format, source, path, limitsOf(options));
      }));
  }
  if (size > MOST) throw new RangeError(`Cannot read "${path}" as it has ${size} bytes and at most ${MOST} are read`);
  const bytes = await readWhole(path);
  if (options.sha256 === undefined || sha256(bytes) === options.sha256) return bytes;
  throw new Error(`Cannot use "${path}" as it has changed since it was hashed: run the same command again`);
}

async function samplesOf(bytes: Uint8Array, options: DecodeOptions): Promise<Samples> {
  const format = sniffFormat(bytes);
  if (!format) throw new SyntaxError(describeBytes(bytes));
  return await decodeSamples(format, bytes, limitsOf(options));
}

function limitsOf({ maxPixels = MAX_PIXELS, depth }: DecodeOptions): Limits {
  return { maxPixels, depth };
}

/** Puts what could not be done before the reason. */
async function named<T>(name = "picture", work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = `Cannot decode "${name}" as ${reason}`;
    throw cause instanceof RangeError ? new RangeError(message, { cause }) : new SyntaxError(message, { cause });
  }
}

/** 8 bits without alpha, grey or RGB. */
export function toPixels({ height, width, colours, alpha, data }: Samples, depth: DepthPolicy): Pixels {
  const eight = data instanceof Uint16Array ? reduceDepth(data, depth) : data;
  if (colours === 4) return { height, width, channels: 3, data: fromCmyk(eight, alpha ? 5 : 4) };
  if (!alpha) return { height, width, channels: colours, data: eight };
  const out = new Uint8Array(height * width * colours);
  for (let from = 0, to = 0; from < eight.length; from += colours + 1) {
    for (let c = 0; c < colours; c++) out[to++] = eight[from + c];
  }
  return { height, width, channels: colours, data: out };
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
