/** One detector or classifier on the pictures of a folder, as a model that `score` takes. @module */
import { join } from "node:path";
import { decideByFalseAlarms } from "../decide/decisions.ts";
import { writeUnseenScores } from "../decide/unseen_scores.ts";
import { writeFileAtomic } from "../../base/io/atomic.ts";
import type { Item } from "../../picture/data/dataset.ts";
import { detectorNamed } from "../../method/detect/table.ts";
import { checkWish, promiseFalseAlarms } from "../../method/evaluate/promise.ts";
import type { GridMap } from "../../domain.ts";
import { packGoodParts } from "../model/good_parts.ts";
import { GOOD_PARTS_FILE, type ModelFile, REFERENCE_FILE, writeModelFile } from "../model/model_file.ts";
import { checkModelsFolder, replaceModels } from "../model/models_folder.ts";
import { BACKBONE_FILE } from "../model/open_model.ts";
import { planClassified } from "../run/steps/classify_step.ts";
import { readScores } from "../run/steps/score_step.ts";
import { runTask } from "../run/steps/steps.ts";
import { planTraining } from "../run/steps/train_step.ts";
import type { FitWorkspace } from "../run/steps/workspace.ts";
import type { FitSummary } from "./describe_fit.ts";
import type { GoodFolder } from "./good_folder.ts";
import { goodPartsOfFit } from "./good_parts_of_fit.ts";
import { fitDetector, holdOut, type UnseenBy } from "./unseen_scores.ts";

/** See {@linkcode fitFolder}. */
export interface FitFolderOptions {
  readonly seed: number;
  /** Share of good parts to come that the threshold may call bad; above 0, below 1. */
  readonly falseAlarms: number;
  /**
   * With it a second threshold below: at most this share of good parts to come is called bad or is to be looked at, which
   * bad parts that are less strange gain by. Above `falseAlarms`, below 1.
   */
  readonly review?: number;
  /** How sure that must be, above 0, below 1; 0.9 where left out. */
  readonly confidence?: number;
  /** Folder to write; it gets `models/`, as a run folder has. */
  readonly out: string;
}

/**
 * Fits the one detector of a folder's workspace on its good pictures, or trains its one classifier on nine tenths of these
 * and all bad ones, sets the threshold on scores of good pictures that the fit has not seen, and writes the model. The model
 * of an earlier fit is there until the new one is whole.
 *
 * @returns the threshold, what it promises, and how
 * @throws {RangeError} where a wished share or the confidence is not between 0 and 1, or the share to look at is not the larger
 * @throws {Error} where there are fewer than two good pictures, `models/` is somebody else's, or a step fails; finished
 * steps are kept
 */
export async function fitFolder(
  { work, items }: GoodFolder,
  { seed, falseAlarms, review, confidence = 0.9, out }: FitFolderOptions,
): Promise<FitSummary> {
  const wish = { share: falseAlarms, confidence };
  checkWish(wish);
  if (review !== undefined) {
    checkWish({ share: review, confidence });
    if (review <= falseAlarms) {
      throw new RangeError(
        `Cannot have ${review} of the good parts looked at as that must be more than the ${falseAlarms} that may be called bad`,
      );
    }
  }
  await checkModelsFolder(out);
  const good = items.filter(({ label }) => label === "good");
  if (good.length < 2) throw new Error(`Cannot fit on ${good.length} picture as at least 2 are needed`);
  const judge = work.classifiers.length > 0
    ? await judgeByClassifier(work, { seed, good, bad: items.filter(({ label }) => label === "bad") })
    : await judgeByDetector(work, { seed, good });
  const odd = judge.scores.find((score) => !Number.isFinite(score));
  if (odd !== undefined) {
    throw new RangeError(`Cannot set a threshold as ${judge.method} gives scores that are not finite: ${odd}`);
  }
  const promise = promiseFalseAlarms(judge.scores, wish);
  const second = review === undefined ? undefined : promiseFalseAlarms(judge.scores, { share: review, confidence });
  const looked = second && second.threshold < promise.threshold ? second : undefined;
  const { mean, std, name, sha256, model: bytes } = work.backbone;
  // Those that the detector uses: the others need not be computed to score.
  const { layers } = await work.resources.extractor(work.sight);
  const model: ModelFile = {
    format: 1,
    pipeline: "fit",
    method: judge.method,
    seed,
    picture: work.definition.picture,
    smoothing: 0,
    backbone: { name, sha256, mean: [...mean], std: [...std], layers: layers.map((layer) => ({ ...layer })) },
    ...judge.model,
    features: { name: work.features.name, identity: work.features.identity },
    segments: { kind: "none", names: [...work.segments.names] },
    decision: decideByFalseAlarms({ good: judge.scores }, { falseAlarms, confidence, review }),
  };
  const usual = await goodPartsOfFit(work, judge);
  await replaceModels(out, async (models) => {
    await work.cache.export(judge.key, join(models, judge.file));
    await writeFileAtomic(join(models, BACKBONE_FILE), bytes);
    await writeUnseenScores(
      models,
      judge.scored.map(({ id }, n) => ({ file: id, label: "good", score: judge.scores[n] })),
    );
    if (work.reference) await writeFileAtomic(join(models, REFERENCE_FILE), work.reference.file);
    if (usual) await writeFileAtomic(join(models, GOOD_PARTS_FILE), packGoodParts(usual));
    await writeModelFile(models, model);
  });
  // Those of folds, which nothing else keeps.
  await work.cache.dropCheckpoints(judge.key);
  return { promise, ...looked && { looked }, falseAlarms, confidence, by: judge.by, good: good.length };
}

/** What was fitted, and what it says of good pictures that it has not seen. */
interface FittedJudge {
  readonly method: string;
  /** In the cache, and below `models/`. */
  readonly key: string;
  readonly file: string;
  readonly scores: readonly number[];
  /** The good pictures that they are of. */
  readonly scored: readonly Item[];
  /** Good pictures, and their maps by fits that had not seen them, by their ids. */
  readonly unseen: { readonly items: readonly Item[]; readonly maps: ReadonlyMap<string, GridMap> };
  /** Bad pictures that were learned from. */
  readonly bad: readonly Item[];
  readonly by: UnseenBy;
  readonly model: Pick<ModelFile, "judge" | "detectors" | "classifier">;
}

interface Parts {
  readonly seed: number;
  readonly good: readonly Item[];
}

async function judgeByDetector(work: FitWorkspace, parts: Parts): Promise<FittedJudge> {
  const { task: { key, spec: { detector: { name, type } } }, scores, items, maps, by } = await fitDetector(work, parts);
  return {
    method: detectorNamed(type).title,
    key,
    file: `detectors/${name}.safetensors`,
    ...{ scores, by },
    scored: items,
    unseen: { items, maps },
    bad: [],
    model: { judge: "detector", detectors: [{ name, type }] },
  };
}

async function judgeByClassifier(
  work: FitWorkspace,
  { seed, good, bad }: Parts & { readonly bad: readonly Item[] },
): Promise<FittedJudge> {
  const [named] = work.classifiers;
  const { name, classifier } = named;
  if (bad.length === 0) {
    throw new Error(
      `Cannot train ${classifier.title} without bad pictures: put them into bad/ beside good/, or into train/bad/`,
    );
  }
  const { seen, heldOut } = holdOut(good, seed);
  const training = await planTraining(work, named, { seed, benchmark: "the folder", good: seen, bad });
  const ids = heldOut.map(({ id }) => id);
  const scored = await planClassified(work, training, heldOut.map((item) => ({ item, id: item.id })), []);
  for (const task of [training, scored]) if (!await work.cache.has(task.key)) await runTask(work.resources, task);
  return {
    method: classifier.title,
    key: training.key,
    file: `classifiers/${name}.safetensors`,
    scores: [...(await readScores(work.cache, scored.key, ids)).values()],
    scored: heldOut,
    unseen: { items: good, maps: new Map() },
    bad,
    by: "held out",
    model: { judge: "classifier", detectors: [], classifier: { name, type: classifier.name } },
  };
}
