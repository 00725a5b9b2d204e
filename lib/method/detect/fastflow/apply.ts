/** A fitted FastFlow: from its file to a network that makes maps and scores. @module */
import { type } from "arktype";
import type { Dim } from "../../../base/tensor/tensor.ts";
import { buildModel } from "../../../engine/graph/model.ts";
import { add, mul, reduceMax, resizeBilinear } from "../../../engine/graph/ops.ts";
import { literal, toLiteral } from "../../../engine/graph/value.ts";
import type { Value } from "../../../engine/graph/value.ts";
import { scoped, storedWeights } from "../../../engine/graph/weights.ts";
import type { Weights } from "../../../engine/graph/weights.ts";
import { type ConfigSchema, whole } from "../../learn/config.ts";
import type { Network } from "../../learn/contract.ts";
import { packFitted, type TrainedWeights, unpackFitted } from "../../learn/fitted_file.ts";
import type { FittedDetector, Grid } from "../contract.ts";
import { applyDetector } from "../detection.ts";
import { layerInputs } from "../layer_grids.ts";
import { flow, likelihoodMap } from "./flow.ts";
import type { Flowed, FlowSettings } from "./flow.ts";

/** The settings of the flow, as the pipeline and the file of a fit say them. */
export const flowFields = { blocks: whole, only3x3: "boolean", hidden: "0 < number <= 4" } as const;

const settingsSchema: ConfigSchema<FlowSettings & { layers: Grid[] }> = type({
  "+": "reject",
  ...flowFields,
  layers: type({ "+": "reject", name: "string", channels: whole, height: whole, width: whole }).array(),
});

/** A fitted FastFlow: plain data. */
export interface FastFlowFitted extends FlowSettings {
  readonly layers: readonly Grid[];
  readonly weights: TrainedWeights;
  /** The channels' order behind each block, i32[C] by the block's name. */
  readonly permutations: Readonly<Record<string, Int32Array>>;
}

/** What FastFlow has fitted, as a file and as a detector. */
export const fittedFastFlow: FittedDetector<FastFlowFitted> = {
  name: "fastflow",
  title: "FastFlow",
  apply: (context, fitted) => applyDetector("FastFlow", context, network(fitted)),
  network,
  pack: ({ weights, permutations, layers, blocks, only3x3, hidden }) =>
    packFitted("fastflow", {
      settings: { layers, blocks, only3x3, hidden },
      tensors: {
        ...weights,
        ...Object.fromEntries(
          Object.entries(permutations).map(([name, data]) => [
            `${name}.permutation`,
            { dtype: "i32" as const, shape: [data.length], data },
          ]),
        ),
      },
    }),
  unpack(bytes) {
    const { settings, tensors } = unpackFitted("fastflow", bytes, settingsSchema, {});
    const weights: Record<string, TrainedWeights[string]> = {};
    const permutations: Record<string, Int32Array> = {};
    for (
      const [name, stored] of Object.entries(
        tensors as Record<string, TrainedWeights[string] | { dtype: "i32"; data: Int32Array }>,
      )
    ) {
      if (stored.dtype === "f32") weights[name] = stored;
      else permutations[name.replace(/\.permutation$/, "")] = stored.data;
    }
    const fitted = { ...settings, weights, permutations };
    try {
      build(fitted, "N", storedWeights(weights, "fitted fastflow"));
    } catch (cause) {
      throw new SyntaxError("Cannot read a fitted fastflow as its arrays do not fit its settings", { cause });
    }
    return fitted;
  },
};

/** What the networks of a fit and of what was fitted are built from. */
export type Shape = Pick<FastFlowFitted, "layers" | "permutations" | keyof FlowSettings>;

/** A flow for each layer. */
export function build(shape: Shape, count: Dim, weights: Weights): { inputs: Value<"f32">[]; flows: Flowed[] } {
  const inputs = layerInputs(shape.layers, count);
  const flows = inputs.map((x, i) => {
    const prefix = `layers.${i}`;
    return flow(x, scoped(weights, prefix), shape, (block, channels) => {
      const order = shape.permutations[`${prefix}.${block}`];
      if (order?.length === channels && order.toSorted().every((place, at) => place === at)) return order;
      throw new TypeError(`Cannot build ${prefix}.${block} as it lacks a permutation of ${channels} channels`);
    });
  });
  return { inputs, flows };
}

function network(fitted: FastFlowFitted): Network {
  const { inputs, flows } = build(fitted, "N", storedWeights(fitted.weights, "fitted fastflow"));
  const finest = fitted.layers.reduce((best, layer) => layer.height > best.height ? layer : best);
  const maps = flows.map((each) => resizeBilinear(likelihoodMap(each), { size: [finest.height, finest.width] }));
  const map = mul(maps.reduce((sum, each) => add(sum, each)), literal(toLiteral("f32", [1 / maps.length], [])));
  const score = reduceMax(map, { axes: [1, 2, 3] });
  return { model: buildModel({ inputs, outputs: { map, score }, name: "fastflow" }), outputs: ["map", "score"] };
}
