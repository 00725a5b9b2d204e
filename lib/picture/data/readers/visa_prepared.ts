/** VisA as spot-diff's `prepare_data.py` lays it out: a folder a split file, an object, a split and a label. @module */
import { join } from "node:path";
import type { Item } from "../dataset.ts";
import { exists, listFolders } from "../../../base/io/walk.ts";
import { itemsOf, listPictures, sortItems } from "../listing.ts";

/**
 * The folder of a split file in a prepared VisA: below the root by its name, or the root itself; undefined where neither has
 * objects with `train/good` and `test/bad`.
 */
export async function preparedFolder(root: string, split: string): Promise<string | undefined> {
  for (const folder of [join(root, split), root]) {
    if ((await listPreparedObjects(folder)).length > 0) return folder;
  }
  return undefined;
}

/** The objects in the folder of a split file. */
export async function listPreparedObjects(folder: string): Promise<string[]> {
  if (!await exists(folder, "folder")) return [];
  const names = await listFolders(folder);
  const fits = await Promise.all(
    names.map(async (name) =>
      await exists(join(folder, name, "train/good"), "folder") && await exists(join(folder, name, "test/bad"), "folder")
    ),
  );
  return names.filter((_, i) => fits[i]);
}

/**
 * The parts of one object: `{train,test}/{good,bad}/NAME`, and the masks of bad ones `ground_truth/bad/NAME.png`, or
 * `ground_truth/{train,test}/bad/NAME.png` where both splits have some. Sorted by name.
 */
export async function readPrepared(folder: string): Promise<Item[]> {
  const parts = await Promise.all((["train", "test"] as const).map(async (split) => {
    const good = await itemsOf(folder, `${split}/good`, { split, label: "good" });
    const bad = await itemsOf(folder, `${split}/bad`, { split, label: "bad" });
    const own = join(folder, "ground_truth", split, "bad");
    const masks = await listPictures(await exists(own, "folder") ? own : join(folder, "ground_truth/bad"));
    const byStem = new Map(masks.map(({ name, path }) => [stemOf(name), path]));
    return [
      ...good,
      ...bad.map((item): Item => {
        const mask = byStem.get(stemOf(item.id.slice(`${split}/bad/`.length)));
        return { ...item, ...mask !== undefined && { mask } };
      }),
    ];
  }));
  return sortItems(parts.flat());
}

function stemOf(name: string): string {
  return name.replace(/\.[^./]+$/, "");
}
