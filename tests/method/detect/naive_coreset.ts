import { squaredDistance } from "./naive_distance.ts";

/** Greedy k-center as it is defined, for comparison: single precision, added up in the kernel's order. */
export function naiveCoreset(rows: Float32Array, width: number, count: number, start: number): number[] {
  const size = rows.length / width;
  const row = (i: number) => rows.subarray(i * width, (i + 1) * width);
  const nearest = new Float32Array(size).fill(Infinity);
  const chosen = [start];
  nearest[start] = -1;
  while (chosen.length < count) {
    const centre = chosen[chosen.length - 1];
    let best = -1;
    for (let i = 0; i < size; i++) {
      if (nearest[i] >= 0) nearest[i] = Math.min(nearest[i], squaredDistance(row(i), row(centre), 4));
      if (nearest[i] >= 0 && (best < 0 || nearest[i] > nearest[best])) best = i;
    }
    nearest[best] = -1;
    chosen.push(best);
  }
  return chosen;
}
