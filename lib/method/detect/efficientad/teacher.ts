/** The teacher of a fit: the backbone, a network that is distilled from it, or one from a file. @module */
import { pdn } from "../../backbone/pdn.ts";
import type { PdnShape } from "../../backbone/pdn.ts";
import type { PdnWeights } from "../../backbone/pdn_file.ts";
import { input } from "../../../engine/graph/value.ts";
import { scoped, storedWeights } from "../../../engine/graph/weights.ts";
import type { FitContext } from "../../learn/contract.ts";
import type { TrainedWeights } from "../../learn/fitted_file.ts";
import { standardsOf } from "../channel_standards.ts";
import type { Grid } from "../contract.ts";
import { gridsOf } from "../layer_grids.ts";
import { distil, distilledLayers } from "./distil.ts";
import type { EfficientAdConfig } from "./settings.ts";
import { answersOf, part } from "./some_pictures.ts";
import { readTeacher } from "./teacher_file.ts";

/**
 * What the pipeline calls the backbone as the teacher, in place of a network that was distilled from one (Batzner et al., WACV 2024,
 * Sec. 3.1, who do so for its speed on graphics cards). It sees each picture of a run anyway, so that it costs nothing more.
 */
const BACKBONE_TEACHER = "backbone";

/** The file of the teacher, where it comes from one. */
export function teacherFile({ teacher }: Pick<EfficientAdConfig, "teacher">): string | undefined {
  return teacher === BACKBONE_TEACHER || teacher === "distilled" ? undefined : teacher;
}

/** What student and autoencoder learn from. */
export interface Teacher {
  /** Of the student, but for its channels: it has twice as many. */
  readonly shape: PdnShape;
  /** The backbone's, where it is the teacher. */
  readonly layers?: readonly Grid[];
  /** The teacher's weights, if any, and what its channels are normalised by. */
  readonly fixed: TrainedWeights;
}

/**
 * The teacher of a fit, from where its settings say.
 *
 * @param order the pictures that it is distilled or normalised on
 */
export async function teacherFor(
  context: FitContext,
  config: EfficientAdConfig,
  order: readonly number[],
): Promise<Teacher> {
  if (config.teacher === BACKBONE_TEACHER) {
    const { size, width, padding } = config;
    if (!padding) throw new RangeError("Cannot fit EfficientAD without padding where the backbone is its teacher");
    const layers = gridsOf(context, distilledLayers(context.layers));
    const channels = layers.reduce((sum, layer) => sum + layer.channels, 0);
    const fixed = await standardsOf(part(context, order), layers, true);
    return { shape: { size, width, padding, channels }, layers, fixed };
  }
  const path = teacherFile(config);
  const checkpoint = context.checkpoint && `${context.checkpoint}.teacher`;
  const teacher = path === undefined
    ? await distil(part(context, order, checkpoint), config, config.distillation)
    : await readTeacher(path, config);
  return { shape: teacher.shape, fixed: await withStandards(context, teacher, order) };
}

/** The teacher's weights, with the mean and 1 / deviation of its channels over some pictures. */
async function withStandards(
  context: FitContext,
  { shape, weights }: PdnWeights,
  order: readonly number[],
): Promise<TrainedWeights> {
  const teacher = Object.fromEntries(Object.entries(weights).map(([name, stored]) => [`teacher.${name}`, stored]));
  const image = input("image", "f32", ["N", 3, context.size.height, context.size.width]);
  const features = pdn(image, scoped(storedWeights(teacher, "a teacher"), "teacher"), shape);
  const sum = new Float64Array(shape.channels);
  const square = new Float64Array(shape.channels);
  let count = 0;
  for await (const found of answersOf(context, [image], { features }, order, "EfficientAD's teacher")) {
    const { shape: [, C, h, w] } = found.features;
    const data = found.features.data as Float32Array;
    const area = Number(h) * Number(w);
    for (let i = 0; i < data.length; i++) {
      const c = Math.floor(i / area) % Number(C);
      sum[c] += data[i];
      square[c] += data[i] * data[i];
    }
    count += data.length / shape.channels;
  }
  const of = (value: (c: number) => number): TrainedWeights[string] => ({
    dtype: "f32",
    shape: [1, shape.channels, 1, 1],
    data: Float32Array.from({ length: shape.channels }, (_, c) => value(c)),
  });
  return {
    ...teacher,
    "teacher.mean": of((c) => sum[c] / count),
    "teacher.scale": of((c) => 1 / Math.sqrt(Math.max(1e-12, square[c] / count - (sum[c] / count) ** 2))),
  };
}
