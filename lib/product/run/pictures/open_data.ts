/** Finding the pictures of a run: the user's folder, VAD where it lies, or the stand-in. @module */
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { Dataset } from "../../../picture/data/dataset.ts";
import { detectLayout, type Layout, openDataset } from "../../../picture/data/readers/table.ts";
import { findVad } from "../../../picture/data/readers/vad.ts";
import { exists } from "../../../base/io/walk.ts";
import type { Manifest } from "../../../picture/data/manifest.ts";
import { maskedPlan } from "../../../picture/stand_in/masked_plan.ts";
import { type StandInPlan, standInPlan } from "../../../picture/stand_in/plan.ts";
import { plannedDataset, plannedFolder } from "../../../picture/stand_in/planned.ts";
import { STAND_IN_VERSION } from "../../../picture/stand_in/version.ts";
import { writeMaskedStandIn, writeStandIn } from "../../../picture/stand_in/write.ts";
import type { PipelineDefinition } from "../../experiment/definition.ts";
import { type DataOrigin, findOrigin } from "../../experiment/data_source.ts";
import type { Reporter } from "../../../base/text/progress.ts";

/** Where VAD is looked for when no folder was named. */
const PLACES = ["data/vad", "vad"];
/** The seed of the stand-in's parts; another one would be another data set. */
const STAND_IN_SEED = 0;

/** See {@linkcode openData}. */
export interface DataOptions {
  readonly folder?: string;
  readonly size: "small" | "paper";
  /** Where the stand-in is kept. */
  readonly cache: string;
  /** Draw nothing: a stand-in that is not there is only planned. */
  readonly planOnly?: boolean;
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
}

/** The pictures and what to call them. */
export interface OpenedData {
  readonly dataset: Dataset;
  /** In words for people, without a path of this machine for the stand-in. */
  readonly origin: string;
  /** What they are, without a path. */
  readonly source: DataOrigin;
  /** For pictures that are only planned, in place of one that is made of their files. */
  readonly manifest?: Manifest;
}

/**
 * Opens the pictures of a pipeline. Without a folder, a pipeline with `data.standIn` looks for VAD and else draws the
 * stand-in into the cache, or a folder of good and bad parts where that is its layout; drawing goes on where it was stopped.
 *
 * @throws {Error} where there are no pictures, with what to do
 */
export async function openData(definition: PipelineDefinition, options: DataOptions): Promise<OpenedData> {
  const { folder, size, cache, reporter } = options;
  const { layout, object, split, standIn } = definition.data;
  if (folder !== undefined) {
    const dataset = await openDataset(folder, { layout, object, split });
    const found = layout === "auto" ? await detectLayout(folder) : layout;
    const source = await findOrigin(dataset, { folder, layout: found, object });
    return { dataset, origin: `the pictures in ${folder}`, source };
  }
  if (!standIn) {
    throw new Error(
      `Cannot run the pipeline "${definition.name}" without pictures: give their folder with --data DIR`,
    );
  }
  if (layout === "folder") return await standInFolder(options);
  for (const place of PLACES) {
    if (await findVad(place)) {
      const dataset = await openDataset(place, { layout: "vad" });
      const source = await findOrigin(dataset, { folder: place, layout: "vad" });
      return { dataset, origin: `VAD in ${place}`, source };
    }
  }
  reporter.say(
    `No VAD on disk (looked in ${PLACES.join(", ")}; name another folder with --data DIR):\n` +
      `using the procedural stand-in, version ${STAND_IN_VERSION}, size ${size}`,
  );
  const plan = standInPlan({ size, seed: STAND_IN_SEED });
  const root = join(cache, "stand-in", `v${STAND_IN_VERSION}-${plan.parts.length}-${STAND_IN_SEED}`);
  const name = `stand-in v${STAND_IN_VERSION}`;
  const origin = `the procedural stand-in v${STAND_IN_VERSION}, size ${size}`;
  if (options.planOnly && !await allThere(plan, root)) {
    return onlyPlanned({ ...plannedDataset(plan, root), name }, origin, { size });
  }
  await writeStandIn({ ...drawing(options), out: root });
  return await drawn(root, "vad", { name, origin });
}

/** The smaller stand-in, as a folder of good and bad parts. */
async function standInFolder(options: DataOptions): Promise<OpenedData> {
  const { size, cache, reporter } = options;
  const layout = "folder";
  const plan = maskedPlan({ layout, size, seed: STAND_IN_SEED });
  const root = join(cache, "stand-in", `v${STAND_IN_VERSION}-${layout}-${plan.parts.length}-${STAND_IN_SEED}`);
  reporter.say(
    `No pictures named (--data DIR): good and bad ones of a part are drawn\nin ${root}`,
  );
  const name = `stand-in v${STAND_IN_VERSION}`;
  const origin = `a folder of the procedural stand-in v${STAND_IN_VERSION}, size ${size}`;
  if (options.planOnly && !await allThere(plan, root)) {
    return onlyPlanned({ ...plannedFolder(plan, root), name }, origin, { size, layout });
  }
  await writeMaskedStandIn({ ...drawing(options), out: root, layout });
  return await drawn(root, layout, { name, origin });
}

/** How a stand-in is drawn. */
function drawing({ size, reporter, signal }: DataOptions) {
  return {
    size,
    seed: STAND_IN_SEED,
    workers: availableParallelism(),
    onProgress: (done: number, total: number) => reporter.progress({ step: "Draw the stand-in", done, total }),
    signal,
  };
}

/** A stand-in that is there. */
async function drawn(
  root: string,
  layout: Layout,
  { name, origin }: { readonly name: string; readonly origin: string },
): Promise<OpenedData> {
  const dataset = { ...await openDataset(root, { layout }), name };
  return { dataset, origin, source: await findOrigin(dataset, { folder: root, layout }) };
}

/** A stand-in that is not drawn. */
function onlyPlanned(
  dataset: Dataset,
  origin: string,
  own: Pick<NonNullable<DataOrigin["standIn"]>, "size" | "layout">,
): OpenedData {
  const source = { name: "stand-in", standIn: { version: STAND_IN_VERSION, seed: STAND_IN_SEED, ...own } };
  return { dataset, origin: `${origin}, not drawn yet`, source, manifest: plannedManifest(dataset) };
}

async function allThere({ parts }: Pick<StandInPlan, "parts">, root: string): Promise<boolean> {
  return (await Promise.all(parts.map(({ path }) => exists(join(root, path), "file")))).every((there) => there);
}

/** Pictures that are only planned have no content, and each is another. */
function plannedManifest({ items }: Dataset): Manifest {
  const files = items.map(({ id, split, label }) => ({ id, split, label, bytes: 0, sha256: `not drawn: ${id}` }));
  return { files, sha256: "", warnings: [] };
}
