/**
 * Supervised classifiers g: one training for each seed, benchmark with real bad parts and classifier; then the score of
 * every picture of the benchmark.
 *
 * A classifier whose score a forest sees is trained on 80 % of the full training set, good and bad alike (SegAD,
 * Sec. 4.1), so that its training parts and the forest's do not fully overlap; so is the one that is kept for scoring, as
 * its threshold needs parts that it has not seen. Others, and all with the data set's own split, see the whole training
 * set (appendix B).
 * @module
 */
import { observe } from "../../method/learn/observation.ts";
import { largest } from "../../method/classify/classifier_file.ts";
import type { Item } from "../../picture/data/dataset.ts";
import { readMask } from "../../picture/data/mask.ts";
import { upsampleMap } from "../../method/learn/upsample.ts";
import { addPixels, pixelCounts, pixelFigures } from "../../method/evaluate/pixel_counts.ts";
import { checkScores } from "../../method/evaluate/decide.ts";
import { readSafetensors, writeSafetensors } from "../../base/io/safetensors.ts";
import { seededRandom } from "../../base/tensor/random.ts";
import { rows } from "../../base/tensor/tensor.ts";
import { keyOf } from "./cache.ts";
import type { PipelineDefinition } from "../experiment/definition.ts";
import type { NamedClassifier } from "./methods.ts";
import type { BenchmarkSplit, Experiment, Source } from "../experiment/experiment.ts";
import type { FeatureTable } from "./feature_table.ts";
import type { FitPictures } from "./picture_memory.ts";
import { fitLabelled, loadFitted, masksInKey } from "./fitting.ts";
import { writePixels } from "./pixel_step.ts";
import { sourceBatches } from "./source_batches.ts";
import { recordTiming } from "./timings.ts";
import type { Workspace } from "./workspace.ts";

/** The share of the training parts that a classifier sees where some must be left. */
const SHARE = 0.8;

/** One training of a classifier and the pictures that it scores. */
export interface ClassifyTask extends NamedClassifier {
  readonly seed: number;
  readonly benchmark: string;
  /** Training parts, good ones first, and 1 for each bad one. */
  readonly parts: readonly Source[];
  readonly labels: readonly (0 | 1)[];
  /** All pictures of the benchmark: the forest's and the test's. */
  readonly sources: readonly Source[];
  /** Of the trained classifier, and of the scores. */
  readonly fitKey: string;
  readonly scoresKey: string;
  /** Of the figures over the pixels of the test parts, where they are judged and it gives maps. */
  readonly pixelsKey?: string;
  readonly test: readonly Source[];
}

/** The trainings of one seed; a benchmark without real bad training parts has none. */
export function planClassifiers(work: Workspace, experiment: Experiment): ClassifyTask[] {
  const { classifiers, definition } = work;
  const { seed } = experiment;
  return experiment.benchmarks.filter(hasRealBad).flatMap((benchmark) =>
    classifiers.map((named): ClassifyTask => {
      const [allGood, allBad] = [benchmark.good, benchmark.bad].map((sources) => sources.map(({ item }) => item));
      const every = definition.split.kind === "own" ? allGood : [...experiment.detectors, ...allGood];
      const [good, bad] = [every, allBad].map((items) =>
        leavesParts(definition, named.name) ? drawn(items, seed) : items
      );
      const sources = [...benchmark.good, ...benchmark.bad, ...benchmark.test];
      return classifyTask(work, named, { seed, benchmark: benchmark.name, good, bad, sources, test: benchmark.test });
    })
  );
}

/** A training on some good and bad parts and the scores of some pictures: what they depend on is in their keys. */
export function classifyTask(
  work: Workspace,
  named: NamedClassifier,
  { good, bad, ...task }: Pick<ClassifyTask, "seed" | "benchmark" | "sources" | "test"> & {
    readonly good: readonly Item[];
    readonly bad: readonly Item[];
  },
): ClassifyTask {
  const { definition, backbone, runtime, hashes, code } = work;
  const parts = [...good, ...bad].map((item): Source => ({ item, id: item.id }));
  const fitKey = keyOf("classifiers", {
    classifier: named.classifier.name,
    config: named.config,
    backbone: { sha256: backbone.sha256, mean: backbone.mean, std: backbone.std },
    picture: definition.picture,
    parts: parts.map(({ id }) => hashes.get(id)),
    bad: bad.length,
    ...masksInKey(work, named.classifier, parts),
    seed: task.seed,
    device: runtime.device,
    code: code.classifiers,
  });
  const scoresKey = keyOf("classified", { fitKey, pictures: task.sources.map(({ id }) => hashes.get(id)) });
  const pixelsKey = definition.pixel && named.classifier.masks && keyOf("pixels", {
    scoresKey,
    test: task.test.map(({ id }) => [hashes.get(id), work.masks.get(id)]),
    code: code.pixels,
  });
  const labels = parts.map((_, i) => i < good.length ? 0 : 1);
  return { ...named, ...task, parts, labels, fitKey, scoresKey, ...pixelsKey && { pixelsKey } };
}

/** Whether a classifier must leave some training parts to the forest or the threshold. */
export function leavesParts({ split, methods, decision }: PipelineDefinition, name: string): boolean {
  if (split.kind === "own") return false;
  const kept = methods[decision.method];
  return "alone" in kept && kept.alone === name ||
    Object.values(methods).some((how) => "forest" in how && how.classifier === name);
}

function hasRealBad({ bad }: BenchmarkSplit): boolean {
  return bad.length > 0 && bad.every(({ defect }) => defect === undefined);
}

function drawn(items: readonly Item[], seed: number): Item[] {
  const order = seededRandom(seed).permutation(items.length);
  return Array.from(order.subarray(0, Math.max(1, Math.floor(SHARE * items.length))), (i) => items[i]);
}

/** Trains where that is missing, scores the pictures, and keeps both. */
export async function runClassifier(work: Workspace, task: ClassifyTask, pictures: FitPictures): Promise<void> {
  const { cache, reporter, signal, definition: { picture }, backbone } = work;
  const { classifier, config, seed, parts, labels, fitKey, scoresKey } = task;
  const step = `Train ${classifier.title} for ${task.benchmark}, seed ${seed}`;
  if (!await cache.has(fitKey)) {
    await fitLabelled(work, {
      estimator: classifier,
      config,
      step,
      key: fitKey,
      parts,
      labels,
      layers: backbone.layers,
      seed,
    }, pictures);
  }
  const applied = await loadFitted(work, classifier, fitKey);
  try {
    const scores: number[] = [];
    let spent = 0;
    const extractor = await work.extractor();
    const wanted = classifier.layers(config, backbone.layers).length > 0;
    const judged = new Set(task.pixelsKey === undefined ? [] : task.test.map(({ id }) => id));
    const counts = judged.size > 0 ? pixelCounts() : undefined;
    for await (const { image, sources } of sourceBatches(work.loader(), task.sources, work.segments.mapOf, signal)) {
      const seen = await observe(wanted ? extractor : undefined, image);
      const begun = performance.now();
      const map = counts && await applied.segment?.(seen);
      scores.push(...(map ? largest(map) : await applied.classify(seen)).data);
      spent += performance.now() - begun;
      for (const [n, { id, item }] of sources.entries()) {
        // What was trained at picture size is not smoothed.
        if (map && judged.has(id)) {
          const mask = await readMask(item, picture, work.masks.get(item.id));
          addPixels(counts, upsampleMap(rows(map, n, n + 1), picture, 0).data, mask);
        }
      }
      reporter.progress({
        step: `${classifier.title} scores, seed ${seed}`,
        done: scores.length,
        total: task.sources.length,
      });
    }
    // Here and not in a cell: a forest would take one that is not finite for a value that is missing.
    checkScores(classifier.title, task.sources.map(({ id }) => id), scores);
    const data = Float32Array.from(scores);
    if (counts && task.pixelsKey !== undefined) await writePixels(cache, task.pixelsKey, pixelFigures(counts));
    await cache.write(scoresKey, writeSafetensors({ scores: { dtype: "f32", shape: [data.length], data } }));
    await recordTiming(cache, fitKey, "use", { seconds: spent / 1000, pictures: data.length });
  } finally {
    await applied.release();
  }
}

/**
 * The scores of a training's pictures by their ids.
 *
 * @throws {Error} where they are not kept
 */
export async function classifierScores(
  work: Pick<Workspace, "cache">,
  { classifier, scoresKey, sources }: ClassifyTask,
): Promise<ReadonlyMap<string, number>> {
  const data = await work.cache.load(scoresKey, (bytes) => {
    const { scores } = readSafetensors(bytes, scoresKey).tensors;
    if (scores?.dtype === "f32" && scores.data.length === sources.length) return scores.data;
    throw new SyntaxError(`Cannot read "${scoresKey}" as scores`);
  });
  if (!data) throw new Error(`Cannot find the scores of ${classifier.title} "${scoresKey}": run again`);
  return new Map(sources.map(({ id }, i) => [id, data[i]]));
}

/**
 * The table of a benchmark with the classifiers' scores: a column each (`wrn.score`), and behind the detectors' own
 * scores. Pictures of other benchmarks have none and are left out.
 */
export async function withClassifiers(
  work: Pick<Workspace, "cache" | "definition">,
  table: FeatureTable,
  tasks: readonly ClassifyTask[],
): Promise<FeatureTable> {
  if (tasks.length === 0) return table;
  const found = await Promise.all(tasks.map((task) => classifierScores(work, task)));
  const widened = (rows: ReadonlyMap<string, Float32Array>, none: number) =>
    new Map(tasks[0].sources.map(({ id }) => [
      id,
      Float32Array.of(...rows.get(id) ?? new Array(none).fill(NaN), ...found.map((scores) => scores.get(id)!)),
    ]));
  return {
    columns: [...table.columns, ...tasks.map(({ name }) => `${name}.score`)],
    rows: widened(table.rows, table.columns.length),
    // Where all detectors failed, none has a score.
    scores: widened(table.scores, Object.keys(work.definition.detectors).length),
  };
}
