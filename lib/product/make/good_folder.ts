/** A folder of good pictures, opened to fit on: what `fit` and `distil` stand on. @module */
import { basename, posix, resolve } from "node:path";
import { loadBackbone } from "../../method/backbone/load.ts";
import type { LoadOptions } from "../../method/backbone/load.ts";
import { compare } from "../../base/io/walk.ts";
import { describeFolder, describeLeftOut } from "../../picture/data/listing.ts";
import type { Found } from "../../picture/data/listing.ts";
import type { Item } from "../../picture/data/dataset.ts";
import { describeGood, notesOn, readAllGood, readGood } from "../../picture/data/good_pictures.ts";
import type { ObjectPictures } from "../../picture/data/good_pictures.ts";
import { describeCopies } from "../../picture/data/copies.ts";
import { trainedOn } from "../../picture/data/manifest.ts";
import type { Device } from "../../engine/session/device.ts";
import { openRuntime } from "../../engine/session/runtime.ts";
import { asTheyLie } from "../../picture/image/settings.ts";
import { openCache } from "../run/cache/cache.ts";
import type { PipelineDefinition } from "../experiment/definition.ts";
import { removeLeftovers } from "../../base/io/half_written.ts";
import { RELEASE } from "../model/release.ts";
import { openWorkspace } from "../run/open_workspace.ts";
import { takeReadable } from "../run/pictures/readable_pictures.ts";
import { checkAlignable, describeUnaligned, takeReference } from "../run/pictures/reference.ts";
import type { OpenWorkspace } from "../run/open_workspace.ts";
import type { FitWorkspace } from "../run/steps/workspace.ts";
import type { Reporter } from "../../base/text/progress.ts";

/** What is fitted, on what, and where. */
export interface GoodFolderOptions {
  /** The pictures; which of them are good is read as `readGood` says. */
  readonly data: string;
  /** All objects in it may be learned from, and all pictures where nothing says which are good. */
  readonly unlabelled?: boolean;
  readonly picture: PipelineDefinition["picture"];
  readonly detectors: PipelineDefinition["detectors"];
  /** With one, the bad pictures in `train/bad/` or `bad/` are opened too. */
  readonly classifiers?: PipelineDefinition["classifiers"];
  readonly seed: number;
  /** Pictures that cannot be read are left out; an error where this is left out. */
  readonly skipUnreadable?: boolean;
  /** In place of the embedded one. */
  readonly backbone?: { readonly path: string } & LoadOptions;
  readonly device: Device | "auto";
  readonly threads?: number;
  /** Folder of finished steps. */
  readonly cache: string;
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
}

/** A folder that must be closed. */
export interface GoodFolder {
  readonly work: OpenWorkspace<FitWorkspace>;
  readonly items: readonly Item[];
  /** Of all pictures. */
  readonly sha256: string;
  /** How many pictures were left out as they cannot be read. */
  readonly unread: number;
}

/**
 * Opens a folder of good pictures.
 *
 * @throws {Error} where there are none, it cannot be told which they are, or one cannot be read
 */
export async function openGoodFolder(options: GoodFolderOptions): Promise<GoodFolder> {
  const { data, reporter, signal } = options;
  const action = options.unlabelled ? "distil on" : "fit on";
  const found = options.unlabelled ? await readAllGood(data, action) : [await readGood(data, action)];
  const all = itemsOf(found, options.classifiers !== undefined);
  if (all.length === 0) {
    throw new Error(`Cannot ${action} "${data}" as it has no pictures: found ${await describeFolder(data)}`);
  }
  const listed = found.flatMap(({ good, bad }) => [...good, ...options.classifiers ? bad : []]);
  for (const note of [...notesOn(found), ...await describeLeftOut(listed)]) reporter.warn(note);
  reporter.say(describeGood(data, found));
  all.sort((a, b) => compare(a.id, b.id));
  await removeLeftovers(options.cache);
  const cache = openCache(options.cache);
  const { picture: wanted, detectors, classifiers } = options;
  const { depth, maxPixels } = wanted;
  const lying = asTheyLie(wanted);
  const settings = { detectors, classifiers, segments: "none", features: "paper" } as const;
  checkAlignable({ ...settings, picture: wanted }, "none");
  const { manifest, unread, copies, notes } = await takeReadable(all, RELEASE, {
    ...{ depth, maxPixels, cache, reporter, signal },
    size: lying,
    skip: options.skipUnreadable,
  });
  for (const note of [...notes, ...describeCopies(copies)]) reporter.warn(note);
  const items = all.filter(({ id }) => !unread.has(id));
  const reference = await takeReference(wanted, items.filter(({ label }) => label === "good"));
  const picture = reference ? { ...lying, align: reference.sha256 } : lying;
  if (reference) {
    const { sha256 } = manifest;
    for (
      const note of await describeUnaligned(items, {
        ...{ picture, reference, sha256, release: RELEASE, cache, reporter, signal },
      })
    ) reporter.warn(note);
  }
  const work = await openWorkspace({ ...settings, picture }, {
    reference,
    dataset: { name: basename(resolve(data)), root: data, items },
    hashes: new Map(manifest.files.map(({ id, sha256 }) => [id, sha256])),
    backbone: options.backbone && await loadBackbone(options.backbone.path, options.backbone),
    cache,
    reporter,
    signal,
    runtime: await openRuntime(options),
  });
  return { work, items, sha256: trainedOn(manifest, depth), unread: unread.size };
}

/** The good pictures of one object or of several, and the bad ones too where a classifier learns from both. */
function itemsOf(objects: readonly ObjectPictures[], both: boolean): Item[] {
  return objects.flatMap(({ folder, good, bad }) => {
    const item = (label: Item["label"]) => ({ name, path }: Found): Item => {
      const own = objects.length > 1 ? posix.join(folder, name) : name;
      return { id: both ? `${label}/${own}` : own, path, split: "train", label, unseen: false };
    };
    return [...good.map(item("good")), ...both ? bad.map(item("bad")) : []];
  });
}
