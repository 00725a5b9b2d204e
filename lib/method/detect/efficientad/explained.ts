/** How much of its target a teacher has learned. @module */
import { pdn } from "../../backbone/pdn.ts";
import type { PdnWeights } from "../../backbone/pdn_file.ts";
import { buildModel } from "../../../engine/graph/model.ts";
import { mul, reduceMean, sub } from "../../../engine/graph/ops.ts";
import { storedWeights } from "../../../engine/graph/weights.ts";
import type { FitContext, TrainingPictures } from "../../learn/contract.ts";
import type { Targets } from "./target.ts";

/**
 * The share of the target's variance over some pictures that a teacher explains: 1 − Σ(target − teacher)² / Σ(target − mean)²
 * with the mean of each channel over these pictures; at most 1, below 0 where the means alone would be nearer.
 *
 * @throws {RangeError} where there are no pictures
 */
export async function explainedShare(
  { runtime, signal }: Pick<FitContext, "runtime" | "signal">,
  { shape, weights }: PdnWeights,
  targets: Targets,
  pictures: Pick<TrainingPictures, "batches">,
): Promise<number> {
  const { image, seen, wanted } = targets.of("N");
  const error = sub(wanted, pdn(seen, storedWeights(weights, "a teacher"), shape));
  const over = { axes: [0, 2, 3] };
  const outputs = {
    error: reduceMean(mul(error, error), over),
    mean: reduceMean(wanted, over),
    square: reduceMean(mul(wanted, wanted), over),
  };
  const session = await runtime.open(buildModel({ inputs: [image], outputs, name: "explained" }), "a teacher");
  const sums = { error: 0, square: 0, mean: new Float64Array(shape.channels) };
  let count = 0;
  try {
    for await (const { image } of pictures.batches()) {
      signal?.throwIfAborted();
      const found = await session.run({ image });
      const own = image.shape[0];
      for (let c = 0; c < shape.channels; c++) {
        sums.error += Number(found.error.data[c]) * own;
        sums.square += Number(found.square.data[c]) * own;
        sums.mean[c] += Number(found.mean.data[c]) * own;
      }
      count += own;
    }
  } finally {
    await session.release();
  }
  if (count === 0) throw new RangeError("Cannot tell what a teacher explains without pictures");
  const variance = sums.square / count - sums.mean.reduce((sum, mean) => sum + (mean / count) ** 2, 0);
  return 1 - sums.error / count / variance;
}
