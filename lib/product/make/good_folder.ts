/** A folder of good pictures, opened to fit on: what `fit` and `distil` stand on. @module */
import { basename, join, resolve } from "node:path";
import { loadBackbone } from "../../method/backbone/load.ts";
import type { LoadOptions } from "../../method/backbone/load.ts";
import { compare, describeFolder, describeLeftOut, listPictures } from "../../base/io/listing.ts";
import type { Found } from "../../base/io/listing.ts";
import type { Item } from "../../picture/data/dataset.ts";
import { makeManifest } from "../../picture/data/manifest.ts";
import type { Device } from "../../engine/session/device.ts";
import { openRuntime } from "../../engine/session/runtime.ts";
import { openCache } from "../run/cache.ts";
import type { PipelineDefinition } from "../experiment/definition.ts";
import { rememberPictures } from "../run/fit_pictures.ts";
import type { FitPictures } from "../run/fit_pictures.ts";
import { removeLeftovers } from "../../base/io/half_written.ts";
import { openWorkspace } from "../run/open_workspace.ts";
import type { OpenWorkspace } from "../run/open_workspace.ts";
import type { Reporter } from "../../base/text/progress.ts";

/** What is fitted, on what, and where. */
export interface GoodFolderOptions {
  /** The pictures lie in `train/good/` or `good/` of it, or in it. */
  readonly data: string;
  readonly picture: PipelineDefinition["picture"];
  readonly detectors: PipelineDefinition["detectors"];
  /** With one, the bad pictures in `train/bad/` or `bad/` are opened too. */
  readonly classifiers?: PipelineDefinition["classifiers"];
  readonly seed: number;
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
  readonly work: OpenWorkspace;
  readonly items: readonly Item[];
  readonly pictures: FitPictures;
  /** Of all pictures. */
  readonly sha256: string;
}

/**
 * Opens a folder of good pictures.
 *
 * @throws {Error} where there are none, or one cannot be read
 */
export async function openGoodFolder(options: GoodFolderOptions): Promise<GoodFolder> {
  const { data, reporter, signal } = options;
  const found = { good: await listGood(data), bad: options.classifiers ? await listBad(data) : [] };
  const items = (["good", "bad"] as const).flatMap((label) =>
    found[label].map(({ name, path }): Item => ({
      id: options.classifiers ? `${label}/${name}` : name,
      path,
      split: "train",
      label,
      unseen: false,
    }))
  );
  if (items.length === 0) {
    throw new Error(`Cannot fit on "${data}" as it has no pictures: found ${await describeFolder(data)}`);
  }
  for (const note of await describeLeftOut([...found.good, ...found.bad])) reporter.warn(note);
  items.sort((a, b) => compare(a.id, b.id));
  const manifest = await makeManifest(items, (done, total) => {
    signal.throwIfAborted();
    reporter.progress({ step: "Hash the pictures", done, total });
  });
  for (const warning of manifest.warnings) reporter.warn(warning);
  await removeLeftovers(options.cache);
  const work = await openWorkspace(definitionOf(options), {
    dataset: { name: basename(resolve(data)), root: data, items },
    hashes: new Map(manifest.files.map(({ id, sha256 }) => [id, sha256])),
    backbone: options.backbone && await loadBackbone(options.backbone.path, options.backbone),
    cache: openCache(options.cache),
    reporter,
    signal,
    runtime: await openRuntime(options),
  });
  return { work, items, pictures: rememberPictures(work), sha256: manifest.sha256 };
}

/** The pictures in `train/good/` or `good/` of a folder, or else all in it; none where there is no such folder. */
export function listGood(data: string): Promise<Found[]> {
  return firstPictures([join(data, "train", "good"), join(data, "good"), data]);
}

/** The pictures in `train/bad/` or `bad/` of a folder. */
function listBad(data: string): Promise<Found[]> {
  return firstPictures([join(data, "train", "bad"), join(data, "bad")]);
}

/** The pictures of the first of some folders that has any. */
async function firstPictures(places: readonly string[]): Promise<Found[]> {
  for (const place of places) {
    const found = await listPictures(place);
    if (found.length > 0) return found;
  }
  return [];
}

/** The pipeline that does nothing but fit. */
function definitionOf({ picture, detectors, classifiers, seed }: GoodFolderOptions): PipelineDefinition {
  return {
    name: "fit",
    about: "good pictures of a folder",
    data: { layout: "folder" },
    picture,
    detectors,
    ...classifiers && { classifiers },
    segments: "none",
    features: "paper",
    forest: { preset: "brf" },
    split: { kind: "auto" },
    benchmarks: {},
    methods: {},
    seeds: [seed],
    decision: { benchmark: "", method: "", recall: 1 },
  };
}
