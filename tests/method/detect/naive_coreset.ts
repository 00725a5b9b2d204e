/** Greedy k-center as it is defined, for comparison: single precision, added up in the kernel's order. */
export function naiveCoreset(rows: Float32Array, width: number, count: number, start: number): number[] {
  const size = rows.length / width;
  const nearest = new Float32Array(size).fill(Infinity);
  const chosen = [start];
  nearest[start] = -1;
  while (chosen.length < count) {
    const centre = chosen[chosen.length - 1];
    let best = -1;
    for (let i = 0; i < size; i++) {
      if (nearest[i] >= 0) nearest[i] = Math.min(nearest[i], squaredDistance(rows, width, i, centre));
      if (nearest[i] >= 0 && (best < 0 || nearest[i] > nearest[best])) best = i;
    }
    nearest[best] = -1;
    chosen.push(best);
  }
  return chosen;
}

/** Four sums of four lanes: whole blocks of 16 numbers go round the sums, the rest to the first one. */
function squaredDistance(rows: Float32Array, width: number, i: number, j: number): number {
  const lanes = new Float32Array(16);
  const padded = Math.ceil(width / 4) * 4;
  const blocks = padded - padded % 16;
  for (let k = 0; k < width; k++) {
    const difference = Math.fround(rows[i * width + k] - rows[j * width + k]);
    const lane = k < blocks ? k % 16 : k % 4;
    lanes[lane] += Math.fround(difference * difference);
  }
  const add = (a: number, b: number) => Math.fround(a + b);
  const [s0, s1, s2, s3] = [0, 1, 2, 3].map((lane) =>
    add(add(lanes[lane], lanes[4 + lane]), add(lanes[8 + lane], lanes[12 + lane]))
  );
  return add(add(s0, s1), add(s2, s3));
}
