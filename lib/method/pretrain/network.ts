/** The training step of a method of pre-training: backbone, heads and loss as one graph. @module */
import type { Backbone } from "../backbone/backbone.ts";
import { withBatchStatistics } from "../../engine/graph/batch_statistics.ts";
import { input } from "../../engine/graph/value.ts";
import type { Value } from "../../engine/graph/value.ts";
import { drawWeights, scoped, shared, weightsBehind } from "../../engine/graph/weights.ts";
import type { Weights } from "../../engine/graph/weights.ts";
import type { Size } from "../../picture/image/resize.ts";
import { seededRandom } from "../../base/tensor/random.ts";
import { sgd } from "../../engine/train/optimiser.ts";
import { buildStep } from "../../engine/train/step.ts";
import type { TrainingStep } from "../../engine/train/step.ts";
import type { SpdLoss } from "./contract.ts";
import { encoderOf } from "./encoder.ts";
import { PRETRAINING_METHODS } from "./settings.ts";
import type { PretrainingMethod, PretrainingSettings } from "./settings.ts";
import type { ViewName } from "./views.ts";

/** See {@linkcode pretrainingStep}. */
export interface NetworkOptions {
  readonly backbone: Backbone;
  readonly method: PretrainingMethod;
  readonly settings: PretrainingSettings;
  /** η of the SPD term; none where left out. */
  readonly spd?: number;
  /** `cosine` where left out; supervised training does not look at it. */
  readonly spdLoss?: SpdLoss;
  /** For supervised training, how many there are. */
  readonly classes?: number;
  readonly size: Size;
  /** Pictures a step. */
  readonly batch: number;
  readonly seed: number;
  /** In place of drawn ones, for heads. */
  readonly weights?: Weights;
}

const MOMENTUM = 0.9;

/**
 * The step: fed with `anchor`, `strong`, `positive` and `negative` as far as the method looks at them, f32[N,3,H,W] of 0 to
 * 1, and `classes` f32[N,classes] for supervised training. Batch norms take the statistics of each pass and gather running
 * ones in PyTorch's way, which stay in the exported backbone. Plain SGD with momentum 0.9 and weight decay on all weights.
 *
 * @throws {SyntaxError} where the backbone has an operator that cannot be trained
 */
export function pretrainingStep(options: NetworkOptions): TrainingStep {
  const { backbone, method, settings, spd, spdLoss = "cosine", classes, size: { height, width }, batch, seed } =
    options;
  const shape = [batch, 3, height, width] as const;
  const view = (name: ViewName) => input(name, "f32", shape) as Value<"f32">;
  const [anchor, strong, positive, negative] = [view("anchor"), view("strong"), view("positive"), view("negative")];
  const labels = classes === undefined ? undefined : input("classes", "f32", [batch, classes]) as Value<"f32">;
  const { title, objective } = PRETRAINING_METHODS[method];
  const given = options.weights ?? drawWeights(seededRandom(seed));
  const { loss: plain, passes, buffers = new Map(), metrics } = objective({
    views: { anchor, strong, spot: spd === undefined ? undefined : { positive, negative }, classes: labels },
    encode: encoderOf(backbone, shape),
    weights: shared(scoped(given, "head")),
    settings,
    spd: spd ?? 0,
    spdLoss,
  });
  const names = Object.keys(metrics);
  const next = [...buffers.values()];
  // Passes first and in their order, as running statistics are gathered in the order of the graph.
  const { outputs, updates } = withBatchStatistics([...passes, plain, ...next, ...Object.values(metrics)]);
  const [loss, ...rest] = outputs.slice(passes.length) as Value<"f32">[];
  const kept = new Map([...updates, ...[...buffers.keys()].map((buffer, i) => [buffer, rest[i]] as const)]);
  return buildStep({
    name: title,
    inputs: [
      ...viewsOf(method, spd !== undefined).map((name) => ({ anchor, strong, positive, negative })[name]),
      ...labels ? [labels] : [],
    ],
    loss,
    metrics: Object.fromEntries(names.map((name, i) => [name, rest[next.length + i]])),
    weights: [...weightsBehind([loss]).values()].filter((weight) => !kept.has(weight)),
    updates: kept,
    optimiser: sgd({ momentum: MOMENTUM, weightDecay: settings.weightDecay }),
  });
}

/** The views that a method looks at. */
export function viewsOf(method: PretrainingMethod, spd: boolean): ViewName[] {
  return [
    "anchor",
    ...method === "supervised" ? [] : ["strong"] as const,
    ...spd ? ["positive", "negative"] as const : [],
  ];
}
