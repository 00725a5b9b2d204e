/**
 * Figures over the pixels of all test parts, good ones too: kept maps at picture size, smoothed, against masks. Pixels are
 * counted picture by picture, so that no number of parts takes more memory.
 * @module
 */
import { readMask } from "../../../picture/data/mask.ts";
import { type MapSmoothing, upsampleMap } from "../../../method/learn/upsample.ts";
import { addPixels, pixelCounts, type PixelFigures, pixelFigures } from "../../../method/evaluate/pixel_counts.ts";
import { readSafetensors, writeSafetensors } from "../../../base/io/safetensors.ts";
import { rows } from "../../../base/tensor/tensor.ts";
import { smoothingFor } from "../../experiment/smoothing.ts";
import type { BenchmarkSplit, Experiment } from "../../experiment/experiment.ts";
import { type Cache, keyOf } from "../cache/cache.ts";
import type { FitTask } from "./fit_step.ts";
import { entriesOf, readRows, type RowPlace } from "../cache/kept_rows.ts";
import { unpackMaps } from "../cache/map_file.ts";
import type { PlacedMaps } from "./map_step.ts";
import { picturesOf } from "./pictures_of.ts";
import type { Resources } from "./resources.ts";
import { contentOf, type Picture, type Sight, type Task } from "./task.ts";
import type { FitWorkspace, Workspace } from "./workspace.ts";

/** What judging pixels needs to know. */
export interface PixelSpec {
  readonly sight: Sight;
  readonly smoothing: MapSmoothing;
  readonly benchmark: string;
  /** As the pipeline names it. */
  readonly detector: string;
  /** The test parts, and where their maps are. */
  readonly pictures: readonly Picture[];
  readonly places: readonly RowPlace[];
}

/** The pixels of one benchmark's test parts by one detector. */
export type PixelTask = Task<"pixels", PixelSpec>;

/** The figures of one detector on one benchmark. */
export async function planPixels(
  work: Workspace,
  fit: FitTask,
  { places }: PlacedMaps,
  { seed }: Experiment,
  { name: benchmark, test }: BenchmarkSplit,
): Promise<PixelTask> {
  const { definition, sight } = work;
  const pictures = await picturesOf(work, test, true);
  const own = pictures.map((picture) => places.get(contentOf(picture))!);
  const detector = fit.spec.detector.name;
  const smoothing = smoothingFor(definition.smoothing, detector);
  return {
    kind: "pixels",
    key: keyOf("pixels", { fit: fit.key, smoothing, test: testedPixels(work, pictures), code: work.code.pixels }),
    title: `Figures over pixels of ${detector} for ${benchmark}, seed ${seed}`,
    needs: [fit.key, ...entriesOf(own)],
    spec: { sight, smoothing, benchmark, detector, pictures, places: own },
  };
}

/** What figures over the pixels of some pictures depend on, beside what they are figures of: a part of a key. */
export function testedPixels(
  { definition: { picture } }: Pick<FitWorkspace, "definition">,
  pictures: readonly Picture[],
): unknown {
  return {
    pictures: pictures.map((each) => [contentOf(each), each.mask ?? ""]),
    size: [picture.height, picture.width],
  };
}

/** Counts the pixels of one task and keeps the figures. */
export async function runPixels({ cache, signal }: Resources, { key, spec }: PixelTask): Promise<void> {
  const { sight: { picture }, smoothing, pictures, places } = spec;
  const counts = pixelCounts();
  // Entry by entry, so that a few maps are in memory at a time.
  for (const own of Map.groupBy(places.keys(), (n) => places[n].key).values()) {
    const maps = await readRows(
      cache,
      own.map((n) => places[n]),
      unpackMaps,
      ({ map }, row) => rows(map, row, row + 1),
    );
    for (const [i, n] of own.entries()) {
      signal.throwIfAborted();
      const mask = await readMask(pictures[n].item, picture, pictures[n].mask);
      addPixels(counts, upsampleMap(maps[i], picture, smoothing).data, mask, picture.width);
    }
  }
  await cache.write(key, writeSafetensors({}, packPixels(pixelFigures(counts))));
}

/** Figures as they stand beside the arrays of an entry. */
export function packPixels(figures: PixelFigures): { readonly pixels: string } {
  return { pixels: JSON.stringify(figures) };
}

/** The figures that an entry keeps. */
export async function readPixelFigures(cache: Cache, key: string): Promise<PixelFigures> {
  const found = await cache.load(key, (bytes) => {
    const { pixels } = readSafetensors(bytes, key).metadata;
    if (pixels === undefined) throw new SyntaxError(`Cannot read "${key}" as figures over pixels`);
    return JSON.parse(pixels) as PixelFigures;
  });
  if (!found) throw new Error(`Cannot find the pixels "${key}" in ${cache.root}: run again`);
  return found;
}
