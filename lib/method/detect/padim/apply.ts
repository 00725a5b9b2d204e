/** A fitted PaDiM: from its file to maps and scores. @module */
import { type } from "arktype";
import { buildModel } from "../../../engine/graph/model.ts";
import { gather, matMul, mul, reduceMax, reduceSum, sqrt, sub, transpose } from "../../../engine/graph/ops.ts";
import { input, literal } from "../../../engine/graph/value.ts";
import { distance, gridMap } from "../../../domain.ts";
import { rows } from "../../../base/tensor/tensor.ts";
import type { AppliedDetector, Detection, FittedDetector } from "../contract.ts";
import type { ApplyContext, Observation } from "../../learn/contract.ts";
import type { PaDiMFitted } from "./fitted.ts";
import { layerNames, odd, whole } from "../../learn/config.ts";
import { packFitted, unpackFitted } from "../../learn/fitted_file.ts";
import { openPatchFeatures, patchFeatures } from "../patch_features.ts";

/**
 * Pictures of one matrix product. Products of other sizes add up in another order, so fewer pictures are filled up: the
 * map of a picture does not depend on its batch. Reading the matrices is what takes the time, not the products.
 */
const ROWS = 8;

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

/** Loads the Gaussians into the runtime. */
export async function applyPaDiM({ runtime }: ApplyContext, fitted: PaDiMFitted): Promise<AppliedDetector> {
  const { height, width, channels, layers, grid, pool } = fitted;
  const extractor = openPatchFeatures(runtime, {
    detector: "PaDiM",
    layers,
    grid,
    pool,
    expected: { height, width, channels },
  });
  const session = await runtime.open(mahalanobisModel(fitted), "PaDiM");

  async function detect({ features: maps }: Observation): Promise<Detection> {
    const patches = await extractor.extract(maps);
    const [N, P] = patches.shape;
    const map = gridMap([N, 1, height, width]);
    const score = distance([N]);
    for (let from = 0; from < N; from += ROWS) {
      const to = Math.min(from + ROWS, N);
      const some = patchFeatures([ROWS, P, channels]);
      some.data.set(rows(patches, from, to).data);
      const { distances, scores } = await session.run({ patches: some });
      map.data.set((distances.data as Float32Array).subarray(0, (to - from) * P), from * P);
      score.data.set((scores.data as Float32Array).subarray(0, to - from), from);
    }
    return { map, score };
  }
  return {
    detect,
    async release() {
      await Promise.all([extractor.release(), session.release()]);
    },
  };
}

/** ‖W(x − mean)‖ for each position, W its whitening matrix. */
function mahalanobisModel({ height, width, channels, dims, mean, whitening }: PaDiMFitted): Uint8Array {
  const P = height * width;
  const C = dims.length;
  const patches = input("patches", "f32", [ROWS, P, channels]);
  const used = C === channels ? patches : gather(patches, literal({ dtype: "i32", shape: [C], data: dims }, "dims"), {
    axis: 2,
  });
  const centred = sub(used, literal({ dtype: "f32", shape: [P, C], data: mean }, "mean"));
  const matrix = literal({ dtype: "f32", shape: [P, C, C], data: unpacked(whitening, P, C) }, "whitening");
  // The large operand comes first, as the runtime copies the second one into another layout before it multiplies.
  const white = matMul(matrix, transpose(centred, [1, 2, 0]));
  const distances = transpose(sqrt(reduceSum(mul(white, white), { axes: [1] })), [1, 0]);
  return buildModel({
    inputs: [patches],
    outputs: { distances, scores: reduceMax(distances, { axes: [1] }) },
    name: "padim",
  });
}

/** Packed lower triangular matrices as whole ones: f32[P, C, C]. */
export function unpacked(packed: Float32Array, positions: number, channels: number): Float32Array<ArrayBuffer> {
  const whole = new Float32Array(positions * channels * channels);
  for (let p = 0, at = 0; p < positions; p++) {
    for (let i = 0; i < channels; i++) {
      whole.set(packed.subarray(at, at + i + 1), (p * channels + i) * channels);
      at += i + 1;
    }
  }
  return whole;
}
