/** Which pictures of a folder pre-training sees, and what their classes are. @module */
import { join, posix } from "node:path";
import { listFolders } from "../../base/io/walk.ts";
import type { Found } from "../../picture/data/listing.ts";
import {
  describeGood,
  isOther,
  notesOn,
  readAllGood,
  readObject,
  readPlain,
  readTables,
  unclear,
} from "../../picture/data/good_pictures.ts";
import type { ObjectPictures } from "../../picture/data/good_pictures.ts";

/** A picture by its name relative to the folder that was asked for. */
export type PretrainingPicture = Pick<Found, "name" | "path">;

/** Pictures, and for supervised training the class of each. */
export interface PretrainingPictures {
  readonly files: readonly PretrainingPicture[];
  /** From 0 on. */
  readonly labels?: readonly number[];
  /** What was taken, in a line for people. */
  readonly said: string;
  /** What is to be warned of about the choice. */
  readonly notes: readonly string[];
}

const ACTION = "pre-train on";

/**
 * The good pictures of a folder, or of the objects whose folders lie in it; where nothing says which are good, all. Of VisA
 * those are the good training pictures of `split_csv/1cls.csv`, of MVTec AD and VAD those in `train/good`: what is judged
 * later is not learned from. ELPV has no split: its good ones, by `labels.csv`.
 *
 * @throws {Error} where bad parts or masks would be among them, see `readAllGood`, or a table that says which are good
 * cannot be read, see `readVisa` and `readElpv`
 *
 * ```ts
 * import { listUnlabelled } from "./pretrain_pictures.ts";
 * console.assert((await listUnlabelled("no such folder")).files.length === 0);
 * ```
 */
export async function listUnlabelled(data: string): Promise<PretrainingPictures> {
  const objects = await readAllGood(data, ACTION);
  return { files: objects.flatMap(filesOf), said: describeGood(data, objects), notes: notesOn(objects) };
}

/**
 * Each object of VisA, or each sub-folder with pictures, as a class, with the good pictures of it that
 * {@linkcode listUnlabelled} takes where it says which are; one class for one object.
 *
 * @throws {Error} see {@linkcode listUnlabelled}
 */
export async function listClasses(data: string): Promise<PretrainingPictures> {
  const tables = await readTables(data);
  if (tables) return asClasses(data, tables);
  // One class of MVTec AD, say; good/ and bad/ themselves are classes.
  const own = await readObject(data, "");
  if (own?.folder.includes("/")) return asClasses(data, [own]);
  const classes: ObjectPictures[] = [];
  const names = await listFolders(data);
  if (names.some(isOther)) throw unclear(data, ACTION, names.filter(isOther));
  for (const name of names) {
    const good = await readObject(data, name) ??
      { object: name, folder: name, good: await readPlain(join(data, name), ACTION), bad: [], notes: [] };
    if (good.good.length > 0) classes.push(good);
  }
  return asClasses(data, classes);
}

function asClasses(data: string, objects: readonly ObjectPictures[]): PretrainingPictures {
  return {
    files: objects.flatMap(filesOf),
    labels: objects.flatMap(({ good }, label) => good.map(() => label)),
    said: describeGood(data, objects),
    notes: notesOn(objects),
  };
}

function filesOf({ folder, good }: ObjectPictures): PretrainingPicture[] {
  return good.map(({ name, path }) => ({ name: posix.join(folder, name), path }));
}
