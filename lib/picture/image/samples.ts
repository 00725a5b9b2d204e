/** Files to samples as they are stored: 8 or 16 bits, colours and alpha, upright. @module */
import sharp, { type Metadata } from "sharp";
import { type BmpHeader, decodeBmp, readBmpHeader } from "./bmp.ts";
import { type ByteSource, bytesSource } from "./byte_source.ts";
import { depthMissing, type DepthPolicy } from "./depth.ts";
import { findOddity, findTruncation, type Format, pngFrames } from "./format.ts";
import { plainHeader } from "./plain_header.ts";
import { coloursOf, readTiff, refuseTiff, type Tiff } from "./tiff.ts";
import { planeOf, withPlainAlpha } from "./tiff_planes.ts";

/** Row-major samples, those of a pixel side by side. */
export interface Samples {
  readonly height: number;
  readonly width: number;
  /** 1 grey, 3 RGB, 4 CMYK. */
  readonly colours: 1 | 3 | 4;
  /** Alpha follows the colours. */
  readonly alpha: boolean;
  readonly data: Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer>;
}

/** What is refused before memory is taken for pixels. */
export interface Limits {
  /** The most pixels. */
  readonly maxPixels: number;
  /** Large pictures of 16 bits are refused by their header where this rejects them; undefined takes all. */
  readonly depth?: DepthPolicy;
}

/** What a header says of a picture that is read. */
type Header =
  | { readonly bmp: BmpHeader }
  | { readonly space: Space; readonly channels: number; readonly tiff?: Tiff };
type Space = typeof SPACES[number];

const SPACES = ["b-w", "srgb", "grey16", "rgb16", "cmyk"] as const;
/** More than any bitmap's header has. */
export const BMP_HEADER = 4096;
/** A picture of 16 bits that is refused is read up to this many pixels, to tell which values it has. */
const TOLD = 2 ** 24;

// One picture uses one thread: several pictures at once are what fills the cores.
sharp.concurrency(1);
sharp.cache(false);

/**
 * Decodes a file of a known format.
 *
 * @throws {SyntaxError} where it is damaged or of a kind that is not read; messages are reasons, to be put after "Cannot
 * decode … as"
 * @throws {RangeError} where it exceeds a limit
 */
export async function decodeSamples(format: Format, bytes: Uint8Array, limits: Limits): Promise<Samples> {
  const plain = plainHeader(format, bytes);
  // What cannot be is said after the decoder has looked whether the header itself is whole.
  const header: Header = plain && plain.width * plain.height >= 1 && plain.width * plain.height <= limits.maxPixels
    ? plain
    : await judgeHeader(format, bytesSource(bytes), bytes, limits);
  if ("bmp" in header) {
    const { channels, ...picture } = decodeBmp(bytes, header.bmp);
    return { ...picture, colours: channels, alpha: false };
  }
  const { space, tiff } = header;
  const missing = findTruncation(format, bytes);
  if (missing) throw new SyntaxError(missing);
  if (tiff?.planar) return await decodePlanes(bytes, tiff, space);
  const premultiplied = tiff?.extra[0] === 1;
  const { data, height, width, channels } = await decodeRaw(
    format,
    premultiplied ? await withPlainAlpha(bytes, tiff) : bytes,
    header,
  );
  const colours = tiff && tiff.photometric <= 1 ? 1 : channels <= 2 ? 1 : space === "cmyk" ? 4 : 3;
  if (channels > colours + 1) {
    throw new SyntaxError(`it has ${channels} bands where ${colours} and at most one of alpha are read`);
  }
  const samples: Samples = { height, width, colours, alpha: channels > colours, data };
  return premultiplied ? withoutPremultiplication(samples) : samples;
}

/**
 * Checks what the header alone says; a file need not be read whole for it.
 *
 * @param input the file, for the decoder
 */
export async function judgeHeader(
  format: Format,
  source: ByteSource,
  input: Uint8Array | string,
  { maxPixels, depth }: Limits,
): Promise<Header> {
  if (format === "bmp") {
    const bmp = readBmpHeader(await source.read(0, BMP_HEADER));
    checkPixels(bmp.width, bmp.height, maxPixels);
    return { bmp };
  }
  const tiff = format === "tiff" ? await readTiff(source) : undefined;
  if (tiff) {
    checkPixels(tiff.width, tiff.height, maxPixels);
    const refused = refuseTiff(tiff);
    if (refused) throw new SyntaxError(refused);
  }
  const frames = format === "png" ? await pngFrames(source) : 1;
  const picture = open(input);
  const known: Metadata = await blame(format, input, picture.metadata());
  const { width, height, depth: kind, space, channels, pages = frames } = known;
  checkPixels(width, height, maxPixels);
  const several = Math.max(pages, frames);
  if (several > 1) {
    const missing = typeof input === "string" ? undefined : findTruncation(format, input);
    throw new SyntaxError(missing ?? `it has ${several} pages and a picture is one: save each page as a file`);
  }
  const wide = kind === "ushort";
  const kept = SPACES.find((each) => each === space);
  if (!kept || wide !== kept.endsWith("16") || !(wide || kind === "uchar")) {
    throw new SyntaxError(`it has ${kind} samples in colour space ${space}, which are not read`);
  }
  if (wide && depth === "reject" && width * height > TOLD) throw new RangeError(depthMissing());
  return { space: kept, channels, tiff };
}

function open(input: Uint8Array | string) {
  return sharp(input, { ignoreIcc: true, limitInputPixels: false, failOn: "warning", sequentialRead: true });
}

/** All channels as they are stored, upright. */
async function decodeRaw(format: Format, bytes: Uint8Array, { space, channels }: { space: Space; channels: number }) {
  // Raw grey of 8 bits would lose its alpha
  const veiled = space === "b-w" && channels === 2;
  // Both spaces are named, or samples would go through another space on their way
  const raw = open(bytes).autoOrient().pipelineColourspace(space).toColourspace(veiled ? "srgb" : space).raw({
    depth: space.endsWith("16") ? "ushort" : "uchar",
  });
  const { data, info } = await blame(format, bytes, raw.toBuffer({ resolveWithObject: true }));
  const buffer = data.buffer as ArrayBuffer;
  if (space.endsWith("16")) return { ...info, data: new Uint16Array(buffer, data.byteOffset, data.length / 2) };
  const samples = new Uint8Array(buffer, data.byteOffset, data.length);
  if (!veiled) return { ...info, data: samples };
  return {
    ...info,
    channels: 2,
    data: Uint8Array.from({ length: data.length / 2 }, (_, i) => samples[4 * (i >> 1) + 3 * (i & 1)]),
  };
}

/** Planes are decoded one by one, as the decoder reads separate ones wrongly where they are more than the colours. */
async function decodePlanes(bytes: Uint8Array, tiff: Tiff, space: Space): Promise<Samples> {
  const { samples } = tiff;
  const grey = space.endsWith("16") ? "grey16" : "b-w";
  let out: Samples | undefined;
  for (let plane = 0; plane < samples; plane++) {
    const { data, height, width } = await decodeRaw("tiff", await planeOf(bytes, tiff, plane), {
      space: grey,
      channels: 1,
    });
    out ??= {
      ...{ height, width },
      colours: coloursOf(tiff) as Samples["colours"],
      alpha: samples > coloursOf(tiff),
      data: grey === "grey16" ? new Uint16Array(data.length * samples) : new Uint8Array(data.length * samples),
    };
    for (let i = 0, to = plane; i < data.length; i++, to += samples) out.data[to] = data[i];
  }
  return tiff.extra[0] === 1 ? withoutPremultiplication(out!) : out!;
}

/** Colours before they were multiplied by alpha, rounded down and black without alpha, as PIL has them. */
function withoutPremultiplication({ data, colours, ...picture }: Samples): Samples {
  const most = data instanceof Uint16Array ? 65535 : 255;
  const out = data.slice();
  for (let i = 0; i < data.length; i += colours + 1) {
    const alpha = data[i + colours];
    for (let c = 0; c < colours; c++) {
      out[i + c] = alpha === 0 ? 0 : Math.min(most, Math.floor(most * data[i + c] / alpha));
    }
  }
  return { ...picture, colours, data: out };
}

/** Says what is wrong with the file, where the decoder says what is wrong with its input. */
async function blame<T>(format: Format, input: Uint8Array | string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    const odd = typeof input === "string" ? undefined : findTruncation(format, input) ?? findOddity(format, input);
    // The decoder keeps one text for all threads of the process: quoted here, it may be about another thread's file.
    throw new SyntaxError(odd ?? `the ${format} file is damaged, truncated or of a kind that is not read`, { cause });
  }
}

/** @throws {RangeError} where a header announces no pixels, or more than the limit */
export function checkPixels(width: number, height: number, maxPixels: number): void {
  if (!(maxPixels >= 1)) throw new RangeError(`the limit of ${maxPixels} pixels must be at least 1`);
  if (!(width >= 1 && height >= 1)) throw new RangeError(`its header says ${width} × ${height} pixels`);
  if (width * height > maxPixels) {
    throw new RangeError(
      `its header says ${width} × ${height} pixels, more than the limit of ${maxPixels}: raise it with ` +
        `--max-pixels ${width * height} (maxPixels in a program and in a pipeline file's picture)`,
    );
  }
}
