/** A forest for each benchmark, method and seed. @module */
import type { Features } from "../../../domain.ts";
import type { ForestModel } from "../../../method/forest/model.ts";
import { type Preset, presets } from "../../../method/forest/presets.ts";
import { goodQuantilesOf } from "../../../method/forest/good_quantiles.ts";
import { trainForest } from "../../../method/forest/train.ts";
import { walkOf } from "../../../method/forest/walk.ts";
import type { Source } from "../../experiment/experiment.ts";
import { keyOf } from "../cache/cache.ts";
import { readTable, selectFeatures, type TableSpec } from "./feature_table.ts";
import type { Resources } from "./resources.ts";
import type { Task } from "./task.ts";
import type { Workspace } from "./workspace.ts";

/** What a forest needs to know. */
export interface ForestSpec {
  /** As XGBoost's errors call it. */
  readonly name: string;
  readonly seed: number;
  readonly preset: Preset;
  /** What it sees, in this order. */
  readonly columns: readonly string[];
  /** Where the features of its training parts are. */
  readonly table: TableSpec;
  /** Training parts, good ones first … */
  readonly ids: readonly string[];
  /** … and 1 for each bad one. */
  readonly labels: readonly (0 | 1)[];
}

/** The training of one forest. */
export type ForestTask = Task<"forest", ForestSpec>;

/** A forest for some training parts. */
export function planForest(
  { code }: Pick<Workspace, "code">,
  { title, name, seed, columns, preset }: Pick<ForestTask, "title"> & Omit<ForestSpec, "table" | "ids" | "labels">,
  table: TableSpec,
  parts: { readonly good: readonly Source[]; readonly bad: readonly Source[] },
): ForestTask {
  const sources = [...parts.good, ...parts.bad];
  const ids = sources.map(({ id }) => id);
  const own = new Set(ids);
  const kept = table.rows.map(({ id }) => own.has(id));
  const rows = table.rows.filter((_, n) => kept[n]);
  const evidence = table.evidence &&
    { ...table.evidence, places: table.evidence.places.filter((_, n) => kept[n]) };
  const labels = sources.map((_, i) => i < parts.good.length ? 0 as const : 1 as const);
  const names = new Map(rows.map(({ id, name }) => [id, name]));
  return {
    kind: "forest",
    key: keyOf("forests", {
      table: table.shelf,
      scores: table.scores.map(({ key }) => key),
      rows: ids.map((id) => names.get(id) ?? id),
      columns,
      labels: labels.join(""),
      settings: presets[preset],
      seed,
      code: code.forest,
    }),
    title,
    needs: [
      ...new Set([
        ...rows.map(({ place }) => place.key),
        ...evidence?.places.map(({ key }) => key) ?? [],
        ...table.scores.map(({ key }) => key),
      ]),
    ],
    spec: { name, seed, preset, columns, table: { ...table, rows, ...evidence && { evidence } }, ids, labels },
  };
}

/** Trains a forest and keeps it. */
export async function runForest(resources: Resources, { key, spec }: ForestTask): Promise<void> {
  const { cache, signal } = resources;
  signal.throwIfAborted();
  const { name, seed, columns, preset } = spec;
  const { features, labels } = await trainingTable(resources, spec);
  const model = await trainForest(
    { features, columns, labels, settings: presets[preset], seed, name },
    resources.forests(),
  );
  signal.throwIfAborted();
  await cache.write(key, model.json);
}

async function trainingTable({ cache }: Pick<Resources, "cache">, { table, ids, columns, labels }: ForestSpec) {
  const features: Features = selectFeatures(await readTable(cache, table), ids, columns);
  return { features, labels: Uint8Array.from(labels) };
}

/**
 * The trained forest of a task, with what good parts look like in its columns, which explains its scores.
 *
 * @throws {Error} where it is not kept
 */
export async function loadForest(
  resources: Pick<Resources, "cache">,
  task: ForestTask,
): Promise<ForestModel> {
  const { features, labels } = await trainingTable(resources, task.spec);
  return { ...await loadTrees(resources, task), goodQuantiles: goodQuantilesOf(features, labels) };
}

/**
 * The trained forest of a task, to score with.
 *
 * @throws {Error} where it is not kept
 */
export async function loadTrees(
  { cache }: Pick<Resources, "cache">,
  { key, spec }: ForestTask,
): Promise<ForestModel> {
  const json = await cache.load(key, (bytes) => {
    const own = new Uint8Array(bytes);
    // Read once, to see that it is whole and to walk down its trees.
    walkOf(own, JSON.parse(new TextDecoder().decode(bytes)));
    return own;
  });
  if (!json) throw new Error(`Cannot find the forest "${key}" in ${cache.root}: run again`);
  return { name: spec.name, columns: spec.columns, json };
}
