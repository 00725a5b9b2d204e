/**
 * TIFF files that the decoder reads wrongly, as files that it reads rightly: each plane of separate samples as a grey
 * file, premultiplied alpha as plain samples. Only the directory is written anew, behind the file; pixels stay in place.
 * @module
 */
import { bytesSource } from "./byte_source.ts";
import { readNumbers, sizeOf, TAG, type Tiff, type TiffEntry } from "./tiff.ts";

/** What of a directory describes the samples of one plane. */
const KEPT = [
  ...[TAG.width, TAG.height, TAG.compression, TAG.fillOrder, TAG.orientation],
  ...[TAG.rowsPerStrip, TAG.predictor, TAG.tileWidth, TAG.tileHeight, TAG.jpegTables],
];
const LISTS = [TAG.stripOffsets, TAG.stripBytes, TAG.tileOffsets, TAG.tileBytes];
const SHORT = 3;
/** Black is 0. */
const BLACK = 1;

/**
 * A grey file of one plane.
 *
 * @throws {SyntaxError} where strips or tiles cannot be dealt out to planes
 */
export async function planeOf(bytes: Uint8Array, tiff: Tiff, plane: number): Promise<Uint8Array> {
  const entries = new Map<number, Uint8Array>();
  for (const tag of KEPT) {
    const entry = tiff.entries.get(tag);
    if (entry) entries.set(tag, entry.raw);
  }
  await checkInside(bytes, tiff);
  for (const tag of LISTS) {
    const entry = tiff.entries.get(tag);
    if (entry) entries.set(tag, await part(bytes, tiff, tag, entry, plane));
  }
  const short = (tag: number, value: number) => entries.set(tag, shortEntry(tiff, tag, value));
  short(TAG.bits, tiff.bits[0]);
  short(TAG.samples, 1);
  short(TAG.photometric, tiff.photometric === 0 ? 0 : BLACK);
  return withDirectory(bytes, tiff, entries);
}

/**
 * The file with its alpha called a plain one, so that colours stay as they are stored.
 *
 * @throws {SyntaxError} where pixels are cut off
 */
export async function withPlainAlpha(bytes: Uint8Array, tiff: Tiff): Promise<Uint8Array> {
  await checkInside(bytes, tiff);
  const entries = new Map(Array.from(tiff.entries, ([tag, { raw }]) => [tag, raw]));
  entries.set(TAG.extra, shortEntry(tiff, TAG.extra, 2));
  return withDirectory(bytes, tiff, entries);
}

/** What is cut off must not be read from the directory that is put behind it. */
async function checkInside(bytes: Uint8Array, { entries, little }: Tiff): Promise<void> {
  const source = bytesSource(bytes);
  const read = async (strips: number, tiles: number) => {
    const entry = entries.get(strips) ?? entries.get(tiles);
    return entry ? await readNumbers(source, entry, little, entry.count) : [];
  };
  const offsets = await read(TAG.stripOffsets, TAG.tileOffsets);
  const lengths = await read(TAG.stripBytes, TAG.tileBytes);
  const inside = offsets.length > 0 && offsets.every((offset, i) => offset + lengths[i] <= bytes.length);
  if (!inside) throw new SyntaxError("the tiff file is damaged or truncated: pixels are missing");
}

/** The part of a list of strips or tiles that belongs to a plane: planes lie one behind the other. */
async function part(bytes: Uint8Array, tiff: Tiff, tag: number, entry: TiffEntry, plane: number): Promise<Uint8Array> {
  const { little, big, samples } = tiff;
  const count = entry.count / samples;
  const size = sizeOf(entry);
  if (!Number.isInteger(count) || count === 0 || size === 0) {
    throw new SyntaxError("the tiff file is damaged or truncated: its planes differ in their strips");
  }
  const [raw, view, value, room] = blankEntry(tiff, tag, entry.type, count);
  const at = entry.at + plane * count * size;
  if (count * size <= room) {
    const numbers = await readNumbers(bytesSource(bytes), { ...entry, at, count }, little, count);
    numbers.forEach((number, i) => {
      if (size === 2) view.setUint16(value + 2 * i, number, little);
      else if (size === 4) view.setUint32(value + 4 * i, number, little);
      else view.setBigUint64(value + 8 * i, BigInt(number), little);
    });
  } else if (big) view.setBigUint64(value, BigInt(at), little);
  else view.setUint32(value, at, little);
  return raw;
}

function shortEntry(tiff: Tiff, tag: number, number: number): Uint8Array {
  const [raw, view, value] = blankEntry(tiff, tag, SHORT, 1);
  view.setUint16(value, number, tiff.little);
  return raw;
}

/** An entry without its value; where that stands, and the bytes that there are for it. */
function blankEntry({ little, big }: Tiff, tag: number, type: number, count: number) {
  const raw = new Uint8Array(big ? 20 : 12);
  const view = new DataView(raw.buffer);
  view.setUint16(0, tag, little);
  view.setUint16(2, type, little);
  if (big) view.setBigUint64(4, BigInt(count), little);
  else view.setUint32(4, count, little);
  const value = big ? 12 : 8;
  return [raw, view, value, raw.length - value] as const;
}

function withDirectory(bytes: Uint8Array, tiff: Tiff, entries: ReadonlyMap<number, Uint8Array>): Uint8Array {
  const { little, big } = tiff;
  const sorted = [...entries].sort(([a], [b]) => a - b).map(([, raw]) => raw);
  const [counted, step, next] = big ? [8, 20, 8] : [2, 12, 4];
  const start = bytes.length + bytes.length % 2;
  const out = new Uint8Array(start + counted + sorted.length * step + next);
  out.set(bytes);
  const view = new DataView(out.buffer);
  if (big) {
    view.setBigUint64(8, BigInt(start), little);
    view.setBigUint64(start, BigInt(sorted.length), little);
  } else {
    view.setUint32(4, start, little);
    view.setUint16(start, sorted.length, little);
  }
  sorted.forEach((raw, i) => out.set(raw, start + counted + i * step));
  return out;
}
