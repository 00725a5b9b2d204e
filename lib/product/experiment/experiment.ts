/**
 * Which part does what: the pure step from a data set, a split and a seed to lists of pictures.
 *
 * @module
 */
import type { Dataset, Item } from "../../picture/data/dataset.ts";
import { splitAuto } from "../../picture/data/split_auto.ts";
import { splitByCount, splitByShare, splitFolds } from "../../picture/data/split_unsplit.ts";
import { splitOwn, splitTestBad } from "../../picture/data/split_given.ts";
import { splitVad } from "../../picture/data/split_vad.ts";
import type { Split } from "../../picture/data/split.ts";
import { groupedFolds } from "../../method/learn/folds.ts";
import { seededRandom } from "../../base/tensor/random.ts";
import { partGroups } from "./parts.ts";
import type { BenchmarkKind, PipelineDefinition } from "./definition.ts";

/** A picture to map: a part, or a part with a generated defect. */
export interface Source {
  readonly item: Item;
  /** Seed of the generated defect, where there is one. */
  readonly defect?: number;
  /** Unique in an experiment: the part's id, with a suffix for a generated defect. */
  readonly id: string;
}

/** One benchmark of one seed: what the forests are trained on and what they are tested on. */
export interface BenchmarkSplit {
  readonly name: string;
  /** Empty where the benchmark is for detectors alone. */
  readonly good: readonly Source[];
  readonly bad: readonly Source[];
  readonly test: readonly Source[];
  readonly split: Split;
  /** Parts beside these that the judge for new parts scores. */
  readonly fresh?: readonly Source[];
  /** The fold of each part by its id, where all parts train and are judged by what the other folds have taught. */
  readonly folds?: ReadonlyMap<string, number>;
}

/** Everything that one seed decides. */
export interface Experiment {
  readonly seed: number;
  /** What detectors are fitted with: the seed, or the same for all seeds where their parts are too. */
  readonly fitSeed: number;
  /** Good parts that the detectors are fitted on. */
  readonly detectors: readonly Item[];
  readonly benchmarks: readonly BenchmarkSplit[];
  /** Every picture that some benchmark needs a map of, each once, in the order of their ids. */
  readonly sources: readonly Source[];
}

/**
 * Deals the parts out for one seed. No part is tested that a detector was fitted on or a forest was trained on.
 *
 * A benchmark without real bad parts for the forest gives those that the split foresaw back to the test, unless the data
 * set keeps them for training.
 *
 * @throws {RangeError} where the data has too few parts for the split
 */
export function planExperiment(dataset: Dataset, definition: PipelineDefinition, seed: number): Experiment {
  const benchmarks = Object.entries(definition.benchmarks).map(([name, kind]): BenchmarkSplit => {
    const split = splitFor(dataset, definition.split, kind, seed);
    const good = split.forest.filter((item) => item.label === "good");
    const all = split.forest.filter((item) => item.label === "bad");
    const drawn = typeof kind === "object" && kind.kind === "all";
    const bad = drawn ? drawBad(dataset, name, all, kind.bad, seed) : all;
    const folds = definition.split.kind === "folds"
      ? foldsOf([...good, ...bad], definition.split.folds, seed)
      : undefined;
    return {
      ...folds && { folds },
      name,
      good: good.map(plain),
      bad: kind === "generated" ? good.map((item, i) => generated(item, seed, i)) : bad.map(plain),
      test: split.test.map(plain),
      split: drawn ? { ...split, forest: [...good, ...bad] } : split,
    };
  });
  for (const { name, test } of benchmarks) {
    const bad = test.filter(({ item }) => item.label === "bad").length;
    if (bad === 0 || bad === test.length) {
      throw new RangeError(
        `Cannot judge benchmark "${name}" on ${dataset.name} as its test set has ${test.length - bad} good and ` +
          `${bad} bad parts: both are needed`,
      );
    }
  }
  const sources = new Map(
    benchmarks.flatMap(({ good, bad, test }) => [...good, ...bad, ...test]).map((source) => [source.id, source]),
  );
  return {
    seed,
    // The paper's maps of VisA and MVTec AD are those of one fit (Sec. 5.4, App. D).
    fitSeed: definition.split.kind === "test-bad" || definition.split.kind === "folds" ? 0 : seed,
    // The kind of benchmark does not change which parts the detectors are fitted on.
    detectors: benchmarks[0].split.detectors,
    benchmarks,
    sources: [...sources.values()].sort((a, b) => a.id < b.id ? -1 : a.id > b.id ? 1 : 0),
  };
}

/** The first `count` of the seed's permutation, in the order of the data set: draws of one seed lie within each other. */
function drawBad(dataset: Dataset, name: string, bad: readonly Item[], count: number, seed: number): Item[] {
  if (bad.length < count) {
    throw new RangeError(
      `Cannot train the forests of benchmark "${name}" on ${count} bad parts as the split of ${dataset.name} has ${bad.length}`,
    );
  }
  const chosen = new Set(seededRandom(seed).permutation(bad.length).subarray(0, count));
  return bad.filter((_, i) => chosen.has(i));
}

/** Pictures dealt into folds, good and bad ones evenly, those of one part together. */
function foldsOf(parts: readonly Item[], count = 5, seed: number): ReadonlyMap<string, number> {
  const labels = parts.map(({ label }) => Number(label === "bad"));
  const folds = groupedFolds(labels, { count, seed, groups: partGroups(parts) });
  return new Map(parts.map(({ id }, i) => [id, folds[i]]));
}

function splitFor(dataset: Dataset, how: PipelineDefinition["split"], which: BenchmarkKind, seed: number): Split {
  const kind = typeof which === "object" ? which.kind : which;
  if (how.kind === "folds") return splitFolds(dataset, how.fit);
  if (how.kind === "own") {
    const shots = typeof which === "object" && which.kind === "shots" ? which.shots : undefined;
    return splitOwn(dataset, { ...how, seed, train: kind === "none" || kind === "generated" ? kind : "all", shots });
  }
  if (how.kind === "vad") {
    const split = splitVad(dataset, { seed, shots: kind === "all" ? "high" : kind === "low-shot" ? "low" : "none" });
    return kind === "none" ? { ...split, forest: [] } : split;
  }
  const whole = how.kind === "test-bad"
    ? splitTestBad(dataset, { ...how, seed })
    : how.kind === "count"
    ? splitByCount(dataset, { ...how, seed })
    : how.kind === "share"
    ? splitByShare(dataset, { ...how, seed })
    : splitAuto(dataset, { ...how, seed });
  if (kind === "all") return whole;
  const forest = kind === "generated" ? whole.forest.filter((item) => item.label === "good") : [];
  const keepsTest = dataset.items.some((item) => item.split === "test");
  const released = whole.forest.filter((item) => !forest.includes(item) && (item.split === "test" || !keepsTest));
  const test = new Set([...whole.test, ...released]);
  return { detectors: whole.detectors, forest, test: dataset.items.filter((item) => test.has(item)) };
}

function plain(item: Item): Source {
  return { item, id: item.id };
}

function generated(item: Item, seed: number, index: number): Source {
  return { item, defect: (seed * 100_003 + index) % 0x1_0000_0000, id: `${item.id}#generated-${seed}` };
}
