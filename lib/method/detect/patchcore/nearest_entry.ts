/** The nearest entry of a bank for each patch of a picture: by bounds, and where these say little by a product of matrices. @module */
import type { Runtime } from "../../../engine/session/runtime.ts";
import { openBounded } from "./bounded.ts";
import { type Bank, type Nearest, type NearestSearch, openNearest } from "./nearest.ts";

/** A bank that is searched. */
export interface NearestEntry {
  /**
   * What is found of a picture depends on nothing but the picture.
   *
   * @param queries f32[R, C], patches in rows of `width`
   */
  search(queries: Float32Array, width: number): Promise<Nearest>;
  release(): Promise<void>;
}

/**
 * Opens a bank. Patches that are far from everything are so from many entries alike, and bounds rule out few: as soon as that shows, the
 * rest of the picture is compared with all entries by the runtime, which loads the bank with the first such picture. Distances are
 * the same sums either way.
 *
 * @throws {RangeError} where the bank needs more than 4 GiB
 *
 * ```ts
 * import { openRuntime } from "../../../engine/session/runtime.ts";
 * import { openNearestEntry } from "./nearest_entry.ts";
 * const bank = { rows: new Float32Array([0, 0, 3, 4]), channels: 2 };
 * const nearest = openNearestEntry(await openRuntime({ threads: 1 }), bank);
 * const { distances, indices } = await nearest.search(new Float32Array([3, 5]), 1);
 * console.assert(distances[0] === 1 && indices[0] === 1);
 * await nearest.release();
 * ```
 */
export function openNearestEntry(runtime: Runtime, bank: Bank): NearestEntry {
  const bounded = openBounded(bank);
  let dense: Promise<NearestSearch> | undefined;

  async function search(queries: Float32Array, width: number): Promise<Nearest> {
    const { found, ...some } = bounded.search(queries, width);
    const rest = queries.subarray(found * bank.channels);
    if (rest.length === 0) return some;
    dense ??= openNearest(runtime, bank, 1);
    dense.catch(() => dense = undefined);
    const { indices } = await (await dense).search(rest);
    return {
      indices: joined(some.indices, indices, new Int32Array(found + indices.length)),
      distances: joined(
        some.distances,
        bounded.distancesTo(rest, indices),
        new Float32Array(found + indices.length),
      ),
    };
  }
  return {
    search,
    async release() {
      await (await dense?.catch(() => undefined))?.release();
    },
  };
}

function joined<T extends Int32Array | Float32Array>(first: T, second: T, whole: T): T {
  whole.set(first);
  whole.set(second, first.length);
  return whole;
}
