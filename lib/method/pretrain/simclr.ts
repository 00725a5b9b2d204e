/** SimCLR: views of a picture among those of the whole batch (Chen et al., ICML 2020). @module */
import { relu } from "../../engine/graph/ops.ts";
import type { Value } from "../../engine/graph/value.ts";
import { type Objective, type ObjectiveOptions, withSpd } from "./contract.ts";
import { linearOf } from "./heads.ts";
import { ntXent } from "./losses.ts";

/**
 * SimCLR, with the SPD term on projections where that is wanted. The projection has one hidden layer with ReLU and no batch
 * norm (Sec. 2.1). Each view is a pass of its own, with its own batch statistics.
 */
export function simClr(options: ObjectiveOptions): Objective {
  const { views: { anchor, strong }, encode, weights, settings: { hidden, dim, temperature } } = options;
  const project = (view: Value<"f32">) => {
    const inner = relu(linearOf(encode(view), weights, "projection.0", { out: hidden }));
    return linearOf(inner, weights, "projection.1", { out: dim });
  };
  const [z1, z2] = [project(anchor), project(strong)];
  const loss = ntXent(z1, z2, temperature);
  return withSpd(options, project, z1, { loss, passes: [z1, z2], metrics: {} });
}
