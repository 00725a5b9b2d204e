/** The fourth step: a forest for each benchmark, method and seed. @module */
import type { Features } from "../../domain.ts";
import { forest } from "../../method/forest/forest.ts";
import type { ForestModel } from "../../method/forest/model.ts";
import { type Preset, presets } from "../../method/forest/presets.ts";
import { referenceTable } from "../../method/forest/good_quantiles.ts";
import type { ForestRunner } from "../../method/forest/runner.ts";
import { trainForest } from "../../method/forest/train.ts";
import { sha256 } from "../../base/io/hash.ts";
import { keyOf } from "./cache.ts";
import type { Source } from "../experiment/experiment.ts";
import { type FeatureTable, selectFeatures } from "./feature_table.ts";
import type { Workspace } from "./workspace.ts";

/** One forest: everything that its bytes depend on. */
export interface ForestTask {
  readonly name: string;
  readonly seed: number;
  readonly preset: Preset;
  readonly columns: readonly string[];
  /** f32[N,F] of the training parts. */
  readonly features: Features;
  /** Training parts, good ones first, and 1 for each bad one. */
  readonly sources: readonly Source[];
  readonly labels: Uint8Array;
  readonly key: string;
}

/** A forest for some training parts of a table. */
export function planForest(
  work: Workspace,
  { name, seed, columns, preset = work.definition.forest.preset }:
    & Pick<ForestTask, "name" | "seed" | "columns">
    & { readonly preset?: Preset },
  table: FeatureTable,
  parts: { readonly good: readonly Source[]; readonly bad: readonly Source[] },
): ForestTask {
  const sources = [...parts.good, ...parts.bad];
  const labels = Uint8Array.from(sources, (_, i) => i < parts.good.length ? 0 : 1);
  const features = selectFeatures(table, sources.map(({ id }) => id), columns);
  const { data } = features;
  const key = keyOf("forests", {
    features: sha256(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
    columns,
    labels: [...labels].join(""),
    settings: presets[preset],
    seed,
    code: work.code.forests,
  });
  return { name, seed, preset, columns, features, sources, labels, key };
}

/** The forest of a task: from the cache, or trained now and kept. */
export async function getForest(work: Workspace, runner: ForestRunner, task: ForestTask): Promise<ForestModel> {
  const { name, seed, columns, features, labels } = task;
  const settings = presets[task.preset];
  const kept = await work.cache.load(task.key, wholeJson);
  if (kept) return { name, columns, json: kept, reference: referenceTable(features, labels) };
  const model = await trainForest({ features, columns, labels, settings, seed, name }, runner);
  await work.cache.write(task.key, model.json);
  return model;
}

function wholeJson(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  JSON.parse(new TextDecoder().decode(bytes));
  return new Uint8Array(bytes);
}

/** The scores of some pictures of a table by a forest. */
export async function scoreSources(
  runner: ForestRunner,
  model: ForestModel,
  table: FeatureTable,
  sources: readonly Source[],
): Promise<Float32Array> {
  const features = selectFeatures(table, sources.map(({ id }) => id), model.columns);
  return (await forest({ features: "F", model, runner })(features)).data;
}
