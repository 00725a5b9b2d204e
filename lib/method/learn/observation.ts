/** Observations: pictures with what the backbone sees in them. @module */
import type { Image } from "../../domain.ts";
import { concat, rows } from "../../base/tensor/tensor.ts";
import type { FeatureExtractor } from "../backbone/backbone.ts";
import type { Observation } from "./contract.ts";

/**
 * What is seen of a batch of pictures.
 *
 * @param extractor the loaded backbone; none where pictures are enough
 * @param ids what the pictures are called, for those that look something up
 */
export async function observe(
  extractor: Pick<FeatureExtractor, "extract"> | undefined,
  image: Image,
  ids?: readonly string[],
): Promise<Observation> {
  return { image, features: await extractor?.extract(image) ?? {}, ...ids && { ids } };
}

/** One picture of an observation, by its number. */
export function observationAt({ image, features, ids }: Observation, n: number): Observation {
  return {
    image: rows(image, n, n + 1),
    features: Object.fromEntries(Object.entries(features).map(([layer, map]) => [layer, rows(map, n, n + 1)])),
    ...ids && { ids: [ids[n]] },
  };
}

/** Observations as one, in their order; it has the names of its pictures where all have. */
export function joinObservations(parts: readonly Observation[]): Observation {
  const ids = parts.flatMap((part) => part.ids ?? []);
  return {
    image: concat(parts.map(({ image }) => image)),
    features: Object.fromEntries(
      Object.keys(parts[0].features).map((layer) => [layer, concat(parts.map(({ features }) => features[layer]))]),
    ),
    ...parts.every((part) => part.ids) && { ids },
  };
}
