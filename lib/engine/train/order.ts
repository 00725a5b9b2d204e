/** Which pictures each step of a training sees. @module */
import { seededRandom } from "../../base/tensor/random.ts";

/**
 * How many steps an epoch has.
 *
 * @param rest whether what is left over at its end is a smaller batch
 */
export function stepsOfEpoch(count: number, batch: number, rest = false): number {
  return rest ? Math.ceil(count / batch) : Math.max(1, Math.floor(count / batch));
}

/**
 * Pictures in a new random order each epoch; what is left over at an epoch's end is not seen in it, or is a smaller batch. A
 * pure function of the step's number, so that a training that was stopped goes on with the same pictures.
 *
 * @param count of pictures
 * @param batch pictures a step, at most `count`
 * @param rest whether what is left over is a smaller batch
 * @throws {RangeError} where a batch has no picture, or more than there are
 *
 * ```ts
 * import { epochOrder } from "./order.ts";
 * const order = epochOrder(0, 4, 2);
 * console.assert([...order(0), ...order(1)].sort().join() === "0,1,2,3");
 * ```
 */
export function epochOrder(
  seed: number,
  count: number,
  batch: number,
  rest = false,
): (step: number) => readonly number[] {
  if (!(batch >= 1 && batch <= count)) {
    throw new RangeError(`Cannot train in batches of ${batch} pictures as there are ${count}`);
  }
  const steps = stepsOfEpoch(count, batch, rest);
  let known = -1;
  let order = new Int32Array(0) as Int32Array;
  return (step) => {
    const epoch = Math.floor(step / steps);
    if (epoch !== known) {
      order = seededRandom((seed + epoch * 7919) % 0x1_0000_0000).permutation(count);
      known = epoch;
    }
    const from = (step % steps) * batch;
    return [...order.subarray(from, from + batch)];
  };
}

/**
 * Half of each step's pictures good, half bad, drawn anew with repeats: for sets with few bad ones.
 *
 * @throws {RangeError} where one of the kinds is missing
 */
export function balancedOrder(
  seed: number,
  labels: readonly (0 | 1)[],
  batch: number,
): (step: number) => readonly number[] {
  const kinds = ([0, 1] as const).map((kind) => labels.flatMap((label, i) => label === kind ? [i] : []));
  if (kinds.some((kind) => kind.length === 0)) {
    throw new RangeError("Cannot train on good and bad pictures in equal shares as one of the kinds is missing");
  }
  return (step) => {
    const random = seededRandom((seed + 104_729 * (step + 1)) % 0x1_0000_0000);
    return Array.from({ length: batch }, (_, i) => kinds[i % 2][random.below(kinds[i % 2].length)]);
  };
}
