/** Pictures in batches, decoded beside the inference. @module */
import type { Image, Photo, SegmentMap } from "../../../domain.ts";
import { BATCH } from "../../../method/backbone/backbone.ts";
import { generateDefect } from "../../../picture/change/generated_defects.ts";
import { toImage } from "../../../picture/image/image.ts";
import type { Loader } from "../../../picture/image/loader.ts";
import { seededRandom } from "../../../base/tensor/random.ts";
import type { Source } from "../../experiment/experiment.ts";

/** Some sources and their pictures, row by row. */
export interface SourceBatch<S extends Source = Source> {
  readonly sources: readonly S[];
  readonly image: Image;
}

/**
 * Loads sources in order, {@linkcode BATCH} at a time.
 *
 * @throws {Error} for the first picture that cannot be read or has changed since it was hashed, and where `signal` is aborted
 */
export async function* sourceBatches<S extends Source & { readonly sha256?: string }>(
  loader: Loader,
  sources: readonly S[],
  segmentsOf: (source: S) => Promise<SegmentMap>,
  signal?: AbortSignal,
): AsyncGenerator<SourceBatch<S>> {
  let photos: Photo[] = [];
  let index = 0;
  for await (const loaded of loader.load(sources.map(({ item }) => item.path), sources.map(({ sha256 }) => sha256))) {
    signal?.throwIfAborted();
    if ("error" in loaded) throw loaded.error;
    const source = sources[index++];
    photos.push(
      source.defect === undefined
        ? loaded.photo
        : generateDefect(loaded.photo, await segmentsOf(source), seededRandom(source.defect)).photo,
    );
    if (photos.length === BATCH || index === sources.length) {
      yield { sources: sources.slice(index - photos.length, index), image: toImage(photos) };
      photos = [];
    }
  }
}
