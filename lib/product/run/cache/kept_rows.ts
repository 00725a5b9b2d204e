/**
 * Results of single pictures, many to an entry of the cache: writing thousands of small files takes longer than what is in
 * them. Where a picture lies follows from what its entry says of its rows, so that one more picture is one more row.
 * @module
 */
import { sha256 } from "../../../base/io/hash.ts";
import type { Cache } from "./cache.ts";

/** A row of an entry. */
export interface RowPlace {
  readonly key: string;
  readonly row: number;
}

/** Rows that belong into one entry where they are missing. */
export interface RowGroup<T> {
  /** In their order, by the names of the rows. */
  readonly rows: ReadonlyMap<string, T>;
}

/** Rows of a group that are not kept yet, with the entry that will hold them. */
export interface MissingRows<T, G> {
  readonly key: string;
  readonly group: G;
  readonly of: readonly T[];
}

/**
 * Finds the rows of some groups.
 *
 * @param shelf the folder of the cache that the entries lie in
 * @returns the place of every row, and the entries that must be made for those that are missing
 */
export async function placeRows<T, G extends RowGroup<T>>(
  cache: Cache,
  shelf: string,
  groups: readonly (G & RowGroup<T>)[],
): Promise<{ readonly places: ReadonlyMap<string, RowPlace>; readonly missing: readonly MissingRows<T, G>[] }> {
  const places = new Map<string, RowPlace>();
  for (const [key, names] of await cache.rowsOf(shelf)) {
    for (const [row, name] of names.entries()) if (!places.has(name)) places.set(name, { key, row });
  }
  const missing: MissingRows<T, G>[] = [];
  for (const group of groups) {
    const own = [...group.rows].filter(([name]) => !places.has(name));
    if (own.length === 0) continue;
    const names = own.map(([name]) => name);
    const key = `${shelf}/${sha256(names.join("\n")).slice(0, 40)}`;
    names.forEach((name, row) => places.set(name, { key, row }));
    missing.push({ key, group, of: own.map(([, value]) => value) });
  }
  return { places, missing };
}

/** The entries that hold some rows, each once. */
export function entriesOf(places: readonly RowPlace[]): string[] {
  return [...new Set(places.map(({ key }) => key))];
}

/**
 * Reads rows in their order; each entry is read once.
 *
 * @throws {Error} where an entry is missing
 * @throws {DamagedStepError} where one is damaged, or has fewer rows
 */
export async function readRows<T, R>(
  cache: Cache,
  places: readonly RowPlace[],
  parse: (bytes: Uint8Array, key: string) => T,
  rowOf: (entry: T, row: number) => R,
): Promise<R[]> {
  const found = new Array<R>(places.length);
  for (const [key, own] of Map.groupBy(places.entries(), ([, place]) => place.key)) {
    const rows = await cache.load(key, (bytes) => {
      const entry = parse(bytes, key);
      return own.map(([, { row }]) => rowOf(entry, row));
    });
    if (!rows) throw new Error(`Cannot find the finished step "${key}" in ${cache.root}: run again`);
    own.forEach(([n], i) => found[n] = rows[i]);
  }
  return found;
}
