/**
 * The third step: from kept maps to features. Maps are brought to the size of the picture here, so that a changed
 * statistic, segment map or smoothing recomputes no map.
 * @module
 */
import type { AnomalyMap, Features } from "../../domain.ts";
import { upsampleMap } from "../../method/learn/upsample.ts";
import { readSafetensors, writeSafetensors } from "../../base/io/safetensors.ts";
import { bindAxes, concat, rows, zeros } from "../../base/tensor/tensor.ts";
import { keyOf } from "./cache.ts";
import type { FeatureTable } from "./feature_table.ts";
import { loadMaps } from "./map_file.ts";
import type { MapTask } from "./map_step.ts";
import type { Workspace } from "./workspace.ts";

/** The features of one chunk of pictures. */
export interface FeatureTask {
  readonly maps: MapTask;
  /** The detectors whose maps these are, as the pipeline names them. */
  readonly detectors: readonly string[];
  readonly key: string;
}

/** The chunks of features, one for each chunk of maps. */
export async function planFeatures(
  work: Workspace,
  maps: readonly MapTask[],
  detectors: readonly string[],
): Promise<FeatureTask[]> {
  const { definition, features, segments, code } = work;
  return await Promise.all(maps.map(async (task) => ({
    maps: task,
    detectors,
    key: keyOf("features", {
      maps: task.keys,
      segments: await Promise.all(task.sources.map((source) => segments.hashOf(source))),
      names: segments.names,
      detectors,
      features: features.identity,
      size: [definition.picture.height, definition.picture.width],
      smoothing: definition.smoothing ?? 0,
      code: code.features,
    }),
  })));
}

/** Makes the features of one chunk and keeps them with the detectors' own scores. */
export async function runFeatures(work: Workspace, task: FeatureTask): Promise<void> {
  const { cache, features, segments } = work;
  const { detectors } = task;
  const files = await Promise.all(task.maps.keys.map((key) => loadMaps(cache, key)));
  const parts: Features[] = [];
  for (const [n, source] of task.maps.sources.entries()) {
    try {
      const maps = pictureMaps(files.map((file) => rows(file.map, n, n + 1)), work.definition);
      const segmentMap = await segments.mapOf(source);
      parts.push(features.compute({ maps, segmentMap }, { detectors, segments: segments.names }));
    } catch (cause) {
      throw new Error(`Cannot compute features "${features.name}" of ${source.id}`, { cause });
    }
  }
  const scores = zeros<"f32", ["N", "K"], "distance">("f32", [task.maps.sources.length, files.length]);
  for (const [k, { score }] of files.entries()) {
    score.data.forEach((value, n) => scores.data[n * files.length + k] = value);
  }
  await cache.write(task.key, writeSafetensors({ features: concat(parts), scores }));
}

/** The K maps of one picture at picture size, smoothed: f32[1,K,H,W]. */
export function pictureMaps(
  maps: readonly AnomalyMap<"N", 1, "h", "w">[],
  definition: { readonly picture: { readonly height: number; readonly width: number }; readonly smoothing?: number },
): AnomalyMap {
  const { height, width } = definition.picture;
  const all = zeros<"f32", ["N", "K", "H", "W"], "distance">("f32", [1, maps.length, height, width]);
  for (const [k, map] of maps.entries()) {
    all.data.set(upsampleMap(map, { height, width }, definition.smoothing ?? 0).data, k * height * width);
  }
  return all;
}

/** Gathers the kept chunks of an experiment into one table. A detector that is not there has no columns, and scores NaN. */
export async function readFeatureTable(
  work: Pick<Workspace, "cache" | "features" | "segments" | "definition">,
  tasks: readonly FeatureTask[],
): Promise<FeatureTable> {
  const { cache, features, segments, definition } = work;
  const all = Object.keys(definition.detectors);
  const detectors = tasks[0]?.detectors ?? [];
  const columns = detectors.length === 0 ? [] : features.columns({ detectors, segments: segments.names });
  const places = detectors.map((name) => all.indexOf(name));
  const table = { columns, rows: new Map<string, Float32Array>(), scores: new Map<string, Float32Array>() };
  for (const { key, maps } of tasks) {
    const file = await cache.load(key, (bytes) => {
      const { features: values, scores } = readSafetensors(bytes, key).tensors;
      if (values?.dtype !== "f32" || scores?.dtype !== "f32") throw new SyntaxError(`Cannot read "${key}" as features`);
      bindAxes(scores, [maps.sources.length, detectors.length], `read "${key}"`);
      bindAxes(values, [maps.sources.length, columns.length], `read "${key}"`);
      return { values, scores };
    });
    if (!file) throw new Error(`Cannot find the features "${key}" in ${cache.root}: run again`);
    const { values, scores } = file;
    for (const [n, source] of maps.sources.entries()) {
      table.rows.set(source.id, values.data.subarray(n * columns.length, (n + 1) * columns.length));
      const own = new Float32Array(all.length).fill(NaN);
      places.forEach((place, k) => own[place] = scores.data[n * places.length + k]);
      table.scores.set(source.id, own);
    }
  }
  return table;
}
