/**
 * The trivial baseline: how far each pixel is from the mean good picture. A detector that is not clearly better has
 * learned nothing.
 * @module
 */
import { type } from "arktype";
import { buildModel } from "../../../engine/graph/model.ts";
import { abs, reduceMean, sub } from "../../../engine/graph/ops.ts";
import { input, literal } from "../../../engine/graph/value.ts";
import type { Detector, LeftOutContext, LeftOutDetector } from "../contract.ts";
import type { FitContext, Network } from "../../learn/contract.ts";
import { applyDetector } from "../detection.ts";
import { packFitted, unpackFitted } from "../../learn/fitted_file.ts";
import { type ConfigSchema, parseConfig } from "../../learn/config.ts";

/** The mean of the good pictures, f32[3,H,W], 0 to 1. */
export interface MeanDifferenceFitted {
  /** Of the pictures, in pixels. */
  readonly height: number;
  /** As the height. */
  readonly width: number;
  /** The mean picture, [3,H,W]. */
  readonly mean: Float32Array;
}

const none: ConfigSchema<Record<string, never>> = type({ "+": "reject" }) as never;

/**
 * The baseline as a detector. Its map, at the picture's size, is the mean over colours of |picture − mean good picture|;
 * its score is the mean of the map, 0 to 1.
 *
 * ```ts
 * import { meanDifference } from "./mean_difference.ts";
 * console.assert(meanDifference.layers({}, []).length === 0);
 * ```
 */
export const meanDifference: Detector<Record<string, never>, MeanDifferenceFitted> = {
  name: "mean_difference",
  title: "Mean difference",
  parse: (config) => parseConfig("Mean difference", none, config),
  layers: () => [],
  draws: () => false,
  fit,
  apply: (context, fitted) => applyDetector("Mean difference", context, network(fitted)),
  leftOut,
  network,
  pack: ({ height, width, mean }) =>
    packFitted("mean_difference", {
      settings: {},
      tensors: { mean: { dtype: "f32", shape: [3, height, width], data: mean } },
    }),
  unpack(bytes) {
    const { tensors: { mean } } = unpackFitted("mean_difference", bytes, none, { mean: ["f32", 3] });
    const [, height, width] = mean.shape;
    return { height, width, mean: mean.data };
  },
};

async function fit(context: FitContext): Promise<MeanDifferenceFitted> {
  const { size: { height, width }, pictures, onProgress, signal } = context;
  const length = 3 * height * width;
  const sum = new Float64Array(length);
  let count = 0;
  for await (const { image: { data } } of context.batches()) {
    signal?.throwIfAborted();
    for (let i = 0; i < data.length; i++) sum[i % length] += data[i];
    count += data.length / length;
    onProgress?.(count, pictures, "pictures");
  }
  return { height, width, mean: Float32Array.from(sum, (value) => value / count) };
}

function network({ height, width, mean }: MeanDifferenceFitted): Network {
  const image = input("image", "f32", ["N", 3, height, width]);
  const good = literal({ dtype: "f32", shape: [1, 3, height, width], data: mean });
  const map = reduceMean(abs(sub(image, good)), { axes: [1], keepDims: true });
  const score = reduceMean(map, { axes: [1, 2, 3] });
  return {
    model: buildModel({ inputs: [image], outputs: { map, score }, name: "mean_difference" }),
    outputs: ["map", "score"],
  };
}

/** Without a picture, the mean of the n − 1 others is n/(n−1) times as far from it, at each pixel. */
async function leftOut(
  context: LeftOutContext,
  _: Record<string, never>,
  fitted: MeanDifferenceFitted,
): Promise<LeftOutDetector> {
  const { pictures } = context;
  if (pictures < 2) throw new RangeError("Cannot leave a picture out of the mean picture as it is the only one");
  const applied = await applyDetector("Mean difference", context, network(fitted));
  return {
    async detect(seen) {
      const { map, score } = await applied.detect(seen);
      for (const { data } of [map, score]) {
        for (let i = 0; i < data.length; i++) data[i] *= pictures / (pictures - 1);
      }
      return { map, score };
    },
    release: applied.release,
  };
}
