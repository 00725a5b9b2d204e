/** A detector's own scores of all pictures of an experiment, gathered from the entries of its maps. @module */
import { readSafetensors, writeSafetensors } from "../../../base/io/safetensors.ts";
import { type Cache, keyOf } from "../cache/cache.ts";
import { entriesOf, readRows, type RowPlace } from "../cache/kept_rows.ts";
import { unpackMaps } from "../cache/map_file.ts";
import type { PlacedMaps } from "./map_step.ts";
import type { Resources } from "./resources.ts";
import { contentOf, type Picture, type Task } from "./task.ts";
import type { Workspace } from "./workspace.ts";
import type { FitTask } from "./fit_step.ts";

/** What gathering scores needs to know. */
export interface ScoreSpec {
  /** The detector, as the pipeline names it. */
  readonly name: string;
  /** Which pictures, one a place. */
  readonly ids: readonly string[];
  readonly places: readonly RowPlace[];
}

/** The scores of one detector. */
export type ScoreTask = Task<"score", ScoreSpec>;

/** The scores of a fit for some pictures, beside their maps. */
export function planScores(
  { code }: Pick<Workspace, "code">,
  fit: FitTask,
  seed: number,
  pictures: readonly Picture[],
  { places, identity }: Pick<PlacedMaps, "places" | "identity">,
): ScoreTask {
  const names = pictures.map(contentOf);
  const own = names.map((name) => places.get(name)!);
  return {
    kind: "score",
    key: keyOf("scores", { fit: identity ?? fit.key, pictures: names, code: code.score }),
    title: `Scores of ${fit.spec.detector.name}, seed ${seed}`,
    needs: [fit.key, ...entriesOf(own)],
    spec: { name: fit.spec.detector.name, ids: pictures.map(({ id }) => id), places: own },
  };
}

/** Gathers scores and keeps them. */
export async function runScores({ cache }: Resources, { key, spec }: ScoreTask): Promise<void> {
  const scores = await readRows(cache, spec.places, unpackMaps, ({ score }, row) => score.data[row]);
  await cache.write(key, packScores(scores));
}

/** The bytes of some scores, with texts beside them. */
export function packScores(scores: readonly number[], beside?: Readonly<Record<string, string>>): Uint8Array {
  const data = Float32Array.from(scores);
  return writeSafetensors({ scores: { dtype: "f32", shape: [data.length], data } }, beside);
}

/**
 * The kept scores of a task by the ids of its pictures.
 *
 * @throws {Error} where they are not kept
 */
export async function readScores(
  cache: Cache,
  key: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const data = await cache.load(key, (bytes) => {
    const { scores } = readSafetensors(bytes, key).tensors;
    if (scores?.dtype === "f32" && scores.data.length === ids.length) return scores.data;
    throw new SyntaxError(`Cannot read "${key}" as scores`);
  });
  if (!data) throw new Error(`Cannot find the scores "${key}" in ${cache.root}: run again`);
  return new Map(ids.map((id, i) => [id, data[i]]));
}
