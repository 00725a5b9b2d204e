/** One class of MVTec AD, or of any data set in its layout. @module */
import { join } from "node:path";
import type { Dataset } from "../dataset.ts";
import { goodItems, labelFolder, unusual } from "../label_names.ts";
import { exists, listFolders } from "../../../base/io/walk.ts";
import { firstFew } from "../../../base/text/first_few.ts";
import { describeFolder, itemsOf, listPictures, nameOf, sortItems } from "../listing.ts";
import type { Reader } from "./contract.ts";

/** The classes of MVTec AD; others in its layout are of other data. */
const CLASSES = [
  ...["bottle", "cable", "capsule", "carpet", "grid", "hazelnut", "leather", "metal_nut", "pill", "screw"],
  ...["tile", "toothbrush", "transistor", "wood", "zipper"],
];

/** MVTec AD: a class with `train/good` and `test/`, or a folder of such classes. */
export const mvtec: Reader = {
  title: "MVTec AD",
  looks: "train/good and test/",
  marks: async (root) => await isMvtecClass(root) || (await listMvtecClasses(root)).length > 0,
  read: (root, { object }) => readMvtec(object === undefined ? root : join(root, object)),
  objects: listMvtecClasses,
  objectsAreFolders: true,
  isPublished: (_, object) => CLASSES.includes(object!),
};

/** Sub-folders that are classes: each has `train/good` and `test`. */
export async function listMvtecClasses(root: string): Promise<string[]> {
  const folders = await listFolders(root);
  const fits = await Promise.all(folders.map((name) => isMvtecClass(join(root, name))));
  return folders.filter((_, i) => fits[i]);
}

/** Whether a folder has `train/good` (or what else good parts are called) and `test`. */
export async function isMvtecClass(folder: string): Promise<boolean> {
  return await exists(join(folder, "test"), "folder") && await labelFolder(join(folder, "train"), "good") !== undefined;
}

/**
 * Reads `train/good`, `test/{good,<defect>}` and the masks `ground_truth/<defect>/<name>_mask.png` where they are, or
 * `<name>.png` there, as VisA has them in this layout. Good parts may be called otherwise, see `label_names.ts`.
 *
 * @throws {Error} where the folder is no class, or has no good training or no test pictures
 *
 * ```ts
 * import { readMvtec } from "./mvtec.ts";
 * const dataset = await readMvtec("../data/mvtec/bottle").catch((error: Error) => error.message);
 * console.assert(typeof dataset !== "string" || dataset.startsWith("Cannot"));
 * ```
 */
export async function readMvtec(root: string): Promise<Dataset> {
  if (!await isMvtecClass(root)) {
    const classes = await listMvtecClasses(root);
    throw new Error(
      classes.length > 0
        ? `Cannot read "${root}" as it holds classes in folders of their own: give one of them as --object, such as ${
          firstFew(classes)
        }, or --object all`
        : `Cannot read a class of MVTec AD from "${root}" as it must have train/good and test: found ${await describeFolder(
          root,
        )}`,
    );
  }
  const kinds = await listFolders(join(root, "test"));
  const good = await labelFolder(join(root, "train"), "good") ?? "good";
  const testGood = await labelFolder(join(root, "test"), "good");
  const parts = await Promise.all([
    goodItems(root, `train/${good}`, "train"),
    ...kinds.map(async (kind) => {
      if (kind === testGood) return goodItems(root, `test/${kind}`, "test");
      const items = await itemsOf(root, `test/${kind}`, { split: "test", label: "bad" });
      const masks = new Map(
        (await listPictures(join(root, "ground_truth", kind))).map(({ name, path }) => [stemOf(name), path]),
      );
      return items.map((item) => {
        const name = stemOf(item.id.slice(`test/${kind}/`.length));
        const mask = masks.get(`${name}_mask`) ?? masks.get(name);
        return { ...item, kind, ...(mask === undefined ? {} : { mask }) };
      });
    }),
  ]);
  const items = sortItems(parts.flat());
  for (const split of ["train", "test"] as const) {
    if (!items.some((item) => item.split === split)) {
      const found = await describeFolder(join(root, split));
      throw new Error(`Cannot read a class of MVTec AD from "${root}" as ${split} must have pictures: found ${found}`);
    }
  }
  return { name: nameOf(root), root, items, ...unusual({ good, bad: "bad" }) };
}

function stemOf(name: string): string {
  return name.replace(/\.[^./]+$/, "");
}
