/** What the backbone sees of pictures that only a graph has. @module */
import { trainableBackbone } from "../../backbone/trainable.ts";
import { substitute } from "../../../engine/graph/substitute.ts";
import type { Value } from "../../../engine/graph/value.ts";
import type { FitContext } from "../../learn/contract.ts";
import type { Grid } from "../contract.ts";

/** The layers of a picture within a graph, such as one with another light. */
export function layersWithin(
  { backbone }: Pick<FitContext, "backbone">,
  layers: readonly Grid[],
  picture: Value<"f32">,
): readonly Value<"f32">[] {
  const [count, , height, width] = picture.shape;
  const inside = trainableBackbone(backbone, layers.map(({ name }) => name), [count, 3, height, width]);
  return substitute(inside.layers, new Map([[inside.image, picture]])) as readonly Value<"f32">[];
}
