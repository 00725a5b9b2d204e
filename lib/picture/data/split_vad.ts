/** VAD's split, with its lists of few bad parts. @module */
import type { Dataset, Item } from "./dataset.ts";
import { firstFew } from "../../base/text/first_few.ts";
import { ownOf } from "../../base/text/own.ts";
import { bySplit, dealBySeed, need, type Split } from "./split.ts";

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
 * import { splitVad } from "./split_vad.ts";
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
 * import { lowShotList } from "./split_vad.ts";
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
