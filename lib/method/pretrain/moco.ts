/** MoCo: views of a picture among keys of earlier pictures (He et al., CVPR 2020; Chen et al. 2020 for version 2). @module */
import { l2Normalize } from "../../engine/graph/compose.ts";
import { number } from "../../engine/graph/numbers.ts";
import { add, concat, mul, relu, slice } from "../../engine/graph/ops.ts";
import { substitute } from "../../engine/graph/substitute.ts";
import { nodesBehind } from "../../engine/graph/traverse.ts";
import { literal } from "../../engine/graph/value.ts";
import type { Value } from "../../engine/graph/value.ts";
import { weightData, weightsBehind } from "../../engine/graph/weights.ts";
import { type Objective, type ObjectiveOptions, withSpd } from "./contract.ts";
import { linearOf } from "./heads.ts";
import { queueContrast } from "./losses.ts";

/** What a weight of the momentum encoder is called. */
export function keyOf(name: string): string {
  return `key.${name}`;
}

/**
 * MoCo with version 2's projection of one hidden layer (Chen, Fan, Girshick and He, "Improved Baselines with Momentum
 * Contrastive Learning", 2020), with the SPD term on the queries' projections where that is wanted.
 *
 * A step first moves the momentum encoder, θ_k ← m θ_k + (1 − m) θ_q (Eq. 2), with batch norms' scales and shifts; its
 * running statistics are gathered from its own views. Then it makes keys with it, and last puts them at the end of the
 * queue in place of the oldest (Alg. 1). Batches are not shuffled between devices (Sec. 3.3), as there is one: batch norm
 * sees the whole batch on either side.
 */
export function moCo(options: ObjectiveOptions): Objective {
  const { views: { anchor, strong }, encode, weights } = options;
  const { settings: { hidden, dim, temperature, keyMomentum, queue: length } } = options;
  const project = (view: Value<"f32">) => {
    const inner = relu(linearOf(encode(view), weights, "projection.0", { out: hidden }));
    return linearOf(inner, weights, "projection.1", { out: dim });
  };
  const z = project(anchor);
  const query = l2Normalize(z, 1);
  const running = new Set(
    nodesBehind([query]).flatMap((node) => node.op === "BatchNormalization" ? node.inputs.slice(3) : []),
  );
  const buffers = new Map<Value<"f32">, Value<"f32">>();
  const by = new Map<Value, Value>([[anchor, strong]]);
  for (const [name, weight] of weightsBehind([query])) {
    const keyWeight = literal(weightData(weight), keyOf(name));
    const next = running.has(weight)
      ? keyWeight
      : add(mul(keyWeight, number(keyMomentum)), mul(weight, number(1 - keyMomentum)));
    by.set(weight, next);
    if (next !== keyWeight) buffers.set(keyWeight, next);
  }
  const [key] = substitute([query], by) as Value<"f32">[];
  const queue = startingQueue(options, length, dim);
  const kept = concat([queue, key], { axis: 0 });
  const all = length + Number(key.shape[0]);
  buffers.set(queue, slice(kept, { axis: 0, from: all - length, to: all }));
  const loss = queueContrast(query, key, queue, temperature);
  return withSpd(options, project, z, { loss, passes: [z, key], buffers, metrics: {} });
}

/** Random directions, as in the authors' code. */
function startingQueue({ weights }: ObjectiveOptions, length: number, dim: number): Value<"f32"> {
  const drawn = weights("queue", [length, dim], { kind: "normal", std: 1 });
  const data = weightData(drawn).data.slice();
  for (let row = 0; row < length; row++) {
    const own = data.subarray(row * dim, (row + 1) * dim);
    const norm = Math.sqrt(own.reduce((sum, value) => sum + value * value, 0));
    for (let i = 0; i < dim; i++) own[i] /= norm;
  }
  return literal({ dtype: "f32", shape: [length, dim], data }, "queue");
}
