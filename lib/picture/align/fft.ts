/** The discrete Fourier transform of square planes whose side is a power of two. @module */

/** Complex numbers, row by row. */
export interface Spectrum {
  /** Rows and columns; a power of two. */
  readonly side: number;
  /** side² real parts. */
  readonly re: Float64Array;
  /** side² imaginary parts. */
  readonly im: Float64Array;
}

/**
 * The transform of a plane: X(u, v) = Σ x(r, c)·exp(−2πi(ur + vc)/side).
 *
 * @param plane side² values, row by row
 * @throws {RangeError} where the side is no power of two, or the plane has not side² values
 *
 * ```ts
 * import { transform } from "./fft.ts";
 * const { re } = transform(new Float64Array([1, 2, 3, 4]), 2);
 * console.assert(re.join() === "10,-2,-4,0");
 * ```
 */
export function transform(plane: ArrayLike<number>, side: number): Spectrum {
  checkPlane(plane.length, side);
  const spectrum = { side, re: Float64Array.from(plane), im: new Float64Array(side * side) };
  bothWays(spectrum, -1);
  return spectrum;
}

/** The plane that a spectrum is the transform of: real parts, side² values. */
export function inverse({ side, re, im }: Spectrum): Float64Array {
  const plane = { side, re: re.slice(), im: im.slice() };
  bothWays(plane, 1);
  return plane.re.map((value) => value / (side * side));
}

function checkPlane(length: number, side: number): void {
  if (side >= 1 && Number.isInteger(Math.log2(side)) && length === side * side) return;
  throw new RangeError(
    `Cannot transform ${length} values as a square whose side is a power of two: the side is ${side}`,
  );
}

/** Rows, then columns, in place. */
function bothWays({ side, re, im }: Spectrum, sign: 1 | -1): void {
  const row = { re: new Float64Array(side), im: new Float64Array(side) };
  for (let r = 0; r < side; r++) {
    const at = r * side;
    row.re.set(re.subarray(at, at + side));
    row.im.set(im.subarray(at, at + side));
    oneWay(row.re, row.im, sign);
    re.set(row.re, at);
    im.set(row.im, at);
  }
  for (let c = 0; c < side; c++) {
    for (let r = 0; r < side; r++) {
      row.re[r] = re[r * side + c];
      row.im[r] = im[r * side + c];
    }
    oneWay(row.re, row.im, sign);
    for (let r = 0; r < side; r++) {
      re[r * side + c] = row.re[r];
      im[r * side + c] = row.im[r];
    }
  }
}

/** Cooley and Tukey's decimation in time (1965), in place. */
function oneWay(re: Float64Array, im: Float64Array, sign: 1 | -1): void {
  const n = re.length;
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i >= j) continue;
    [re[i], re[j]] = [re[j], re[i]];
    [im[i], im[j]] = [im[j], im[i]];
  }
  const { cos, sin } = rootsOf(n);
  for (let length = 2; length <= n; length <<= 1) {
    const half = length >> 1;
    for (let k = 0; k < half; k++) {
      const c = cos[k * (n / length)];
      const s = sign * sin[k * (n / length)];
      for (let start = k; start < n; start += length) {
        const other = start + half;
        const xr = re[other] * c - im[other] * s;
        const xi = re[other] * s + im[other] * c;
        re[other] = re[start] - xr;
        im[other] = im[start] - xi;
        re[start] += xr;
        im[start] += xi;
      }
    }
  }
}

/** Of each side that was transformed, the angles once around: they are many, and the same for all pictures. */
const roots = new Map<number, { readonly cos: Float64Array; readonly sin: Float64Array }>();

function rootsOf(n: number) {
  let found = roots.get(n);
  if (!found) {
    const angles = Float64Array.from({ length: n / 2 }, (_, k) => 2 * Math.PI * k / n);
    roots.set(n, found = { cos: angles.map(Math.cos), sin: angles.map(Math.sin) });
  }
  return found;
}
