/** How people call the folders of good and of bad parts: one reading for all layouts and commands. @module */
import { join } from "node:path";
import { listFolders } from "../../base/io/walk.ts";
import { firstFew } from "../../base/text/first_few.ts";
import { itemsOf } from "./listing.ts";
import type { Item } from "./dataset.ts";

/** The words, in any case: good and bad, OK and NG or NOK, normal and abnormal or anomaly (as in VisA), pass and fail. */
const NAMES: Readonly<Record<Item["label"], readonly string[]>> = {
  good: ["good", "ok", "normal", "pass"],
  bad: ["bad", "ng", "nok", "abnormal", "anomaly", "fail"],
};

/** Folders of masks, which are no pictures of parts. */
const MASKS = ["ground_truth", "mask", "masks"];

/**
 * What a folder's name says of the pictures in it.
 *
 * ```ts
 * import { labelOf } from "./label_names.ts";
 * console.assert(labelOf("NG") === "bad" && labelOf("scratch") === undefined);
 * ```
 */
export function labelOf(name: string): Item["label"] | "masks" | undefined {
  const word = name.toLowerCase();
  if (MASKS.includes(word)) return "masks";
  return (["good", "bad"] as const).find((label) => NAMES[label].includes(word));
}

/**
 * The sub-folder of good or of bad parts by its name as it is on disk; undefined where there is none.
 *
 * @throws {Error} where there are several, such as `good` and `OK`
 */
export async function labelFolder(parent: string, label: Item["label"]): Promise<string | undefined> {
  const found = (await listFolders(parent)).filter((name) => labelOf(name) === label);
  if (found.length < 2) return found[0];
  throw new Error(
    `Cannot tell the ${label} parts of "${parent}" as more than one folder may have them: ${firstFew(found)}`,
  );
}

/** What the folders of good and of bad parts are called; `good` and `bad` where there are none. */
export interface Labels {
  readonly good: string;
  readonly bad: string;
}

/** The names in a folder. See {@linkcode labelFolder}. */
export async function labelsIn(parent: string): Promise<Labels> {
  return { good: await labelFolder(parent, "good") ?? "good", bad: await labelFolder(parent, "bad") ?? "bad" };
}

/** For a data set: names that have to be told, as they are not the usual ones. */
export function unusual(labels: Labels): { readonly labels?: Labels } {
  return labels.good === "good" && labels.bad === "bad" ? {} : { labels };
}

/**
 * Items of all pictures in a folder of good parts.
 *
 * @throws {Error} see {@linkcode checkGood}
 */
export async function goodItems(root: string, folder: string, split: Item["split"]): Promise<Item[]> {
  const items = await itemsOf(root, folder, { split, label: "good" });
  checkGood(join(root, folder), items.map(({ id }) => id.slice(folder.length + 1)));
  return items;
}

/**
 * Checks that no folder within one of good parts says that its pictures are bad parts, or masks.
 *
 * @param folder of the good parts, for the message
 * @param names of the pictures in it, with the folders between
 * @throws {Error} that names such a folder
 */
export function checkGood(folder: string, names: readonly string[]): void {
  for (const name of names) {
    const way = name.split("/").slice(0, -1);
    const odd = way.find((each) => ["bad", "masks"].includes(labelOf(each) ?? ""));
    if (odd === undefined) continue;
    const what = labelOf(odd) === "masks" ? "masks" : "bad parts";
    throw new Error(
      `Cannot take all pictures in "${folder}" for good parts as by its name ${way.join("/")}/ has ${what}`,
    );
  }
}
