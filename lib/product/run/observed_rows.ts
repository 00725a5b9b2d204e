/** Pictures with what the backbone sees in them: single ones out of batches, and batches of them. @module */
import { concat, rows } from "../../base/tensor/tensor.ts";
import type { Observed } from "../../method/detect/contract.ts";

/** One picture of a batch. */
export function row({ image, features }: Observed, n: number): Observed {
  return {
    image: rows(image, n, n + 1),
    features: Object.fromEntries(Object.entries(features).map(([layer, map]) => [layer, rows(map, n, n + 1)])),
  };
}

/** Pictures as a batch. */
export function join(pictures: readonly Observed[]): Observed {
  return {
    image: concat(pictures.map(({ image }) => image)),
    features: Object.fromEntries(
      Object.keys(pictures[0].features).map((
        layer,
      ) => [layer, concat(pictures.map(({ features }) => features[layer]))]),
    ),
  };
}
