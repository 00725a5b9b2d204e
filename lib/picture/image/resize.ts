/**
 * Resizing by separable, antialiased filters in fixed point, equal to PIL's `Image.resize` bit for bit: what models were
 * trained on with torchvision and PIL is what they see here.
 * @module
 */
import type { Photo } from "../../domain.ts";
import type { Dim } from "../../base/tensor/tensor.ts";
import { type Pixels, toPhoto, toPixels } from "./pixels.ts";

/** How pixels are weighted: a triangle, or Keys' cubic with a = −0.5. Both widen when a picture shrinks. */
export type Filter = "bilinear" | "bicubic";

/** Height and width in pixels. */
export interface Size {
  /** In pixels. */
  readonly height: number;
  /** In pixels. */
  readonly width: number;
}

interface Kernel {
  readonly radius: number;
  weigh(distance: number): number;
}

const kernels: { readonly [F in Filter]: Kernel } = {
  bilinear: { radius: 1, weigh: (x) => Math.max(0, 1 - Math.abs(x)) },
  bicubic: { radius: 2, weigh: (x) => weighCubic(Math.abs(x)) },
};

function weighCubic(x: number): number {
  const a = -0.5;
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  if (x < 2) return (((x - 5) * x + 8) * x - 4) * a;
  return 0;
}

/**
 * A photograph of another size, equal to `PIL.Image.resize(size, BILINEAR or BICUBIC)`.
 *
 * @throws {RangeError} where the size is not whole and positive, or the photograph has no pixels
 *
 * ```ts
 * import { resizePhoto } from "./resize.ts";
 * import { photo } from "../../domain.ts";
 * const black = photo([4, 6, 3]);
 * console.assert(resizePhoto(black, { height: 2, width: 3 }).shape[1] === 3);
 * ```
 */
export function resizePhoto(photo: Photo<Dim, Dim>, size: Size, filter: Filter = "bilinear"): Photo {
  return toPhoto(resizePixels(toPixels(photo), size, filter));
}

/** {@linkcode resizePhoto} for pixels of one or three channels. An unchanged size gives the same pixels, not copied. */
export function resizePixels(pixels: Pixels, { height, width }: Size, filter: Filter = "bilinear"): Pixels {
  checkSize({ height, width }, `resize ${pixels.height} × ${pixels.width} pixels to ${height} × ${width}`);
  if (!(pixels.height >= 1 && pixels.width >= 1)) {
    throw new RangeError(`Cannot resize ${pixels.height} × ${pixels.width} pixels as there are none`);
  }
  const across = (from: Pixels): Pixels =>
    width === from.width ? from : { ...from, width, data: resizeRows(from, taps(filter, from.width, width)) };
  const down = (from: Pixels): Pixels =>
    height === from.height ? from : { ...from, height, data: resizeColumns(from, taps(filter, from.height, height)) };
  // Each pass rounds to 8 bits, so their order shows. Pillow 13 begins with the columns where that saves work.
  const lost = { height: pixels.height - height, width: pixels.width - width };
  return lost.height > 0 && lost.height > 2 * lost.width ? across(down(pixels)) : down(across(pixels));
}

/** @throws {RangeError} where a height or width to make is not from 1 to 65535; pictures that are read may be larger */
export function checkSize({ height, width }: Size, action: string): void {
  if (![height, width].every((size) => Number.isInteger(size) && size >= 1 && size <= 65535)) {
    throw new RangeError(`Cannot ${action} as sizes are whole numbers from 1 to 65535`);
  }
}

/** For each output position, the first input position and `count` weights in units of 2⁻²². */
interface Taps {
  readonly size: number;
  readonly stride: number;
  readonly first: Int32Array;
  readonly count: Int32Array;
  /** The largest of them. */
  readonly most: number;
  readonly weights: Int32Array;
}

const PRECISION = 22;
const HALF = 1 << (PRECISION - 1);
const cache = new Map<string, Taps>();

// A table depends on its key alone, so the cache changes no result.
function taps(filter: Filter, from: number, to: number): Taps {
  const key = `${filter} ${from} ${to}`;
  const known = cache.get(key);
  if (known) return known;
  if (cache.size >= 64) cache.clear();
  const made = makeTaps(kernels[filter], from, to);
  cache.set(key, made);
  return made;
}

function makeTaps({ radius, weigh }: Kernel, from: number, to: number): Taps {
  const scale = from / to;
  const widening = Math.max(1, scale);
  const support = radius * widening;
  const stride = Math.max(4, Math.ceil(support) * 2 + 1);
  const first = new Int32Array(to);
  const count = new Int32Array(to);
  const weights = new Int32Array(to * stride);
  const real = new Float64Array(stride);
  for (let i = 0; i < to; i++) {
    const centre = (i + 0.5) * scale;
    const low = Math.max(0, Math.trunc(centre - support + 0.5));
    const high = Math.min(from, Math.trunc(centre + support + 0.5));
    let sum = 0;
    for (let k = 0; k < high - low; k++) {
      real[k] = weigh((k + low - centre + 0.5) * (1 / widening));
      sum += real[k];
    }
    first[i] = low;
    count[i] = high - low;
    for (let k = 0; k < high - low; k++) {
      const weight = (sum === 0 ? real[k] : real[k] / sum) * (1 << PRECISION);
      weights[i * stride + k] = Math.trunc(weight + (weight < 0 ? -0.5 : 0.5));
    }
  }
  return { size: to, stride, first, count, most: Math.max(...count), weights };
}

function clip(sum: number): number {
  const value = sum >> PRECISION;
  return value < 0 ? 0 : value > 255 ? 255 : value;
}

/** Rows of grey where each output takes from four pixels at most, as it does where a picture shrinks little. */
function resizeGreyRows({ height, width, data }: Pixels, { size, first, count, weights, stride }: Taps) {
  const out = new Uint8Array(height * size);
  // All four pixels lie in the row; the weights of those that are not taken from are 0.
  const begin = first.map((at) => Math.min(at, width - 4));
  const four = new Int32Array(4 * size);
  for (let x = 0; x < size; x++) {
    for (let k = 0; k < count[x]; k++) four[4 * x + first[x] - begin[x] + k] = weights[x * stride + k];
  }
  for (let y = 0, to = 0; y < height; y++) {
    const row = y * width;
    for (let x = 0, w = 0; x < size; x++, w += 4) {
      const from = row + begin[x];
      const left = Math.imul(data[from], four[w]) + Math.imul(data[from + 1], four[w + 1]) | 0;
      const right = Math.imul(data[from + 2], four[w + 2]) + Math.imul(data[from + 3], four[w + 3]) | 0;
      out[to++] = clip(HALF + left + right | 0);
    }
  }
  return out;
}

function resizeRows(pixels: Pixels, table: Taps): Uint8Array<ArrayBuffer> {
  const { height, width, channels, data } = pixels;
  if (channels === 1 && width >= 4 && table.most <= 4) return resizeGreyRows(pixels, table);
  const { size, stride, first, count, weights } = table;
  const out = new Uint8Array(height * size * channels);
  for (let y = 0, to = 0; y < height; y++) {
    const row = y * width * channels;
    for (let x = 0; x < size; x++) {
      let from = row + first[x] * channels;
      const end = x * stride + count[x];
      if (channels === 1) {
        let sum = HALF;
        for (let w = x * stride; w < end; w++) sum = sum + Math.imul(data[from++], weights[w]) | 0;
        out[to++] = clip(sum);
      } else {
        let red = HALF;
        let green = HALF;
        let blue = HALF;
        for (let w = x * stride; w < end; w++, from += 3) {
          const weight = weights[w];
          red = red + Math.imul(data[from], weight) | 0;
          green = green + Math.imul(data[from + 1], weight) | 0;
          blue = blue + Math.imul(data[from + 2], weight) | 0;
        }
        out[to] = clip(red);
        out[to + 1] = clip(green);
        out[to + 2] = clip(blue);
        to += 3;
      }
    }
  }
  return out;
}

// Up to four rows are weighed at once; more are first added up one after another, so that memory is read in order.
function resizeColumns({ height, width, channels, data }: Pixels, table: Taps): Uint8Array<ArrayBuffer> {
  const { size, stride, first, count, weights } = table;
  const length = width * channels;
  const out = new Uint8Array(size * length);
  const sums = new Int32Array(length);
  for (let y = 0; y < size; y++) {
    const to = y * length;
    const at = y * stride;
    if (count[y] <= 4) {
      // Weights behind the last tap are 0, whatever row they are for
      const [a, b, c, d] = [0, 1, 2, 3].map((k) => Math.min(first[y] + k, height - 1) * length);
      weighRows(data, [a, b, c, d], weights.subarray(at, at + 4), out.subarray(to, to + length));
      continue;
    }
    sums.fill(HALF);
    for (let k = 0; k < count[y]; k++) addRow(data.subarray((first[y] + k) * length), weights[at + k], sums);
    for (let i = 0; i < length; i++) out[to + i] = clip(sums[i]);
  }
  return out;
}

function weighRows(data: Uint8Array, [a, b, c, d]: number[], [p, q, r, s]: Int32Array, out: Uint8Array): void {
  for (let i = 0; i < out.length; i++) {
    const first = Math.imul(data[a + i], p) + Math.imul(data[b + i], q);
    const second = Math.imul(data[c + i], r) + Math.imul(data[d + i], s);
    out[i] = clip(HALF + first + second | 0);
  }
}

function addRow(row: Uint8Array, weight: number, sums: Int32Array): void {
  for (let i = 0; i < sums.length; i++) sums[i] = sums[i] + Math.imul(row[i], weight) | 0;
}
