/** The Valeo Anomaly Dataset (SegAD paper, Sec. 3) as it lies on disk. @module */
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { type } from "arktype";
import { countItems, type Dataset, type Item } from "../dataset.ts";
import { goodItems, labelFolder, labelsIn, unusual } from "../label_names.ts";
import { isMvtecClass } from "./mvtec.ts";
import { exists } from "../../../base/io/walk.ts";
import { firstFew } from "../../../base/text/first_few.ts";
import { describeFolder, itemsOf, nameOf, sortItems } from "../listing.ts";
import type { Reader } from "./contract.ts";

/**
 * VAD: `train/good` and `test/`, also one folder down in `vad/`, with `train/bad`, `test/bad_unseen_defects` or
 * `low_shot_train.json`, which no class of MVTec AD has.
 */
export const vad: Reader = {
  title: "VAD",
  looks: "train/good and test/",
  async marks(folder) {
    const root = await findVad(folder);
    if (!root) return false;
    const marks = await Promise.all([
      labelFolder(join(root, "train"), "bad").then((name) => name !== undefined),
      exists(join(root, "test", "bad_unseen_defects"), "folder"),
      exists(join(root, LIST), "file"),
    ]);
    return marks.includes(true);
  },
  read: readVad,
  isPublished({ items }) {
    const { train, test } = countItems(items);
    return train.good === 2000 && train.bad === 1000 && test.good === 1000 && test.bad === 1000;
  },
};

const LIST = "low_shot_train.json";
const lowShotFile = type({ "[string]": "string[]" });

/** Where the data set lies: the folder itself, or `vad` in it; undefined where it is in neither. */
export async function findVad(folder: string): Promise<string | undefined> {
  for (const root of [folder, join(folder, "vad")]) {
    if (await isMvtecClass(root)) return root;
  }
  return undefined;
}

/**
 * Reads `train/{good,bad}`, `test/{good,bad,bad_unseen_defects}` and `low_shot_train.json`, from that folder or from
 * `vad` in it. `train/bad`, `bad_unseen_defects` and the list may be absent; good and bad parts may be called otherwise, see
 * `label_names.ts`.
 *
 * @throws {Error} where a folder is missing or has no pictures
 * @throws {SyntaxError} where `low_shot_train.json` is broken or names files that are not in `train/bad`
 *
 * ```ts
 * import { readVad } from "./vad.ts";
 * const dataset = await readVad("../data/vad").catch((error: Error) => error.message);
 * console.assert(typeof dataset !== "string" || dataset.startsWith("Cannot"));
 * ```
 */
export async function readVad(folder: string): Promise<Dataset> {
  const root = await findVad(folder);
  if (!root) {
    throw new Error(
      `Cannot read VAD from "${folder}" as it must have train/good, train/bad, test/good and test/bad: found ${await describeFolder(
        folder,
      )}`,
    );
  }
  const [train, test] = [await labelsIn(join(root, "train")), await labelsIn(join(root, "test"))];
  const [good, bad, testGood, testBad, unseen] = await Promise.all([
    goodItems(root, `train/${train.good}`, "train"),
    itemsOf(root, `train/${train.bad}`, { split: "train", label: "bad" }),
    goodItems(root, `test/${test.good}`, "test"),
    itemsOf(root, `test/${test.bad}`, { split: "test", label: "bad" }),
    itemsOf(root, "test/bad_unseen_defects", { split: "test", label: "bad", unseen: true }),
  ]);
  const needed = [
    [`train/${train.good}`, good],
    [`test/${test.good}`, testGood],
    [`test/${test.bad}`, testBad],
  ] as const;
  for (const [name, found] of needed) {
    if (found.length === 0) {
      const there = await describeFolder(join(root, name));
      throw new Error(`Cannot read VAD from "${root}" as ${name} must have pictures: found ${there}`);
    }
  }
  const lowShot = await readLowShot(join(root, LIST), bad);
  const items = sortItems([...good, ...bad, ...testGood, ...testBad, ...unseen]);
  return { name: nameOf(root), root, items, ...unusual(train), ...(lowShot ? { lowShot } : {}) };
}

async function readLowShot(path: string, bad: readonly Item[]): Promise<Record<string, string[]> | undefined> {
  if (!await exists(path, "file")) return undefined;
  let json: unknown;
  try {
    json = JSON.parse(await readFile(path, "utf8"));
  } catch (cause) {
    throw new SyntaxError(`Cannot read "${path}" as ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
  const list = lowShotFile(json);
  if (list instanceof type.errors) {
    throw new SyntaxError(`Cannot read "${path}" as it must map each seed to a list of file names: ${list.summary}`);
  }
  const ids = new Map(bad.map((item) => [basename(item.id), item.id]));
  return Object.fromEntries(
    Object.entries(list).map(([seed, names]) => {
      const missing = names.filter((name) => !ids.has(basename(name)));
      if (missing.length > 0) {
        throw new SyntaxError(
          `Cannot read "${path}" as seed ${seed} names files that are not in train/bad: ${firstFew(missing)}`,
        );
      }
      return [seed, names.map((name) => ids.get(basename(name))!)];
    }),
  );
}
