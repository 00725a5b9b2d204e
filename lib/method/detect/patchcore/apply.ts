/** A fitted PatchCore: from its file to maps and scores. @module */
import { type } from "arktype";
import { distance, gridMap } from "../../../domain.ts";
import type { AppliedDetector, Detection, FittedDetector } from "../contract.ts";
import type { ApplyContext, Observation } from "../../learn/contract.ts";
import { openNearestEntry } from "./nearest_entry.ts";
import type { Bank } from "./nearest.ts";
import { openFittedPatches } from "../patch_features.ts";
import type { PatchCoreFitted } from "./fitted.ts";
import { layerNames, odd, whole } from "../../learn/config.ts";
import { packFitted, unpackFitted } from "../../learn/fitted_file.ts";

const settingsSchema = type({
  "+": "reject",
  layers: layerNames,
  grid: "string",
  pool: odd,
  "enlarge?": "'nearest'",
  height: whole,
  width: whole,
  neighbours: whole,
});

/** What PatchCore has fitted, as a file and as a detector. */
export const fittedPatchCore: FittedDetector<PatchCoreFitted> = {
  name: "patchcore",
  title: "PatchCore",
  apply: applyPatchCore,
  pack: ({ bank, support, pictures, neighbours, height, width, channels, layers, grid, pool, enlarge }) =>
    packFitted("patchcore", {
      settings: { layers, grid, pool, ...enlarge && { enlarge }, height, width, neighbours },
      tensors: {
        bank: { dtype: "f32", shape: [bank.length / channels, channels], data: bank },
        support: { dtype: "i32", shape: [support.length / neighbours, neighbours], data: support },
        ...pictures && { pictures: { dtype: "i32", shape: [pictures.length], data: pictures } },
      },
    }),
  unpack(bytes) {
    const { settings: parsed, tensors } = unpackFitted("patchcore", bytes, settingsSchema, {
      bank: ["f32", 2],
      support: ["i32", 2],
    }, { pictures: ["i32", 1] });
    const { bank, support, pictures } = tensors;
    const [size, channels] = bank.shape;
    if (
      support.shape[0] !== size || support.shape[1] !== parsed.neighbours ||
      support.data.some((i) => i < 0 || i >= size)
    ) {
      throw new SyntaxError(`Cannot read a fitted patchcore as its neighbours do not fit its bank of ${size}`);
    }
    if (pictures && (pictures.shape[0] !== size || pictures.data.some((i) => i < 0))) {
      throw new SyntaxError(`Cannot read a fitted patchcore as its pictures do not fit its bank of ${size}`);
    }
    return {
      ...parsed,
      channels,
      bank: bank.data,
      support: support.data,
      ...pictures && { pictures: pictures.data },
    };
  },
};

/** Lays the bank into the memory of a kernel. */
export function applyPatchCore({ runtime }: ApplyContext, fitted: PatchCoreFitted): Promise<AppliedDetector> {
  const { height, width, channels, bank: rows, neighbours, support } = fitted;
  const bank = { rows, channels };
  const extractor = openFittedPatches(runtime, "PatchCore", fitted);
  const nearest = openNearestEntry(runtime, bank);

  async function detect({ features: maps }: Observation): Promise<Detection> {
    const patches = await extractor.extract(maps);
    const [N, P, C] = patches.shape;
    const map = gridMap([N, 1, height, width]);
    const score = new Float32Array(N);
    for (let n = 0; n < N; n++) {
      const queries = patches.data.subarray(n * P * C, (n + 1) * P * C);
      const { indices, distances } = await nearest.search(queries, width);
      map.data.set(distances, n * P);
      const farthest = distances.reduce((best, distance, i) => distance > distances[best] ? i : best, 0);
      const entry = indices[farthest];
      score[n] = weightOf(
        bank,
        queries.subarray(farthest * C, (farthest + 1) * C),
        support.subarray(entry * neighbours, (entry + 1) * neighbours),
      ) * distances[farthest];
    }
    return { map, score: distance([N], score) };
  }
  return Promise.resolve({
    detect,
    async release() {
      await Promise.all([extractor.release(), nearest.release()]);
    },
  });
}

/**
 * The weight of the paper's Eq. 7: 1 − exp ‖q − m*‖ / Σ exp ‖q − m‖, m over the neighbours of m*, itself first.
 * With one neighbour the maximum of the map is the score (as in anomalib).
 *
 * @param query f32[channels], the strangest patch
 * @param neighbours indices into the bank of the neighbours of m*, m* first
 */
export function weightOf(bank: Bank, query: Float32Array, neighbours: Int32Array): number {
  if (neighbours.length === 1) return 1;
  const distances = Array.from(neighbours, (entry) => Math.sqrt(squaredDistance(bank, entry, query)));
  const most = Math.max(...distances);
  const parts = distances.map((distance) => Math.exp(distance - most));
  return 1 - parts[0] / parts.reduce((sum, part) => sum + part, 0);
}

/** Orders the k candidates of each row by their distance in double precision; the lower index first among equals. */
export function orderByDistance(bank: Bank, rows: Float32Array, candidates: Int32Array, k: number): Int32Array {
  const ordered = new Int32Array(candidates.length);
  for (let i = 0; i * k < candidates.length; i++) {
    const row = rows.subarray(i * bank.channels, (i + 1) * bank.channels);
    const found = Array.from(candidates.subarray(i * k, (i + 1) * k), (entry) => ({
      entry,
      squared: squaredDistance(bank, entry, row),
    }));
    found.sort((a, b) => a.squared - b.squared || a.entry - b.entry);
    ordered.set(found.map(({ entry }) => entry), i * k);
  }
  return ordered;
}

/** From an entry of a bank to a query, in double precision. */
export function squaredDistance({ rows, channels }: Bank, entry: number, query: Float32Array): number {
  let sum = 0;
  for (let j = 0; j < channels; j++) sum += (rows[entry * channels + j] - query[j]) ** 2;
  return sum;
}
