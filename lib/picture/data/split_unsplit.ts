/** Splits of data sets that have none of their own. @module */
import type { Dataset, Item } from "./dataset.ts";
import { byLabel, dealBySeed, need, type Split } from "./split.ts";

/**
 * Every part for everything: all good parts serve to fit the detectors, all train, all are judged. That only says something where each
 * is judged by what has not seen it.
 *
 * @param fit ids of the good parts that serve to fit the detectors, where it is not all
 * @throws {RangeError} where there are fewer than three good parts or two bad ones
 *
 * ```ts
 * import { splitFolds } from "./split_unsplit.ts";
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

/**
 * Data without a split of its own, by count: the first `detectors` good parts in the order of the data set, whatever the
 * seed; of the other good parts `good` and of the bad parts `bad` by seed for the forest; the rest is judged, and with it
 * all bad parts of unseen kinds.
 *
 * @throws {RangeError} where there are too few parts, or none is left to judge
 *
 * ```ts
 * import { splitByCount } from "./split_unsplit.ts";
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
 * import { splitByShare } from "./split_unsplit.ts";
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
