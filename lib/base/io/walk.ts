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
  const seen = new Set<string>();
  // Links wait, so that a folder has the name of its own place where it has one.
  const [own, linked] = [[{ path: folder, under }], [] as { path: string; under: string }[]];
  for (let next = own.pop(); next; next = own.pop() ?? linked.shift()) {
    const { path, under } = next;
    const real = await realpath(path).catch(() => path);
    if (seen.has(real)) continue;
    seen.add(real);
    let entries: Entry[];
    try {
      entries = await listEntries(path);
    } catch (error) {
      failed.push({ path, error: error instanceof Error ? error : new Error(String(error)) });
      continue;
    }
    for (const { name: base, kind, isLink } of entries) {
      const name = under === "" ? base : `${under}/${base}`;
      if (kind === "folder") (isLink ? linked : own).push({ path: join(path, base), under: name });
      else files.push({ name, path: join(path, base), under, base, kind });
    }
  }
  return {
    files: files.sort((a, b) => compare(a.name, b.name)),
    failed: failed.sort((a, b) => compare(a.path, b.path)),
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
