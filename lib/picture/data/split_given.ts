/** Splits of data sets that say which parts are for training and which for tests. @module */
import { seededRandom } from "../../base/tensor/random.ts";
import type { Dataset } from "./dataset.ts";
import { bySplit, dealBySeed, need, type Split } from "./split.ts";

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
 * import { splitTestBad } from "./split_given.ts";
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
 * import { splitOwn } from "./split_given.ts";
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
