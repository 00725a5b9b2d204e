/**
 * Three lists of the parts of a data set: which the detectors are fitted on, which train the forest and which are judged. Splits are
 * pure functions of a data set and a seed. All draw with `seededRandom`, numpy's RandomState. Only `splitVad` takes the lists of
 * the data set as they are; the others judge bad parts of unseen kinds and never train on them.
 * @module
 */
import { seededRandom } from "../../base/tensor/random.ts";
import type { Dataset, Item } from "./dataset.ts";

/** Three lists without a part in common. */
export interface Split {
  /** Good parts that the detectors are fitted on. */
  readonly detectors: readonly Item[];
  /** Good parts, then bad ones, that train the forest. */
  readonly forest: readonly Item[];
  /** What is judged on, seen by nothing that was fitted or trained. */
  readonly test: readonly Item[];
}

/** The items at the first `count` entries of the seed's permutation, and the others, both in their own order. */
export function dealBySeed(items: readonly Item[], count: number, seed: number): [Item[], Item[]] {
  const chosen = new Set(seededRandom(seed).permutation(items.length).subarray(0, count));
  return [items.filter((_, i) => chosen.has(i)), items.filter((_, i) => !chosen.has(i))];
}

/** Parts, and the good and the bad ones among them. */
export function byLabel(items: readonly Item[]) {
  const of = (label: Item["label"]) => items.filter((item) => item.label === label);
  return { all: [...items], good: of("good"), bad: of("bad") };
}

/** {@linkcode byLabel} of the training and of the test parts. */
export function bySplit(items: readonly Item[]) {
  const of = (split: Item["split"]) => byLabel(items.filter((item) => item.split === split));
  return { train: of("train"), test: of("test") };
}

/** Refuses a data set that lacks something. */
export function need({ name, items }: Dataset, what: string, count: number): void {
  if (count >= 1) return;
  const { train, test } = bySplit(items);
  throw new RangeError(
    `Cannot split ${name} as there are no ${what}: it has ${train.good.length} good and ${train.bad.length} bad training ` +
      `parts, ${test.good.length} good and ${test.bad.length} bad test parts`,
  );
}
