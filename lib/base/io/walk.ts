/** What lies in folders and below, in an order that no machine changes. @module */
import { readdir, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { isForeign } from "./read_file.ts";

/** What lies in a folder. */
export interface Entry {
  readonly name: string;
  /** What a link leads to; `other` is what is no file and no folder: a pipe, a socket, a device. */
  readonly kind: "folder" | "file" | "other";
  readonly isLink: boolean;
}

/** A file below a folder. */
export interface Walked {
  /** The path relative to the folder with `/` between its parts. */
  readonly name: string;
  readonly path: string;
  /** The folders between, joined by `/`; empty where there are none. */
  readonly under: string;
  /** The name without the folders. */
  readonly base: string;
  readonly kind: "file" | "other";
}

/** What {@linkcode walk} finds. */
export interface Walk {
  /** Sorted by name. */
  readonly files: readonly Walked[];
  /** Folders that could not be listed; what lies in the others is there. */
  readonly failed: readonly { readonly path: string; readonly error: Error }[];
}

/**
 * All files below a folder; none where there is no such folder. Hidden ones are left out. Links are followed, and a folder
 * that was listed already is not listed again.
 *
 * @param under put before the names
 */
export async function walk(folder: string, under = ""): Promise<Walk> {
  const files: Walked[] = [];
  const failed: { path: string; error: Error }[] = [];
  for await (const found of foldersBelow(folder, under)) {
    if ("error" in found) failed.push(found);
    else for (const file of filesOf(found, found.entries)) files.push(file);
  }
  return {
    files: files.sort((a, b) => compare(a.name, b.name)),
    failed: failed.sort((a, b) => compare(a.path, b.path)),
  };
}

/** A folder that files are listed in. */
interface Place {
  readonly path: string;
  readonly under: string;
}

function filesOf({ path, under }: Place, entries: readonly Entry[]): Walked[] {
  return entries.flatMap(({ name: base, kind }) =>
    kind === "folder" ? [] : [{ name: nameUnder(under, base), path: join(path, base), under, base, kind }]
  );
}

function nameUnder(under: string, base: string): string {
  return under === "" ? base : `${under}/${base}`;
}

/** The folder and those below, each once, with what is in it or why it cannot be listed. */
async function* foldersBelow(
  folder: string,
  under: string,
): AsyncGenerator<Place & { readonly entries: readonly Entry[] } | { readonly path: string; readonly error: Error }> {
  const seen = new Set<string>();
  // Links wait, so that a folder has the name of its own place where it has one.
  const [own, linked]: [Place[], Place[]] = [[{ path: folder, under }], []];
  for (let next = own.pop(); next; next = own.pop() ?? linked.shift()) {
    const { path, under } = next;
    const real = await realpath(path).catch(() => path);
    if (seen.has(real)) continue;
    seen.add(real);
    let entries: Entry[];
    try {
      entries = await listEntries(path);
    } catch (error) {
      yield { path, error: error instanceof Error ? error : new Error(String(error)) };
      continue;
    }
    for (const { name, kind, isLink } of entries) {
      if (kind !== "folder") continue;
      (isLink ? linked : own).push({ path: join(path, name), under: nameUnder(under, name) });
    }
    yield { path, under, entries };
  }
}

/** Files below a folder that are not held in memory all at once: no more than the names of one folder after the other. */
export interface LongWalk {
  /** As in {@linkcode Walk}. */
  readonly failed: Walk["failed"];
  /**
   * The files in the order of {@linkcode walk}, listed anew.
   *
   * @param keep what is made of the files of one folder: each with the last part of the name that it is sorted by
   */
  files<T>(
    keep: (files: readonly Walked[]) => Promise<readonly (readonly [base: string, value: T])[]>,
  ): AsyncGenerator<T>;
}

/** {@linkcode walk} for folders of any size. */
export async function openLongWalk(folder: string): Promise<LongWalk> {
  const failed: { path: string; error: Error }[] = [];
  const places = new Map<string, Place>();
  const below = new Map<string, string[]>();
  for await (const found of foldersBelow(folder, "")) {
    if ("error" in found) failed.push(found);
    else places.set(found.under, { path: found.path, under: found.under });
  }
  for (const under of places.keys()) {
    if (under === "") continue;
    const parent = under.slice(0, Math.max(0, under.lastIndexOf("/")));
    const others = below.get(parent);
    if (others) others.push(under);
    else below.set(parent, [under]);
  }
  async function* filesIn<T>(
    place: Place,
    keep: (files: readonly Walked[]) => Promise<readonly (readonly [base: string, value: T])[]>,
  ): AsyncGenerator<T> {
    // What lies in a folder stands where the name of the folder with a slash does.
    const own = (await keep(filesOf(place, await listEntries(place.path).catch(() => [])))).map(([base, value]) => ({
      name: base,
      value,
    }));
    const folders = (below.get(place.under) ?? []).map((under) => ({
      name: `${under.slice(place.under === "" ? 0 : place.under.length + 1)}/`,
      place: places.get(under)!,
    }));
    for (const next of [...own, ...folders].sort((a, b) => compare(a.name, b.name))) {
      if ("place" in next) yield* filesIn(next.place, keep);
      else yield next.value;
    }
  }
  return {
    failed: failed.sort((a, b) => compare(a.path, b.path)),
    async *files(keep) {
      const root = places.get("");
      if (root) yield* filesIn(root, keep);
    },
  };
}

/**
 * What lies in a folder, sorted by name; nothing where there is no such folder. Hidden names are left out.
 *
 * @throws {Error} where it cannot be listed
 */
export async function listEntries(folder: string): Promise<Entry[]> {
  let entries;
  try {
    entries = await readdir(folder, { withFileTypes: true });
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    if (isForeign(folder)) {
      throw new Error(`Cannot list "${folder}" as its name is not UTF-8: give it another name`, { cause });
    }
    if (code === "ENOENT" || code === "ENOTDIR") return [];
    throw new Error(`Cannot list "${folder}" as ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
  const known: Entry[] = [];
  for (const entry of entries) {
    const { name } = entry;
    if (name.startsWith(".")) continue;
    const isLink = entry.isSymbolicLink();
    // What a broken link leads to is told when it is read.
    const found = isLink ? await stat(join(folder, name)).catch(() => undefined) : entry;
    const kind = !found || found.isFile() ? "file" : found.isDirectory() ? "folder" : "other";
    known.push({ name, kind, isLink });
  }
  return known.sort((a, b) => compare(a.name, b.name));
}

/** By code units: the same everywhere, whatever the language of the machine. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Whether something of that kind is there. */
export async function exists(path: string, kind: "folder" | "file"): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && (kind === "folder" ? found.isDirectory() : found.isFile());
}

/** Sub-folders by name, sorted; none where there is no such folder. Hidden ones are left out. */
export async function listFolders(folder: string): Promise<string[]> {
  return (await listEntries(folder)).filter(({ kind }) => kind === "folder").map(({ name }) => name);
}
