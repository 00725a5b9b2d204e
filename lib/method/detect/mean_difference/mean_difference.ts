/**
 * The trivial baseline: how far each pixel is from the mean good picture. A detector that is not clearly better has
 * learned nothing.
 * @module
 */
import type { Detector, LeftOutContext, LeftOutDetector } from "../contract.ts";
import { fittedMeanDifference, type MeanDifferenceFitted, none } from "./apply.ts";
import type { FitContext } from "../../learn/contract.ts";
import { parseConfig } from "../../learn/config.ts";

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
  ...fittedMeanDifference,
  parse: (config) => parseConfig("Mean difference", none, config),
  layers: () => [],
  draws: () => false,
  fit,
  leftOut,
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

/** Without a picture, the mean of the n − 1 others is n/(n−1) times as far from it, at each pixel. */
async function leftOut(
  context: LeftOutContext,
  _: Record<string, never>,
  fitted: MeanDifferenceFitted,
): Promise<LeftOutDetector> {
  const { pictures } = context;
  if (pictures < 2) throw new RangeError("Cannot leave a picture out of the mean picture as it is the only one");
  const applied = await fittedMeanDifference.apply(context, fitted);
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
