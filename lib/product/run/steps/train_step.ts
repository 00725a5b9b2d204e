/**
 * Supervised classifiers g: one training for each seed, benchmark with real bad parts and classifier.
 *
 * A classifier whose score a forest sees is trained on 80 % of the full training set, good and bad alike (SegAD,
 * Sec. 4.1), so that its training parts and the forest's do not fully overlap; so is the one that is kept for scoring, as
 * its threshold needs parts that it has not seen. Others, and all with the data set's own split, see the whole training
 * set (appendix B).
 * @module
 */
import { pixelSettings } from "../../../picture/image/decode.ts";
import { classifierNamed } from "../../../method/classify/table.ts";
import type { Item } from "../../../picture/data/dataset.ts";
import { seededRandom } from "../../../base/tensor/random.ts";
import type { PipelineDefinition } from "../../experiment/definition.ts";
import type { BenchmarkSplit, Experiment, Source } from "../../experiment/experiment.ts";
import { stratifiedFolds } from "../../experiment/folds.ts";
import { keyOf } from "../cache/cache.ts";
import { fitLabelled, type FittingSpec, type Named } from "./fitting.ts";
import type { NamedClassifier } from "./methods.ts";
import { picturesOf } from "./pictures_of.ts";
import type { Resources } from "./resources.ts";
import type { Task } from "./task.ts";
import type { FitWorkspace, Workspace } from "./workspace.ts";

/** The share of the training parts that a classifier sees where some must be left. */
const SHARE = 0.8;

/** What a training needs to know. Its pictures are training parts, good ones first. */
export interface TrainSpec extends FittingSpec {
  readonly classifier: Named;
  readonly benchmark: string;
  /** 1 for each bad part. */
  readonly labels: readonly (0 | 1)[];
  /** The fold of the forest's parts that it has not seen, from 0; left out of the one that has seen all that it may. */
  readonly fold?: number;
}

/** One training of a classifier. */
export type TrainTask = Task<"train", TrainSpec>;

/** The trainings of one benchmark; none without real bad training parts. */
export async function planTrainings(
  work: Workspace,
  experiment: Experiment,
  benchmark: BenchmarkSplit,
): Promise<TrainTask[]> {
  const { classifiers, definition } = work;
  const { seed } = experiment;
  if (!hasRealBad(benchmark)) return [];
  const [allGood, allBad] = [benchmark.good, benchmark.bad].map((sources) => sources.map(({ item }) => item));
  const every = definition.split.kind === "own" ? allGood : [...experiment.detectors, ...allGood];
  return await Promise.all(classifiers.map((named) => {
    const [good, bad] = [every, allBad].map((items) =>
      leavesParts(definition, named.name) ? drawn(items, seed) : items
    );
    return planTraining(work, named, { seed, benchmark: benchmark.name, good, bad });
  }));
}

/** Trainings each without a fold of the forest's parts, and these parts. */
export interface FoldTraining {
  readonly training: TrainTask;
  readonly heldOut: readonly Source[];
}

/**
 * The trainings whose scores the forests of a benchmark learn from where these are cross-fitted: those of the classifiers that
 * forests see.
 *
 * @throws {RangeError} where there is only one good or one bad part
 */
export async function planFoldTrainings(
  work: Workspace,
  { seed, detectors }: Experiment,
  benchmark: BenchmarkSplit,
): Promise<FoldTraining[]> {
  const { classifiers, definition: { crossFit, methods } } = work;
  if (crossFit === undefined || !hasRealBad(benchmark)) return [];
  const { good, bad, name } = benchmark;
  const parts = [...good, ...bad];
  const count = Math.min(crossFit, good.length, bad.length);
  if (count < 2) {
    throw new RangeError(
      `Cannot cross-fit classifiers in "${name}" as there are ${good.length} good and ${bad.length} bad parts: two of each are needed`,
    );
  }
  const folds = stratifiedFolds(Uint8Array.from(parts, (_, i) => i < good.length ? 0 : 1), count, seed);
  const seen = classifiers.filter(({ name }) => seesClassifier(methods, name));
  return await Promise.all(
    seen.flatMap((named) =>
      Array.from({ length: count }, async (_, fold): Promise<FoldTraining> => {
        const others = (from: number, to: number) =>
          parts.slice(from, to).filter((_, i) => folds[from + i] !== fold).map(({ item }) => item);
        const training = await planTraining(work, named, {
          ...{ seed, benchmark: name, fold },
          good: [...detectors, ...others(0, good.length)],
          bad: others(good.length, parts.length),
        });
        return { training, heldOut: parts.filter((_, i) => folds[i] === fold) };
      })
    ),
  );
}

/** A training on some good and bad parts. */
export async function planTraining(
  work: FitWorkspace,
  { name, classifier, config }: NamedClassifier,
  { seed, benchmark, fold, good, bad }: Pick<TrainSpec, "seed" | "benchmark" | "fold"> & {
    readonly good: readonly Item[];
    readonly bad: readonly Item[];
  },
): Promise<TrainTask> {
  const { runtime, code } = work;
  const { backbone, sight } = work.lookOf(name);
  const masks = classifier.masks === true;
  const pictures = await picturesOf(work, [...good, ...bad].map((item) => ({ item, id: item.id })), masks);
  return {
    kind: "train",
    key: keyOf("classifiers", {
      classifier: classifier.name,
      config,
      backbone: { sha256: backbone.sha256, mean: backbone.mean, std: backbone.std },
      picture: pixelSettings(sight.picture),
      parts: pictures.map(({ sha256 }) => sha256),
      bad: bad.length,
      ...masks && { masks: pictures.map(({ mask }) => mask ?? "") },
      seed,
      device: runtime.device,
      code: code.train,
    }),
    title: `Train ${classifier.title} for ${benchmark}, seed ${seed}${fold === undefined ? "" : `, fold ${fold + 1}`}`,
    needs: [],
    spec: {
      ...{ sight, benchmark, seed, pictures },
      ...fold !== undefined && { fold },
      classifier: { name, type: classifier.name, config },
      labels: pictures.map((_, i) => i < good.length ? 0 : 1),
    },
  };
}

/** Whether a classifier must leave some training parts to the forest or the threshold. */
export function leavesParts({ split, methods, decision, crossFit }: PipelineDefinition, name: string): boolean {
  if (split.kind === "own") return false;
  const kept = methods[decision.method];
  return "alone" in kept && kept.alone === name || crossFit === undefined && seesClassifier(methods, name);
}

function seesClassifier(methods: PipelineDefinition["methods"], name: string): boolean {
  return Object.values(methods).some((how) => "forest" in how && how.classifier === name);
}

function hasRealBad({ bad }: BenchmarkSplit): boolean {
  return bad.length > 0 && bad.every(({ defect }) => defect === undefined);
}

function drawn(items: readonly Item[], seed: number): Item[] {
  const order = seededRandom(seed).permutation(items.length);
  return Array.from(order.subarray(0, Math.max(1, Math.floor(SHARE * items.length))), (i) => items[i]);
}

/** Trains a classifier and keeps it. */
export async function runTraining(resources: Resources, task: TrainTask): Promise<void> {
  const { classifier: { type, config }, labels, sight } = task.spec;
  const { layers } = resources.backbone(sight.backbone);
  await fitLabelled(resources, { estimator: classifierNamed(type), config, task, layers, labels });
}
