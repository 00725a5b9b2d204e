/** What is usual at each place of good parts: the standards that evidence compares pictures with. @module */
import { joinObservations, observationAt } from "../../../method/learn/observation.ts";
import { openEvidenceSums } from "../../../method/evidence/fitted.ts";
import { packEvidence } from "../../../method/evidence/file.ts";
import { keyOf } from "../cache/cache.ts";
import type { FitTask } from "./fit_step.ts";
import { entriesOf, readRows, type RowPlace } from "../cache/kept_rows.ts";
import { unpackMaps } from "../cache/map_file.ts";
import type { PlacedMaps } from "./map_step.ts";
import { rows } from "../../../base/tensor/tensor.ts";
import type { Resources } from "./resources.ts";
import { contentOf, type Picture, type Sight, type Task } from "./task.ts";
import type { Workspace } from "./workspace.ts";

/** What standards need to know. */
export interface StandardSpec {
  readonly sight: Sight;
  readonly smoothing: number;
  /** The detectors, as the pipeline names them, and the names of the segments. */
  readonly detectors: readonly string[];
  readonly segments: readonly string[];
  /** Good parts, all of which every detector was fitted on. */
  readonly pictures: readonly Picture[];
  /** Where the maps of each detector are, one a picture, which is left out of the fit for them. */
  readonly maps: readonly (readonly RowPlace[])[];
}

/** The standards of some good parts. */
export type StandardTask = Task<"standard", StandardSpec>;

/** The standards of the good parts that detectors were fitted on. */
export function planStandards(
  { definition, segments, sight, code }: Workspace,
  fits: readonly { readonly fit: FitTask; readonly maps: PlacedMaps }[],
  seed: number,
): StandardTask {
  const detectors = fits.map(({ fit }) => fit.spec.detector.name);
  const { pictures } = fits[0].fit.spec;
  const { smoothing = 0 } = definition;
  if (typeof smoothing === "object") throw new TypeError("Cannot take standards of maps that are smoothed one by one");
  const maps = fits.map((each) => pictures.map((picture) => each.maps.places.get(contentOf(picture))!));
  return {
    kind: "standard",
    key: keyOf("standards", {
      fits: fits.map(({ fit, maps }) => maps.identity ?? fit.key),
      ...{ detectors, smoothing, segments: segments.names, layers: sight.layers, code: code.standard },
    }),
    title: `What is usual in good parts, seed ${seed}`,
    needs: [...fits.map(({ fit }) => fit.key), ...entriesOf(maps.flat())],
    spec: { ...{ sight, smoothing, detectors, pictures, maps }, segments: segments.names },
  };
}

/** Takes the standards and keeps them. */
export async function runStandards(resources: Resources, { key, title, spec }: StandardTask): Promise<void> {
  const { sight, smoothing, detectors, segments, pictures } = spec;
  const { cache, reporter, signal } = resources;
  const maps = await Promise.all(
    spec.maps.map((places) => readRows(cache, places, unpackMaps, ({ map }, row) => rows(map, row, row + 1))),
  );
  const sums = openEvidenceSums({ layers: sight.layers, detectors, segments, smoothing });
  let done = 0;
  for await (const seen of resources.pictures.batches(sight, pictures)) {
    signal.throwIfAborted();
    for (let n = 0; n < seen.image.shape[0]; n++) {
      const { features } = joinObservations([observationAt(seen, n)]);
      sums.add(features, maps.map((some) => some[done]));
      done++;
    }
    reporter.progress({ step: title, done, total: pictures.length });
  }
  await cache.write(key, packEvidence(sums.finish()));
}
