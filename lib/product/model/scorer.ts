/**
 * A run's models, loaded to score pictures one batch at a time: what `score` and a service stand on.
 *
 * A model may come from anybody: loading it reads data and runs no code that the caller has not named.
 * @module
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Backbone, type FeatureExtractor, openBackbone } from "../../method/backbone/backbone.ts";
import type { AppliedDetector } from "../../method/detect/contract.ts";
import { type AnomalyMap, type Features, features as toFeatures, type Photo, type SegmentMap } from "../../domain.ts";
import { observe } from "../../method/learn/observation.ts";
import type { AppliedClassifier } from "../../method/classify/contract.ts";
import { FEATURE_SETS } from "../../method/features/paper.ts";
import type { FeatureSet } from "../../method/features/feature_set.ts";
import { checkScores, checkThreshold, decide } from "../../method/evaluate/decide.ts";
import { explain, forest } from "../../method/forest/forest.ts";
import type { ForestModel } from "../../method/forest/model.ts";
import { readForest } from "../../method/forest/model_file.ts";
import { reasonsInWords } from "../../method/forest/reason.ts";
import { type ForestRunner, openForestRunner, type RunnerOptions } from "../../method/forest/runner.ts";
import { decodePhoto, readPhoto } from "../../picture/image/decode.ts";
import { toImage } from "../../picture/image/image.ts";
import { resizePhoto } from "../../picture/image/resize.ts";
import { sha256 } from "../../base/io/hash.ts";
import { openSegmentMaps } from "../../picture/segment/read.ts";
import type { Device } from "../../engine/session/device.ts";
import { openRuntime } from "../../engine/session/runtime.ts";
import { concat, rows } from "../../base/tensor/tensor.ts";
import { pictureMaps } from "../run/feature_step.ts";
import { type ModelFile, readModelFile } from "./model_file.ts";
import { readBytes, readFitted } from "./read_fitted.ts";

/** A picture to score: a photo of the model's size, and what its segment map is found by. */
export interface Scorable {
  /** What the picture is called; its segment map is found by it. */
  readonly id: string;
  /** The picture at the size of the model, as `read` gives it. */
  readonly photo: Photo;
}

/** What the model says of a picture. */
export interface Verdict {
  /** Log-odds of the forest, or a distance where the method is a detector alone; higher is more likely bad. */
  readonly score: number;
  /** Bad where the score is at least the threshold. */
  readonly decision: "good" | "bad";
  /** What pushed the score, in words. */
  readonly reason: string;
}

/** A loaded model. */
export interface Scorer {
  /** What `model.json` says. */
  readonly model: ModelFile;
  /** A part whose score is at least this is bad. */
  readonly threshold: number;
  /** Scores pictures, in their order. Throws a RangeError where a map or a score is not finite: of such there is no verdict. */
  score(batch: readonly Scorable[]): Promise<Verdict[]>;
  /** Decodes and resizes a picture, a file or the bytes of one, the way that the model was fitted with. */
  read(source: string | Uint8Array): Promise<Photo>;
  /** The file of a picture's segment map, where the run has one a picture; undefined where there is none. */
  segmentFile(id: string): string | undefined;
  /** Frees the models and ends the workers. */
  close(): Promise<void>;
}

/** How to open a model. */
export interface ScorerOptions {
  /** Where networks run; the CPU where left out. */
  readonly device?: Device | "auto";
  /** Threads of the CPU; all cores where left out. */
  readonly threads?: number;
  /** How the forest is run; the embedded XGBoost where left out. */
  readonly forest?: RunnerOptions;
  /** In place of the threshold that the run has set; a finite number. */
  readonly threshold?: number;
  /** Segment maps of the pictures, where the run has one a picture. */
  readonly segments?: string;
  /** The feature set of the run, where it is the user's own. */
  readonly features?: FeatureSet;
}

/**
 * Loads `models/` of a run folder.
 *
 * @throws {Error} where a file is missing or broken, with its path
 * @throws {TypeError | RangeError} where the threshold that is given is no finite number
 * @throws {TypeError} where the run has a feature set of the user's own, and it is not given
 *
 * ```ts ignore
 * const scorer = await openScorer("runs/vad/2026-01-31T12-30-05");
 * const photo = await scorer.read("a.png");
 * const [{ score, decision, reason }] = await scorer.score([{ id: "a.png", photo }]);
 * ```
 */
export async function openScorer(run: string, options: ScorerOptions = {}): Promise<Scorer> {
  if (options.threshold !== undefined) checkThreshold(options.threshold);
  const folder = join(run, "models");
  if (!existsSync(join(folder, "model.json"))) {
    throw new Error(`Cannot score with "${run}" as it has no models/model.json: name the folder of a finished run`);
  }
  const model = await readModelFile(join(folder, "model.json"));
  const runtime = await openRuntime({ device: options.device, threads: options.threads });
  const features = featuresOf(model, options.features);
  const maps = await segmentsOf(model, folder, options.segments);
  const fitted = await Promise.all(model.detectors.map((one) => readFitted(folder, "detectors", one)));
  const backbone = await readBackbone(join(folder, "backbone.onnx"), model);
  const runner = openForestRunner({ workers: 1, ...options.forest });
  const trained = model.judge === "forest" ? await readTrained(join(folder, "forest"), runner) : undefined;
  const names = model.detectors.map(({ name }) => name);
  const held = model.classifier && await readFitted(folder, "classifiers", model.classifier);
  const titles = Object.fromEntries(fitted.map(({ estimator }, k) => [names[k], estimator.title]));
  if (model.classifier && held) titles[model.classifier.name] = held.estimator.title;
  const opened: { release(): Promise<void> }[] = [];
  async function close(): Promise<void> {
    for (const one of opened) await one.release();
    await runner.close();
  }
  let extractor: FeatureExtractor | undefined;
  const applied: AppliedDetector[] = [];
  let judge: AppliedClassifier | undefined;
  try {
    // Models of pictures alone want no features.
    if (backbone.layers.length > 0) opened.push(extractor = await openBackbone(runtime, backbone));
    for (const { estimator, value } of fitted) {
      const one = await estimator.apply({ runtime }, value);
      applied.push(one);
      opened.push(one);
    }
    if (held) opened.push(judge = await held.estimator.apply({ runtime }, held.value));
  } catch (error) {
    await close();
    throw error;
  }
  const threshold = options.threshold ?? model.decision.threshold;
  // A classifier that judges alone has no maps to make features of.
  const columns = [
    ...names.length > 0 ? features.columns({ detectors: names, segments: model.segments.names }) : [],
    ...model.classifier ? [`${model.classifier.name}.score`] : [],
  ];
  // A method may see some of its features alone.
  const places = (trained?.columns ?? []).map((column) => columns.indexOf(column));

  async function score(batch: readonly Scorable[]): Promise<Verdict[]> {
    if (batch.length === 0) return [];
    const image = toImage(batch.map(({ photo }) => photo));
    const ids = batch.map(({ id }) => id);
    const seen = await observe(extractor, image, ids);
    const found = await Promise.all(applied.map((one) => one.detect(seen)));
    const perPicture = batch.map((_, n) => found.map(({ map }) => rows(map, n, n + 1)));
    for (const [n, { id }] of batch.entries()) checkFinite(id, names, perPicture[n]);
    const logits = await judge?.classify(seen);
    // The forest would take one that is not finite for a value that is missing.
    if (logits) checkScores(titles[model.classifier!.name], ids, logits.data);
    if (!trained) {
      const own = logits ?? found[0].score;
      checkScores(titles[model.classifier?.name ?? names[0]], ids, own.data);
      return batch.map((_, n) => alone(own.data[n]));
    }
    const table = concat(
      await Promise.all(batch.map(({ id }, n) => featuresOfPicture(id, perPicture[n], logits?.data[n]))),
    );
    const scores = await forest({ features: "F", model: trained, runner })(table);
    checkScores("the forest", ids, scores.data);
    const decisions = Array.from(scores.data, (value) => decide(value, threshold));
    const bad = decisions.map((decision) => decision === "bad");
    const contributions = await explain({ features: "F", model: trained, runner })(table);
    const reasons = reasonsInWords({ features: table, contributions, bad, model: trained, names: titles });
    return batch.map((_, n) => ({ score: scores.data[n], decision: decisions[n], reason: reasons[n] }));
  }

  async function featuresOfPicture(
    id: string,
    grids: readonly AnomalyMap<"N", 1, "h", "w">[],
    logit?: number,
  ): Promise<Features> {
    const segmentMap: SegmentMap = await maps.mapOf(id);
    try {
      const made = features.compute({ maps: pictureMaps(grids, model), segmentMap }, {
        detectors: names,
        segments: model.segments.names,
      });
      const all = [...made.data, ...logit === undefined ? [] : [logit]];
      const seen = Float32Array.from(places, (place) => all[place]);
      return toFeatures([1, seen.length], seen);
    } catch (cause) {
      throw new Error(`Cannot compute features "${features.name}" of "${id}"`, { cause });
    }
  }

  function alone(value: number): Verdict {
    const decision = decide(value, threshold);
    const side = decision === "bad" ? "at or above" : "below";
    const who = titles[model.classifier?.name ?? names[0]];
    return { score: value, decision, reason: `${who} score ${side} the threshold ${threshold.toPrecision(4)}` };
  }

  return {
    model,
    threshold,
    score,
    async read(source) {
      const { depth, filter } = model.picture;
      const photo = typeof source === "string"
        ? await readPhoto(source, { depth })
        : await decodePhoto(source, { depth });
      return resizePhoto(photo, model.picture, filter);
    },
    segmentFile: (id) => maps.kind === "folder" ? maps.fileOf(id) : undefined,
    close,
  };
}

/**
 * Checks the maps of one picture, so that a broken model or backbone is found before a number is made of it.
 *
 * @throws {RangeError} that names the detector and the picture
 */
function checkFinite(id: string, names: readonly string[], grids: readonly AnomalyMap<"N", 1, "h", "w">[]): void {
  for (const [k, { data }] of grids.entries()) {
    const odd = data.find((value) => !Number.isFinite(value));
    if (odd === undefined) continue;
    throw new RangeError(`Cannot score "${id}" as its map by "${names[k]}" must be finite: it holds ${odd}`);
  }
}

async function readTrained(folder: string, runner: ForestRunner): Promise<ForestModel> {
  try {
    return await readForest(folder, runner);
  } catch (cause) {
    await runner.close();
    throw new Error(`Cannot use the forest in "${folder}": run the pipeline again`, { cause });
  }
}

async function readBackbone(path: string, { backbone }: ModelFile): Promise<Backbone> {
  const model = await readBytes(path);
  if (sha256(model) === backbone.sha256) return { ...backbone, model };
  throw new SyntaxError(
    `Cannot use the backbone "${path}" as it is not the one that the detectors were fitted with: ` +
      "run the pipeline again",
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

async function segmentsOf(model: ModelFile, folder: string, given?: string) {
  const size = model.picture;
  const { kind, names } = model.segments;
  if (kind === "none") return await openSegmentMaps("none", { size });
  if (kind === "static") {
    const file = [".png", ".npy"].map((extension) => join(folder, `segments${extension}`)).find((path) =>
      existsSync(path)
    );
    return await openSegmentMaps(file ?? join(folder, "segments.png"), { size });
  }
  if (!given) {
    throw new Error(
      "Cannot score without segment maps as the run has one a picture: name their folder with --segments",
    );
  }
  return await openSegmentMaps(given, { size, names });
}
