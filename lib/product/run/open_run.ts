/** Opening a run: what a pipeline and its options name, checked before the work. @module */
import { join } from "node:path";
import type { Backbone } from "../../method/backbone/backbone.ts";
import { loadBackbone, type LoadOptions } from "../../method/backbone/load.ts";
import type { RunnerOptions } from "../../method/forest/runner.ts";
import { checkMasks, hashMasks } from "../../picture/data/mask.ts";
import { asTheyLie } from "../../picture/image/settings.ts";
import type { Dataset } from "../../picture/data/dataset.ts";
import { checkSplit, type Manifest, withoutFiles } from "../../picture/data/manifest.ts";
import { copiesToLeaveOut, describeCopies } from "../../picture/data/copies.ts";
import { removeLeftovers } from "../../base/io/half_written.ts";
import type { Reporter } from "../../base/text/progress.ts";
import type { Device } from "../../engine/session/device.ts";
import { openRuntime } from "../../engine/session/runtime.ts";
import type { PipelineDefinition } from "../experiment/definition.ts";
import { describeFewBad } from "../experiment/few_bad.ts";
import { describePaperSegments } from "../experiment/paper_figures.ts";
import { type Experiment, planExperiment } from "../experiment/experiment.ts";
import { checkModelsFolder } from "../model/models_folder.ts";
import { openBudget } from "./budget.ts";
import { openCache } from "./cache/cache.ts";
import { describeParts, withParts } from "../experiment/parts.ts";
import type { Store } from "./cache/store.ts";
import { checkColumns } from "./plan/columns.ts";
import type { Fleet } from "./fleet/job.ts";
import { namedClassifiers, namedDetectors } from "./steps/methods.ts";
import { openData, type OpenedData } from "./pictures/open_data.ts";
import { RELEASE } from "../model/release.ts";
import { type OpenWorkspace, openWorkspace } from "./open_workspace.ts";
import { joinNearDuplicates } from "./pictures/near_duplicates.ts";
import { limitsOf, type ReadablePictures, takeReadable, withoutPictures } from "./pictures/readable_pictures.ts";
import { checkRunName, makeFolder } from "./folder/run_folder.ts";
import { checkAlignable, describeUnaligned, takeReference } from "./pictures/reference.ts";
import { runFleet } from "./fleet/run_fleet.ts";
import { openSegments } from "./pictures/segments.ts";

/** How to run a pipeline. */
export interface RunOptions {
  /** The pipeline file, for the record. */
  readonly file: string;
  /** Folder of the pictures; without it, what the pipeline allows. */
  readonly data?: string;
  readonly size: "small" | "paper";
  /** In place of the embedded one. */
  readonly backbone?: { readonly path: string } & LoadOptions;
  readonly device: Device | "auto";
  readonly threads?: number;
  /** How forests are run; the embedded XGBoost where left out. */
  readonly forest?: RunnerOptions;
  /** Folder of run folders. */
  readonly runs: string;
  /** Folder of finished steps. */
  readonly cache: string;
  /** Where finished steps are kept beside that folder, for other machines. */
  readonly store?: Store;
  /** Name of the run folder; the time where left out. */
  readonly name?: string;
  /** What choosing among methods may take; see `Budget`. */
  readonly minutes?: number;
  /** Who does the tasks; this process where left out. Forests are of the embedded XGBoost then. */
  readonly fleet?: Fleet;
  /** False leaves out what each detector, segment and block of evidence is worth, which a report has and no model needs. */
  readonly worth?: boolean;
  /** Print the plan and stop. */
  readonly planOnly?: boolean;
  /** Pictures that cannot be read are left out; an error where this is left out. */
  readonly skipUnreadable?: boolean;
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
}

/** A run that can begin; its workspace must be closed. */
export interface OpenRun extends Pick<OpenedData, "origin" | "source"> {
  readonly options: RunOptions;
  readonly begun: Date;
  readonly work: OpenWorkspace;
  readonly manifest: Manifest;
  /** How many pictures were left out as they cannot be read. */
  readonly unread: number;
  /** What is odd about the pictures, in sentences. */
  readonly notes: readonly string[];
  readonly experiments: readonly Experiment[];
}

/**
 * Opens what a run needs. What can be wrong at once is found before pictures are drawn, hashed or read.
 *
 * @throws {Error} where something cannot be read or used
 */
export async function openRun(wanted: PipelineDefinition, options: RunOptions): Promise<OpenRun> {
  const definition = { ...wanted, picture: asTheyLie(wanted.picture) };
  const { reporter, signal } = options;
  const begun = new Date();
  await checkRunFolder(options, definition.name);
  namedDetectors(definition.detectors);
  namedClassifiers(definition.classifiers);
  const runtime = await openRuntime(options);
  const backbone = options.backbone && await loadBackbone(options.backbone.path, options.backbone);
  const backbones = new Map<string, Backbone>();
  for (const { backbone: file } of Object.values(definition.looks ?? {})) {
    if (file !== undefined && !backbones.has(file)) backbones.set(file, await loadBackbone(file, {}));
  }
  const cache = openCache(options.cache, options.store);
  if (!options.planOnly) {
    await makeFolder(options.cache, "--cache");
    await makeFolder(options.runs, "--runs");
  }
  await removeLeftovers(options.cache);
  const { dataset: listed, manifest: planned, ...opened } = await openData(definition, {
    ...options,
    folder: options.data,
  });
  const found = await withParts(listed, definition.data);
  if (found.labels) {
    reporter.say(`Good parts are those in "${found.labels.good}/", bad ones those in "${found.labels.bad}/"`);
  }
  for (const note of found.notes ?? []) reporter.warn(note);
  const plan = (dataset: Dataset) => definition.seeds.map((seed) => planExperiment(dataset, definition, seed));
  // What the split or the segment maps refuse is told before thousands of pictures are read.
  const first = plan(found);
  const mapped = new Map(first.flatMap(({ sources }) => sources).map(({ item }) => [item.id, item]));
  const segments = await openSegments(definition.segments, definition.picture, [...mapped.values()]);
  checkAlignable(wanted, segments.kind);
  const taken: ReadablePictures = planned ? { manifest: planned, ...NOTHING_ODD } : await takeReadable(
    found.items,
    RELEASE,
    {
      ...{ cache, reporter, signal },
      ...limitsOf(definition.picture),
      size: definition.picture,
      ...definition.split.kind === "folds" && { compared: definition.picture },
      skip: options.skipUnreadable,
      // Pictures that were drawn here can be read.
      hashOnly: options.planOnly || opened.source.standIn !== undefined,
    },
  );
  const { unread, copies } = taken;
  // In folds copies stay together; elsewhere they would be on both sides.
  const twice = definition.split.kind === "folds" ? new Set<string>() : copiesToLeaveOut(found.items, copies);
  const compared = describePaperSegments(definition, segments.names.length);
  const real = new Map(
    first[0].benchmarks.map(({ name, bad }) => [name, bad.filter(({ defect }) => defect === undefined).length]),
  );
  const few = describeFewBad({ origin: opened.source.name, classifiers: definition.classifiers }, real);
  const notes = [...taken.notes, ...describeCopies(copies, twice), ...compared, ...few];
  for (const note of notes) reporter.warn(note);
  const gone = new Set([...unread, ...twice]);
  const readable = withoutPictures(found, gone);
  const manifest = twice.size === 0 ? taken.manifest : withoutFiles(taken.manifest, twice);
  // Of a part that is drawn there is one picture.
  const alike = definition.split.kind === "folds" && opened.source.standIn === undefined;
  const near = alike && !options.planOnly
    ? await joinNearDuplicates(readable, {
      ...{ picture: definition.picture, sha256: manifest.sha256, release: RELEASE, cache, reporter, signal },
      thumbnails: taken.thumbnails,
    })
    : { dataset: readable, found: 0 };
  const { dataset } = near;
  for (const note of partNotes(dataset, near.found)) reporter.say(note);
  const experiments = gone.size === 0 && near.found === 0 ? first : plan(dataset);
  const masks = usesMasks(definition) ? await hashMasks(dataset.items) : undefined;
  const odd = masks && !options.planOnly ? await checkMasks(dataset.items, definition.picture.maxPixels) : [];
  for (const warning of [...odd, ...segments.warnings]) reporter.warn(warning);
  const learned = new Map(experiments.flatMap(({ detectors }) => detectors).map((item) => [item.id, item]));
  const reference = await takeReference(wanted.picture, [...learned.values()]);
  const aligned = reference
    ? { ...definition, picture: { ...definition.picture, align: reference.sha256 } }
    : definition;
  if (reference && !options.planOnly) {
    const { picture } = aligned;
    const lost = await describeUnaligned(dataset.items, {
      ...{ picture, reference, sha256: manifest.sha256, release: RELEASE, cache, reporter, signal },
    });
    notes.push(...lost);
    for (const note of lost) reporter.warn(note);
  }
  const opening = await openWorkspace(aligned, {
    reference,
    ...{ dataset, runtime, backbone, backbones, masks, segments, cache, reporter, signal },
    hashes: new Map(manifest.files.map(({ id, sha256 }) => [id, sha256])),
    forest: options.forest,
  });
  const fleet = options.fleet && !options.planOnly
    ? await runFleet({ ...opening, backbones }, options.fleet)
    : undefined;
  const work = { ...opening, budget: openBudget(options.minutes), ...fleet && { fleet } };
  try {
    checkColumns(work);
    for (const { split, folds } of experiments.flatMap(({ benchmarks }) => benchmarks)) {
      if (!folds) checkSplit(split, manifest);
    }
  } catch (error) {
    await work.close();
    throw error;
  }
  return { ...opened, options, begun, work, manifest, unread: unread.size, notes, experiments };
}

/** What is known of pictures of one part. */
function partNotes({ items }: Dataset, near: number): string[] {
  const parts = describeParts(items);
  if (parts === undefined) return [];
  const alike = near === 0 ? "" : `; ${near} ${near === 1 ? "is a near-duplicate" : "are near-duplicates"} of others`;
  return [`${parts}${alike}: they stay together in the folds`];
}

/** Of pictures that are only planned. */
const NOTHING_ODD = {
  unread: new Set<string>(),
  copies: new Map<string, string>(),
  notes: [],
  thumbnails: new Map<string, Float32Array>(),
};

/** What a name can be wrong with, before the work. */
async function checkRunFolder({ name, runs }: RunOptions, pipeline: string): Promise<void> {
  if (name === undefined) return;
  checkRunName(name);
  await checkModelsFolder(join(runs, pipeline, name));
}

/** Whether masks are judged or learnt. */
function usesMasks({ pixel, detectors, classifiers }: PipelineDefinition): boolean {
  return pixel === true || [
    ...namedDetectors(detectors).map(({ detector }) => detector),
    ...namedClassifiers(classifiers).map(({ classifier }) => classifier),
  ].some(({ masks }) => masks);
}
