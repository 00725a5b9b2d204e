/** Opening what a run works with. @module */
import type { Backbone, BackboneLayer } from "../../method/backbone/backbone.ts";
import { embeddedBackbone } from "../../method/backbone/embedded.ts";
import type { Dataset } from "../../picture/data/dataset.ts";
import { FEATURE_SETS } from "../../method/features/paper.ts";
import type { FeatureSet } from "../../method/features/feature_set.ts";
import { DECODER_VERSION } from "../../picture/image/decode.ts";
import type { RunnerOptions } from "../../method/forest/runner.ts";
import type { Runtime } from "../../engine/session/runtime.ts";
import { RUNTIME_VERSION } from "../../engine/session/runtime.ts";
import type { Cache } from "./cache/cache.ts";
import { codeVersion } from "./cache/code_version.ts";
import type { PipelineDefinition } from "../experiment/definition.ts";
import { ownOf } from "../../base/text/own.ts";
import type { PictureSettings } from "../../picture/image/settings.ts";
import { layersOf, namedClassifiers, namedDetectors, withFiles } from "./steps/methods.ts";
import type { Reporter } from "../../base/text/progress.ts";
import { RELEASE } from "../model/release.ts";
import { openSegments, type Segments } from "./pictures/segments.ts";
import { ALIGNING, type Reference } from "./pictures/reference.ts";
import { openResources } from "./steps/resources.ts";
import { STEPS } from "./steps/steps.ts";
import { type Kind, KINDS } from "./steps/task.ts";
import type { Eye, FitSettings, FitWorkspace, Workspace } from "./steps/workspace.ts";

/** What the caller has opened already, or chosen. */
export interface WorkspaceParts {
  readonly dataset: Dataset;
  readonly hashes: ReadonlyMap<string, string>;
  readonly masks?: ReadonlyMap<string, string>;
  readonly backbone?: Backbone;
  /** Those of detectors and classifiers that have one of their own, by the file that the definition names. */
  readonly backbones?: ReadonlyMap<string, Backbone>;
  /** What pictures are aligned with, where the definition has its hash. */
  readonly reference?: Reference;
  readonly cache: Cache;
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
  readonly runtime: Runtime;
  /** Those of the definition where left out. */
  readonly segments?: Segments;
  /** How forests are run; the embedded XGBoost where left out. */
  readonly forest?: RunnerOptions;
}

/** A workspace that must be closed. */
export type OpenWorkspace<W extends FitWorkspace = Workspace> = W & { close(): Promise<void> };

/**
 * Opens a workspace; the backbone and the workers that decode are opened when a step first needs them.
 *
 * @throws {TypeError} where settings of a detector are wrong
 * @throws {RangeError} where pictures do not fit the strides of the layers that detectors use
 * @throws {Error} where the segment map cannot be read
 */
export async function openWorkspace<D extends FitSettings>(
  definition: D,
  parts: WorkspaceParts,
): Promise<OpenWorkspace<FitWorkspace & { readonly definition: D }>> {
  const { height, width, maxPixels } = definition.picture;
  const detectors = await Promise.all(namedDetectors(definition.detectors).map(withFiles));
  const backbone = parts.backbone ?? await embeddedBackbone();
  const { looks = {} } = definition;
  const own = (name: string) => ownOf(looks, name) ?? {};
  const backboneOf = (name: string) => {
    const file = own(name).backbone;
    return file === undefined ? backbone : parts.backbones?.get(file) ?? missing(file);
  };
  const eyeOf = (name: string): Eye => {
    const found = backboneOf(name);
    const picture = { ...definition.picture, ...own(name).picture };
    // Those that look alike see what any of them sees, so that the backbone runs once for them.
    const alike = detectors.filter((other) =>
      backboneOf(other.name).sha256 === found.sha256 &&
      sameSize({ ...definition.picture, ...own(other.name).picture }, picture)
    );
    const layers = layersOf(alike, found.layers);
    checkSides(picture, found.name, layers);
    return {
      backbone: found,
      sight: {
        picture,
        segments: definition.segments,
        backbone: found.sha256,
        layers: layers.map(({ name }) => name),
      },
    };
  };
  // A name that no look has.
  const { sight } = eyeOf("");
  const eyes = new Map(Object.keys(looks).map((name) => [name, eyeOf(name)]));
  const features = featureSetOf(definition.features);
  const { runtime, cache, reporter, signal, forest, reference } = parts;
  const segments = parts.segments ??
    await openSegments(definition.segments, { height, width, maxPixels }, parts.dataset.items.slice(0, 1));
  const resources = openResources({
    ...{ runtime, cache, reporter, signal, forest },
    backbones: [backbone, ...parts.backbones?.values() ?? []],
    ...reference && { references: [reference] },
    featureSets: [features],
    segments: [
      { sight, opened: segments },
      ...await segmentsFor([...eyes.values()], definition.picture, parts.dataset.items),
    ],
  });
  return {
    lookOf: (name) => eyes.get(name) ?? { backbone, sight },
    ...{ definition, detectors, backbone, features, sight, resources, runtime, cache, reporter, signal },
    classifiers: namedClassifiers(definition.classifiers),
    dataset: parts.dataset,
    hashes: parts.hashes,
    masks: parts.masks ?? new Map(),
    segments,
    ...reference && { reference },
    code: await codeOf(forest?.library, reference !== undefined),
    close: () => resources.close(),
  };
}

/** The code behind each kind of task, and the foreign code that it calls. */
async function codeOf(xgboost = "embedded", aligned = false): Promise<Workspace["code"]> {
  const foreign: Partial<Record<Kind, string>> = {
    fit: `${RUNTIME_VERSION} ${DECODER_VERSION}`,
    train: `${RUNTIME_VERSION} ${DECODER_VERSION}`,
    map: `${RUNTIME_VERSION} ${DECODER_VERSION}`,
    classify: `${RUNTIME_VERSION} ${DECODER_VERSION}`,
    standard: `${RUNTIME_VERSION} ${DECODER_VERSION}`,
    evidence: `${RUNTIME_VERSION} ${DECODER_VERSION}`,
    pixels: DECODER_VERSION,
    forest: xgboost,
  };
  const versions = await Promise.all(KINDS.map((kind) => {
    const { code } = STEPS[kind];
    // Pictures that stay as they lie are read without that code.
    return codeVersion(aligned && code.includes("picture/image") ? [...code, ALIGNING] : code, RELEASE);
  }));
  const code = (kind: Kind, i: number) => [versions[i], foreign[kind] ?? ""].join(" ");
  return Object.fromEntries(KINDS.map((kind, i) => [kind, code(kind, i)])) as Record<Kind, string>;
}

function missing(file: string): never {
  throw new Error(`Cannot find the backbone "${file}" of a look: it was not given`);
}

function sameSize(a: PictureSettings, b: PictureSettings): boolean {
  return a.height === b.height && a.width === b.width;
}

/** The segment maps at the sizes that looks have. */
async function segmentsFor(eyes: readonly Eye[], picture: PictureSettings, items: Dataset["items"]) {
  const sized = eyes.filter(({ sight }) => !sameSize(sight.picture, picture));
  return await Promise.all(sized.map(async ({ sight }) => ({
    sight,
    opened: await openSegments(sight.segments, sight.picture, items.slice(0, 1)),
  })));
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

/** The feature set that a pipeline names, or brings. */
export function featureSetOf(features: PipelineDefinition["features"]): FeatureSet {
  return typeof features === "string" ? FEATURE_SETS[features] : features;
}
