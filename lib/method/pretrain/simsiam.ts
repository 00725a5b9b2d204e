/** SimSiam: two views of a picture that predict each other (Chen and He, CVPR 2021). @module */
import type { Value } from "../../engine/graph/value.ts";
import { type Objective, type ObjectiveOptions, withSpd } from "./contract.ts";
import { featureNorm, hiddenLayer, linearOf } from "./heads.ts";
import { simSiamLoss } from "./losses.ts";

/**
 * SimSiam, with the SPD term on projections where that is wanted. The projection has three layers, each with batch norm,
 * the last without scale and shift; the prediction has two, the inner one of a quarter of the width (Sec. 3, Baseline
 * settings; Sec. 4.4). Each view is a pass of its own, with its own batch statistics.
 */
export function simSiam(options: ObjectiveOptions): Objective {
  const { views: { anchor, strong }, encode, weights, settings: { hidden, dim } } = options;
  const project = (view: Value<"f32">) => {
    const first = hiddenLayer(encode(view), weights, "projection.0", hidden);
    const second = hiddenLayer(first, weights, "projection.1", hidden);
    const last = linearOf(second, weights, "projection.2", { out: dim, bias: false });
    return featureNorm(last, weights, "projection.2.norm", false);
  };
  const predict = (z: Value<"f32">) =>
    linearOf(hiddenLayer(z, weights, "prediction.0", Math.floor(dim / 4)), weights, "prediction.1", { out: dim });
  const [z1, z2] = [project(anchor), project(strong)];
  const [p1, p2] = [predict(z1), predict(z2)];
  const loss = simSiamLoss([p1, z1], [p2, z2]);
  return withSpd(options, project, z1, { loss, passes: [z1, z2, p1, p2], metrics: {} });
}
