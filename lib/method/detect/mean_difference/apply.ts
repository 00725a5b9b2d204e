/** A fitted mean picture: from its file to a network that makes maps and scores. @module */
import { type } from "arktype";
import { buildModel } from "../../../engine/graph/model.ts";
import { abs, reduceMean, sub } from "../../../engine/graph/ops.ts";
import { input, literal } from "../../../engine/graph/value.ts";
import type { ConfigSchema } from "../../learn/config.ts";
import type { Network } from "../../learn/contract.ts";
import { packFitted, unpackFitted } from "../../learn/fitted_file.ts";
import type { FittedDetector } from "../contract.ts";
import { applyDetector } from "../detection.ts";

/** The mean of the good pictures, f32[3,H,W], 0 to 1. */
export interface MeanDifferenceFitted {
  /** Of the pictures, in pixels. */
  readonly height: number;
  /** As the height. */
  readonly width: number;
  /** The mean picture, [3,H,W]. */
  readonly mean: Float32Array;
}

/** No settings. */
export const none: ConfigSchema<Record<string, never>> = type({ "+": "reject" }) as never;

/** What the baseline has fitted, as a file and as a detector. */
export const fittedMeanDifference: FittedDetector<MeanDifferenceFitted> = {
  name: "mean_difference",
  title: "Mean difference",
  apply: (context, fitted) => applyDetector("Mean difference", context, network(fitted)),
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
