/** A fitted PaDiM: from its file to maps and scores. @module */
import { type } from "arktype";
import { distance, gridMap } from "../../../domain.ts";
import type { AppliedDetector, Detection, FittedDetector } from "../contract.ts";
import type { ApplyContext, Observation } from "../../learn/contract.ts";
import type { PaDiMFitted } from "./fitted.ts";
import { layerNames, odd, whole } from "../../learn/config.ts";
import { packFitted, unpackFitted } from "../../learn/fitted_file.ts";
import { openFittedPatches } from "../patch_features.ts";
import { openMahalanobis } from "./mahalanobis.ts";

const settingsSchema = type({
  "+": "reject",
  layers: layerNames,
  grid: "string",
  pool: odd,
  height: whole,
  width: whole,
  channels: whole,
});

/** What PaDiM has fitted, as a file and as a detector. */
export const fittedPaDiM: FittedDetector<PaDiMFitted> = {
  name: "padim",
  title: "PaDiM",
  apply: applyPaDiM,
  pack: ({ mean, whitening, dims, height, width, channels, layers, grid, pool }) =>
    packFitted("padim", {
      settings: { layers, grid, pool, height, width, channels },
      tensors: {
        mean: { dtype: "f32", shape: [height * width, dims.length], data: mean },
        whitening: { dtype: "f32", shape: [height * width, dims.length * (dims.length + 1) / 2], data: whitening },
        dims: { dtype: "i32", shape: [dims.length], data: dims },
      },
    }),
  unpack(bytes) {
    const { settings: parsed, tensors } = unpackFitted("padim", bytes, settingsSchema, {
      mean: ["f32", 2],
      whitening: ["f32", 2],
      dims: ["i32", 1],
    });
    const { mean, whitening, dims } = tensors;
    const C = dims.shape[0];
    const P = parsed.height * parsed.width;
    const fits = mean.data.length === P * C && whitening.data.length === P * C * (C + 1) / 2 &&
      dims.data.every((dim) => dim >= 0 && dim < parsed.channels);
    if (!fits) {
      throw new SyntaxError(`Cannot read a fitted padim as its arrays do not fit ${C} of ${parsed.channels} channels`);
    }
    return { ...parsed, mean: mean.data, whitening: whitening.data, dims: dims.data } as PaDiMFitted;
  },
};

/** Lays the Gaussians into the memory of a kernel. */
export function applyPaDiM({ runtime }: ApplyContext, fitted: PaDiMFitted): Promise<AppliedDetector> {
  const { height, width } = fitted;
  const extractor = openFittedPatches(runtime, "PaDiM", fitted);
  const distances = openMahalanobis(fitted, fitted.dims);

  async function detect({ features: maps }: Observation): Promise<Detection> {
    const patches = await extractor.extract(maps);
    const [N, P] = patches.shape;
    const map = gridMap([N, 1, height, width], distances(patches));
    const score = distance([N]);
    for (let n = 0; n < N; n++) score.data[n] = map.data.subarray(n * P, (n + 1) * P).reduce((a, b) => Math.max(a, b));
    return { map, score };
  }
  return Promise.resolve({ detect, release: () => extractor.release() });
}
