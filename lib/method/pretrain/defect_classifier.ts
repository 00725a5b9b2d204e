/** The auxiliary classifier of SPD: whether a picture has a local defect. @module */
import { binaryCrossEntropy } from "../../engine/graph/compose.ts";
import { number } from "../../engine/graph/numbers.ts";
import { add, mul, reduceMean, reshape } from "../../engine/graph/ops.ts";
import type { Value } from "../../engine/graph/value.ts";
import type { Weights } from "../../engine/graph/weights.ts";
import { linearOf } from "./heads.ts";

/** See {@linkcode spotEntropy}. */
export interface SpotEntropy {
  /** One float. */
  readonly term: Value<"f32">;
  /** Features of the two views, in the order in which running statistics see them. */
  readonly passes: readonly Value<"f32">[];
}

/**
 * The binary cross-entropy of a linear classifier on averaged features that tells pictures with a local defect from those
 * changed weakly as a whole, mean over both kinds: ½ (−log σ(w·h⁻ + b) − log (1 − σ(w·h⁺ + b))). Its weights are `spot.…`.
 *
 * @param encode from pictures f32[N,3,H,W] to f32[N,C], with a pass of its own for each view
 *
 * ```ts
 * import { globalAverage } from "../../engine/graph/compose.ts";
 * import { input } from "../../engine/graph/value.ts";
 * import { drawWeights } from "../../engine/graph/weights.ts";
 * import { seededRandom } from "../../base/tensor/random.ts";
 * import { spotEntropy } from "./defect_classifier.ts";
 * const [positive, negative] = ["positive", "negative"].map((name) => input(name, "f32", [8, 3, 32, 32]));
 * const options = { encode: globalAverage, weights: drawWeights(seededRandom(0)) };
 * console.assert(spotEntropy(options, { positive, negative }).term.shape.length === 0);
 * ```
 */
export function spotEntropy(
  { encode, weights }: { readonly encode: (view: Value<"f32">) => Value<"f32">; readonly weights: Weights },
  { positive, negative }: { readonly positive: Value<"f32">; readonly negative: Value<"f32"> },
): SpotEntropy {
  const [whole, defect] = [encode(positive), encode(negative)];
  const entropy = (features: Value<"f32">, label: number) => {
    const logit = reshape(linearOf(features, weights, "spot", { out: 1 }), [features.shape[0]]);
    return reduceMean(binaryCrossEntropy(logit, number(label)), { axes: [0] });
  };
  return { term: mul(add(entropy(whole, 0), entropy(defect, 1)), number(0.5)), passes: [whole, defect] };
}
