/** Layers of the backbone on their grids: as a fit finds them, and as values of a graph. @module */
import { add, concat, mul, resizeBilinear } from "../../engine/graph/ops.ts";
import { input } from "../../engine/graph/value.ts";
import type { Value } from "../../engine/graph/value.ts";
import { ones, zeros } from "../../engine/graph/weights.ts";
import type { Weights } from "../../engine/graph/weights.ts";
import type { Dim } from "../../base/tensor/tensor.ts";
import type { FitContext } from "../learn/contract.ts";
import type { Grid } from "./contract.ts";

/** Layers by name, for pictures of the size of a fit. */
export function gridsOf({ layers, size }: Pick<FitContext, "layers" | "size">, names: readonly string[]): Grid[] {
  return names.map((name) => {
    const { channels, stride } = layers.find((layer) => layer.name === name)!;
    return { name, channels, height: size.height / stride, width: size.width / stride };
  });
}

/** Layers of some pictures as inputs of a graph, f32[count,channels,height,width] each. */
export function layerInputs(layers: readonly Grid[], count: Dim): Value<"f32">[] {
  return layers.map(({ name, channels, height, width }) => input(name, "f32", [count, channels, height, width]));
}

/** Layers by the standards of `standardsOf`: `teacher.<i>.offset` and `teacher.<i>.scale`, f32[1,C,1,1] each. */
export function standardised(layers: readonly Value<"f32">[], weights: Weights): Value<"f32">[] {
  return layers.map((x, i) => {
    const shape = [1, Number(x.shape[1]), 1, 1];
    return mul(add(x, weights(`teacher.${i}.offset`, shape, zeros)), weights(`teacher.${i}.scale`, shape, ones));
  });
}

/**
 * Layers brought to one grid bilinearly, and joined.
 *
 * @param size rows and columns
 * @returns f32[N,C,rows,columns], C the channels of all layers
 */
export function joinedLayers(layers: readonly Value<"f32">[], size: readonly [number, number]): Value<"f32"> {
  return concat(layers.map((x) => resizeBilinear(x, { size })), { axis: 1 });
}
