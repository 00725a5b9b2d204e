/** Nearest neighbours in a memory bank, as a graph in the runtime. @module */
import { buildModel } from "../../../engine/graph/model.ts";
import {
  add,
  argMin,
  gather,
  matMul,
  mul,
  pad,
  reduceSum,
  reshape,
  slice,
  sqrt,
  sub,
  topK,
} from "../../../engine/graph/ops.ts";
import { input, literal } from "../../../engine/graph/value.ts";
import type { Value } from "../../../engine/graph/value.ts";
import type { Runtime } from "../../../engine/session/runtime.ts";
import { tensor } from "../../../base/tensor/tensor.ts";

/** M vectors of C numbers. */
export interface Bank {
  readonly rows: Float32Array;
  readonly channels: number;
}

/** What is nearest to each of R queries. */
export interface Nearest {
  /** Indices into the bank, the nearest first: i32[R, k]. */
  readonly indices: Int32Array;
  /** Distance to the first of them: f32[R]. */
  readonly distances: Float32Array;
}

/** A bank that is loaded into the runtime. */
export interface NearestSearch {
  /**
   * @param queries f32[R, C]
   * @param skip f32[M], where the bank was opened for it: entries of {@linkcode SKIPPED} are not found, others are 0
   */
  search(queries: Float32Array, skip?: Float32Array): Promise<Nearest>;
  release(): Promise<void>;
}

/** Added to what ranks an entry that is not to be found: more than any other, and still a finite number. */
export const SKIPPED = 1e38;

/** Entries of the matrix of queries and bank that are held at once. */
const AT_ONCE = 1 << 19;

/**
 * Loads a bank. Candidates are found by ‖b‖² − 2ab, which ranks as the distance does; vectors are taken relative to the
 * bank's mean, so that this loses few digits. The distance itself is then computed from the difference to the
 * candidate, which loses none, however near it is.
 *
 * @param k how many neighbours
 * @param skips whether searches name entries that are not to be found
 *
 * ```ts
 * import { openRuntime } from "../../../engine/session/runtime.ts";
 * import { openNearest } from "./nearest.ts";
 * const bank = { rows: new Float32Array([0, 0, 3, 4]), channels: 2 };
 * const nearest = await openNearest(await openRuntime({ threads: 1 }), bank, 1);
 * const { distances, indices } = await nearest.search(new Float32Array([0, 1]));
 * console.assert(distances[0] === 1 && indices[0] === 0);
 * await nearest.release();
 * ```
 */
export async function openNearest(runtime: Runtime, bank: Bank, k: number, skips = false): Promise<NearestSearch> {
  const { channels } = bank;
  const count = bank.rows.length / channels;
  const session = await runtime.open(nearestModel(bank, k, skips), "nearest neighbours");
  const most = Math.max(1, Math.floor(AT_ONCE / count));

  async function search(queries: Float32Array, skip?: Float32Array): Promise<Nearest> {
    const skipped = skip && { skip: tensor("f32", [count], skip) };
    const size = queries.length / channels;
    const indices = new Int32Array(size * k);
    const distances = new Float32Array(size);
    // Equal parts, so that the same queries are always computed in the same way.
    const step = Math.ceil(size / Math.ceil(size / most));
    for (let from = 0; from < size; from += step) {
      const to = Math.min(size, from + step);
      const part = tensor(
        "f32",
        [to - from, channels],
        queries.subarray(from * channels, to * channels),
      );
      const found = await session.run({ queries: part, ...skipped });
      indices.set(found.indices.data as Int32Array, from * k);
      distances.set(found.distances.data as Float32Array, from);
    }
    return { indices, distances };
  }
  return { search, release: session.release };
}

/**
 * What ranks the entries of a bank by their distance from each query, ‖b‖² − 2ab: f32[R, M].
 *
 * @param queries f32[R, C]
 */
export function rankEntries(queries: Value<"f32">, { rows, channels }: Bank): Value<"f32"> {
  const count = rows.length / channels;
  const mean = meanOf(rows, channels);
  // A last column of ones meets the squared lengths: one product gives ‖b‖² − 2ab.
  const matrix = new Float32Array((channels + 1) * count);
  for (let i = 0; i < count; i++) {
    let squared = 0;
    for (let j = 0; j < channels; j++) {
      const value = Math.fround(rows[i * channels + j] - mean[j]);
      matrix[j * count + i] = -2 * value;
      squared += value * value;
    }
    matrix[channels * count + i] = squared;
  }
  const centre = literal({ dtype: "f32", shape: [channels], data: mean }, "mean");
  const weights = literal({ dtype: "f32", shape: [channels + 1, count], data: matrix }, "weights");
  const withOnes = pad(sub(queries, centre), { before: [0, 0], after: [0, 1], value: 1 });
  return matMul(withOnes, weights);
}

/** The distance of each query from one entry of a bank each: f32[R]. */
export function distancesTo(queries: Value<"f32">, { rows, channels }: Bank, entries: Value<"i64">): Value<"f32"> {
  const bank = literal({ dtype: "f32", shape: [rows.length / channels, channels], data: rows }, "bank");
  const difference = sub(queries, gather(bank, entries, { axis: 0 }));
  return sqrt(reduceSum(mul(difference, difference), { axes: [1] }));
}

function nearestModel(bank: Bank, k: number, skips: boolean): Uint8Array {
  const queries = input("queries", "f32", ["R", bank.channels]);
  const skip = input("skip", "f32", [bank.rows.length / bank.channels]);
  const ranks = rankEntries(queries, bank);
  const wanted = skips ? add(ranks, skip) : ranks;
  const order = k === 1
    ? reshape(argMin(wanted, { axis: 1 }), ["R", 1])
    : topK(wanted, { k, axis: 1, largest: false })[1];
  const first = reshape(slice(order, { axis: 1, from: 0, to: 1 }), ["R"]);
  return buildModel({
    inputs: skips ? [queries, skip] : [queries],
    outputs: { indices: order, distances: distancesTo(queries, bank, first) },
    name: "nearest",
  });
}

function meanOf(rows: Float32Array, channels: number): Float32Array<ArrayBuffer> {
  const sums = new Float64Array(channels);
  for (let i = 0; i < rows.length; i++) sums[i % channels] += rows[i];
  return Float32Array.from(sums, (sum) => sum / (rows.length / channels));
}
