/** A backbone, pre-trained on a folder of pictures. @module */
import { rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { toBackbone } from "../../method/backbone/load.ts";
import type { Backbone } from "../../method/backbone/backbone.ts";
import { describeFolder, describeLeftOut } from "../../picture/data/listing.ts";
import type { PictureLimits } from "../../picture/image/decode.ts";
import { describeCopies } from "../../picture/data/copies.ts";
import { trainedOn } from "../../picture/data/manifest.ts";
import type { Size } from "../../picture/image/resize.ts";
import { RELEASE } from "../model/release.ts";
import { takeReadable } from "../run/pictures/readable_pictures.ts";
import { openLoader } from "../../picture/image/loader.ts";
import { writeFileAtomic } from "../../base/io/atomic.ts";
import type { SpdLoss } from "../../method/pretrain/contract.ts";
import { countClasses, pretrain } from "../../method/pretrain/pretrain.ts";
import { changePictures, featureDistances } from "../../method/pretrain/sensitivity.ts";
import type { Distances } from "../../method/pretrain/sensitivity.ts";
import { PRETRAINING_METHODS } from "../../method/pretrain/settings.ts";
import type { PretrainingMethod, PretrainingSettings } from "../../method/pretrain/settings.ts";
import type { Negative } from "../../method/pretrain/views.ts";
import type { Runtime } from "../../engine/session/runtime.ts";
import { seededRandom } from "../../base/tensor/random.ts";
import { rememberPhotos } from "../../picture/image/photo_store.ts";
import { listClasses, listUnlabelled } from "./pretrain_pictures.ts";
import type { Reporter } from "../../base/text/progress.ts";

/** See {@linkcode pretrainFolder}. */
export interface PretrainFolderOptions extends PictureLimits {
  readonly data: string;
  /** Where training begins. */
  readonly backbone: Backbone;
  readonly method: PretrainingMethod;
  readonly settings: PretrainingSettings;
  readonly rate?: number;
  /** η; no SPD term where left out. */
  readonly spd?: number;
  /** What that is; the method's own where left out. */
  readonly spdLoss?: SpdLoss;
  readonly negative: Negative;
  readonly size: Size;
  readonly seed: number;
  /** Pictures that cannot be read are left out; an error where this is left out. */
  readonly skipUnreadable?: boolean;
  /** Backbones whose distances are measured beside those before and after. */
  readonly compare?: readonly Backbone[];
  /** File to write; a stopped run leaves its state beside it. */
  readonly out: string;
  /** Writes what else is wanted; the state stays until that is done, so that the training is never done again. */
  finish(found: PretrainedFolder): Promise<void>;
  readonly runtime: Runtime;
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
}

/** What a run has found. */
export interface PretrainedFolder {
  /** f32[steps]. */
  readonly losses: Float32Array;
  readonly metrics: Readonly<Record<string, Float32Array>>;
  readonly pictures: number;
  /** How many were left out as they cannot be read. */
  readonly unread: number;
  /** Of the same pictures by the backbone as it was and as it has become. */
  readonly before: Distances;
  readonly after: Distances;
  /** Of the backbones to compare with, by name. */
  readonly others: readonly (readonly [string, Distances])[];
}

/** Pictures whose features are compared before and after, at most. */
const COMPARED = 48;

/**
 * Pre-trains on the good training pictures of a folder or of the objects in it, and writes the backbone. For supervised
 * training each object or sub-folder is a class.
 *
 * @throws {Error} where there are no pictures, one cannot be read, or `signal` is aborted; the state is kept
 * @throws {RangeError} where supervised training finds fewer than two classes, or the loss is no finite number
 */
export async function pretrainFolder(options: PretrainFolderOptions): Promise<PretrainedFolder> {
  const {
    data,
    method,
    size,
    depth,
    maxPixels,
    seed,
    negative,
    out,
    backbone,
    compare = [],
    runtime,
    reporter,
    signal,
  } = options;
  const found = method === "supervised" ? await listClasses(data) : await listUnlabelled(data);
  for (const note of [...found.notes, ...await describeLeftOut(found.files)]) reporter.warn(note);
  const { manifest, unread, copies, notes } = await takeReadable(
    found.files.map(({ name, path }) => ({ id: name, path, split: "train", label: "good", unseen: false }) as const),
    RELEASE,
    { depth, maxPixels, size, skip: options.skipUnreadable, reporter, signal },
  );
  for (const note of [...notes, ...describeCopies(copies)]) reporter.warn(note);
  const files = found.files.filter(({ name }) => !unread.has(name));
  const labels = found.labels?.filter((_, i) => !unread.has(found.files[i].name));
  if (method === "supervised") countClasses(labels);
  if (files.length < 2) {
    const few = files.length === 0 ? "no pictures" : "one picture, and at least 2 are needed";
    throw new Error(`Cannot pre-train on "${data}" as it has ${few}: found ${await describeFolder(data)}`);
  }
  reporter.say(found.said);
  const loader = openLoader({ ...size, depth, maxPixels });
  try {
    const take = rememberPhotos(
      loader,
      files.map(({ path }) => path),
      manifest.files.map(({ sha256 }) => sha256),
    );
    const path = `${out}.unfinished`;
    const { backbone: file, losses, metrics } = await pretrain({
      ...options,
      labels,
      pictures: files.length,
      take,
      workers: Math.min(4, Math.max(1, availableParallelism() - 1)),
      checkpoint: { path, data: trainedOn(manifest, depth) },
      onProgress: (done, total, note) =>
        reporter.progress({ step: `Pre-train by ${PRETRAINING_METHODS[method].title}`, done, total, note }),
    });
    await writeFileAtomic(out, file);
    const some = seededRandom(seed).permutation(files.length).slice(0, COMPARED);
    const changed = changePictures(await take([...some]), negative, seed);
    const before = await featureDistances(runtime, backbone, changed);
    const trained = await toBackbone(file, backbone.name, { runtime });
    const others: [string, Distances][] = [];
    for (const each of compare) others.push([each.name, await featureDistances(runtime, each, changed)]);
    const made = {
      losses,
      metrics,
      pictures: files.length,
      unread: unread.size,
      before,
      after: await featureDistances(runtime, trained, changed),
      others,
    };
    await options.finish(made);
    await rm(path, { force: true });
    return made;
  } finally {
    await loader.close();
  }
}
