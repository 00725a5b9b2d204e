/** Paths in tasks: the same files lie elsewhere on other machines. @module */
import { resolve } from "node:path";

/** Where files of one machine are on another: what lies in `from` there lies in `to` here. */
export interface FolderMapping {
  readonly from: string;
  readonly to: string;
}

/** How the two kinds of text that may be a path are changed. */
export interface PathChange {
  /** Of pictures, masks and segment maps. */
  readonly path: (path: string) => string;
  /** A text in the settings of a detector or classifier, which may be the path of a file. */
  readonly setting: (text: string) => string;
}

/** A task, or anything in one, with its paths changed; the rest stays, and the key above all. */
export function changePaths<T>(value: T, change: PathChange): T {
  return changeIn("", value, change) as T;
}

function changeIn(name: string, value: unknown, change: PathChange): unknown {
  if (name === "config") return deepStrings(value, change.setting);
  if (Array.isArray(value)) return value.map((item) => changeIn("", item, change));
  if (value === null || typeof value !== "object") return value;
  const changed = Object.entries(value).map(([key, item]) => {
    const isPath = typeof item === "string" && PATHS.has(`${name}.${key}`);
    return [key, isPath ? change.path(item) : changeIn(key, item, change)];
  });
  return Object.fromEntries(changed);
}

/** Which texts of a task are paths. */
const PATHS: ReadonlySet<string> = new Set(["item.path", "item.mask", "sight.segments"]);

function deepStrings(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((item) => deepStrings(item, change));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, deepStrings(item, change)]));
}

/**
 * Makes paths absolute, as they are for who does not stand in the same folder.
 *
 * @param files the paths that settings name
 */
export function absolutePaths(files: ReadonlySet<string>): PathChange {
  const path = (text: string) => text === "none" || text === "rings" ? text : resolve(text);
  return { path, setting: (text) => files.has(text) ? resolve(text) : text };
}

/** Finds files where they are here: by the first mapping whose `from` they lie in. */
export function mappedPaths(mappings: readonly FolderMapping[]): PathChange {
  const path = (text: string) => mapPath(text, mappings);
  return { path, setting: path };
}

/**
 * A path of another machine as it is here.
 *
 * ```ts
 * import { mapPath } from "./task_paths.ts";
 * const mappings = [{ from: "/data", to: "/mnt/archive" }];
 * console.assert(mapPath("/data/a.png", mappings) === "/mnt/archive/a.png");
 * console.assert(mapPath("/database/a.png", mappings) === "/database/a.png");
 * ```
 */
export function mapPath(path: string, mappings: readonly FolderMapping[]): string {
  for (const { from, to } of mappings) {
    const folder = from.replace(/\/+$/, "");
    if (path === folder) return to;
    if (path.startsWith(`${folder}/`)) return to.replace(/\/+$/, "") + path.slice(folder.length);
  }
  return path;
}
