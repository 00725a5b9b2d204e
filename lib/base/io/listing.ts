/** Listing folders of pictures, in an order that no machine changes. @module */
import { readdir, stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import type { Item } from "../../picture/data/dataset.ts";

const pictures = /\.(png|jpe?g|webp|tiff?|bmp)$/i;

/** A picture in a folder. */
export interface Found {
  /** The path relative to the folder with `/` between its parts. */
  readonly name: string;
  readonly path: string;
  /** The sub-folders between, joined by `/`; empty where there are none. */
  readonly under: string;
}

/** Whether something of that kind is there. */
export async function exists(path: string, kind: "folder" | "file"): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && (kind === "folder" ? found.isDirectory() : found.isFile());
}

/** Sub-folders by name, sorted; none where there is no such folder. Hidden ones are left out. */
export async function listFolders(folder: string): Promise<string[]> {
  return (await list(folder)).filter(({ isFolder }) => isFolder).map(({ name }) => name);
}

/** All pictures in a folder and below, by extension, sorted by name; none where there is no such folder. */
export async function listPictures(folder: string, under = ""): Promise<Found[]> {
  const found: Found[] = [];
  for (const { name, isFolder } of await list(folder)) {
    const path = join(folder, name);
    const relative = under === "" ? name : `${under}/${name}`;
    if (isFolder) found.push(...await listPictures(path, relative));
    else if (pictures.test(name)) found.push({ name: relative, path, under });
  }
  return found.sort((a, b) => compare(a.name, b.name));
}

/** By code units: the same everywhere, whatever the language of the machine. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** What a folder holds, for messages: `"good", "bad" and 12 pictures`. */
export async function describeFolder(folder: string): Promise<string> {
  if (await exists(folder, "file")) return "a file";
  if (!await exists(folder, "folder")) return "no such folder";
  const entries = await list(folder);
  const folders = entries.filter(({ isFolder }) => isFolder).map(({ name }) => `"${name}/"`);
  const count = entries.filter(({ name, isFolder }) => !isFolder && pictures.test(name)).length;
  const others = entries.length - folders.length - count;
  const parts = [
    folders.length > 8
      ? `${folders.slice(0, 8).join(", ")} and ${folders.length - 8} more folders`
      : folders.join(", "),
    count > 0 ? `${count} picture${count === 1 ? "" : "s"}` : "",
    others > 0 ? `${others} other file${others === 1 ? "" : "s"}` : "",
  ].filter((part) => part !== "");
  return parts.length === 0 ? "an empty folder" : parts.join(", ");
}

/** The name of a data set: that of its folder. */
export function nameOf(root: string): string {
  return basename(resolve(root));
}

/** The first three of some names, and how many more there are. */
export function firstFew(names: readonly string[]): string {
  const shown = names.slice(0, 3).map((name) => `"${name}"`).join(", ");
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown;
}

/** Items of all pictures below `root/folder`; sub-folders name the kind of a bad part. */
export async function itemsOf(
  root: string,
  folder: string,
  of: Pick<Item, "split" | "label"> & { readonly unseen?: boolean },
): Promise<Item[]> {
  return (await listPictures(join(root, folder))).map(({ name, path, under }) => ({
    id: `${folder}/${name}`,
    path,
    split: of.split,
    label: of.label,
    ...(of.label === "bad" && under !== "" ? { kind: under } : {}),
    unseen: of.unseen ?? false,
  }));
}

/**
 * Checks the items that a table names.
 *
 * @throws {Error} where files are missing
 * @throws {SyntaxError} where the table names a file twice
 */
export async function checkFiles(table: string, items: readonly Item[]): Promise<void> {
  const seen = new Set<string>();
  const twice = items.filter((item) => seen.size === seen.add(item.id).size).map((item) => item.id);
  if (twice.length > 0) throw new SyntaxError(`Cannot read "${table}" as it names files twice: ${firstFew(twice)}`);
  const there = await Promise.all(items.map((item) => exists(item.path, "file")));
  const missing = items.filter((_, i) => !there[i]).map((item) => item.id);
  if (missing.length > 0) {
    throw new Error(
      `Cannot read "${table}" as ${missing.length} of ${items.length} files that it names are missing: ${
        firstFew(missing)
      }`,
    );
  }
}

/** Items by id. */
export function sortItems(items: readonly Item[]): Item[] {
  return [...items].sort((a, b) => compare(a.id, b.id));
}

async function list(folder: string): Promise<{ name: string; isFolder: boolean }[]> {
  let entries;
  try {
    entries = await readdir(folder, { withFileTypes: true });
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR") return [];
    throw new Error(`Cannot list "${folder}" as ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
  const shown = entries.filter((entry) => !entry.name.startsWith("."));
  const known = await Promise.all(shown.map(async (entry) => ({
    name: entry.name,
    isFolder: entry.isSymbolicLink() ? await exists(join(folder, entry.name), "folder") : entry.isDirectory(),
  })));
  return known.sort((a, b) => compare(a.name, b.name));
}
