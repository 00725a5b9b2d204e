/** A plain folder of own pictures: `good/` and `bad/`, no split. @module */
import { join } from "node:path";
import type { Dataset } from "../dataset.ts";
import { goodItems, labelFolder, labelsIn, unusual } from "../label_names.ts";
import { describeFolder, itemsOf, nameOf, sortItems } from "../listing.ts";
import type { Reader } from "./contract.ts";

/** Own pictures: `good/` and `bad/`. */
export const folder: Reader = {
  title: "own pictures",
  looks: "good/ and bad/",
  marks: async (root) => await labelFolder(root, "good") !== undefined,
  read: readFolder,
  isPublished: () => true,
};

/**
 * Reads `good/` and `bad/`, or what else they are called (see `label_names.ts`); sub-folders of `bad/` name kinds of defects. All parts are `train`: which are for judging is
 * for a split to say.
 *
 * @throws {Error} where `good` or `bad` has no pictures
 *
 * ```ts
 * import { readFolder } from "./folder.ts";
 * const dataset = await readFolder("../data/parts").catch((error: Error) => error.message);
 * console.assert(typeof dataset !== "string" || dataset.startsWith("Cannot"));
 * ```
 */
export async function readFolder(root: string): Promise<Dataset> {
  const labels = await labelsIn(root);
  const good = await goodItems(root, labels.good, "train");
  const bad = await itemsOf(root, labels.bad, { split: "train", label: "bad" });
  for (const [name, found] of [[labels.good, good], [labels.bad, bad]] as const) {
    if (found.length > 0) continue;
    throw new Error(
      `Cannot read pictures from "${root}" as it must have good/ and bad/ with PNG, JPEG, WebP, TIFF or BMP files: ` +
        `found ${await describeFolder(root)} and in ${name}/ ${await describeFolder(join(root, name))}`,
    );
  }
  return { name: nameOf(root), root, items: sortItems([...good, ...bad]), ...unusual(labels) };
}
