/** Which pictures of a folder pre-training sees, and what their classes are. @module */
import { basename, dirname, join, resolve } from "node:path";
import type { Dataset } from "../../picture/data/dataset.ts";
import { compare, exists, listFolders, listPictures } from "../../base/io/listing.ts";
import type { Found } from "../../base/io/listing.ts";
import { detectLayout, READERS } from "../../picture/data/readers/table.ts";
import { readVisa } from "../../picture/data/readers/visa.ts";

/** A picture by its name relative to the folder that was asked for. */
export type PretrainingPicture = Pick<Found, "name" | "path">;

/** Pictures, and for supervised training the class of each. */
export interface PretrainingPictures {
  readonly files: readonly PretrainingPicture[];
  /** From 0 on. */
  readonly labels?: readonly number[];
  /** What is to be said about the choice. */
  readonly notes: readonly string[];
}

/** Where good pictures of one object lie: in MVTec AD's and VAD's layout, in a plain folder, in VisA's without a split. */
const PLACES = ["train/good", "good", "Data/Images/Normal"];

/**
 * The good pictures of a folder, or of the objects whose folders lie in it; where nothing says which are good, all. Of VisA
 * those are the good training pictures of `split_csv/1cls.csv`, of MVTec AD and VAD those in `train/good`: what is judged
 * later is not learned from. ELPV has no split: its good ones, by `labels.csv`.
 *
 * @throws {Error} where a table that says which are good cannot be read; see `readVisa` and `readElpv`
 *
 * ```ts
 * import { listUnlabelled } from "./pretrain_pictures.ts";
 * console.assert((await listUnlabelled("no such folder")).files.length === 0);
 * ```
 */
export async function listUnlabelled(data: string): Promise<PretrainingPictures> {
  const tables = await readTables(data);
  if (tables) return { files: tables.flatMap(({ files }) => files), notes: tables.flatMap(({ notes }) => notes) };
  const own = await listGoodIn(data);
  if (own.length > 0) return { files: own, notes: notesOn(own) };
  const objects = (await Promise.all((await listFolders(data)).map((name) => listGoodIn(data, name)))).flat();
  const files = objects.length > 0 ? objects : await listPictures(data);
  return { files, notes: notesOn(files) };
}

/**
 * Each object of VisA, or each sub-folder with pictures, as a class, with the good pictures of it that
 * {@linkcode listUnlabelled} takes where it says which are; one class for one object.
 *
 * @throws {Error} where a table that says which are good cannot be read
 */
export async function listClasses(data: string): Promise<PretrainingPictures> {
  const tables = await readTables(data);
  if (tables) return asClasses(tables.map(({ files }) => files), tables.flatMap(({ notes }) => notes));
  if (await exists(join(data, "train", "good"), "folder")) return asClasses([await listGoodIn(data)]);
  const classes: (readonly Found[])[] = [];
  for (const name of await listFolders(data)) {
    const good = await listGoodIn(data, name);
    const files = good.length > 0 ? good : await listPictures(join(data, name), name);
    if (files.length > 0) classes.push(files);
  }
  return asClasses(classes, notesOn(classes.flat()));
}

function asClasses(
  classes: readonly (readonly PretrainingPicture[])[],
  notes: readonly string[] = [],
): PretrainingPictures {
  return { files: classes.flat(), labels: classes.flatMap((files, label) => files.map(() => label)), notes };
}

/** What a table says of one object. */
interface Listed {
  readonly files: readonly PretrainingPicture[];
  readonly notes: readonly string[];
}

/** The good training pictures of each object where a table says which these are, else nothing. */
async function readTables(data: string): Promise<Listed[] | undefined> {
  // A folder in no known layout is one of pictures.
  const layout = await detectLayout(data).catch(() => undefined);
  const reader = layout && READERS[layout];
  if (reader?.hasTable) {
    const objects = await reader.objects?.(data, {}) ?? [undefined];
    return await Promise.all(objects.map(async (object) => goodTraining(await reader.read(data, { object }))));
  }
  const [root, object] = [dirname(resolve(data)), basename(resolve(data))];
  if (!await exists(join(data, "Data", "Images"), "folder")) return undefined;
  if (!await exists(join(root, "split_csv", "1cls.csv"), "file")) return undefined;
  return [goodTraining(await readVisa(root, { object }), `${object}/`)];
}

/** Names begin behind `before`. */
function goodTraining({ items, notes = [] }: Dataset, before = ""): Listed {
  const files = items.filter(({ split, label }) => split === "train" && label === "good").map(({ id, path }) => ({
    name: id.startsWith(before) ? id.slice(before.length) : id,
    path,
  }));
  return { files: files.sort((a, b) => compare(a.name, b.name)), notes };
}

function notesOn(files: readonly Found[]): string[] {
  const whole = files.filter(({ under }) => /(^|\/)Data\/Images\/Normal$/.test(under)).length;
  if (whole === 0) return [];
  return [
    `${whole} pictures of VisA are taken without split_csv/1cls.csv: those that it keeps for judging are among them`,
  ];
}

async function listGoodIn(data: string, object = ""): Promise<Found[]> {
  for (const place of PLACES) {
    const under = object === "" ? place : `${object}/${place}`;
    const found = await listPictures(join(data, under), under);
    if (found.length > 0) return found;
  }
  return [];
}
