/**
 * The squared distance of two rows in single precision, added up in the kernels' order: four sums of four lanes; whole blocks of 16
 * numbers go round the sums, the rest to the first one.
 *
 * @param pad rows have zeros behind up to a multiple of so many numbers
 */
export function squaredDistance(a: ArrayLike<number>, b: ArrayLike<number>, pad: number): number {
  const lanes = new Float32Array(16);
  const padded = Math.ceil(a.length / pad) * pad;
  const blocks = padded - padded % 16;
  for (let k = 0; k < a.length; k++) {
    const difference = Math.fround(a[k] - b[k]);
    const lane = k < blocks ? k % 16 : k % 4;
    lanes[lane] += Math.fround(difference * difference);
  }
  const add = (a: number, b: number) => Math.fround(a + b);
  const [s0, s1, s2, s3] = [0, 1, 2, 3].map((lane) =>
    add(add(lanes[lane], lanes[4 + lane]), add(lanes[8 + lane], lanes[12 + lane]))
  );
  return add(add(s0, s1), add(s2, s3));
}
