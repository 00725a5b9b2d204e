/**
 * Loading `models/` of a run folder: the parts of the flow, from files.
 *
 * A model may come from anybody: loading it reads data and runs no code that the caller has not named.
 * @module
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Backbone, openBackbone } from "../../method/backbone/backbone.ts";
import { FEATURE_SETS } from "../../method/features/paper.ts";
import type { FeatureSet } from "../../method/features/feature_set.ts";
import { type ForestRunner, openForestRunner, type RunnerOptions } from "../../method/forest/runner.ts";
import type { FittedClassifier } from "../../method/classify/contract.ts";
import type { FittedDetector } from "../../method/detect/contract.ts";
import type { Judge } from "../../method/judge/contract.ts";
import { columnsOf, readJudge } from "../../method/judge/table.ts";
import { canonicalJson, sha256 } from "../../base/io/hash.ts";
import { readWhole } from "../../base/io/read_file.ts";
import { hashFolder, type SealedFolder, sealedFolder } from "../../base/io/sealed_folder.ts";
import type { Photo } from "../../domain.ts";
import { decodePhoto } from "../../picture/image/decode.ts";
import { openSegmentMaps, type SegmentMaps } from "../../picture/segment/read.ts";
import type { Device } from "../../engine/session/device.ts";
import { openRuntime } from "../../engine/session/runtime.ts";
import type { SegadParts } from "./flow.ts";
import { exportedFile, isExported } from "./exported_place.ts";
import type { GoodParts } from "./good_parts.ts";
import { GOOD_PARTS_FILE, MODEL_FILE, type ModelFile, readModelFile, REFERENCE_FILE } from "./model_file.ts";
import { readFitted } from "./read_fitted.ts";

/** How to load a model. */
export interface LoadModelOptions {
  /** Where networks run; the CPU where left out. */
  readonly device?: Device | "auto";
  /** Threads of the CPU; all cores where left out. */
  readonly threads?: number;
  /** How the forest is run; the embedded XGBoost where left out. */
  readonly forest?: RunnerOptions;
  /** Segment maps of the pictures, where the run has one a picture. */
  readonly segments?: string;
  /** The feature set of the run, where it is the user's own. */
  readonly features?: FeatureSet;
}

/** A model that is loaded and must be closed. */
export interface OpenModel {
  /** What `model.json` says. */
  readonly file: ModelFile;
  readonly parts: SegadParts;
  /** Where its segment maps come from. */
  readonly segments: SegmentMaps;
  /** What good parts look like; models of earlier releases do not say. */
  readonly goodParts?: GoodParts;
  /** What pictures are aligned with, where the model was fitted on aligned ones. */
  readonly reference?: Photo;
  /** Frees the networks and ends the workers. */
  close(): Promise<void>;
}

/** What lies in `models/`, as plain data. */
export interface StoredModel {
  /** What `model.json` says. */
  readonly file: ModelFile;
  /** Where it lies. */
  readonly folder: SealedFolder;
  /** What is made of maps and segments. */
  readonly features: FeatureSet;
  /** Where its segment maps come from. */
  readonly segments: SegmentMaps;
  readonly backbone: Backbone;
  /** In the order of the maps. */
  readonly detectors: readonly { readonly kind: FittedDetector; readonly value: unknown }[];
  /** The supervised classifier, where there is one. */
  readonly classifier?: { readonly kind: FittedClassifier; readonly value: unknown };
  readonly judge: Judge;
}

/**
 * Reads `models/` of a run folder. Each of its files must be the one that was written with the others: `model.json` knows
 * their hashes. Those of earlier releases do not, and are taken as they are.
 *
 * @throws {Error} where a file is missing, broken or of another run, with its path
 * @throws {TypeError} where the run has a feature set of the user's own, and it is not given
 */
export async function readStoredModel(
  run: string,
  { features: given, segments: folderOfMaps }: Pick<LoadModelOptions, "features" | "segments">,
  runner: ForestRunner,
): Promise<StoredModel> {
  const file = await readModelOf(run);
  const folder = sealedFolder(join(run, "models"), { hashes: file.files, remedy: REMEDY });
  const features = featuresOf(file, given);
  const segments = await segmentsOf(file, folder, folderOfMaps);
  const detectors = await Promise.all(file.detectors.map((one) => readFitted(folder, "detectors", one)));
  const backbone = await readBackbone(folder, file);
  const classifier = file.classifier && await readFitted(folder, "classifiers", file.classifier);
  const own = { detectors: file.detectors.map(({ name }) => name), classifier: file.classifier?.name };
  const judge = await readJudge(file.judge, folder, own, runner);
  return { file, folder, features, segments, backbone, detectors, ...classifier && { classifier }, judge };
}

/**
 * Loads `models/` of a run folder. See {@linkcode readStoredModel} for errors.
 */
export async function openModel(run: string, options: LoadModelOptions = {}): Promise<OpenModel> {
  const runner = openForestRunner({ workers: 1, ...options.forest });
  const opened: { release(): Promise<void> }[] = [];
  const keep = <T extends { release(): Promise<void> }>(one: T): T => (opened.push(one), one);
  async function close(): Promise<void> {
    for (const one of opened) await one.release();
    await runner.close();
  }
  try {
    const stored = await readStoredModel(run, options, runner);
    const { file, folder, features, segments, backbone, judge } = stored;
    const runtime = await openRuntime({ device: options.device, threads: options.threads });
    // Models of pictures alone need no features.
    const extractor = backbone.layers.length > 0 ? keep(await openBackbone(runtime, backbone)) : undefined;
    const detectors: SegadParts["detectors"][number][] = [];
    for (const [k, { kind, value }] of stored.detectors.entries()) {
      const applied = keep(await kind.apply({ runtime }, value));
      detectors.push({ name: file.detectors[k].name, title: kind.title, applied });
    }
    const classifier = stored.classifier && file.classifier && {
      name: file.classifier.name,
      title: stored.classifier.kind.title,
      applied: keep(await stored.classifier.kind.apply({ runtime }, stored.classifier.value)),
    };
    // Its code runs where a model has it, as that of detectors does.
    const compared = file.evidence &&
      await (await import("./read_evidence.ts")).readEvidence(folder, EVIDENCE_FILE);
    const parts: SegadParts = {
      ...compared && { evidence: compared },
      extractor,
      detectors,
      classifier,
      size: file.picture,
      smoothing: file.smoothing,
      segments: { names: file.segments.names, mapOf: (id) => segments.mapOf(id) },
      features,
      columns: columnsOf(judge),
      judge,
      runner,
    };
    const reference = file.picture.align === undefined
      ? undefined
      : await decodePhoto(await folder.read(REFERENCE_FILE));
    return { file, parts, segments, goodParts: await goodPartsIn(folder), ...reference && { reference }, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * What tells a model from every other: the hash of `model.json`, which has those of the other files; of a model of an earlier
 * release the hash of all files, and of an exported one that of its graph.
 */
export async function identifyModel(run: string): Promise<string> {
  if (isExported(run)) return sha256(await readWhole(exportedFile(run)));
  const models = join(run, "models");
  const { files, sha256: own } = await readModelOf(run);
  return files && own || sha256(canonicalJson(await hashFolder(models)));
}

/** The network under the detectors. */
export const BACKBONE_FILE = "backbone.onnx";

/** Of a model whose judge sees evidence: what is usual in good parts. */
export const EVIDENCE_FILE = "evidence.safetensors";

/** What `model.json` of a run says. Throws an Error where it is not there, or as {@linkcode readModelFile} does. */
export async function readModelOf(run: string): Promise<ModelFile> {
  const path = join(run, "models", MODEL_FILE);
  if (existsSync(path)) return await readModelFile(path);
  throw new Error(`Cannot score with "${run}" as it has no models/model.json: name the folder of a finished run`);
}

async function goodPartsIn(folder: SealedFolder): Promise<GoodParts | undefined> {
  return folder.has(GOOD_PARTS_FILE) ? await (await import("./good_parts.ts")).readGoodPartsOf(folder) : undefined;
}

/** What helps against files that are missing or not the right ones. */
const REMEDY = "run the pipeline again, fit again, or copy the whole folder again";

async function readBackbone(folder: SealedFolder, { backbone, files }: ModelFile): Promise<Backbone> {
  const model = await folder.read(BACKBONE_FILE);
  // Reading has hashed it where its hash is known.
  if ((files?.[BACKBONE_FILE] ?? sha256(model)) === backbone.sha256) return { ...backbone, model };
  throw new SyntaxError(
    `Cannot use the backbone "${join(folder.path, BACKBONE_FILE)}" as it is not the one that the detectors were ` +
      "fitted with: run the pipeline again",
  );
}

/** The feature set that the model was trained with: one of ours, or the one that is given. */
function featuresOf({ features: { name, identity }, file }: ModelFile, given?: FeatureSet): FeatureSet {
  const known = [...Object.values(FEATURE_SETS), ...given ? [given] : []].find((set) => set.identity === identity);
  if (known) return known;
  if (given) {
    throw new TypeError(
      `Cannot score with the feature set "${given.name}" as the run was trained with another, "${name}", or it has changed since`,
    );
  }
  throw new TypeError(
    `Cannot score with the feature set "${name}" of the run's own as no code is loaded because a model names it: ` +
      `if you trust ${JSON.stringify(file)}, name it with --features MODULE; in a program give the feature set itself`,
  );
}

/** Where a model's segment maps come from. */
export async function segmentsOf(model: ModelFile, folder: SealedFolder, given?: string): Promise<SegmentMaps> {
  const { maxPixels, ...size } = model.picture;
  const { kind, names } = model.segments;
  if (kind === "none" || kind === "rings") return await openSegmentMaps(kind, { size });
  if (kind === "static") {
    const file = ["segments.png", "segments.npy"].find((name) => folder.has(name)) ?? "segments.png";
    for (const name of [file, "segments.json"]) await folder.read(name);
    return await openSegmentMaps(join(folder.path, file), { size, maxPixels });
  }
  if (!given) {
    throw new Error(
      "Cannot score without segment maps as the run has one a picture: name their folder with --segments",
    );
  }
  return await openSegmentMaps(given, { size, names, maxPixels });
}
