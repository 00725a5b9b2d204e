/**
 * How networks get their weights. A network is a function of its input and of {@linkcode Weights}; a weight is a literal
 * with a name, so that the same graph is run (weights stored in the file), trained (weights as inputs) or saved.
 * @module
 */
import type { Random } from "../../base/tensor/random.ts";
import { sizeOf } from "../../base/tensor/tensor.ts";
import { nodesBehind } from "./traverse.ts";
import { literal } from "./value.ts";
import type { Literal, Value } from "./value.ts";

/** How a weight begins: one number everywhere, or drawn. */
export type Init =
  | { readonly kind: "constant"; readonly value: number }
  | { readonly kind: "normal"; readonly std: number }
  /** Between −bound and bound. */
  | { readonly kind: "uniform"; readonly bound: number };

/** Gives a network the weight of a name, f32 of the shape. */
export type Weights = (name: string, shape: readonly number[], init: Init) => Value<"f32">;

export const zeros: Init = { kind: "constant", value: 0 };
export const ones: Init = { kind: "constant", value: 1 };

/** He's normal initialisation (He et al. 2015, Eq. 10); `fan` is the number of inputs, or of outputs, of one unit. */
export function heNormal(fan: number): Init {
  return { kind: "normal", std: Math.sqrt(2 / fan) };
}

/** Uniform within 1/√fan, PyTorch's default for linear layers and convolutions (weights and biases). */
export function fanUniform(fan: number): Init {
  return { kind: "uniform", bound: 1 / Math.sqrt(fan) };
}

/**
 * The weights of a network begun as PyTorch begins convolutions and linear layers, whatever the network asks for: within
 * 1/√fan, biases too. A layer's weight must be asked for before its bias.
 */
export function begunAsPytorch(weights: Weights): Weights {
  const fans = new Map<string, number>();
  return (name, shape, init) => {
    const layer = name.slice(0, name.lastIndexOf("."));
    if (name.endsWith(".weight")) fans.set(layer, sizeOf(shape.slice(1)));
    const fan = fans.get(layer);
    return weights(name, shape, fan === undefined ? init : fanUniform(fan));
  };
}

/** Draws each weight as its network asks for it: same seed and same network, same bytes. */
export function drawWeights(random: Random): Weights {
  return (name, shape, init) => {
    const data = new Float32Array(sizeOf(shape));
    if (init.kind === "constant") data.fill(init.value);
    else {
      for (let i = 0; i < data.length; i++) {
        data[i] = init.kind === "normal" ? random.normal() * init.std : (random.uniform() * 2 - 1) * init.bound;
      }
    }
    return literal({ dtype: "f32", shape, data }, name);
  };
}

/** Arrays by name, as a weights file holds them. */
export type StoredWeights = Readonly<
  Record<string, { readonly dtype: string; readonly shape: readonly number[]; readonly data: ArrayLike<number> }>
>;

/**
 * Weights from a file; names and shapes are checked as the network asks for them.
 *
 * @param what the name of the file, for messages
 * @throws {TypeError} where the file lacks a weight, or holds it in another shape or element type
 */
export function storedWeights(tensors: StoredWeights, what: string): Weights {
  return (name, shape) => {
    const stored = Object.hasOwn(tensors, name) ? tensors[name] : undefined;
    if (!stored) {
      throw new TypeError(
        `Cannot use the weights of "${what}" as "${name}" [${shape.join(",")}] is not among its ` +
          `${Object.keys(tensors).length} arrays: is it of this architecture?`,
      );
    }
    if (stored.dtype !== "f32" || stored.shape.join() !== shape.join()) {
      throw new TypeError(
        `Cannot use the weights of "${what}" as "${name}" must be f32[${shape.join(",")}]: ` +
          `current value is ${stored.dtype}[${stored.shape.join(",")}]`,
      );
    }
    return literal({ dtype: "f32", shape, data: stored.data as Float32Array }, name);
  };
}

/** Weights for a network that is applied several times: the same value wherever the same name is asked for. */
export function shared(weights: Weights): Weights {
  const known = new Map<string, Value<"f32">>();
  return (name, shape, init) => {
    const value = known.get(name) ?? weights(name, shape, init);
    known.set(name, value);
    return value;
  };
}

/** Weights with a prefix and a dot before each name: `scoped(weights, "layer1")("conv1", …)` is "layer1.conv1". */
export function scoped(weights: Weights, prefix: string): Weights {
  return (name, shape, init) => weights(`${prefix}.${name}`, shape, init);
}

/**
 * The weights behind some values: all literals of f32 that have a name, in the order of their use.
 *
 * @throws {TypeError} where two different literals share a name
 */
export function weightsBehind(values: readonly Value[]): ReadonlyMap<string, Value<"f32">> {
  const found = new Map<string, Value<"f32">>();
  const visit = (value: Value) => {
    if (value.source.kind !== "literal" || value.dtype !== "f32" || value.name === undefined) return;
    const known = found.get(value.name);
    if (known && known !== value) throw new TypeError(`Cannot list weights as two of them are called "${value.name}"`);
    found.set(value.name, value as Value<"f32">);
  };
  nodesBehind(values).forEach((node) => node.inputs.forEach(visit));
  values.forEach(visit);
  return found;
}

/** The array of a weight. */
export function weightData(weight: Value<"f32">): Literal<"f32"> {
  if (weight.source.kind !== "literal") throw new TypeError(`Cannot read "${weight.name}" as it is no weight`);
  return weight.source.literal;
}
