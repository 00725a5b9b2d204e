/**
 * The backbone as EfficientAD's teacher, in place of a network that was distilled from one (Batzner et al., WACV 2024, Sec.
 * 3.1, who distil it for its speed on graphics cards). The backbone of a run sees each picture anyway, so it costs nothing more.
 * @module
 */
import { trainableBackbone } from "../../backbone/trainable.ts";
import { substitute } from "../../../engine/graph/substitute.ts";
import type { Value } from "../../../engine/graph/value.ts";
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
