/**
 * PatchCore (Roth et al., "Towards Total Recall in Industrial Anomaly Detection", CVPR 2022): a memory bank of patches
 * of good pictures; a patch is as strange as its nearest neighbour in the bank is far.
 * @module
 */
import { type } from "arktype";
import { type Random, seededRandom } from "../../../base/tensor/random.ts";
import { chooseLayers } from "../choose_layers.ts";
import type { Detector } from "../contract.ts";
import type { FitContext } from "../../learn/contract.ts";
import { selectCoreset } from "./coreset.ts";
import type { PatchCoreFitted } from "./fitted.ts";
import { leaveOutPatchCore } from "./left_out.ts";
import { openNearest } from "./nearest.ts";
import type { Bank } from "./nearest.ts";
import { type ConfigSchema, layerNames, odd, parseConfig, whole } from "../../learn/config.ts";
import { openPatchFeatures, type PatchFeatures } from "../patch_features.ts";
import { fittedPatchCore, orderByDistance } from "./apply.ts";
import { openPointSet } from "./point_set.ts";
import type { PointSet } from "./point_set.ts";
import { drawProjection, johnsonLindenstraussWidth, projectPoints } from "./random_projection.ts";

/** Settings of PatchCore. */
export interface PatchCoreConfig {
  /** Names of the backbone's layers; those with one of the strides where left out. */
  readonly layers?: readonly string[];
  /** Strides of the layers in pixels, for any backbone; 8 and 16 where left out. */
  readonly strides?: readonly number[];
  /** The layer on whose grid patches lie; the finest of stride 8 or more where left out. */
  readonly grid?: string;
  /** Side of the window that features are averaged over; 3 where left out. */
  readonly pool: number;
  /** Brings coarser layers to the grid by the nearest place, as anomalib does; bilinearly, as the paper, where left out. */
  readonly enlarge?: "nearest";
  /** Size of the memory bank: below 1 a share of all patches, else how many; 0.01 where left out. */
  readonly coreset: number;
  /** The most that the memory bank holds, however many patches there are; no bound where left out or "all". */
  readonly entries?: number | "all";
  /**
   * How many patches the bank is chosen among at most, as many of each picture, drawn by seed; all where left out or "all".
   * With it time and memory of a fit no longer grow with the square of the pictures.
   */
  readonly candidates?: number | "all";
  /** How many neighbours in the bank weigh the score, 9 where left out; 1 leaves the maximum of the map as it is. */
  readonly neighbours: number;
  /**
   * Random projection before the bank is chosen: "auto" (where left out) if it makes patches shorter, "always" as
   * anomalib does, or "never". See docs/decisions/coreset.md.
   */
  readonly projection: "auto" | "always" | "never";
}

const schema: ConfigSchema<PatchCoreConfig> = type({
  "+": "reject",
  "layers?": layerNames,
  "strides?": whole.array().atLeastLength(1),
  "grid?": "string",
  pool: odd.default(3),
  "enlarge?": "'nearest'",
  coreset: type("number > 0").narrow((value, context) =>
    value < 1 || Number.isInteger(value) || context.mustBe("a share below 1 or a whole number")
  ).default(0.01),
  "entries?": whole.or("'all'"),
  "candidates?": whole.or("'all'"),
  neighbours: whole.default(9),
  projection: type("'auto' | 'always' | 'never'").default("auto"),
});

/**
 * Bounds of a bank with which a fit takes time and memory in proportion to the pictures, and a search none the more for them.
 * What they cost in AUROC is written in docs/decisions/coreset.md.
 */
export const BOUNDED = { entries: 2500, candidates: 100_000 } as const;

/** The distortion that anomalib allows its random projection. */
const EPSILON = 0.9;

/**
 * PatchCore as a detector. Its score is that of the paper's Eq. 7: the largest distance of the map, weighted by how
 * unusual the nearest entry is among its own neighbours.
 *
 * ```ts
 * import { patchCore } from "./patchcore.ts";
 * console.assert(patchCore.parse({ coreset: 2560 }).neighbours === 9);
 * ```
 */
export const patchCore: Detector<PatchCoreConfig, PatchCoreFitted> = {
  ...fittedPatchCore,
  parse: (config) => parseConfig("PatchCore", schema, config),
  layers: (config, available) => choose(config, available).layers,
  fit,
  leftOut: leaveOutPatchCore,
};

function choose(config: PatchCoreConfig, available: FitContext["layers"]) {
  const { layers, grid, strides = [8, 16], enlarge } = config;
  return { ...chooseLayers("PatchCore", available, { layers, grid, strides }), ...enlarge && { enlarge } };
}

async function fit(context: FitContext, config: PatchCoreConfig): Promise<PatchCoreFitted> {
  const { runtime, seed, pictures, onProgress, signal } = context;
  const choice = choose(config, context.layers);
  const extractor = openPatchFeatures(runtime, { detector: "PatchCore", pool: config.pool, ...choice });
  try {
    const random = seededRandom(seed);
    let points: PointSet | undefined;
    let [done, each] = [0, 0];
    for await (const { features: maps } of context.batches()) {
      signal?.throwIfAborted();
      const patches = await extractor.extract(maps);
      const [N, P, C] = patches.shape;
      each ||= Math.max(1, Math.min(P, Math.floor(boundOf(config.candidates) / pictures)));
      points ??= openPointSet(C, pictures * each);
      points.append(each < P ? drawPatches(patches, each, random) : patches.data);
      done += N;
      onProgress?.(done, pictures, "pictures");
    }
    const grid = extractor.grid();
    if (!points || !grid) throw new RangeError("Cannot fit PatchCore without a picture");
    const total = points.count();
    const patches = done * grid.height * grid.width;
    const wanted = config.coreset < 1 ? Math.max(1, Math.floor(config.coreset * patches)) : config.coreset;
    const count = Math.min(wanted, boundOf(config.entries));
    if (count > total) {
      throw new RangeError(`Cannot fit PatchCore with a coreset of ${count} as there are only ${total} patches`);
    }
    const start = random.below(total);
    const width = johnsonLindenstraussWidth(total, EPSILON);
    const projects = config.projection === "always" || config.projection === "auto" && width < grid.channels;
    const compared = projects ? projectPoints(points, drawProjection(grid.channels, width, random)) : points;
    const { indices } = await selectCoreset(compared, {
      count,
      start,
      onProgress: onProgress && ((chosen, all) => onProgress(chosen, all, "coreset")),
      signal,
    });
    const bank = points.take(indices);
    const neighbours = Math.min(config.neighbours, count);
    const support = await neighboursOf({ rows: bank, channels: grid.channels }, neighbours, context);
    const owners = Int32Array.from(indices, (index) => Math.floor(index / each));
    return { ...choice, ...grid, pool: config.pool, bank, neighbours, support, pictures: owners };
  } finally {
    await extractor.release();
  }
}

function boundOf(most: number | "all" = "all"): number {
  return most === "all" ? Infinity : most;
}

/** Some patches of each picture, none twice: f32[N·each, C]. */
function drawPatches({ data, shape: [N, P, C] }: PatchFeatures, each: number, random: Random): Float32Array {
  const drawn = new Float32Array(N * each * C);
  for (let n = 0; n < N; n++) {
    const places = Int32Array.from({ length: P }, (_, place) => place);
    for (let i = 0; i < each; i++) {
      const other = i + random.below(P - i);
      [places[i], places[other]] = [places[other], places[i]];
      const from = (n * P + places[i]) * C;
      drawn.set(data.subarray(from, from + C), (n * each + i) * C);
    }
  }
  return drawn;
}

/** The nearest entries of each entry of a bank, itself among them, in the order of their exact distances. */
async function neighboursOf(bank: Bank, k: number, { runtime }: FitContext): Promise<Int32Array> {
  const search = await openNearest(runtime, bank, k);
  try {
    const { indices } = await search.search(bank.rows);
    return orderByDistance(bank, bank.rows, indices, k);
  } finally {
    await search.release();
  }
}
