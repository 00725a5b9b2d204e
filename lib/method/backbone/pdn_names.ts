/** What published files call the weights of patch description networks. @module */
import type { StoredWeights } from "../../engine/graph/weights.ts";

/**
 * Places of the convolutions in a row of layers, ReLUs and pools among them: the most used port of EfficientAD (nelson1425) has
 * its teachers as such a row, and its files call weights by these places.
 */
const PLACES = { small: [0, 3, 6, 8], medium: [0, 3, 6, 8, 10, 12] } as const;

/**
 * Weights by anomalib's names, `conv1.weight` …, where they have the names of a row of layers, `0.weight`, `3.weight` …; others
 * as they are.
 *
 * ```ts
 * import { pdnNames } from "./pdn_names.ts";
 * const bias = { dtype: "f32", shape: [1], data: new Float32Array(1) } as const;
 * console.assert(Object.keys(pdnNames({ "3.bias": bias }, "small")).join() === "conv2.bias");
 * ```
 */
export function pdnNames(weights: StoredWeights, size: keyof typeof PLACES): StoredWeights {
  const found = Object.entries(weights).map(([name, weight]) =>
    [/^(\d+)\.(weight|bias)$/.exec(name), name, weight] as const
  );
  if (found.some(([parts]) => parts === null)) return weights;
  return Object.fromEntries(found.map(([parts, name, weight]) => {
    const place = PLACES[size].findIndex((each) => each === Number(parts![1]));
    return [place < 0 ? name : `conv${place + 1}.${parts![2]}`, weight];
  }));
}
