/**
 * Windows bitmaps: 1, 4, 8, 16, 24 and 32 bits, palettes, colour masks, run lengths, rows from either end.
 *
 * Follows the description of BITMAPINFOHEADER and its successors in Microsoft's documentation of the format.
 * @module
 */
import type { Pixels } from "./pixels.ts";

/** What a bitmap's header says. */
export interface BmpHeader {
  readonly width: number;
  readonly height: number;
  readonly fromTop: boolean;
  readonly bits: number;
  readonly runs: boolean;
  /** Where red, green and blue lie in a pixel of 16 or 32 bits. */
  readonly masks: readonly number[];
  /** Where the palette lies, how many colours it has and how many bytes a colour. */
  readonly palette: Palette;
  /** Where pixels begin; 0 where it is not said. */
  readonly pixels: number;
}

interface Palette {
  readonly at: number;
  readonly colours: number;
  readonly step: number;
}

/** Reads the size of a bitmap. */
export function readBmpHeader(bytes: Uint8Array): BmpHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 26) throw new SyntaxError(`the bmp file is truncated: it has ${bytes.length} bytes`);
  const pixels = view.getUint32(10, true);
  const size = view.getUint32(14, true);
  const old = size === 12;
  if (!old && !(size >= 40 && size <= 1024)) throw new SyntaxError(`its bmp header has ${size} bytes`);
  if (bytes.length < 14 + size) throw new SyntaxError("the bmp file is truncated: its header is cut off");
  const width = old ? view.getUint16(18, true) : view.getInt32(18, true);
  const height = old ? view.getUint16(20, true) : view.getInt32(22, true);
  const bits = view.getUint16(old ? 24 : 28, true);
  const compression = old ? 0 : view.getUint32(30, true);
  const used = old ? 0 : view.getUint32(46, true);
  const masked = compression === 3 || compression === 6;
  if (![1, 4, 8, 16, 24, 32].includes(bits)) throw new SyntaxError(`its bmp header says ${bits} bits a pixel`);
  const runs = (compression === 1 && bits === 8) || (compression === 2 && bits === 4);
  if (!(compression === 0 || runs || (masked && (bits === 16 || bits === 32)))) {
    throw new SyntaxError(
      `its bmp header says compression ${compression} with ${bits} bits a pixel, which is not read`,
    );
  }
  const behind = size === 40 && masked ? (compression === 6 ? 16 : 12) : 0;
  if (bytes.length < 14 + size + behind) throw new SyntaxError("the bmp file is truncated: its masks are cut off");
  const masks = masked
    ? [54, 58, 62].map((at) => view.getUint32(at, true))
    : bits === 16
    ? [0x7c00, 0x3e0, 0x1f]
    : [0xff0000, 0xff00, 0xff];
  if (masks.includes(0)) throw new SyntaxError("its bmp header has an empty colour mask");
  const colours = bits > 8 ? 0 : Math.min(used || 2 ** bits, 2 ** bits);
  const palette = { at: 14 + size + behind, colours, step: old ? 3 : 4 };
  return { width, height: Math.abs(height), fromTop: height < 0, bits, runs, masks, palette, pixels };
}

/**
 * Decodes a bitmap; the message of the error is a reason, to be put after "Cannot decode … as".
 *
 * @throws {SyntaxError} where the file is truncated or damaged
 */
export function decodeBmp(bytes: Uint8Array, header: BmpHeader): Pixels {
  const { width, height, fromTop, bits, runs } = header;
  const stride = runs ? width : Math.ceil(width * bits / 32) * 4;
  const { start, palette } = layOut(bytes, header, stride * height);
  const stored = runs ? expandRuns(bytes.subarray(start), header) : bytes.subarray(start);
  if (stored.length < stride * height) {
    throw new SyntaxError(
      `the bmp file is truncated: ${stored.length} of ${stride * height} bytes of pixels are there`,
    );
  }
  const paint = painter(bytes, stored, { ...header, palette });
  const channels = paint.channels;
  const data = new Uint8Array(height * width * channels);
  for (let y = 0; y < height; y++) paint.row((fromTop ? y : height - 1 - y) * stride, data, y * width * channels);
  return { height, width, channels, data };
}

/**
 * Where pixels begin and which palette they have. Some writers leave the place out, or name that of the palette; some leave
 * out the palette of a grey picture, which the length in the header shows.
 */
function layOut(bytes: Uint8Array, { bits, runs, palette, pixels }: BmpHeader, area: number) {
  const { at, colours, step } = palette;
  const behind = at + colours * step;
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(2, true) || bytes.length;
  if (pixels === 0) return { start: behind, palette };
  if (pixels < at) throw new SyntaxError(`its bmp header says that pixels begin at byte ${pixels}, inside the header`);
  if (pixels >= behind) return { start: pixels, palette };
  if (pixels > at) return { start: pixels, palette: { ...palette, colours: Math.floor((pixels - at) / step) } };
  if (runs || length >= behind + area) return { start: behind, palette };
  if (bits === 8) return { start: at, palette: { ...palette, colours: 0 } };
  throw new SyntaxError(`its palette of ${colours} colours is missing`);
}

/** Turns a stored row at `from` into `width` pixels at `to`. */
interface Painter {
  readonly channels: 1 | 3;
  row(from: number, data: Uint8Array, to: number): void;
}

function painter(bytes: Uint8Array, stored: Uint8Array, header: BmpHeader): Painter {
  const { width, bits, runs, masks } = header;
  if (bits <= 8) return palettePainter(bytes, stored, header, runs ? 8 : bits);
  const plain = bits === 24 || (bits === 32 && masks[0] === 0xff0000 && masks[1] === 0xff00 && masks[2] === 0xff);
  if (plain) {
    const step = bits / 8;
    return {
      channels: 3,
      row(from, data, to) {
        for (let x = 0; x < width; x++, from += step, to += 3) {
          data[to] = stored[from + 2];
          data[to + 1] = stored[from + 1];
          data[to + 2] = stored[from];
        }
      },
    };
  }
  const fields = masks.map((mask) => {
    const shift = 31 - Math.clz32(mask & -mask);
    return { mask, shift, top: mask >>> shift };
  });
  return {
    channels: 3,
    row(from, data, to) {
      for (let x = 0; x < width; x++, from += bits / 8) {
        let pixel = stored[from] | stored[from + 1] << 8;
        if (bits === 32) pixel |= stored[from + 2] << 16 | stored[from + 3] << 24;
        // Rounded down, as PIL does it
        for (const { mask, shift, top } of fields) data[to++] = Math.floor(((pixel & mask) >>> shift) * 255 / top);
      }
    },
  };
}

/** Looks colours up; without a palette, numbers are grey levels. */
function palettePainter(bytes: Uint8Array, stored: Uint8Array, { width, palette }: BmpHeader, bits: number): Painter {
  const { at, colours, step } = palette;
  if (at + colours * step > bytes.length) throw new SyntaxError("the bmp file is truncated: its palette is cut off");
  const table = Uint8Array.from({ length: 256 * 3 }, (_, i) => Math.floor(i / 3));
  let grey = true;
  for (let i = 0; i < colours; i++) {
    for (let c = 0; c < 3; c++) table[i * 3 + c] = bytes[at + i * step + 2 - c];
    grey &&= table[i * 3] === table[i * 3 + 1] && table[i * 3] === table[i * 3 + 2];
  }
  const channels = grey ? 1 : 3;
  const mask = 2 ** bits - 1;
  const most = colours === 0 ? mask : colours - 1;
  return {
    channels,
    row(from, data, to) {
      for (let x = 0; x < width; x++) {
        const bit = x * bits;
        const index = stored[from + (bit >> 3)] >> (8 - bits - (bit & 7)) & mask;
        if (index > most) {
          throw new SyntaxError(`it has a pixel of colour ${index} and a palette of ${colours} colours`);
        }
        for (let c = 0; c < channels; c++) data[to++] = table[index * 3 + c];
      }
    },
  };
}

/** Run lengths to one byte a pixel, rows in the order of the file; pixels that are skipped have colour 0. */
function expandRuns(runs: Uint8Array, { width, height, bits }: BmpHeader): Uint8Array {
  const out = new Uint8Array(width * height);
  const cut = new SyntaxError("the bmp file is truncated: its run lengths have no end");
  let x = 0;
  let y = 0;
  const put = (value: number) => {
    if (x < width && y < height) out[y * width + x] = value;
    x++;
  };
  for (let at = 0; at + 1 < runs.length;) {
    const count = runs[at++];
    const value = runs[at++];
    if (count > 0) {
      for (let i = 0; i < count; i++) put(bits === 8 ? value : i % 2 === 0 ? value >> 4 : value & 15);
    } else if (value === 0) {
      x = 0;
      y++;
    } else if (value === 1) {
      return out;
    } else if (value === 2) {
      x += runs[at++];
      y += runs[at++];
    } else {
      const length = Math.ceil(value * bits / 8);
      if (at + length > runs.length) throw cut;
      for (let i = 0; i < value; i++) {
        put(bits === 8 ? runs[at + i] : i % 2 === 0 ? runs[at + (i >> 1)] >> 4 : runs[at + (i >> 1)] & 15);
      }
      at += length + length % 2;
    }
  }
  throw cut;
}
