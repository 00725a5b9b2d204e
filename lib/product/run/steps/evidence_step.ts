/** Evidence of pictures beside the statistics of their maps, as columns for judges that see them. @module */
import { type Features, features } from "../../../domain.ts";
import { concat, rows } from "../../../base/tensor/tensor.ts";
import { writeSafetensors } from "../../../base/io/safetensors.ts";
import { evidence } from "../../../method/evidence/evidence.ts";
import { unpackEvidence } from "../../../method/evidence/file.ts";
import { evidenceColumns } from "../../../method/evidence/block_columns.ts";
import type { EvidenceBlock } from "../../../method/evidence/evidence.ts";
import { keyOf } from "../cache/cache.ts";
import type { PlacedFeatures } from "./feature_step.ts";
import { readFeatureRows } from "./feature_table.ts";
import type { FitTask } from "./fit_step.ts";
import { entriesOf, placeRows, readRows, type RowPlace } from "../cache/kept_rows.ts";
import { unpackMaps } from "../cache/map_file.ts";
import type { PlacedMaps } from "./map_step.ts";
import type { Resources } from "./resources.ts";
import type { StandardTask } from "./standard_step.ts";
import { contentOf, type Picture, type Sight, type Task } from "./task.ts";
import type { Workspace } from "./workspace.ts";

/** What evidence needs to know. */
export interface EvidenceSpec {
  readonly sight: Sight;
  /** The key of the standards. */
  readonly standards: string;
  readonly chunk: string;
  readonly pictures: readonly Picture[];
  /** Which of them the standards were taken from: these are left out. */
  readonly own: readonly boolean[];
  /** What their rows are called. */
  readonly names: readonly string[];
  /** Where the maps of each detector are, one a picture … */
  readonly maps: readonly (readonly RowPlace[])[];
  /** … and where its statistics are, and how many a row has. */
  readonly statistics: { readonly places: readonly RowPlace[]; readonly width: number };
}

/** The evidence of some pictures. */
export type EvidenceTask = Task<"evidence", EvidenceSpec>;

/** The evidence of an experiment. */
export interface PlacedEvidence {
  /** The folder of the cache that the rows lie in. */
  readonly shelf: string;
  readonly standards: StandardTask;
  readonly columns: readonly string[];
  readonly blocks: readonly EvidenceBlock[];
  readonly tasks: readonly EvidenceTask[];
  /** Where each picture's row is or will be, by the picture's id. */
  readonly rows: ReadonlyMap<string, RowPlace>;
}

/** The evidence of the pictures that features are planned for. */
export async function planEvidence(
  work: Workspace,
  standards: StandardTask,
  fits: readonly { readonly fit: FitTask; readonly maps: PlacedMaps }[],
  features: PlacedFeatures,
  seed: number,
  chunks: ReadonlyMap<string, readonly Picture[]>,
): Promise<PlacedEvidence> {
  const { backbone, segments, code, sight } = work;
  const shelf = keyOf("evidence", { standards: standards.key, features: features.shelf, code: code.evidence });
  const own = new Set(standards.spec.pictures.map(contentOf));
  const groups = Array.from(chunks, ([chunk, pictures]) => ({
    chunk,
    rows: new Map(pictures.map((picture) => [features.rows.get(picture.id)!.name, picture])),
  }));
  const { places, missing } = await placeRows(work.cache, shelf, groups);
  const layers = sight.layers.map((name) => backbone.layers.find((layer) => layer.name === name)!);
  const coarsest = Math.max(...layers.map(({ stride }) => stride));
  const { height, width } = work.definition.picture;
  const planned = evidenceColumns({
    layers,
    places: (height / coarsest) * (width / coarsest),
    detectors: standards.spec.detectors,
    segments: segments.names,
  });
  return {
    ...{ shelf, standards },
    ...planned,
    rows: new Map(Array.from(features.rows, ([id, { name }]) => [id, places.get(name)!])),
    tasks: missing.map(({ key, of: pictures, group: { chunk } }): EvidenceTask => {
      const maps = fits.map((each) => pictures.map((picture) => each.maps.places.get(contentOf(picture))!));
      const statistics = pictures.map(({ id }) => features.rows.get(id)!.place);
      return {
        kind: "evidence",
        key,
        title: `Evidence, seed ${seed}`,
        needs: [standards.key, ...entriesOf(maps.flat()), ...entriesOf(statistics)],
        spec: {
          ...{ sight, chunk, pictures, maps },
          standards: standards.key,
          own: pictures.map((picture) => own.has(contentOf(picture))),
          names: pictures.map(({ id }) => features.rows.get(id)!.name),
          statistics: { places: statistics, width: features.columns.length },
        },
      };
    }),
  };
}

/**
 * Gathers the evidence of some pictures and keeps it.
 *
 * @throws {Error} that names the picture where one fails
 */
export async function runEvidence(resources: Resources, { key, spec }: EvidenceTask): Promise<void> {
  const { sight, chunk, pictures, own, names } = spec;
  const { cache, signal } = resources;
  const fitted = await cache.load(spec.standards, unpackEvidence);
  if (!fitted) throw new Error(`Cannot find the standards "${spec.standards}" in ${cache.root}: run again`);
  const { compute, leftOut } = evidence(fitted);
  const segments = await resources.segments(sight);
  const maps = await Promise.all(
    spec.maps.map((places) => readRows(cache, places, unpackMaps, ({ map }, row) => rows(map, row, row + 1))),
  );
  const { places, width } = spec.statistics;
  const statistics = await readFeatureRows(cache, places, width);
  const seen = await resources.pictures.together(sight, `chunk ${chunk}`, pictures);
  const parts: Features[] = [];
  for (const [n, picture] of pictures.entries()) {
    signal.throwIfAborted();
    try {
      parts.push((own[n] ? leftOut : compute)({
        features: seen[n].features,
        maps: maps.map((some) => some[n]),
        statistics: features([1, width], statistics[n]),
        segmentMap: await segments.mapOf(picture),
      }));
    } catch (cause) {
      throw new Error(`Cannot gather evidence of ${picture.id}`, { cause });
    }
  }
  await cache.write(key, writeSafetensors({ features: concat(parts) }), names);
}
