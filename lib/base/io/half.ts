/** Numbers of 16 bits as floats. @module */

/**
 * IEEE 754's binary16.
 *
 * ```ts
 * import { halfToNumber } from "./half.ts";
 * console.assert(halfToNumber(0x3c00) === 1 && halfToNumber(0xc100) === -2.5 && halfToNumber(1) === 2 ** -24);
 * ```
 */
export function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const shared = new DataView(new ArrayBuffer(4));

/**
 * bfloat16: the upper half of a binary32.
 *
 * ```ts
 * import { bfloatToNumber } from "./half.ts";
 * console.assert(bfloatToNumber(0x3f80) === 1);
 * ```
 */
export function bfloatToNumber(bits: number): number {
  shared.setUint32(0, bits << 16);
  return shared.getFloat32(0);
}
