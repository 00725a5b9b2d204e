/**
 * Which parts the detectors are fitted on, which train the forest and which are judged: pure functions of a data set and a seed.
 * All draw with `seededRandom`, numpy's RandomState. Only `splitVad` takes the lists of the data set as they are; the
 * others judge bad parts of unseen kinds and never train on them.
 * @module
 */
import { seededRandom } from "../../base/tensor/random.ts";
import type { Dataset, Item } from "./dataset.ts";
import { firstFew } from "../../base/text/first_few.ts";
import { ownOf } from "../../base/text/own.ts";

/** Three lists without a part in common. */
export interface Split {
  /** Good parts that the detectors are fitted on. */
  readonly detectors: readonly Item[];
  /** Good parts, then bad ones, that train the forest. */
  readonly forest: readonly Item[];
  /** What is judged on, seen by nothing that was fitted or trained. */
  readonly test: readonly Item[];
}

/** The bad training parts of VAD's three benchmarks (SegAD paper, Sec. 3.1): none, those of a list, all. */
export type Shots = "none" | "low" | "high";

/**
 * VAD as in the paper (Sec. 5): half of the good training parts, by seed, for the detectors, the other half for the
 * forest, with the bad parts of the benchmark; the test parts are those of the data set.
 * The first ⌊n/2⌋ entries of the seed's permutation are the detectors' parts; lists keep the order of the data set.
 *
 * @throws {RangeError} where there are fewer than two good parts, no bad ones, or no low-shot list of the seed
 *
 * ```ts
 * import { splitVad } from "./split.ts";
 * const item = (name: string, split: "train" | "test", label: "good" | "bad") =>
 *   ({ id: name, path: name, split, label, unseen: false });
 * const items = [item("a", "train", "good"), item("b", "train", "good"), item("c", "train", "bad"), item("d", "test", "bad")];
 * const { detectors, forest, test } = splitVad({ name: "vad", root: ".", items }, { seed: 1, shots: "high" });
 * console.assert(detectors.length === 1 && forest.length === 2 && test.length === 1);
 * ```
 */
export function splitVad(dataset: Dataset, { seed, shots }: { seed: number; shots: Shots }): Split {
  const { train, test } = bySplit(dataset.items);
  const [detectors, good] = dealBySeed(train.good, Math.floor(train.good.length / 2), seed);
  need(dataset, "good training parts for detectors and forest", detectors.length && good.length ? 1 : 0);
  const bad = shots === "none" ? [] : shots === "high" ? train.bad : lowShotItems(dataset, train.bad, seed);
  if (shots === "high") need(dataset, "bad training parts for the forest", bad.length);
  return { detectors, forest: [...good, ...bad], test: test.all };
}

/** The published code's seeds, in its order: the first belongs to the first low-shot list, and so on. */
export const PUBLISHED_SEEDS: readonly number[] = [333, 576, 725, 823, 831, 902, 226, 598, 874, 589];

/**
 * The low-shot list of a seed: that under the seed itself, or where the lists are called otherwise, that in the place which the
 * seed has among {@linkcode PUBLISHED_SEEDS}. Undefined where there is none.
 *
 * ```ts
 * import { lowShotList } from "./split.ts";
 * const lowShot = { "split a": ["1.png"], "split b": ["2.png"] };
 * console.assert(lowShotList(lowShot, 576)?.join() === "2.png");
 * ```
 */
export function lowShotList(lists: NonNullable<Dataset["lowShot"]>, seed: number): readonly string[] | undefined {
  const own = ownOf(lists, String(seed));
  if (own) return own;
  // Some lists of seeds are lists of seeds: another seed has none.
  if (PUBLISHED_SEEDS.some((known) => Object.hasOwn(lists, String(known)))) return undefined;
  return Object.values(lists)[PUBLISHED_SEEDS.indexOf(seed)];
}

function lowShotItems(dataset: Dataset, bad: readonly Item[], seed: number): Item[] {
  const ids = dataset.lowShot && lowShotList(dataset.lowShot, seed);
  if (!ids) {
    const keys = Object.keys(dataset.lowShot ?? {}).join(", ");
    throw new RangeError(
      `Cannot split ${dataset.name} for seed ${seed} as ${
        keys ? `its low-shot lists are ${keys}` : "it has no low-shot list"
      }`,
    );
  }
  const wanted = new Set(ids);
  const found = bad.filter((item) => wanted.has(item.id));
  if (found.length < wanted.size) {
    const missing = [...wanted].filter((id) => !found.some((item) => item.id === id));
    throw new RangeError(
      `Cannot split ${dataset.name} for seed ${seed} as its low-shot list names ${
        firstFew(missing)
      }, which are no bad training parts`,
    );
  }
  return found;
}

/**
 * VisA and MVTec AD as in the paper (Sec. 5.4, App. D): `bad` test parts by seed move to the forest; of the good
 * training parts a share trains the forest and the others the detectors, drawn with `goodSeed`, so that detectors are
 * fitted once for all seeds.
 *
 * Bad parts of unseen kinds are judged. The others follow scikit-learn's `train_test_split(bad, test_size = n − bad, random_state = seed)`: the first
 * n − bad entries of the permutation are judged, the next `bad` train, both in that order.
 *
 * @throws {RangeError} where a list would be empty
 *
 * ```ts
 * import { splitTestBad } from "./split.ts";
 * const parts = (count: number, split: "train" | "test", label: "good" | "bad") =>
 *   Array.from({ length: count }, (_, i) => ({ id: `${split}/${label}/${i}`, path: "", split, label, unseen: false }));
 * const items = [...parts(20, "train", "good"), ...parts(5, "test", "good"), ...parts(30, "test", "bad")];
 * const { detectors, forest, test } = splitTestBad({ name: "pcb1", root: ".", items }, { seed: 333 });
 * console.assert(detectors.length === 18 && forest.length === 2 + 10 && test.length === 5 + 20);
 * ```
 */
export function splitTestBad(
  dataset: Dataset,
  { seed, bad = 10, goodShare = 0.1, goodSeed = 0 }: {
    seed: number;
    bad?: number;
    goodShare?: number;
    goodSeed?: number;
  },
): Split {
  const { train, test } = bySplit(dataset.items);
  const forestCount = Math.round(train.good.length * goodShare);
  const [forestGood, detectors] = dealBySeed(train.good, forestCount, goodSeed);
  const seen = test.bad.filter((item) => !item.unseen);
  const judged = seen.length - bad;
  need(dataset, "good training parts for the forest", forestGood.length);
  need(dataset, "good training parts for the detectors", detectors.length);
  need(dataset, `bad test parts besides ${bad} for the forest`, judged);
  const order = seededRandom(seed).permutation(seen.length);
  const pick = (from: number, to: number) => Array.from(order.subarray(from, to), (i) => seen[i]);
  return {
    detectors,
    forest: [...forestGood, ...pick(judged, judged + bad)],
    test: [...test.good, ...pick(0, judged), ...test.bad.filter((item) => item.unseen)],
  };
}

/**
 * The data set's own split, as in the SPD paper (ECCV 2022): all good training parts serve to fit the detectors, all test parts are
 * judged. The training parts of `train` are "all" of them, with `shots` that many good and that many bad ones by seed, or
 * "generated": a tenth of the good ones by seed, to be given defects; or "none". They may be among the detectors' parts, unless a share `held` of the good ones by seed is kept from these: then
 * the held ones are given defects.
 *
 * @throws {RangeError} where there are fewer good or bad training parts than shots, or none at all
 *
 * ```ts
 * import { splitOwn } from "./split.ts";
 * const parts = (count: number, split: "train" | "test", label: "good" | "bad") =>
 *   Array.from({ length: count }, (_, i) => ({ id: `${split}/${label}/${i}`, path: "", split, label, unseen: false }));
 * const items = [...parts(20, "train", "good"), ...parts(9, "train", "bad"), ...parts(5, "test", "bad")];
 * const { detectors, forest, test } = splitOwn({ name: "pcb1", root: ".", items }, { seed: 333, train: "all", shots: 5 });
 * console.assert(detectors.length === 20 && forest.length === 5 + 5 && test.length === 5);
 * ```
 */
export function splitOwn(
  dataset: Dataset,
  { seed, train: which, shots, held = 0 }: {
    seed: number;
    train: "all" | "generated" | "none";
    shots?: number;
    held?: number;
  },
): Split {
  const { train, test } = bySplit(dataset.items);
  need(dataset, "good training parts", train.good.length);
  need(dataset, "test parts", test.all.length);
  const count = held > 0 ? Math.max(1, Math.round(train.good.length * held)) : Math.ceil(train.good.length / 10);
  const [drawn, others] = dealBySeed(train.good, count, seed);
  if (held > 0) need(dataset, "good training parts for the detectors", others.length);
  const base = { detectors: held > 0 ? others : train.good, test: test.all };
  if (which === "none") return { ...base, forest: [] };
  if (which === "generated") return { ...base, forest: drawn };
  need(dataset, "bad training parts", train.bad.length);
  if (shots === undefined) return { ...base, forest: [...train.good, ...train.bad] };
  need(dataset, `${shots} good training parts`, Math.floor(train.good.length / shots));
  need(dataset, `${shots} bad training parts`, Math.floor(train.bad.length / shots));
  return { ...base, forest: [train.good, train.bad].flatMap((items) => dealBySeed(items, shots, seed)[0]) };
}

/**
 * Every part for everything: all good parts serve to fit the detectors, all train, all are judged. That only says something where each
 * is judged by what has not seen it.
 *
 * @param fit ids of the good parts that serve to fit the detectors, where it is not all
 * @throws {RangeError} where there are fewer than three good parts or two bad ones
 *
 * ```ts
 * import { splitFolds } from "./split.ts";
 * const parts = (count: number, label: "good" | "bad") =>
 *   Array.from({ length: count }, (_, i) => ({ id: `${label}/${i}`, path: "", split: "train" as const, label, unseen: false }));
 * const { detectors, test } = splitFolds({ name: "mine", root: ".", items: [...parts(9, "good"), ...parts(2, "bad")] });
 * console.assert(detectors.length === 9 && test.length === 11);
 * ```
 */
export function splitFolds(dataset: Dataset, fit?: readonly string[]): Split {
  const good = dataset.items.filter(({ label }) => label === "good");
  const fitted = new Set(fit);
  const detectors = fit ? good.filter(({ id }) => fitted.has(id)) : good;
  const bad = dataset.items.filter(({ label }) => label === "bad");
  need(dataset, "good parts besides two", good.length - 2);
  need(dataset, "bad parts besides one", bad.length - 1);
  need(dataset, "good parts besides two that detectors are fitted on", detectors.length - 2);
  return { detectors, forest: [...good, ...bad], test: dataset.items };
}

/** Below twice this many bad test parts, half of them move to the forest. */
const MOVED = 20;

/**
 * By the split that the data set has:
 *
 * - Bad training parts (VAD): half of the good training parts, by seed, serve to fit the detectors; the others and all bad ones
 *   train the forest; the test parts are judged.
 * - None (MVTec AD, SegAD paper, App. E): 20 bad test parts by seed move to the forest, half of them where there are
 *   fewer than 40; a tenth of the good training parts, at least one, trains the forest and the others serve to fit the detectors,
 *   whatever the seed.
 * - No split of its own, which is where training or test parts are missing: {@linkcode splitByShare} with the shares
 *   given, which the other two do not look at.
 *
 * @throws {RangeError} where a list would be empty
 *
 * ```ts
 * import { splitAuto } from "./split.ts";
 * const parts = (count: number, split: "train" | "test", label: "good" | "bad") =>
 *   Array.from({ length: count }, (_, i) => ({ id: `${split}/${label}/${i}`, path: "", split, label, unseen: false }));
 * const items = [...parts(20, "train", "good"), ...parts(5, "test", "good"), ...parts(30, "test", "bad")];
 * const { detectors, forest, test } = splitAuto({ name: "cable", root: ".", items }, { seed: 333 });
 * console.assert(detectors.length === 18 && forest.length === 2 + 15 && test.length === 5 + 15);
 * ```
 */
export function splitAuto(
  dataset: Dataset,
  options: { seed: number; detectors?: number; good?: number; bad?: number },
): Split {
  const { seed } = options;
  const { train, test } = bySplit(dataset.items);
  if (train.all.length === 0 || test.all.length === 0) return splitByShare(dataset, options);
  if (train.bad.some((item) => !item.unseen)) {
    const { detectors, forest, test: judged } = splitVad(dataset, { seed, shots: "high" });
    const unseen = forest.filter((item) => item.unseen);
    return { detectors, forest: forest.filter((item) => !item.unseen), test: [...judged, ...unseen] };
  }
  const seen = test.bad.filter((item) => !item.unseen).length;
  const bad = seen < 2 * MOVED ? Math.max(1, Math.floor(seen / 2)) : MOVED;
  const split = splitTestBad(dataset, { seed, bad, goodShare: Math.max(0.1, 1 / train.good.length) });
  return { ...split, test: [...split.test, ...train.bad] };
}

/**
 * Data without a split of its own, by count: the first `detectors` good parts in the order of the data set, whatever the
 * seed; of the other good parts `good` and of the bad parts `bad` by seed for the forest; the rest is judged, and with it
 * all bad parts of unseen kinds.
 *
 * @throws {RangeError} where there are too few parts, or none is left to judge
 *
 * ```ts
 * import { splitByCount } from "./split.ts";
 * const parts = (count: number, label: "good" | "bad") =>
 *   Array.from({ length: count }, (_, i) => ({ id: `${label}/${i}`, path: "", split: "train" as const, label, unseen: false }));
 * const dataset = { name: "cells", root: ".", items: [...parts(9, "good"), ...parts(6, "bad")] };
 * const { detectors, forest, test } = splitByCount(dataset, { seed: 1, detectors: 4, good: 2, bad: 3 });
 * console.assert(detectors[0].id === "good/0" && forest.length === 5 && test.length === 6);
 * ```
 */
export function splitByCount(
  dataset: Dataset,
  { seed, detectors, good, bad }: { seed: number; detectors: number; good: number; bad: number },
): Split {
  const all = byLabel(dataset.items);
  return deal(dataset, all.good.slice(0, detectors), all.good.slice(detectors), {
    seed,
    good,
    bad,
    detectors,
  });
}

/**
 * Data without a split of its own, by share: by seed `detectors` of the good parts (half), `good` of them for the forest
 * (a fifth) and `bad` of the bad ones (half), rounded; the rest is judged, and with it all bad parts of unseen kinds,
 * which `bad` does not count.
 *
 * @throws {RangeError} where a list would be empty: at least 4 good and 2 bad parts are needed by default
 *
 * ```ts
 * import { splitByShare } from "./split.ts";
 * const parts = (count: number, label: "good" | "bad") =>
 *   Array.from({ length: count }, (_, i) => ({ id: `${label}/${i}`, path: "", split: "train" as const, label, unseen: false }));
 * const { detectors, forest, test } = splitByShare(
 *   { name: "parts", root: ".", items: [...parts(10, "good"), ...parts(4, "bad")] },
 *   { seed: 1 },
 * );
 * console.assert(detectors.length === 5 && forest.length === 4 && test.length === 5);
 * ```
 */
export function splitByShare(
  dataset: Dataset,
  { seed, detectors = 0.5, good = 0.2, bad = 0.5 }: { seed: number; detectors?: number; good?: number; bad?: number },
): Split {
  const all = byLabel(dataset.items);
  const count = Math.round(all.good.length * detectors);
  const [first, others] = dealBySeed(all.good, count, seed);
  const seen = all.bad.filter((item) => !item.unseen).length;
  return deal(dataset, first, others, {
    seed,
    detectors: Math.max(1, count),
    good: Math.max(1, Math.round(all.good.length * good)),
    bad: Math.max(1, Math.round(seen * bad)),
  });
}

function deal(
  dataset: Dataset,
  detectors: Item[],
  others: Item[],
  wanted: { seed: number; detectors: number; good: number; bad: number },
): Split {
  const counts = [wanted.detectors, wanted.good, wanted.bad];
  if (!counts.every((count) => Number.isInteger(count) && count >= 0)) {
    throw new RangeError(
      `Cannot split ${dataset.name} into ${counts.join(", ")} parts as counts are whole numbers from 0`,
    );
  }
  const allBad = dataset.items.filter((item) => item.label === "bad");
  const seen = allBad.filter((item) => !item.unseen);
  const goodLeft = others.length - wanted.good;
  const badLeft = allBad.length - wanted.bad;
  if (detectors.length < wanted.detectors || goodLeft < 1 || badLeft < 1 || seen.length < wanted.bad) {
    const unseen = allBad.length - seen.length;
    throw new RangeError(
      `Cannot split ${dataset.name} as ${wanted.detectors} good parts for the detectors, ${wanted.good} good and ` +
        `${wanted.bad} bad ones for the forest leave none of each to judge: it has ${
          detectors.length + others.length
        } good and ${allBad.length} bad ones${unseen > 0 ? `, ${unseen} of these of unseen kinds` : ""}`,
    );
  }
  // Good and bad draw apart: a bad part more or less does not change the good ones.
  const [forestGood, testGood] = dealBySeed(others, wanted.good, wanted.seed);
  const [forestBad] = dealBySeed(seen, wanted.bad, wanted.seed);
  const trained = new Set(forestBad);
  const tested = new Set([...testGood, ...allBad.filter((item) => !trained.has(item))]);
  return { detectors, forest: [...forestGood, ...forestBad], test: dataset.items.filter((item) => tested.has(item)) };
}

/** The items at the first `count` entries of the seed's permutation, and the others, both in their own order. */
function dealBySeed(items: readonly Item[], count: number, seed: number): [Item[], Item[]] {
  const chosen = new Set(seededRandom(seed).permutation(items.length).subarray(0, count));
  return [items.filter((_, i) => chosen.has(i)), items.filter((_, i) => !chosen.has(i))];
}

function byLabel(items: readonly Item[]) {
  const of = (label: Item["label"]) => items.filter((item) => item.label === label);
  return { all: [...items], good: of("good"), bad: of("bad") };
}

function bySplit(items: readonly Item[]) {
  const of = (split: Item["split"]) => byLabel(items.filter((item) => item.split === split));
  return { train: of("train"), test: of("test") };
}

function need({ name, items }: Dataset, what: string, count: number): void {
  if (count >= 1) return;
  const { train, test } = bySplit(items);
  throw new RangeError(
    `Cannot split ${name} as there are no ${what}: it has ${train.good.length} good and ${train.bad.length} bad training ` +
      `parts, ${test.good.length} good and ${test.bad.length} bad test parts`,
  );
}
