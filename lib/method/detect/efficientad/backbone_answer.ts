/**
 * What the backbone answers where it is EfficientAD's teacher: its layers on the student's grid. Apart from what a fit asks of it,
 * so that scoring reaches no fit.
 * @module
 */
import { add, concat, mul, resizeBilinear } from "../../../engine/graph/ops.ts";
import { input } from "../../../engine/graph/value.ts";
import type { Value } from "../../../engine/graph/value.ts";
import { ones, zeros } from "../../../engine/graph/weights.ts";
import type { Weights } from "../../../engine/graph/weights.ts";
import type { Dim } from "../../../base/tensor/tensor.ts";
import type { Grid } from "../contract.ts";

/** Layers of some pictures as inputs of a graph, f32[count,channels,height,width] each. */
export function layerInputs(layers: readonly Grid[], count: Dim): readonly Value<"f32">[] {
  return layers.map(({ name, channels, height, width }) => input(name, "f32", [count, channels, height, width]));
}

/**
 * What the backbone answers: its layers with each channel at mean 0 and deviation 1 (`teacher.<i>.offset` and
 * `teacher.<i>.scale`), brought to one grid and joined.
 *
 * @param grid rows and columns
 * @returns f32[N,C,rows,columns], C the channels of all layers
 */
export function backboneAnswer(
  features: readonly Value<"f32">[],
  weights: Weights,
  grid: readonly [number, number],
): Value<"f32"> {
  const answers = features.map((x, i) => {
    const own = [1, Number(x.shape[1]), 1, 1];
    const even = add(x, weights(`teacher.${i}.offset`, own, zeros));
    return resizeBilinear(mul(even, weights(`teacher.${i}.scale`, own, ones)), { size: grid });
  });
  return concat(answers, { axis: 1 });
}
