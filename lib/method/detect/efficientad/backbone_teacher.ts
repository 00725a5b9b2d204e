/**
 * The backbone as EfficientAD's teacher, in place of a network that was distilled from one (Batzner et al., WACV 2024, Sec.
 * 3.1, who distil it for its speed on graphics cards). The backbone of a run sees each picture anyway, so it costs nothing more.
 * @module
 */
import { trainableBackbone } from "../../backbone/trainable.ts";
import { add, concat, mul, resizeBilinear } from "../../../engine/graph/ops.ts";
import { substitute } from "../../../engine/graph/substitute.ts";
import { input } from "../../../engine/graph/value.ts";
import type { Value } from "../../../engine/graph/value.ts";
import { ones, zeros } from "../../../engine/graph/weights.ts";
import type { Weights } from "../../../engine/graph/weights.ts";
import type { Dim } from "../../../base/tensor/tensor.ts";
import type { FitContext } from "../../learn/contract.ts";
import type { Grid } from "../contract.ts";
import { distilledLayers } from "./distil.ts";

/** What the pipeline calls it. */
export const BACKBONE_TEACHER = "backbone";

/** The layers that a teacher is made of, those that a distilled one learns, on their grids. */
export function teacherLayers({ layers, size }: Pick<FitContext, "layers" | "size">): readonly Grid[] {
  return distilledLayers(layers).map((name) => {
    const { channels, stride } = layers.find((layer) => layer.name === name)!;
    return { name, channels, height: size.height / stride, width: size.width / stride };
  });
}

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

/** The layers of pictures that only a graph has, such as those with another light. */
export function layersWithin(
  { backbone }: Pick<FitContext, "backbone">,
  layers: readonly Grid[],
  picture: Value<"f32">,
): readonly Value<"f32">[] {
  const [count, , height, width] = picture.shape;
  const inside = trainableBackbone(backbone, layers.map(({ name }) => name), [count, 3, height, width]);
  return substitute(inside.layers, new Map([[inside.image, picture]])) as readonly Value<"f32">[];
}
