/** Opening what a run works with. @module */
import type { Backbone, BackboneLayer, FeatureExtractor } from "../../method/backbone/backbone.ts";
import { openBackbone } from "../../method/backbone/backbone.ts";
import { embeddedBackbone } from "../../method/backbone/embedded.ts";
import type { Dataset } from "../../picture/data/dataset.ts";
import { FEATURE_SETS } from "../../method/features/paper.ts";
import type { FeatureSet } from "../../method/features/feature_set.ts";
import { DECODER_VERSION } from "../../picture/image/decode.ts";
import type { Loader } from "../../picture/image/loader.ts";
import { openLoader } from "../../picture/image/loader.ts";
import type { Runtime } from "../../engine/session/runtime.ts";
import { RUNTIME_VERSION } from "../../engine/session/runtime.ts";
import type { Cache } from "./cache.ts";
import { codeVersion } from "./code_version.ts";
import type { PipelineDefinition } from "../experiment/definition.ts";
import { namedClassifiers, namedDetectors, withFiles } from "./methods.ts";
import type { Reporter } from "../../base/text/progress.ts";
import { openSegments, type Segments } from "./segments.ts";
import type { Workspace } from "./workspace.ts";

/** The version of this software. */
export const RELEASE = "0.1.0";

// Values that all steps read and make.
const VALUES = ["domain.ts", "base/tensor"];
// Defects are generated, in segments, before pictures are mapped.
const MAP_CODE = [
  ...VALUES,
  ...["base/io", "engine", "picture/image", "picture/segment", "picture/change", "picture/data/mask.ts"],
  ...["method/backbone", "method/learn", "method/detect"],
  ...["picture_memory", "fit_step", "fitting", "map_file", "map_step", "source_batches"].map((file) =>
    `product/run/${file}.ts`
  ),
];
const PIXEL_CODE = [
  ...VALUES,
  ...["base/io", "picture/image", "picture/segment/legend.ts", "picture/segment/plane.ts", "picture/data/mask.ts"],
  ...["method/learn", "method/evaluate/pixel_counts.ts", "product/run/map_file.ts", "product/run/pixel_step.ts"],
];

/** What each kind of step runs, in places of `lib/`: a change there makes its results again. */
export const STEP_CODE: Readonly<Record<keyof Workspace["code"], readonly string[]>> = {
  maps: MAP_CODE,
  classifiers: [
    ...new Set([
      ...MAP_CODE,
      ...PIXEL_CODE,
      "method/classify",
      "method/evaluate/decide.ts",
      "product/run/classify_step.ts",
    ]),
  ],
  features: [
    ...VALUES,
    ...["base/io", "picture/segment", "method/learn", "method/stats", "method/features"],
    ...["product/run/feature_step.ts", "product/run/map_file.ts"],
  ],
  forests: [
    ...VALUES,
    "method/forest",
    "../packages/xgboost-wasm/src",
    "product/run/feature_table.ts",
    "product/run/forest_step.ts",
  ],
  pixels: PIXEL_CODE,
};

/** What the caller has opened already, or chosen. */
export interface WorkspaceParts {
  readonly dataset: Dataset;
  readonly hashes: ReadonlyMap<string, string>;
  readonly masks?: ReadonlyMap<string, string>;
  readonly backbone?: Backbone;
  readonly cache: Cache;
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
  readonly runtime: Runtime;
  /** Those of the definition where left out. */
  readonly segments?: Segments;
  /** The native library in place of the embedded XGBoost. */
  readonly xgboost?: string;
}

/** A workspace that must be closed. */
export type OpenWorkspace = Workspace & { close(): Promise<void> };

/**
 * Opens a workspace; the backbone and the workers that decode are opened when a step first needs them.
 *
 * @throws {TypeError} where settings of a detector are wrong
 * @throws {RangeError} where pictures do not fit the strides of the layers that detectors use
 * @throws {Error} where the segment map cannot be read
 */
export async function openWorkspace(definition: PipelineDefinition, parts: WorkspaceParts): Promise<OpenWorkspace> {
  const { height, width, filter, depth } = definition.picture;
  const detectors = await Promise.all(namedDetectors(definition.detectors).map(withFiles));
  const backbone = parts.backbone ?? await embeddedBackbone();
  const used = new Set(detectors.flatMap(({ detector, config }) => detector.layers(config, backbone.layers)));
  const seen = backbone.layers.filter(({ name }) => used.has(name));
  checkSides(definition.picture, backbone.name, seen);
  const layers = seen.map(({ name }) => name);
  const [maps, classifiers, features, forests, pixels] = await Promise.all(
    (["maps", "classifiers", "features", "forests", "pixels"] as const).map((kind) =>
      codeVersion(STEP_CODE[kind], RELEASE)
    ),
  );
  let loader: Loader | undefined;
  let extractor: Promise<FeatureExtractor> | undefined;
  const work: Workspace = {
    definition,
    detectors,
    classifiers: namedClassifiers(definition.classifiers),
    dataset: parts.dataset,
    hashes: parts.hashes,
    masks: parts.masks ?? new Map(),
    backbone,
    runtime: parts.runtime,
    segments: parts.segments ??
      await openSegments(definition.segments, { height, width }, parts.dataset.items.slice(0, 1)),
    features: featureSetOf(definition.features),
    cache: parts.cache,
    reporter: parts.reporter,
    signal: parts.signal,
    code: {
      maps: `${maps} ${RUNTIME_VERSION} ${DECODER_VERSION}`,
      classifiers: `${classifiers} ${RUNTIME_VERSION} ${DECODER_VERSION}`,
      features,
      forests: `${forests} ${parts.xgboost ?? "embedded"}`,
      pixels: `${pixels} ${DECODER_VERSION}`,
    },
    loader: () => loader ??= openLoader({ height, width, filter, depth }),
    extractor: () =>
      extractor ??= layers.length > 0 ? openBackbone(parts.runtime, backbone, layers) : sightless(backbone.name),
  };
  return {
    ...work,
    async close() {
      await loader?.close();
      await (await extractor?.catch(() => undefined))?.release();
    },
  };
}

/** Grids of different layers must lie on each other. */
function checkSides(
  { height, width }: PipelineDefinition["picture"],
  backbone: string,
  layers: readonly BackboneLayer[],
): void {
  const coarse = layers.toSorted((a, b) => b.stride - a.stride)
    .find(({ stride }) => height % stride !== 0 || width % stride !== 0);
  if (!coarse) return;
  const { name, stride } = coarse;
  const near = [height, width].map((side) => Math.max(1, Math.round(side / stride)) * stride).join(" × ");
  throw new RangeError(
    `Cannot use pictures of ${height} × ${width} as both sides must be multiples of ${stride}, the stride of layer ` +
      `"${name}" of the backbone "${backbone}": ${near} is near`,
  );
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

/** The feature set that a pipeline names, or brings. */
export function featureSetOf(features: PipelineDefinition["features"]): FeatureSet {
  return typeof features === "string" ? FEATURE_SETS[features] : features;
}
