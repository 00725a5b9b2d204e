/**
 * The first directory of a TIFF file: what its samples are, and why they are not read where they are not.
 *
 * Follows Adobe's TIFF 6.0 and the description of BigTIFF in libtiff's documentation.
 * @module
 */
import type { ByteSource } from "./byte_source.ts";

/** An entry of a directory. */
export interface TiffEntry {
  readonly type: number;
  readonly count: number;
  /** Where its values stand: in the entry itself where they fit. */
  readonly at: number;
  /** The entry as it stands in the file. */
  readonly raw: Uint8Array;
}

/** What the first directory says. */
export interface Tiff {
  readonly little: boolean;
  /** BigTIFF, whose offsets have 64 bits. */
  readonly big: boolean;
  readonly entries: ReadonlyMap<number, TiffEntry>;
  readonly width: number;
  readonly height: number;
  /** Bits of each sample of a pixel. */
  readonly bits: readonly number[];
  /** Samples a pixel. */
  readonly samples: number;
  /** 1 whole numbers, 2 with a sign, 3 floats. */
  readonly format: number;
  readonly photometric: number;
  readonly compression: number;
  /** Each sample has strips or tiles of its own. */
  readonly planar: boolean;
  /** What samples beyond the colours are: 1 premultiplied alpha, 2 alpha, 0 not said; empty where nothing is said. */
  readonly extra: readonly number[];
  /** The first directory is a preview of another one. */
  readonly preview: boolean;
}

/** Numbers of the tags that are needed here. */
export const TAG = {
  subfile: 254,
  width: 256,
  height: 257,
  bits: 258,
  compression: 259,
  photometric: 262,
  fillOrder: 266,
  stripOffsets: 273,
  orientation: 274,
  samples: 277,
  rowsPerStrip: 278,
  stripBytes: 279,
  planar: 284,
  predictor: 317,
  tileWidth: 322,
  tileHeight: 323,
  tileOffsets: 324,
  tileBytes: 325,
  extra: 338,
  format: 339,
  jpegTables: 347,
} as const;

/** Bytes of a value of each type; 0 for those that no number is read of. */
const SIZES: Readonly<Record<number, number>> = { 1: 1, 2: 1, 3: 2, 4: 4, 6: 1, 7: 1, 8: 2, 9: 4, 13: 4, 16: 8, 18: 8 };
/** More entries than any directory of a picture has. */
const MOST_ENTRIES = 4096;
/** More samples than anything that could be read has. */
const MOST_SAMPLES = 64;

/**
 * Reads the first directory.
 *
 * @throws {SyntaxError} where there is none; the message is a reason, to be put after "Cannot decode … as"
 */
export async function readTiff(source: ByteSource): Promise<Tiff> {
  const damaged = new SyntaxError("the tiff file is damaged or truncated: it has no directory");
  const head = await viewOf(source, 0, 16);
  if (head.byteLength < 8) throw damaged;
  const little = head.getUint8(0) === 0x49;
  const big = head.getUint16(2, little) === 43;
  if (big && head.byteLength < 16) throw damaged;
  const start = big ? Number(head.getBigUint64(8, little)) : head.getUint32(4, little);
  const [counted, step] = big ? [8, 20] : [2, 12];
  const top = await viewOf(source, start, counted);
  if (top.byteLength < counted) throw damaged;
  const count = big ? Number(top.getBigUint64(0, little)) : top.getUint16(0, little);
  if (count === 0 || count > MOST_ENTRIES) throw damaged;
  const table = await viewOf(source, start + counted, count * step);
  if (table.byteLength < count * step) throw damaged;
  const entries = new Map<number, TiffEntry>();
  for (let i = 0; i < count; i++) {
    const from = i * step;
    const type = table.getUint16(from + 2, little);
    const length = big ? Number(table.getBigUint64(from + 4, little)) : table.getUint32(from + 4, little);
    const value = big ? 12 : 8;
    const inside = (SIZES[type] ?? 0) * length <= step - value;
    const at = inside
      ? start + counted + from + value
      : big
      ? Number(table.getBigUint64(from + value, little))
      : table.getUint32(from + value, little);
    const raw = new Uint8Array(table.buffer, table.byteOffset + from, step);
    entries.set(table.getUint16(from, little), { type, count: length, at, raw });
  }
  const numbers = async (tag: number, otherwise: readonly number[]) => {
    const entry = entries.get(tag);
    return entry ? await readNumbers(source, entry, little, MOST_SAMPLES) : otherwise;
  };
  const number = async (tag: number, otherwise: number) => (await numbers(tag, [otherwise]))[0] ?? otherwise;
  const samples = await number(TAG.samples, 1);
  return {
    ...{ little, big, entries, samples },
    width: await number(TAG.width, 0),
    height: await number(TAG.height, 0),
    bits: await numbers(TAG.bits, [1]),
    format: await number(TAG.format, 1),
    photometric: await number(TAG.photometric, -1),
    compression: await number(TAG.compression, 1),
    planar: samples > 1 && await number(TAG.planar, 1) === 2,
    extra: await numbers(TAG.extra, []),
    preview: (await number(TAG.subfile, 0) & 1) === 1,
  };
}

/** The first `most` numbers of an entry. */
export async function readNumbers(
  source: ByteSource,
  { type, count, at }: TiffEntry,
  little: boolean,
  most: number,
): Promise<number[]> {
  const size = SIZES[type] ?? 0;
  if (size === 0) return [];
  const view = await viewOf(source, at, Math.min(count, most) * size);
  return Array.from({ length: Math.floor(view.byteLength / size) }, (_, i) => {
    if (size === 1) return view.getUint8(i);
    if (size === 2) return view.getUint16(2 * i, little);
    return size === 4 ? view.getUint32(4 * i, little) : Number(view.getBigUint64(8 * i, little));
  });
}

/** Bytes of a value of an entry. */
export function sizeOf({ type }: TiffEntry): number {
  return SIZES[type] ?? 0;
}

/** Colours by what the numbers of pixels mean, and how many samples they take. */
const COLOURS: Readonly<Record<number, { readonly name: string; readonly samples: number }>> = {
  0: { name: "grey", samples: 1 },
  1: { name: "grey", samples: 1 },
  2: { name: "RGB", samples: 3 },
  3: { name: "a palette", samples: 1 },
  5: { name: "CMYK", samples: 4 },
  6: { name: "YCbCr", samples: 3 },
};
const OTHER_COLOURS: Readonly<Record<number, string>> = {
  4: "a transparency mask",
  8: "colour space lab (CIE L*a*b*)",
  9: "colour space lab (ICC L*a*b*)",
  10: "colour space lab (ITU L*a*b*)",
  32803: "the raw mosaic of a camera",
  34892: "the raw samples of a camera",
};
/** Compressions that are read, all compared with other decoders. */
const READ = new Set([1, 2, 3, 4, 5, 7, 8, 32773, 32946, 50001]);
const COMPRESSIONS: Readonly<Record<number, string>> = {
  6: "old JPEG",
  32771: "CCITT with words",
  34661: "JBIG",
  34676: "SGI LogLuv",
  34677: "SGI LogLuv",
  34712: "JPEG 2000",
  34887: "LERC",
  34892: "lossy JPEG",
  34925: "LZMA",
  34933: "PNG",
  34934: "JPEG XR",
  50000: "ZSTD",
  50002: "JPEG XL",
  52546: "JPEG XL",
};

/** Samples of the colours of a file that is read. */
export function coloursOf({ photometric }: Tiff): number {
  return COLOURS[photometric]?.samples ?? 0;
}

/** Why a file is not read, though it may be whole; undefined where it is. To be put after "Cannot decode … as". */
export function refuseTiff(tiff: Tiff): string | undefined {
  const { samples, bits, format, photometric, compression, planar, extra } = tiff;
  const [first] = bits;
  const kinds: Readonly<Record<number, string>> = { 2: "int", 3: "float", 5: "complex int", 6: "complex float" };
  if (tiff.preview) return "its first page is a preview of another one, as files of raw cameras have it";
  if (kinds[format] !== undefined) return `it has ${first}-bit ${kinds[format]} samples, which are not read`;
  const colours = COLOURS[photometric];
  if (!colours) {
    return `it is in ${OTHER_COLOURS[photometric] ?? `photometric interpretation ${photometric}`}, which is not read`;
  }
  if (bits.some((each) => each !== first)) return `it has ${bits.join(", ")} bits a sample, which are not read`;
  const allowed = photometric <= 1
    ? samples === 1 ? [1, 2, 4, 8, 16] : [8, 16]
    : photometric === 3
    ? [1, 2, 4, 8]
    : photometric === 2
    ? [8, 16]
    : [8];
  if (!allowed.includes(first)) return `it has ${first} bits a sample in ${colours.name}, which are not read`;
  if (!READ.has(compression)) {
    const name = COMPRESSIONS[compression];
    return `it has compression ${compression}${name ? ` (${name})` : ""}, which is not read`;
  }
  const more = samples - colours.samples;
  // A fourth sample of RGB that nobody explains is padding; of grey it is a band of its own.
  const explained = more === 0 || more === 1 && photometric !== 3 &&
      (extra[0] === 1 || extra[0] === 2 || photometric === 2);
  if (!explained) {
    return `it has ${samples} bands where ${colours.name} has ${colours.samples} and at most one of alpha: ` +
      "save each band as a file";
  }
  if (more === 1 && extra[0] === 1 && photometric !== 1 && photometric !== 2) {
    return `it has premultiplied alpha in ${
      photometric === 0 ? "grey with white as 0" : colours.name
    }, which is not read`;
  }
  if (photometric === 6 && (compression !== 7 || planar)) {
    return `it is in YCbCr ${planar ? "in separate planes" : "without JPEG"}, which is not read`;
  }
  return undefined;
}

async function viewOf(source: ByteSource, at: number, length: number): Promise<DataView<ArrayBufferLike>> {
  const bytes = await source.read(at, length);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
