/**
 * Which pictures of a folder are good ones to learn from: one reading for all commands. It takes what a table or a folder's
 * name says, in the layouts that pipelines read, and never a picture that is held out for testing, a bad part or a mask.
 * @module
 */
import { basename, dirname, join, posix, resolve } from "node:path";
import { compare, exists, listFolders } from "../../base/io/walk.ts";
import { firstFew } from "../../base/text/first_few.ts";
import { describeFolder, type Found, listPictures } from "./listing.ts";
import type { Dataset } from "./dataset.ts";
import { checkGood, labelFolder, labelOf } from "./label_names.ts";
import { detectLayout, READERS } from "./readers/table.ts";
import { readVisa } from "./readers/visa.ts";

/** The pictures of one object to learn from. */
export interface ObjectPictures {
  /** The object, or the sub-folder that it lies in; "" for the folder itself. */
  readonly object: string;
  /** Where the good ones lie, relative to the folder that was asked for; "" where that is it, or a table names them. */
  readonly folder: string;
  /** Sorted by name, which is relative to `folder`. */
  readonly good: readonly Found[];
  /** Bad training pictures, where there are any; names are relative to the folder of these. */
  readonly bad: readonly Found[];
  /** What the table's reader left out, in sentences for people. */
  readonly notes: readonly string[];
}

/** Where folders of good and of bad parts lie: in MVTec AD's and VAD's layout, in a plain folder, in VisA's without a split. */
const PLACES = ["train", "", "Data/Images"];

/** Folders of pictures that are held out for testing. */
const HELD_OUT = ["test"];

/**
 * The good pictures of each object in a folder where a table or the names of folders say which they are, in the layout of
 * VisA, ELPV, MVTec AD, VAD or of plain folders (`good/`, and other words, see `label_names.ts`); the folder itself comes
 * before sub-folders.
 *
 * @returns none where nothing says which are good
 * @throws {Error} where a folder of good parts has no pictures, more than one may be meant, or a table cannot be read
 */
export async function readObjects(data: string): Promise<ObjectPictures[]> {
  const tables = await readTables(data);
  if (tables) return tables;
  const own = await readObject(data, "");
  if (own) return [own];
  const found: ObjectPictures[] = [];
  for (const name of await listFolders(data)) {
    const object = isOther(name) ? undefined : await readObject(data, name);
    if (object) found.push(object);
  }
  return found;
}

/** The pictures of a sub-folder, or of the folder itself, where folders in it say which are good. See {@linkcode readObjects}. */
export async function readObject(data: string, object: string): Promise<ObjectPictures | undefined> {
  for (const place of PLACES) {
    const parent = posix.join(object, place);
    const [good, bad] = [
      await labelFolder(join(data, parent), "good"),
      await labelFolder(join(data, parent), "bad"),
    ];
    if (good === undefined) continue;
    const folder = posix.join(parent, good);
    const pictures = await listPictures(join(data, folder));
    if (pictures.length === 0) {
      throw new Error(
        `Cannot learn from "${data}" as ${folder}/ must have pictures that are read (PNG, JPEG, WebP, TIFF or BMP): ` +
          `found ${await describeFolder(join(data, folder))}`,
      );
    }
    checkGood(join(data, folder), pictures.map(({ name }) => name));
    const bads = bad === undefined ? [] : await listPictures(join(data, parent, bad));
    return { object, folder, good: pictures, bad: bads, notes: [] };
  }
}

/**
 * The good pictures of the one object in a folder; where nothing says which are good, all that lie in it, but none of
 * sub-folders.
 *
 * @param action for messages: `fit on`
 * @returns no good pictures where the folder has none at all
 * @throws {Error} where there are several objects, which are named, or it cannot be told which pictures are good
 */
export async function readGood(data: string, action: string): Promise<ObjectPictures> {
  const objects = await readObjects(data);
  if (objects.length === 1 && objects[0].object === "") return objects[0];
  if (objects.length > 0) {
    const names = objects.map(({ object }) => object);
    throw new Error(
      `Cannot ${action} "${data}" as it holds classes in folders of their own: name one of them, ` +
        `${firstFew(names)}, such as ${join(data, names[0])}`,
    );
  }
  const found = await readNamed(data, action);
  const folders = foldersOf(found);
  // A folder that says that all in it is good may have any below.
  if (folders.length > 0 && labelOf(basename(resolve(data))) !== "good") throw unclear(data, action, folders);
  return { object: "", folder: "", good: found, bad: [], notes: [] };
}

/**
 * The good pictures of all objects in a folder; where nothing says which are good, all, as what learns without labels may
 * take them.
 *
 * @param action for messages: `pre-train on`
 * @throws {Error} where bad parts, masks or pictures that are held out for testing would be among them
 */
export async function readAllGood(data: string, action: string): Promise<ObjectPictures[]> {
  const objects = await readObjects(data);
  if (objects.length > 0) return objects;
  return [{ object: "", folder: "", good: await readNamed(data, action), bad: [], notes: [] }];
}

/**
 * All pictures below a folder in which nothing says which are good.
 *
 * @throws {Error} where a name says that some are not
 */
export async function readPlain(data: string, action: string): Promise<Found[]> {
  const found = await listPictures(data);
  const odd = foldersOf(found).filter((path) => path.split("/").some((name) => labelOf(name) || isOther(name)));
  if (odd.length > 0) throw unclear(data, action, odd);
  return found;
}

/** As {@linkcode readPlain}, of a folder whose own name does not say that they are bad parts or masks either. */
async function readNamed(data: string, action: string): Promise<Found[]> {
  const found = await readPlain(data, action);
  const own = labelOf(basename(resolve(data)));
  if (found.length === 0 || own === undefined || own === "good") return found;
  const what = own === "bad" ? "those of bad parts" : "masks";
  throw new Error(`Cannot ${action} "${data}" as by its name its pictures are ${what}`);
}

/** What was taken, in a line for people. */
export function describeGood(data: string, objects: readonly ObjectPictures[]): string {
  const count = objects.reduce((sum, { good }) => sum + good.length, 0);
  const places = objects.flatMap(({ folder }) => folder === "" ? [] : [`${folder}/`]);
  if (places.length > 0) return `Good pictures: ${count} in ${firstFew(places)} of ${data}`;
  const named = objects.some(({ object }) => object !== "");
  return `Good pictures: ${named ? count : `all ${count}`} in ${data}`;
}

/** What is to be warned of about the choice, in sentences for people. */
export function notesOn(objects: readonly ObjectPictures[]): string[] {
  const whole = objects.filter(({ folder }) => /(^|\/)Data\/Images\//.test(folder));
  const count = whole.reduce((sum, { good }) => sum + good.length, 0);
  const kept = "pictures of VisA are taken without split_csv/1cls.csv: those that it keeps for judging are among them";
  return [...objects.flatMap(({ notes }) => notes), ...count > 0 ? [`${count} ${kept}`] : []];
}

/** The error of pictures that may show anything. */
export function unclear(data: string, action: string, folders: readonly string[]): Error {
  return new Error(
    `Cannot ${action} "${data}" as nothing says which of its pictures are good: some lie in ` +
      `${
        firstFew(folders.map((name) => `${name}/`))
      }. Name the folder of good ones, or call it good/ (or OK, normal, pass)`,
  );
}

/** The sub-folders that pictures lie in. */
function foldersOf(found: readonly Found[]): string[] {
  return [...new Set(found.flatMap(({ under }) => under === "" ? [] : [under]))];
}

/** Whether a folder's name says that it has no pictures to learn from: those that are held out for testing, or masks. */
export function isOther(name: string): boolean {
  return HELD_OUT.includes(name.toLowerCase()) || labelOf(name) === "masks";
}

/** The training pictures of each object where a table says which these are, else nothing. */
export async function readTables(data: string): Promise<ObjectPictures[] | undefined> {
  // A folder in no known layout is one of pictures.
  const layout = await detectLayout(data).catch(() => undefined);
  const reader = layout && READERS[layout];
  if (reader?.hasTable) {
    const objects = await reader.objects?.(data, {}) ?? [undefined];
    return await Promise.all(
      objects.map(async (object) => fromTable(object ?? "", await reader.read(data, { object }))),
    );
  }
  const [root, object] = [dirname(resolve(data)), basename(resolve(data))];
  if (!await exists(join(data, "Data", "Images"), "folder")) return undefined;
  if (!await exists(join(root, "split_csv", "1cls.csv"), "file")) return undefined;
  return [fromTable("", await readVisa(root, { object }), `${object}/`)];
}

/** Names begin behind `before`. */
function fromTable(object: string, { items, notes = [] }: Dataset, before = ""): ObjectPictures {
  const some = (wanted: "good" | "bad") =>
    items.filter(({ split, label }) => split === "train" && label === wanted).map(({ id, path }): Found => {
      const name = id.startsWith(before) ? id.slice(before.length) : id;
      return { name, path, under: name.split("/").slice(0, -1).join("/") };
    }).sort((a, b) => compare(a.name, b.name));
  return { object, folder: "", good: some("good"), bad: some("bad"), notes };
}
