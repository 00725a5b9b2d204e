/** Features that `tools/oracles/forest.py` makes too, value for value. @module */
import type { Features } from "../../../lib/domain.ts";
import { tensor } from "../../../lib/base/tensor/tensor.ts";

function hashed(i: number, salt: number): number {
  const start = (i + Math.imul(salt, 1000003)) | 0;
  let h = Math.imul(start ^ (start >>> 15), 2246822519);
  h = Math.imul(h ^ (h >>> 13), 3266489917);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Uniform features in steps of 2⁻²⁴; a part is bad where its first and last column are large, or one in five so. */
export function makeInput(rows: number, columns: number, missing: boolean, salt: number, noisy = false): {
  features: Features;
  labels: number[];
} {
  const data = Float32Array.from({ length: rows * columns }, (_, i) => (hashed(i, salt) >>> 8) / 2 ** 24);
  const labels = Array.from({ length: rows }, (_, row) => {
    const sum = Math.fround(data[row * columns] + data[row * columns + columns - 1]);
    const bad = sum > 1.25;
    return bad !== (noisy && hashed(row, salt + 2) % 5 === 0) ? 1 : 0;
  });
  if (missing) data.forEach((_, i) => hashed(i, salt + 1) % 7 === 0 && (data[i] = NaN));
  return { features: tensor<"f32", ["N", "F"], "feature">("f32", [rows, columns], data), labels };
}

/** Names for columns that need none. */
export function makeColumns(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `wire.patchcore.column${i}`);
}
