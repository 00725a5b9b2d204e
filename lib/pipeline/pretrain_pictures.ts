/** Which pictures of a folder pre-training sees, and what their classes are. @module */
import { join } from "node:path";
import { exists, listFolders, listPictures } from "../data/files.ts";
import type { Found } from "../data/files.ts";

/** Pictures, and for supervised training the class of each. */
export interface PretrainingPictures {
  /** Names are relative to the folder that was asked for. */
  readonly files: readonly Found[];
  /** From 0 on. */
  readonly labels?: readonly number[];
}

/** Where good pictures of one object lie: in MVTec AD's layout, in a plain folder, in VisA's. */
const PLACES = ["train/good", "good", "Data/Images/Normal"];

/**
 * The good pictures of a folder, or of the objects whose folders lie in it; where nothing says which are good, all.
 *
 * ```ts
 * import { listUnlabelled } from "./pretrain_pictures.ts";
 * console.assert((await listUnlabelled("no such folder")).files.length === 0);
 * ```
 */
export async function listUnlabelled(data: string): Promise<PretrainingPictures> {
  const own = await listGoodIn(data);
  if (own.length > 0) return { files: own };
  const objects = (await Promise.all((await listFolders(data)).map((name) => listGoodIn(data, name)))).flat();
  return { files: objects.length > 0 ? objects : await listPictures(data) };
}

/** Each sub-folder with pictures as a class, with its good pictures where it says which are; one class for one object. */
export async function listClasses(data: string): Promise<PretrainingPictures> {
  if (await exists(join(data, "train", "good"), "folder")) {
    const files = await listGoodIn(data);
    return { files, labels: files.map(() => 0) };
  }
  const classes: (readonly Found[])[] = [];
  for (const name of await listFolders(data)) {
    const good = await listGoodIn(data, name);
    const files = good.length > 0 ? good : await listPictures(join(data, name), name);
    if (files.length > 0) classes.push(files);
  }
  return { files: classes.flat(), labels: classes.flatMap((files, label) => files.map(() => label)) };
}

async function listGoodIn(data: string, object = ""): Promise<Found[]> {
  for (const place of PLACES) {
    const under = object === "" ? place : `${object}/${place}`;
    const found = await listPictures(join(data, under), under);
    if (found.length > 0) return found;
  }
  return [];
}
