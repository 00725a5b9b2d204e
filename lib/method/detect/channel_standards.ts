/** Bringing a teacher's channels to mean 0 and deviation 1 over the good pictures. @module */
import type { FeatureMaps } from "../backbone/backbone.ts";
import type { Grid } from "./contract.ts";
import type { FitContext } from "../learn/contract.ts";
import type { TrainedWeights } from "../learn/fitted_file.ts";

interface Sums {
  readonly sum: Float64Array;
  readonly square: Float64Array;
}

/**
 * `teacher.<i>.offset` and `teacher.<i>.scale`, f32[1,C,1,1]: (x + offset) · scale has mean 0 and deviation 1 for each
 * channel of layer i over all pictures of the fit; without `standardise`, x as it is.
 */
export async function standardsOf(
  context: FitContext,
  layers: readonly Grid[],
  standardise: boolean,
): Promise<TrainedWeights> {
  const sums = layers.map(({ channels }) => ({ sum: new Float64Array(channels), square: new Float64Array(channels) }));
  let count = 0;
  if (standardise) {
    for await (const { features } of context.batches()) {
      context.signal?.throwIfAborted();
      layers.forEach((layer, i) => addChannels(features, layer, sums[i]));
      count += features[layers[0].name].shape[0];
    }
  }
  return Object.fromEntries(layers.flatMap(({ channels, height, width }, i) => {
    const pixels = count * height * width;
    const mean = (c: number) => sums[i].sum[c] / pixels;
    const deviation = (c: number) => Math.sqrt(Math.max(1e-12, sums[i].square[c] / pixels - mean(c) ** 2));
    const of = (value: (c: number) => number): TrainedWeights[string] => ({
      dtype: "f32",
      shape: [1, channels, 1, 1],
      data: Float32Array.from({ length: channels }, (_, c) => value(c)),
    });
    return [
      [`teacher.${i}.offset`, of(standardise ? (c) => -mean(c) : () => 0)],
      [`teacher.${i}.scale`, of(standardise ? (c) => 1 / deviation(c) : () => 1)],
    ];
  }));
}

/** Adds up a batch by channel. */
function addChannels(features: FeatureMaps, { name, channels, height, width }: Grid, { sum, square }: Sums): void {
  const { data } = features[name];
  const area = height * width;
  for (let plane = 0; plane * area < data.length; plane++) {
    const c = plane % channels;
    for (let p = plane * area; p < (plane + 1) * area; p++) {
      sum[c] += data[p];
      square[c] += data[p] * data[p];
    }
  }
}
