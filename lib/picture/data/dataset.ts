/** What a data set is: labelled files, and nothing about how they lie on disk. @module */

/** One picture of a part. */
export interface Item {
  /** The path relative to the root with `/` between its parts; unique, and the same on every machine. */
  readonly id: string;
  /** Where the file is. */
  readonly path: string;
  /** `test` where the data set keeps the part for judging; `train` where it does not, or has no split of its own. */
  readonly split: "train" | "test";
  /** Whether the part is as it should be. */
  readonly label: "good" | "bad";
  /** The type of the defect, where the data set names it. */
  readonly kind?: string;
  /** Which part it shows, where there are several pictures of it: the same text for these. */
  readonly part?: string;
  /** A defect of a type that no training part has. */
  readonly unseen: boolean;
  /** A file that marks the pixels of the defect, where there is one. */
  readonly mask?: string;
}

/** Labelled pictures. */
export interface Dataset {
  /** As people call it. */
  readonly name: string;
  /** The folder that ids are relative to. */
  readonly root: string;
  /** Sorted by id, unless the layout gives an order of its own (rows of a table). */
  readonly items: readonly Item[];
  /** For each seed, as text, the ids of the bad training parts of the low-shot benchmark. */
  readonly lowShot?: Readonly<Record<string, readonly string[]>>;
  /** What the folders of good and of bad parts are called, where it is not good and bad. */
  readonly labels?: { readonly good: string; readonly bad: string };
  /** What a reader left out, in sentences for people. */
  readonly notes?: readonly string[];
}

/**
 * How many parts there are: `{ train: { good, bad }, test: { good, bad }, unseen }`.
 *
 * ```ts
 * import { countItems } from "./dataset.ts";
 * const item = { id: "a.png", path: "/a.png", split: "train", label: "good", unseen: false } as const;
 * console.assert(countItems([item]).train.good === 1);
 * ```
 */
export function countItems(items: readonly Item[]): {
  train: { good: number; bad: number };
  test: { good: number; bad: number };
  unseen: number;
} {
  const counts = { train: { good: 0, bad: 0 }, test: { good: 0, bad: 0 }, unseen: 0 };
  for (const { split, label, unseen } of items) {
    counts[split][label]++;
    if (unseen) counts.unseen++;
  }
  return counts;
}
