/** Feature maps of the pictures that detectors are fitted on, computed once for fits on the same pictures. @module */
import type { FeatureMaps } from "../backbone/backbone.ts";
import type { Source } from "./experiment.ts";
import { sourceBatches } from "./source_batches.ts";
import type { Workspace } from "./workspace.ts";

/** Kept up to this many bytes; beyond, the backbone runs again for each fit. */
const LIMIT = 1 << 30;

/** Gives the feature maps of some parts, batch by batch. */
export type FitFeatures = (parts: readonly Source[]) => AsyncIterable<FeatureMaps>;

/** Remembers the feature maps of the parts that were asked for last, as far as they fit into memory. */
export function rememberFeatures(work: Workspace): FitFeatures {
  let known = "";
  let batches: FeatureMaps[] | undefined;
  return async function* fitFeatures(parts) {
    const name = parts.map(({ id }) => id).join("\n");
    if (name === known && batches) return yield* batches;
    known = name;
    batches = undefined;
    const extractor = await work.extractor();
    let kept: FeatureMaps[] | undefined = [];
    let bytes = 0;
    for await (const { image } of sourceBatches(work.loader(), parts, work.segments.mapOf, work.signal)) {
      const features = await extractor.extract(image);
      bytes += Object.values(features).reduce((sum, { data }) => sum + data.byteLength, 0);
      if (bytes > LIMIT) kept = undefined;
      kept?.push(features);
      yield features;
    }
    batches = kept;
  };
}
