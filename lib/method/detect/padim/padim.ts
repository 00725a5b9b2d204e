/**
 * PaDiM (Defard et al., "PaDiM: a Patch Distribution Modeling Framework for Anomaly Detection and Localization", 2021):
 * one Gaussian for each position of the grid; a patch is as strange as its Mahalanobis distance.
 * @module
 */
import { type } from "arktype";
import { seededRandom } from "../../../base/tensor/random.ts";
import { chooseLayers } from "../choose_layers.ts";
import type { Detector } from "../contract.ts";
import type { FitContext } from "../../learn/contract.ts";
import type { PaDiMFitted } from "./fitted.ts";
import { openGaussianSums } from "./gaussian.ts";
import type { GaussianSums } from "./gaussian.ts";
import { leaveOutPaDiM } from "./left_out.ts";
import { fittedPaDiM } from "./apply.ts";
import { type ConfigSchema, layerNames, odd, parseConfig, whole } from "../../learn/config.ts";
import { openPatchFeatures } from "../patch_features.ts";

/** Settings of PaDiM. */
export interface PaDiMConfig {
  /** Names of the backbone's layers; those of strides 4, 8 and 16 where left out. */
  readonly layers?: readonly string[];
  /** The layer on whose grid the Gaussians lie; the finest of stride 8 or more where left out. */
  readonly grid?: string;
  /** Side of the window that features are averaged over; 3 where left out. */
  readonly pool: number;
  /** How many channels are kept, drawn by seed; where left out all, but at most 200. */
  readonly dims?: number;
  /** What is added to the diagonal of each covariance (the paper's Eq. 1); 0.01 where left out. */
  readonly epsilon: number;
}

const schema: ConfigSchema<PaDiMConfig> = type({
  "+": "reject",
  "layers?": layerNames,
  "grid?": "string",
  pool: odd.default(3),
  "dims?": whole,
  epsilon: type("number > 0").default(0.01),
});

const MOST_DIMS = 200;

/**
 * PaDiM as a detector. Its score is the maximum of the map.
 *
 * Three defaults are not those of Defard et al.:
 *
 * - Features are averaged over 3 × 3 positions (`pool`), where the paper takes them as they are.
 * - The Gaussians lie on the grid of the finest layer of stride 8 or more (32 × 32 at 256 × 256), where the paper takes
 *   that of its largest map, stride 4.
 * - All channels are kept up to 200, then 200 drawn by seed. The paper draws 100 (ResNet18) or 550 (Wide ResNet-50-2); the
 *   embedded backbone has 176 in its three layers, of which none need be dropped.
 *
 * With the first two, which are PatchCore's, the patches of both detectors lie on one grid and see as much of the picture,
 * so that a forest compares like with like; a quarter of the Gaussians has to be fitted and kept. The fixtures of
 * `tools/oracles/detect.py` are made with the same window and grid.
 *
 * `{ pool: 1, grid: "stride4", dims: 100 }` comes as near to the paper as the embedded backbone allows.
 *
 * ```ts
 * import { padim } from "./padim.ts";
 * console.assert(padim.parse({}).epsilon === 0.01);
 * console.assert(padim.parse({ pool: 1, grid: "stride4", dims: 100 }).dims === 100);
 * ```
 */
export const padim: Detector<PaDiMConfig, PaDiMFitted> = {
  ...fittedPaDiM,
  parse: (config) => parseConfig("PaDiM", schema, config),
  layers: (config, available) => choose(config, available).layers,
  draws({ layers, grid, dims = MOST_DIMS }, available) {
    const chosen = choose({ layers, grid }, available).layers;
    return dims <
      available.filter(({ name }) => chosen.includes(name)).reduce((sum, { channels }) => sum + channels, 0);
  },
  fit,
  leftOut: leaveOutPaDiM,
};

function choose(config: Pick<PaDiMConfig, "layers" | "grid">, available: FitContext["layers"]) {
  return chooseLayers("PaDiM", available, { layers: config.layers, grid: config.grid, strides: [4, 8, 16] });
}

async function fit(context: FitContext, config: PaDiMConfig): Promise<PaDiMFitted> {
  const { runtime, seed, pictures, onProgress, signal } = context;
  const choice = choose(config, context.layers);
  const extractor = openPatchFeatures(runtime, { detector: "PaDiM", pool: config.pool, ...choice });
  try {
    let sums: GaussianSums | undefined;
    let dims = new Int32Array(0);
    for await (const { features: maps } of context.batches()) {
      signal?.throwIfAborted();
      const patches = await extractor.extract(maps);
      const [, P, C] = patches.shape;
      if (!sums) {
        dims = drawDims(C, config.dims ?? Math.min(C, MOST_DIMS), seed);
        sums = openGaussianSums(P, dims);
      }
      sums.add(patches);
      onProgress?.(sums.count(), pictures, "pictures");
    }
    const grid = extractor.grid();
    const count = sums?.count() ?? 0;
    if (!sums || !grid || count < 2) {
      throw new RangeError(`Cannot fit PaDiM to ${count} pictures as at least 2 are needed`);
    }
    const gaussians = await sums.finish(
      config.epsilon,
      onProgress && ((done, total) => onProgress(done, total, "Gaussians")),
      signal,
    );
    return { ...choice, ...grid, pool: config.pool, dims, ...gaussians };
  } finally {
    await extractor.release();
  }
}

/** The channels that are kept, in ascending order. */
function drawDims(channels: number, dims: number, seed: number): Int32Array<ArrayBuffer> {
  if (dims > channels) {
    throw new RangeError(`Cannot fit PaDiM with ${dims} dims as the chosen layers have ${channels} channels`);
  }
  if (dims === channels) return Int32Array.from({ length: channels }, (_, i) => i);
  return seededRandom(seed).permutation(channels).slice(0, dims).sort() as Int32Array<ArrayBuffer>;
}
