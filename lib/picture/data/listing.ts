/** Listing folders of pictures, in an order that no machine changes. @module */
import { realpath } from "node:fs/promises";
import { basename, extname, join, resolve } from "node:path";
import { firstFew } from "../../base/text/first_few.ts";
import { isWithin } from "../../base/io/apart.ts";
import { compare, exists, listEntries, openLongWalk, walk, type Walked } from "../../base/io/walk.ts";
import { guessKind } from "../image/guess_kind.ts";
import type { Item } from "./dataset.ts";

/** A picture in a folder. */
export interface Found {
  /** The path relative to the folder with `/` between its parts. */
  readonly name: string;
  readonly path: string;
  /** The sub-folders between, joined by `/`; empty where there are none. */
  readonly under: string;
  /** A picture beside it that is its mask by its name. */
  readonly mask?: string;
}

/** What lies in a folder and below. */
export interface Listing {
  /** Sorted by name. */
  readonly pictures: readonly Found[];
  /** Files that may be pictures, of kinds that are not read. */
  readonly unread: readonly Walked[];
  /** Folders that could not be listed. */
  readonly failed: readonly { readonly path: string; readonly error: Error }[];
}

/**
 * All pictures in a folder and below, by extension or else by content, sorted by name; none where there is no such folder.
 * `x_mask.png` beside `x.png` is its mask and no picture of its own.
 *
 * @throws {Error} where a folder cannot be listed
 */
export async function listPictures(folder: string, under = ""): Promise<Found[]> {
  const { pictures, failed } = await listFolder(folder, under);
  if (failed.length > 0) throw failed[0].error;
  return [...pictures];
}

/** {@linkcode listPictures}, and what is left out. */
export async function listFolder(folder: string, under = ""): Promise<Listing> {
  const { files, failed } = await walk(folder, under);
  return { ...await sortOut(files), failed };
}

/** The pictures among some files, and what may be one and is not read. */
async function sortOut(files: readonly Walked[]): Promise<Pick<Listing, "pictures" | "unread">> {
  const [pictures, unread]: [Walked[], Walked[]] = [[], []];
  for (const file of files) {
    const kind = file.kind === "other" ? "unread" : await guessKind(file.path);
    if (kind === "picture") pictures.push(file);
    else if (kind === "unread") unread.push(file);
  }
  return { pictures: withMasks(pictures), unread };
}

/** The pictures of a folder of any size: what is held of it in memory is the names of one of its folders after the other. */
export interface LongListing {
  readonly pictures: number;
  /** Files that may be pictures, of kinds that are not read. */
  readonly unread: number;
  readonly failed: Listing["failed"];
  /** What was left out, in sentences. */
  readonly notes: readonly string[];
  /** The paths of the pictures, in the order of {@linkcode listFolder}, listed anew. */
  paths(): AsyncGenerator<string>;
}

/** {@linkcode listFolder} for folders of any size. */
export async function openListing(folder: string): Promise<LongListing> {
  const { files, failed } = await openLongWalk(folder);
  const unread: Unread = { count: 0, kinds: new Map(), first: [] };
  const masked: Masked = { count: 0 };
  let pictures = 0;
  for await (const found of files(async (some) => [["", await sortOut(some)]])) {
    pictures += found.pictures.length;
    for (const file of found.unread) countUnread(unread, file);
    for (const picture of found.pictures) countMask(masked, picture);
  }
  return {
    ...{ pictures, unread: unread.count, failed },
    notes: [...unreadNotes(folder, unread), ...maskNotes(folder, masked)],
    paths: () =>
      files(async (some) => (await sortOut(some)).pictures.map(({ name, path }) => [basename(name), path] as const)),
  };
}

/** What is told of files that are not read. */
interface Unread {
  count: number;
  readonly kinds: Map<string, number>;
  /** As many names as are shown, the first ones. */
  readonly first: string[];
}

function countUnread(unread: Unread, { base, kind, name }: Walked): void {
  const what = kind === "other" ? "no file" : extname(base) || "no extension";
  unread.count++;
  unread.kinds.set(what, (unread.kinds.get(what) ?? 0) + 1);
  unread.first.push(name);
  unread.first.sort(compare).splice(3);
}

/** What is told of masks. */
interface Masked {
  count: number;
  first?: Found;
}

function countMask(masked: Masked, picture: Found): void {
  if (picture.mask === undefined) return;
  masked.count++;
  if (!masked.first || compare(picture.name, masked.first.name) < 0) masked.first = picture;
}

const MASK = /_mask$/;

/** Pictures that are masks of others by their names go to these. */
function withMasks(pictures: readonly Walked[]): Found[] {
  const masks = new Map<string, string>();
  const stems = new Set(pictures.map(({ name }) => stemOf(name)));
  const own = pictures.filter(({ name, path }) => {
    const stem = stemOf(name);
    const of = stem.replace(MASK, "");
    if (of === stem || !stems.has(of)) return true;
    masks.set(of, path);
    return false;
  });
  return own.map(({ name, path, under }) => {
    const mask = masks.get(stemOf(name));
    return { name, path, under, ...mask !== undefined && { mask } };
  });
}

function stemOf(name: string): string {
  return name.slice(0, name.length - extname(name).length);
}

/** What was left out where some pictures were listed, in sentences. */
export async function describeLeftOut(found: readonly Pick<Found, "name" | "path">[]): Promise<string[]> {
  const notes: string[] = [];
  for (const folder of new Set(found.map(({ name, path }) => path.slice(0, path.length - name.length - 1)))) {
    const { pictures, unread } = await listFolder(folder);
    notes.push(...describeUnread(folder, unread), ...describeMasks(folder, pictures));
  }
  return notes;
}

/** Files that may be pictures and are not read, by their extensions. */
export function describeUnread(folder: string, files: readonly Walked[]): string[] {
  const unread: Unread = { count: 0, kinds: new Map(), first: [] };
  for (const file of files) countUnread(unread, file);
  return unreadNotes(folder, unread);
}

function unreadNotes(folder: string, { count, kinds, first }: Unread): string[] {
  if (count === 0) return [];
  const counts = [...kinds].sort(([a], [b]) => compare(a, b)).map(([kind, files]) => `${kind}: ${files}`);
  const many = count > 1;
  return [
    `${plural(count, "file")} in "${folder}" ${many ? "are" : "is"} left out, of ${many ? "kinds" : "a kind"} ` +
    `not read (${counts.join(", ")}): ${firstFew(first, count)}`,
  ];
}

/** Masks beside their pictures. */
export function describeMasks(folder: string, pictures: readonly Found[]): string[] {
  const masked: Masked = { count: 0 };
  for (const picture of pictures) countMask(masked, picture);
  return maskNotes(folder, masked);
}

function maskNotes(folder: string, { count, first }: Masked): string[] {
  if (!first) return [];
  const what = count === 1 ? "is taken for a mask and no part" : "are taken for masks and no parts";
  return [
    `${plural(count, "picture")} in "${folder}" ${what}, by the names of those beside: ` +
    `"${basename(first.mask!)}" beside "${basename(first.path)}"`,
  ];
}

/** What a folder holds, for messages: `"good", "bad" and 12 pictures`. */
export async function describeFolder(folder: string): Promise<string> {
  if (await exists(folder, "file")) return "a file";
  if (!await exists(folder, "folder")) return "no such folder";
  const entries = await listEntries(folder);
  const folders = entries.filter(({ kind }) => kind === "folder").map(({ name }) => `"${name}/"`);
  const kinds = await Promise.all(
    entries.filter(({ kind }) => kind !== "folder").map(({ name, kind }) =>
      kind === "other" ? "unread" : guessKind(join(folder, name))
    ),
  );
  const count = (wanted: typeof kinds[number]) => kinds.filter((kind) => kind === wanted).length;
  const parts = [
    folders.length > 8
      ? `${folders.slice(0, 8).join(", ")} and ${folders.length - 8} more folders`
      : folders.join(", "),
    count("picture") > 0 ? plural(count("picture"), "picture") : "",
    count("unread") > 0 ? `${plural(count("unread"), "file")} of kinds that are not read` : "",
    count("other") > 0 ? plural(count("other"), "other file") : "",
  ].filter((part) => part !== "");
  return parts.length === 0 ? "an empty folder" : parts.join(", ");
}

/** "1 picture", "2 pictures". */
export function plural(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

/** The name of a data set: that of its folder. */
export function nameOf(root: string): string {
  return basename(resolve(root));
}

/** Items of all pictures below `root/folder`; sub-folders name the kind of a bad part. */
export async function itemsOf(
  root: string,
  folder: string,
  of: Pick<Item, "split" | "label"> & { readonly unseen?: boolean },
): Promise<Item[]> {
  return (await listPictures(join(root, folder))).map(({ name, path, under, mask }) => ({
    id: `${folder}/${name}`,
    path,
    split: of.split,
    label: of.label,
    ...(of.label === "bad" && under !== "" ? { kind: under } : {}),
    unseen: of.unseen ?? false,
    ...(of.label === "bad" && mask !== undefined ? { mask } : {}),
  }));
}

/**
 * Checks the items that a table names. A table comes with its pictures from anywhere, and what it names outside their folder,
 * by its path or by a link, would end up in reports.
 *
 * @throws {Error} where files are missing
 * @throws {SyntaxError} where the table names a file twice, or one that does not lie below `root`
 */
export async function checkFiles(table: string, root: string, items: readonly Item[]): Promise<void> {
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
  const folder = await realpath(root);
  for (const path of items.flatMap(({ path, mask }) => mask === undefined ? [path] : [path, mask])) {
    const real = await realpath(path).catch(() => resolve(path));
    if (isWithin(real, folder)) continue;
    throw new SyntaxError(
      `Cannot read "${table}" as it names "${path}", which does not lie in "${root}" but is "${real}"`,
    );
  }
}

/** Items by id. */
export function sortItems(items: readonly Item[]): Item[] {
  return [...items].sort((a, b) => compare(a.id, b.id));
}
