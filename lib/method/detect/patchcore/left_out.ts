/**
 * PatchCore's maps of the pictures that it was fitted on: entries of the bank that are a picture's own are as if they were
 * not there, for its map and for the neighbours that weigh its score; patches of other pictures take their places, see
 * `understudies.ts`.
 *
 * That is not exactly what a fit without the picture gives, as the other entries were chosen while those were there. On
 * photographs of solar cells (100 good ones, 16 × 16 places) scores are 0.6 above those of real fits without the picture, where
 * without understudies they are 1.6 above, and in the sample 1.4 below.
 * @module
 */
import { distance, gridMap } from "../../../domain.ts";
import type { Observation } from "../../learn/contract.ts";
import type { Detection, LeftOutContext, LeftOutDetector } from "../contract.ts";
import { openFittedPatches } from "../patch_features.ts";
import { type Bank, openNearest, SKIPPED } from "./nearest.ts";
import type { PatchCoreFitted } from "./fitted.ts";
import { squaredDistance, weightOf } from "./apply.ts";
import { understudiesOf } from "./understudies.ts";

/**
 * Loads the bank into the runtime, and goes once through the pictures of the fit for the understudies.
 *
 * @throws {RangeError} where the fitted file does not say whose the entries are, or all are of one picture
 */
export async function leaveOutPatchCore(
  context: LeftOutContext,
  _: unknown,
  fitted: PatchCoreFitted,
): Promise<LeftOutDetector> {
  const { height, width, channels, bank: rows, neighbours, pictures: owners } = fitted;
  if (!owners) {
    throw new RangeError(
      "Cannot leave pictures out of a PatchCore whose file does not say which picture an entry of its bank is of: fit it again",
    );
  }
  if (owners.every((owner) => owner === owners[0])) {
    throw new RangeError(`Cannot leave picture ${owners[0]} out of PatchCore as all entries of its bank are of it`);
  }
  const { runtime } = context;
  const bank = { rows, channels };
  const extractor = openFittedPatches(runtime, "PatchCore", fitted);
  const understudies = await understudiesOf(context, extractor, bank, owners);
  const nearest = await openNearest(runtime, bank, 1, true);
  const support = await openNearest(runtime, bank, neighbours, true);

  async function detect({ features: maps }: Observation, numbers: readonly number[]): Promise<Detection> {
    const patches = await extractor.extract(maps);
    const [N, P, C] = patches.shape;
    const map = gridMap([N, 1, height, width]);
    const score = new Float32Array(N);
    for (let n = 0; n < N; n++) {
      const skip = Float32Array.from(owners!, (owner) => owner === numbers[n] ? SKIPPED : 0);
      const stand = { rows: understudies.get(numbers[n]) ?? new Float32Array(0), channels };
      const queries = patches.data.subarray(n * P * C, (n + 1) * P * C);
      const { indices, distances } = await nearest.search(queries, skip);
      const takers = replaceNearer(distances, queries, stand);
      map.data.set(distances, n * P);
      const farthest = distances.reduce((best, distance, i) => distance > distances[best] ? i : best, 0);
      const taker = takers[farthest];
      const entry = taker < 0 ? rowOf(bank, indices[farthest]) : rowOf(stand, taker);
      const found = await support.search(entry, skip);
      const around = [
        ...Array.from(found.indices).filter((entry) => skip[entry] === 0).map((entry) => rowOf(bank, entry)),
        ...Array.from({ length: stand.rows.length / C }, (_, i) => rowOf(stand, i)),
      ];
      const query = rowOf({ rows: queries, channels }, farthest);
      score[n] = weightAmong(around, entry, query, neighbours) * distances[farthest];
    }
    return { map, score: distance([N], score) };
  }
  return {
    detect,
    async release() {
      await Promise.all([extractor.release(), nearest.release(), support.release()]);
    },
  };
}

/**
 * Puts the distance to the nearest understudy where it is less.
 *
 * @returns which one that is, or −1: i32[P]
 */
function replaceNearer(distances: Float32Array, queries: Float32Array, { rows, channels }: Bank): Int32Array {
  const takers = new Int32Array(distances.length).fill(-1);
  for (let p = 0; p < distances.length; p++) {
    for (let from = 0; from < rows.length; from += channels) {
      let sum = 0;
      for (let j = 0; j < channels; j++) sum += (rows[from + j] - queries[p * channels + j]) ** 2;
      const distance = Math.fround(Math.sqrt(sum));
      if (distance < distances[p]) [distances[p], takers[p]] = [distance, from / channels];
    }
  }
  return takers;
}

/** The weight of the score, of those of some patches that are nearest to m*, the entry that is nearest to the query. */
function weightAmong(
  patches: readonly Float32Array[],
  entry: Float32Array,
  query: Float32Array,
  neighbours: number,
): number {
  const channels = query.length;
  const near = patches
    .map((row) => ({ row, squared: squaredDistance({ rows: row, channels }, 0, entry) }))
    .sort((a, b) => a.squared - b.squared)
    .slice(0, neighbours);
  const local: Bank = { rows: Float32Array.from(near.flatMap(({ row }) => [...row])), channels };
  return weightOf(local, query, Int32Array.from(near, (_, i) => i));
}

function rowOf({ rows, channels }: Bank, i: number): Float32Array {
  return rows.subarray(i * channels, (i + 1) * channels);
}
