/** The split that suits a data set by the one that it has. @module */
import type { Dataset } from "./dataset.ts";
import { bySplit, type Split } from "./split.ts";
import { splitVad } from "./split_vad.ts";
import { splitTestBad } from "./split_given.ts";
import { splitByShare } from "./split_unsplit.ts";

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
 * import { splitAuto } from "./split_auto.ts";
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
