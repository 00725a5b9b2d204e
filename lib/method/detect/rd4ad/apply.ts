/** A fitted RD4AD: from its file to a network that makes maps and scores. @module */
import { type } from "arktype";
import type { Dim } from "../../../base/tensor/tensor.ts";
import { blurred } from "../../../engine/graph/gaussian_blur.ts";
import { buildModel } from "../../../engine/graph/model.ts";
import { add, reduceMax, resizeBilinear } from "../../../engine/graph/ops.ts";
import type { Value } from "../../../engine/graph/value.ts";
import { storedWeights } from "../../../engine/graph/weights.ts";
import type { Weights } from "../../../engine/graph/weights.ts";
import { type ConfigSchema, whole } from "../../learn/config.ts";
import type { Network } from "../../learn/contract.ts";
import { packFitted, type TrainedWeights, unpackFitted } from "../../learn/fitted_file.ts";
import type { FittedDetector, Grid } from "../contract.ts";
import { applyDetector } from "../detection.ts";
import { layerInputs, standardised } from "../layer_grids.ts";
import { blurredAtPicture } from "../picture_score.ts";
import { distanceMap, student } from "./network.ts";
import type { StudentSettings } from "./network.ts";

const four = type([whole, whole, whole, whole]);
/** The settings of the student, as the pipeline and the file of a fit say them. */
export const studentFields = {
  block: "'basic' | 'bottleneck'",
  blocks: four,
  width: "0 < number <= 8",
  signed: "boolean",
} as const;

/** Where the maximum of the blurred map is taken. */
export interface ScorePlace {
  /** At the size of the picture, as anomalib does; on the grid of the finest layer where left out. */
  readonly scored?: "picture";
}
/** The setting, as the pipeline and the file of a fit say it. */
export const scoreFields = { "scored?": "'picture'" } as const;

/** Deviation of the Gaussian in front of the score, in pixels of the picture (anomalib's). */
const SMOOTHING = 4;

const settingsSchema: ConfigSchema<StudentSettings & ScorePlace & { layers: Grid[]; stride: number }> = type({
  "+": "reject",
  ...studentFields,
  ...scoreFields,
  stride: whole,
  layers: type({ "+": "reject", name: "string", channels: whole, height: whole, width: whole }).array(),
});

/** A fitted RD4AD: plain data. */
export interface Rd4adFitted extends StudentSettings, ScorePlace {
  readonly layers: readonly Grid[];
  /** Of the finest layer, in pixels of the picture. */
  readonly stride: number;
  readonly weights: TrainedWeights;
}

/** What RD4AD has fitted, as a file and as a detector. */
export const fittedRd4ad: FittedDetector<Rd4adFitted> = {
  name: "rd4ad",
  title: "RD4AD",
  apply: (context, fitted) => applyDetector("RD4AD", context, network(fitted)),
  network,
  pack: ({ weights, layers, stride, block, blocks, width, signed, scored }) =>
    packFitted("rd4ad", {
      settings: { layers, stride, block, blocks, width, signed, ...scored && { scored } },
      tensors: weights,
    }),
  unpack(bytes) {
    const { settings, tensors } = unpackFitted("rd4ad", bytes, settingsSchema, {});
    const fitted = { ...settings, weights: tensors as TrainedWeights };
    try {
      build(fitted, "N", storedWeights(fitted.weights, "fitted rd4ad"));
    } catch (cause) {
      throw new SyntaxError("Cannot read a fitted rd4ad as its arrays do not fit its settings", { cause });
    }
    return fitted;
  },
};

/** The standardised teacher, and what the student makes of it. */
export function build(
  { layers, ...settings }: Pick<Rd4adFitted, "layers" | keyof StudentSettings>,
  count: Dim,
  weights: Weights,
): { inputs: Value<"f32">[]; teacher: Value<"f32">[]; made: Value<"f32">[] } {
  const inputs = layerInputs(layers, count);
  const teacher = standardised(inputs, weights);
  return { inputs, teacher, made: student(teacher, weights, settings) };
}

function network(fitted: Rd4adFitted): Network {
  const { layers, weights, stride } = fitted;
  const { inputs, teacher, made } = build(fitted, "N", storedWeights(weights, "fitted rd4ad"));
  const size = [layers[0].height, layers[0].width] as const;
  const distances = teacher.map((x, i) => distanceMap(x, made[i]));
  const sum = (maps: readonly Value<"f32">[]) => maps.reduce((all, each) => add(all, each));
  const map = sum(distances.map((each) => resizeBilinear(each, { size }, { mode: "corners" })));
  const picture = { height: layers[0].height * stride, width: layers[0].width * stride };
  const smooth = fitted.scored === "picture"
    ? sum(distances.map((each, i) => blurredAtPicture(each, layers[i], picture, SMOOTHING)))
    : blurred(map, layers[0], SMOOTHING / stride);
  const score = reduceMax(smooth, { axes: [1, 2, 3] });
  return { model: buildModel({ inputs, outputs: { map, score }, name: "rd4ad" }), outputs: ["map", "score"] };
}
