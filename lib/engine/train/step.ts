/** A training step as one graph: forward, backward and update. @module */
import { gradients } from "../graph/gradients/differentiate.ts";
import { buildModel } from "../graph/model.ts";
import { number } from "../graph/numbers.ts";
import { add, div, min, mul, reduceSum, sqrt } from "../graph/ops.ts";
import { input } from "../graph/value.ts";
import type { Literal, Value } from "../graph/value.ts";
import { weightData, weightsBehind } from "../graph/weights.ts";
import type { Optimiser } from "./optimiser.ts";

/** What is trained, on what, and how. */
export interface StepOptions {
  /** As errors and progress call the training. */
  readonly name: string;
  /** What each step is fed, with literal shapes. */
  readonly inputs: readonly Value[];
  /** One float. */
  readonly loss: Value<"f32">;
  /** Single floats that are given back beside the loss. */
  readonly metrics?: Readonly<Record<string, Value<"f32">>>;
  /** The weights that are trained; all others stay as they are. */
  readonly weights: readonly Value<"f32">[];
  /** Buffers that are no weights (running means, momentum encoders, queues) and their next values. */
  readonly updates?: ReadonlyMap<Value<"f32">, Value<"f32">>;
  /** What changes the weights. */
  readonly optimiser: Optimiser;
  /** Gradients are scaled down together where their norm is larger (Pascanu et al. 2013, Alg. 1). */
  readonly clipNorm?: number;
}

/** A training step that is ready to run; plain data and one function. */
export interface TrainingStep {
  /** As errors call it. */
  readonly name: string;
  /** ONNX: inputs are what a step is fed, the state and the scalars; outputs the loss, the metrics and the next state. */
  readonly model: Uint8Array<ArrayBuffer>;
  /** Where training begins: weights and buffers by name, then the optimiser's slots. */
  readonly state: ReadonlyMap<string, Literal<"f32">>;
  /** The names in the state that are the network's: what is trained, and its buffers. */
  readonly kept: readonly string[];
  /** Outputs that are told with the loss. */
  readonly metrics: readonly string[];
  /** What the optimiser is fed in a step. */
  scalars(rate: number, step: number): Readonly<Record<string, number>>;
}

/** The output that is the next value of a part of the state. */
export function nextOf(name: string): string {
  return `next ${name}`;
}

/** Weights that must not be trained to tell their like: of the same name in two networks, say. */
function checkNames(names: readonly string[], training: string): void {
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined) throw new TypeError(`Cannot train ${training} as two of its weights are called "${twice}"`);
}

/**
 * Builds a step.
 *
 * @throws {TypeError} where a weight has no name, two share one, the loss is no single float or cannot be differentiated
 *
 * ```ts
 * import { mul, reduceSum, sub } from "../graph/ops.ts";
 * import { input, literal, toLiteral } from "../graph/value.ts";
 * import { sgd } from "./optimiser.ts";
 * import { buildStep } from "./step.ts";
 * const w = literal(toLiteral("f32", [1, 2]), "w");
 * const wanted = input("wanted", "f32", [2]);
 * const error = sub(w, wanted);
 * const loss = reduceSum(mul(error, error), { axes: [0] });
 * const step = buildStep({ name: "a vector", inputs: [wanted], loss, weights: [w], optimiser: sgd({}) });
 * console.assert(step.kept.join() === "w");
 * ```
 */
export function buildStep(options: StepOptions): TrainingStep {
  const { name, inputs, loss, metrics = {}, weights, updates = new Map(), optimiser, clipNorm } = options;
  const buffers = [...updates.keys()];
  const kept = [...weights, ...buffers].map((weight) => {
    if (weight.name === undefined) throw new TypeError(`Cannot train ${name} as one of its weights has no name`);
    return weight.name;
  });
  checkNames(kept, name);
  const lost = weights.find((weight) => !weightsBehind([loss]).has(weight.name!));
  if (lost) throw new TypeError(`Cannot train ${name} as its loss does not depend on "${lost.name}"`);
  const raw = gradients(loss, weights) as Value<"f32">[];
  const grads = clipNorm === undefined ? raw : clipped(raw, clipNorm);
  const scalars = Object.fromEntries(
    Object.keys(optimiser.scalars(1, 0)).map((key) => [key, input(`scalar ${key}`, "f32", []) as Value<"f32">]),
  );
  const state = new Map<string, Literal<"f32">>();
  const fed: Value[] = [];
  const outputs: Record<string, Value> = { loss };
  for (const [key, value] of Object.entries(metrics)) outputs[`metric ${key}`] = value;
  for (const weight of [...weights, ...buffers]) {
    state.set(weight.name!, weightData(weight));
    fed.push(weight);
  }
  weights.forEach((weight, i) => {
    const slots = optimiser.slots.map((slot) => {
      const own = `${optimiser.name} ${slot} ${weight.name}`;
      const shape = weight.shape as readonly number[];
      const { length } = weightData(weight).data;
      state.set(own, { dtype: "f32", shape, data: new Float32Array(length) });
      return input(own, "f32", shape) as Value<"f32">;
    });
    fed.push(...slots);
    const next = optimiser.update(weight.name!, weight, grads[i], slots, scalars);
    outputs[nextOf(weight.name!)] = next.weight;
    next.slots.forEach((value, s) => outputs[nextOf(slots[s].name!)] = value);
  });
  for (const [buffer, next] of updates) outputs[nextOf(buffer.name!)] = next;
  return {
    name,
    model: buildModel({ inputs: [...inputs, ...Object.values(scalars), ...fed], outputs, name }),
    state,
    kept,
    metrics: Object.keys(metrics),
    scalars: (rate, step) => optimiser.scalars(rate, step),
  };
}

/** All gradients times min(1, limit / (norm + 1e-6)), as PyTorch's clip_grad_norm_. */
function clipped(grads: readonly Value<"f32">[], limit: number): Value<"f32">[] {
  const squares = grads.map((grad) =>
    grad.shape.length === 0 ? mul(grad, grad) : reduceSum(mul(grad, grad), { axes: grad.shape.map((_, axis) => axis) })
  );
  const norm = sqrt(squares.reduce((sum, square) => add(sum, square)));
  const factor = min(div(number(limit), add(norm, number(1e-6))), number(1));
  return grads.map((grad) => mul(grad, factor));
}
