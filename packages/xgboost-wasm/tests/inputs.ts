/** Tables that `tools/oracles/forest.py` makes too, value for value. @module */
import { createHash } from "node:crypto";

function hashed(i: number, salt: number): number {
  const start = (i + Math.imul(salt, 1000003)) | 0;
  let h = Math.imul(start ^ (start >>> 15), 2246822519);
  h = Math.imul(h ^ (h >>> 13), 3266489917);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Uniform features in steps of 2⁻²⁴; a part is bad where its first and last column are large, or one in five so. */
export function makeInput(rows: number, columns: number, missing: boolean, salt: number, noisy = false): {
  values: Float32Array<ArrayBuffer>;
  labels: number[];
} {
  const data = Float32Array.from({ length: rows * columns }, (_, i) => (hashed(i, salt) >>> 8) / 2 ** 24);
  const labels = Array.from({ length: rows }, (_, row) => {
    const sum = Math.fround(data[row * columns] + data[row * columns + columns - 1]);
    const bad = sum > 1.25;
    return bad !== (noisy && hashed(row, salt + 2) % 5 === 0) ? 1 : 0;
  });
  if (missing) data.forEach((_, i) => hashed(i, salt + 1) % 7 === 0 && (data[i] = NaN));
  return { values: data, labels };
}

/** Names for columns that need none. */
export function makeColumns(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `wire.patchcore.column${i}`);
}

/** The SHA-256 of some bytes, in hexadecimal. */
export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
