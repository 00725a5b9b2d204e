/**
 * The third step: from kept maps to features. Maps are brought to the size of the picture here, so that a changed
 * statistic, segment map or smoothing recomputes no map.
 * @module
 */
import type { AnomalyMap, Features } from "../domain.ts";
import { upsampleMap } from "../detect/upsample.ts";
import { readSafetensors, writeSafetensors } from "../io/safetensors.ts";
import { bindAxes, concat, rows, zeros } from "../tensor/tensor.ts";
import { keyOf } from "./cache.ts";
import type { FeatureTable } from "./feature_table.ts";
import { loadMaps } from "./map_file.ts";
import type { MapTask } from "./map_step.ts";
import type { Workspace } from "./workspace.ts";

/** The features of one chunk of pictures. */
export interface FeatureTask {
  readonly maps: MapTask;
  readonly key: string;
}

/** The chunks of features, one for each chunk of maps. */
export async function planFeatures(work: Workspace, maps: readonly MapTask[]): Promise<FeatureTask[]> {
  const { definition, features, segments, code } = work;
  return await Promise.all(maps.map(async (task) => ({
    maps: task,
    key: keyOf("features", {
      maps: task.keys,
      segments: await Promise.all(task.sources.map((source) => segments.hashOf(source))),
      names: segments.names,
      detectors: Object.keys(definition.detectors),
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
  const detectors = Object.keys(work.definition.detectors);
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

/** Gathers the kept chunks of an experiment into one table. */
export async function readFeatureTable(
  work: Pick<Workspace, "cache" | "features" | "segments" | "definition">,
  tasks: readonly FeatureTask[],
): Promise<FeatureTable> {
  const { cache, features, segments, definition } = work;
  const columns = features.columns({ detectors: Object.keys(definition.detectors), segments: segments.names });
  const table = { columns, rows: new Map<string, Float32Array>(), scores: new Map<string, Float32Array>() };
  for (const { key, maps } of tasks) {
    const file = await cache.load(key, (bytes) => {
      const { features: values, scores } = readSafetensors(bytes, key).tensors;
      if (values?.dtype !== "f32" || scores?.dtype !== "f32") throw new SyntaxError(`Cannot read "${key}" as features`);
      const { K } = bindAxes(scores, [maps.sources.length, "K"], `read "${key}"`);
      bindAxes(values, [maps.sources.length, columns.length], `read "${key}"`);
      return { values, scores, K };
    });
    if (!file) throw new Error(`Cannot find the features "${key}" in ${cache.root}: run again`);
    const { values, scores, K } = file;
    for (const [n, source] of maps.sources.entries()) {
      table.rows.set(source.id, values.data.subarray(n * columns.length, (n + 1) * columns.length));
      table.scores.set(source.id, scores.data.subarray(n * K, (n + 1) * K));
    }
  }
  return table;
}
