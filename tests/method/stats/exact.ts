/** Statistics of float32 pixels in rational arithmetic: exact up to the last square root and division. @module */

// Every float32 is a whole multiple of 2⁻¹⁴⁹.
function units(value: number): bigint {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value);
  const bits = view.getUint32(0);
  const exponent = (bits >>> 23) & 0xff;
  const fraction = bits & 0x7fffff;
  const size = exponent === 0 ? BigInt(fraction) : BigInt(fraction | 0x800000) << BigInt(exponent - 1);
  return bits >>> 31 ? -size : size;
}

/** numerator / denominator as the nearest double, or close to it: 80 bits are kept. */
function quotient(numerator: bigint, denominator: bigint): number {
  if (numerator === 0n) return 0;
  const negative = numerator < 0n !== denominator < 0n;
  const n = numerator < 0n ? -numerator : numerator;
  const d = denominator < 0n ? -denominator : denominator;
  const shift = 80 - (n.toString(2).length - d.toString(2).length);
  const scaled = shift >= 0 ? (n << BigInt(shift)) / d : n / (d << BigInt(-shift));
  // In two steps, as 2^shift alone may be outside of the doubles.
  const half = Math.trunc(shift / 2);
  const size = Number(scaled) * 2 ** -half * 2 ** -(shift - half);
  return negative ? -size : size;
}

/** Mean, skewness and excess kurtosis; NaN where all pixels are equal. */
export function exactMoments(pixels: ArrayLike<number>): { mean: number; skewness: number; kurtosis: number } {
  const values = Array.from(pixels, units);
  const n = BigInt(values.length);
  const sum = values.reduce((total, value) => total + value, 0n);
  // Everything in units of 2⁻¹⁴⁹ / n, where the mean is whole.
  let m2 = 0n;
  let m3 = 0n;
  let m4 = 0n;
  for (const value of values) {
    const d = value * n - sum;
    m2 += d * d;
    m3 += d * d * d;
    m4 += d * d * d * d;
  }
  const mean = quotient(sum, n * (1n << 149n));
  if (m2 === 0n) return { mean, skewness: NaN, kurtosis: NaN };
  // m₃ / m₂^1.5 with means: (m3/n)² / (m2/n)³ = m3² n / m2³
  const size = Math.sqrt(quotient(m3 * m3 * n, m2 * m2 * m2));
  return { mean, skewness: m3 < 0n ? -size : size, kurtosis: quotient(m4 * n - 3n * m2 * m2, m2 * m2) };
}

/** numpy's linear rule over all values sorted. */
export function sortedQuantile(pixels: ArrayLike<number>, q: number): number {
  const sorted = Float64Array.from(pixels).sort();
  const position = q * (sorted.length - 1);
  const rank = Math.floor(position);
  const low = sorted[rank];
  const high = sorted[Math.min(rank + 1, sorted.length - 1)];
  const t = position - rank;
  return t < 0.5 ? low + (high - low) * t : high - (high - low) * (1 - t);
}

/** The four statistics of one segment, pixel by pixel. */
export function exactStatistics(pixels: ArrayLike<number>): [number, number, number, number] {
  if (pixels.length === 0) return [0, 0, 0, 0];
  const { mean, skewness, kurtosis } = exactMoments(pixels);
  return [sortedQuantile(pixels, 0.995), skewness, kurtosis, mean];
}
