/** What tasks are done with: opened when a task first asks for it, and kept for the next ones. @module */
import { join } from "node:path";
import type { Backbone, FeatureExtractor } from "../../../method/backbone/backbone.ts";
import { openBackbone } from "../../../method/backbone/backbone.ts";
import type { AppliedDetector, LeftOutDetector } from "../../../method/detect/contract.ts";
import { detectorNamed } from "../../../method/detect/table.ts";
import { FEATURE_SETS } from "../../../method/features/paper.ts";
import type { FeatureSet } from "../../../method/features/feature_set.ts";
import { type ForestRunner, openForestRunner, type RunnerOptions } from "../../../method/forest/runner.ts";
import { type Loader, openLoader } from "../../../picture/image/loader.ts";
import type { Runtime } from "../../../engine/session/runtime.ts";
import type { Reporter } from "../../../base/text/progress.ts";
import { canonicalJson } from "../../../base/io/hash.ts";
import type { Cache } from "../cache/cache.ts";
import { loadFitted } from "./load_fitted.ts";
import { type PictureMemory, rememberPictures } from "../pictures/picture_memory.ts";
import { type Reference, withReference } from "../pictures/reference.ts";
import { openSegments, type Segments } from "../pictures/segments.ts";
import type { Picture, Sight } from "./task.ts";
import { recordTiming } from "../cache/timings.ts";

/** What a process does tasks with. */
export interface Resources {
  readonly runtime: Runtime;
  readonly cache: Cache;
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
  /** Pictures that were seen. */
  readonly pictures: PictureMemory;
  /** Throws an Error where it has not been given the backbone of this hash. */
  backbone(sha256: string): Backbone;
  loader(picture: Sight["picture"]): Loader;
  /** The backbone with the layers that the tasks of a run use. */
  extractor(sight: Sight): Promise<FeatureExtractor>;
  segments(sight: Pick<Sight, "segments" | "picture">): Promise<Segments>;
  /** Throws an Error where it has not been given the feature set of this identity. */
  featureSet(identity: string): FeatureSet;
  /** A fitted detector, loaded. */
  detector(type: string, key: string): Promise<AppliedDetector>;
  /** A fitted detector that leaves out what it was fitted on, loaded. */
  leftOut(fit: LeftOutFit): Promise<LeftOutDetector>;
  forests(): ForestRunner;
  /** Counts the time that something fitted took for some pictures. */
  spend(key: string, seconds: number, pictures: number): void;
  /** Frees the detectors that are loaded: they take hundreds of megabytes and are opened again where they are wanted. */
  unload(): Promise<void>;
  /** Keeps the times that were counted. */
  keepTimes(): Promise<void>;
  close(): Promise<void>;
}

/** A fit whose pictures are left out of it one by one. */
export interface LeftOutFit {
  readonly type: string;
  readonly config: unknown;
  readonly key: string;
  readonly sight: Sight;
  /** Of the fit, in its order. */
  readonly pictures: readonly Picture[];
}

/** What {@linkcode openResources} is given. */
export interface ResourceParts {
  readonly runtime: Runtime;
  readonly cache: Cache;
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
  readonly backbones: readonly Backbone[];
  /** What pictures are aligned with, where they are. */
  readonly references?: readonly Reference[];
  /** Besides those that this software brings. */
  readonly featureSets?: readonly FeatureSet[];
  /** Segment maps that are open already. */
  readonly segments?: readonly { readonly sight: Pick<Sight, "segments" | "picture">; readonly opened: Segments }[];
  readonly forest?: RunnerOptions;
}

/** Detectors that are loaded at the same time, at most. */
export const MOST_LOADED = 16;

/** Opens what tasks are done with; it must be closed. */
export function openResources(parts: ResourceParts): Resources {
  const { runtime, cache, reporter, signal, backbones, references = [] } = parts;
  const sets = [...Object.values(FEATURE_SETS), ...parts.featureSets ?? []];
  const loaders = new Map<string, Loader>();
  const extractors = new Map<string, Promise<FeatureExtractor>>();
  const segments = new Map<string, Promise<Segments>>();
  const loaded = new Map<string, Promise<AppliedDetector>>();
  const spent = new Map<string, { seconds: number; pictures: number }>();
  let runner: ForestRunner | undefined;
  const leaving = new Map<string, Promise<LeftOutDetector>>();
  for (const { sight, opened } of parts.segments ?? []) segments.set(nameOf(sight), Promise.resolve(opened));
  const resources: Resources = {
    ...{ runtime, cache, reporter, signal },
    pictures: rememberPictures(() => resources, join(cache.root, "unfinished")),
    backbone(sha256) {
      const found = backbones.find((backbone) => backbone.sha256 === sha256);
      if (!found) throw new Error(`Cannot find the backbone ${sha256.slice(0, 16)} of a task: it was not given`);
      return found;
    },
    loader: (picture) =>
      remember(loaders, canonicalJson(picture), () => openLoader(withReference(picture, references))),
    extractor: ({ backbone, layers }) =>
      remember(
        extractors,
        canonicalJson([backbone, layers]),
        () =>
          layers.length > 0
            ? openBackbone(runtime, resources.backbone(backbone), layers)
            : sightless(resources.backbone(backbone).name),
      ),
    segments: (sight) => remember(segments, nameOf(sight), () => openSegments(sight.segments, sight.picture)),
    featureSet(identity) {
      const found = sets.find((set) => set.identity === identity);
      if (!found) throw new Error(`Cannot find the feature set "${identity}" of a task: it was not given`);
      return found;
    },
    async detector(type, key) {
      const found = loaded.get(key) ?? loadFitted(resources, detectorNamed(type), key);
      // The one that was asked for last is the last to go.
      loaded.delete(key);
      loaded.set(key, found);
      try {
        const applied = await found;
        for (const [oldest, detector] of [...loaded].slice(0, Math.max(0, loaded.size - MOST_LOADED))) {
          loaded.delete(oldest);
          await (await detector).release();
        }
        return applied;
      } catch (error) {
        loaded.delete(key);
        throw error;
      }
    },
    leftOut: (fit) => remember(leaving, fit.key, () => openLeftOut(resources, fit)),
    async unload() {
      const all = [...loaded.values(), ...leaving.values()];
      loaded.clear();
      leaving.clear();
      for (const one of all) await (await one.catch(() => undefined))?.release();
    },
    forests: () => runner ??= openForestRunner(parts.forest),
    spend(key, seconds, pictures) {
      const before = spent.get(key) ?? { seconds: 0, pictures: 0 };
      spent.set(key, { seconds: before.seconds + seconds, pictures: before.pictures + pictures });
    },
    async keepTimes() {
      for (const [key, timing] of spent) await recordTiming(cache, key, "use", timing);
      spent.clear();
    },
    async close() {
      await runner?.close();
      for (const loader of loaders.values()) await loader.close();
      await resources.unload();
      for (const one of extractors.values()) await (await one.catch(() => undefined))?.release();
      resources.pictures.close();
    },
  };
  return resources;
}

async function openLeftOut(
  resources: Resources,
  { type, config, key, sight, pictures }: LeftOutFit,
): Promise<LeftOutDetector> {
  const { runtime, cache, reporter, signal } = resources;
  const detector = detectorNamed(type);
  const fitted = await cache.load(key, detector.unpack);
  if (!fitted) throw new Error(`Cannot find the fitted ${detector.title} "${key}" in ${cache.root}: run again`);
  if (!detector.leftOut) {
    throw new TypeError(`Cannot leave pictures out of ${detector.title} as it must be fitted anew for that`);
  }
  return await detector.leftOut(
    {
      ...{ runtime, signal, pictures: pictures.length },
      batches: () => resources.pictures.batches(sight, pictures),
      onProgress: (done, total, what) =>
        reporter.progress({ step: `Leave pictures out of ${detector.title}${what ? `: ${what}` : ""}`, done, total }),
    },
    config,
    fitted,
  );
}

function nameOf({ segments, picture: { height, width } }: Pick<Sight, "segments" | "picture">): string {
  return canonicalJson([segments, height, width]);
}

function remember<T>(known: Map<string, T>, name: string, open: () => T): T {
  const found = known.get(name) ?? open();
  known.set(name, found);
  return found;
}

/** In place of a backbone of which no detector wants a layer. */
function sightless(name: string): Promise<FeatureExtractor> {
  return Promise.resolve({
    name,
    layers: [],
    extract: () => Promise.resolve({}),
    release: () => Promise.resolve(),
  });
}
