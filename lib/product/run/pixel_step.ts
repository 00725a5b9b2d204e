/**
 * Figures over the pixels of all test parts, good ones too: kept maps at picture size, smoothed, against masks. Pixels are
 * counted picture by picture, so that no number of parts takes more memory.
 * @module
 */
import { readMask } from "../../picture/data/mask.ts";
import { upsampleMap } from "../../method/learn/upsample.ts";
import { addPixels, pixelCounts, type PixelFigures, pixelFigures } from "../../method/evaluate/pixel_counts.ts";
import { rows } from "../../base/tensor/tensor.ts";
import { type Cache, keyOf } from "./cache.ts";
import type { Experiment, Source } from "../experiment/experiment.ts";
import { loadMaps } from "./map_file.ts";
import type { MapTask } from "./map_step.ts";
import type { Workspace } from "./workspace.ts";

/** The pixels of one benchmark's test parts by one detector of a seed. */
export interface PixelTask {
  readonly seed: number;
  readonly benchmark: string;
  /** As the pipeline names it … */
  readonly detector: string;
  /** … and its place among the keys of the maps. */
  readonly place: number;
  /** The chunks of maps that hold test parts. */
  readonly maps: readonly MapTask[];
  readonly test: readonly Source[];
  readonly key: string;
}

/** The tasks of one seed: those detectors that a method uses alone. None where the pipeline judges no pixels. */
export function planPixels(
  work: Workspace,
  maps: readonly MapTask[],
  detectors: readonly string[],
  experiment: Experiment,
): PixelTask[] {
  const { definition, masks, code } = work;
  if (!definition.pixel) return [];
  const alone = new Set(Object.values(definition.methods).flatMap((how) => "alone" in how ? [how.alone] : []));
  return experiment.benchmarks.flatMap(({ name: benchmark, test }) => {
    const ids = new Set(test.map(({ id }) => id));
    const chunks = maps.filter(({ sources }) => sources.some(({ id }) => ids.has(id)));
    return detectors.flatMap((detector, place): PixelTask[] => {
      if (!alone.has(detector)) return [];
      const key = keyOf("pixels", {
        maps: chunks.map(({ keys }) => keys[place]),
        test: test.map(({ id }) => [work.hashes.get(id), masks.get(id)]),
        size: [definition.picture.height, definition.picture.width],
        smoothing: definition.smoothing ?? 0,
        code: code.pixels,
      });
      return [{ seed: experiment.seed, benchmark, detector, place, maps: chunks, test, key }];
    });
  });
}

/** Counts the pixels of one task and keeps the figures. */
export async function runPixels(work: Workspace, task: PixelTask): Promise<void> {
  const { cache, definition: { picture, smoothing = 0 } } = work;
  const ids = new Set(task.test.map(({ id }) => id));
  const counts = pixelCounts();
  for (const { sources, keys } of task.maps) {
    const { map } = await loadMaps(cache, keys[task.place]);
    for (const [n, { id, item }] of sources.entries()) {
      if (!ids.has(id)) continue;
      work.signal.throwIfAborted();
      const mask = await readMask(item, picture, work.masks.get(item.id));
      addPixels(counts, upsampleMap(rows(map, n, n + 1), picture, smoothing).data, mask);
    }
  }
  await writePixels(cache, task.key, pixelFigures(counts));
}

/** Keeps figures. */
export function writePixels(cache: Cache, key: string, figures: PixelFigures): Promise<void> {
  return cache.write(key, JSON.stringify(figures));
}

/** The kept figures of a key. */
export async function readPixelFigures(cache: Cache, key: string): Promise<PixelFigures> {
  const found = await cache.load(key, (bytes) => JSON.parse(new TextDecoder().decode(bytes)) as PixelFigures);
  if (!found) throw new Error(`Cannot find the pixels "${key}" in ${cache.root}: run again`);
  return found;
}
