/** Optimisers: how a gradient changes a weight, as a piece of graph with PyTorch's arithmetic. @module */
import { number } from "../graph/numbers.ts";
import { add, div, mul, sqrt, sub } from "../graph/ops.ts";
import type { Value } from "../graph/value.ts";

/** A weight's next value and the next state of the optimiser for it. */
export interface Updated {
  /** The weight after the step. */
  readonly weight: Value<"f32">;
  /** What the optimiser keeps of it for the next step. */
  readonly slots: readonly Value<"f32">[];
}

/** An optimiser; plain functions over values. */
export interface Optimiser {
  /** As checkpoints call it. */
  readonly name: string;
  /** What is remembered for each weight, in its shape, from zeros on. */
  readonly slots: readonly string[];
  /** Numbers that change from step to step, fed with it; `step` counts from 0. */
  scalars(rate: number, step: number): Readonly<Record<string, number>>;
  /** @param name of the weight */
  /** One step of one weight, as values of a graph. */
  update(
    name: string,
    weight: Value<"f32">,
    gradient: Value<"f32">,
    slots: readonly Value<"f32">[],
    scalars: Readonly<Record<string, Value<"f32">>>,
  ): Updated;
}

/** What all optimisers may be told. */
export interface WeightRules {
  /** λ; 0 where left out. */
  readonly weightDecay?: number;
  /** Which weights decay, by name; all where left out. */
  readonly decays?: (name: string) => boolean;
  /** A factor on the learning rate of each weight; 1 where left out. */
  readonly rateOf?: (name: string) => number;
}

/** g + λ w. */
function decayed(gradient: Value<"f32">, weight: Value<"f32">, name: string, rules: WeightRules): Value<"f32"> {
  const { weightDecay = 0, decays = () => true } = rules;
  return weightDecay > 0 && decays(name) ? add(gradient, mul(weight, number(weightDecay))) : gradient;
}

function scaled(x: Value<"f32">, factor: number): Value<"f32"> {
  return factor === 1 ? x : mul(x, number(factor));
}

/**
 * Stochastic gradient descent with momentum (Sutskever et al. 2013, as PyTorch has it): g ← g + λ w, v ← μ v + g,
 * w ← w − η v, or with Nesterov's look-ahead w ← w − η (g + μ v).
 *
 * ```ts
 * import { sgd } from "./optimiser.ts";
 * console.assert(sgd({ momentum: 0.9 }).slots.length === 1 && sgd({}).slots.length === 0);
 * ```
 */
export function sgd(
  options: WeightRules & { readonly momentum?: number; readonly nesterov?: boolean },
): Optimiser {
  const { momentum = 0, nesterov = false, rateOf = () => 1 } = options;
  return {
    name: "sgd",
    slots: momentum > 0 ? ["velocity"] : [],
    scalars: (rate) => ({ rate }),
    update(name, weight, gradient, [velocity], { rate }) {
      const g = decayed(gradient, weight, name, options);
      const own = scaled(rate, rateOf(name));
      if (!velocity) return { weight: sub(weight, mul(g, own)), slots: [] };
      const next = add(mul(velocity, number(momentum)), g);
      const way = nesterov ? add(g, mul(next, number(momentum))) : next;
      return { weight: sub(weight, mul(way, own)), slots: [next] };
    },
  };
}

/** See {@linkcode adam}. */
export interface AdamOptions extends WeightRules {
  /** Of the running means of the gradient and of its square; 0.9 and 0.999 where left out. */
  readonly betas?: readonly [number, number];
  /** 1e-8 where left out. */
  readonly epsilon?: number;
}

/**
 * Adam (Kingma and Ba 2015, Alg. 1): m ← β₁ m + (1−β₁) g, v ← β₂ v + (1−β₂) g²,
 * w ← w − η/(1−β₁ᵗ) · m / (√(v/(1−β₂ᵗ)) + ε); weight decay is added to the gradient.
 */
export function adam(options: AdamOptions = {}): Optimiser {
  return adaptive("adam", options);
}

/** Adam with decoupled weight decay (Loshchilov and Hutter 2019, Alg. 2): first w ← w − η λ w, then Adam's step. */
export function adamW(options: AdamOptions = {}): Optimiser {
  return adaptive("adamw", options);
}

function adaptive(name: "adam" | "adamw", options: AdamOptions): Optimiser {
  const { betas: [beta1, beta2] = [0.9, 0.999], epsilon = 1e-8, rateOf = () => 1 } = options;
  const { weightDecay = 0, decays = () => true } = options;
  return {
    name,
    slots: ["mean", "square"],
    scalars: (rate, step) => ({
      rate,
      meanRate: rate / (1 - beta1 ** (step + 1)),
      squareFactor: 1 / Math.sqrt(1 - beta2 ** (step + 1)),
    }),
    update(weightName, weight, gradient, [mean, square], { rate, meanRate, squareFactor }) {
      const g = name === "adam" ? decayed(gradient, weight, weightName, options) : gradient;
      const factor = rateOf(weightName);
      const shrinks = name === "adamw" && weightDecay > 0 && decays(weightName);
      const begin = shrinks ? sub(weight, mul(weight, scaled(rate, weightDecay * factor))) : weight;
      const m = add(mul(mean, number(beta1)), mul(g, number(1 - beta1)));
      const v = add(mul(square, number(beta2)), mul(mul(g, g), number(1 - beta2)));
      const denominator = add(mul(sqrt(v), squareFactor), number(epsilon));
      return { weight: sub(begin, mul(div(m, denominator), scaled(meanRate, factor))), slots: [m, v] };
    },
  };
}
